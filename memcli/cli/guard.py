"""Where errors end: the only place that turns them into one line on stderr and an exit code."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import Any, Final

import typer
from typer.core import TyperGroup

from memcli.cli.state import State
from memcli.errors import MemcliError, UsageError

PROGRAM: Final = "memcli"
INTERRUPTED: Final = 130


class Guarded(TyperGroup):
    """The top command: whatever happens below it ends as a line and a code."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,  # noqa: ANN401 -- as the method it replaces
    ) -> Any:  # noqa: ANN401
        """Run the command line and leave the process with its exit code."""
        given = list(sys.argv[1:] if args is None else args)
        state: State = extra.setdefault("obj", State())
        self._main_shell_completion(extra, PROGRAM, complete_var)

        def call() -> None:
            with self.make_context(PROGRAM, given, **extra) as ctx:
                self.invoke(ctx)
            sys.stdout.flush()

        sys.exit(guarded(call, state, as_json="--json" in given))


def guarded(call: Callable[[], None], state: State, *, as_json: bool = False) -> int:
    """The exit code of a call; an error has been told by then."""
    try:
        call()
    except typer.Exit as leaving:
        return leaving.exit_code
    except BrokenPipeError:
        return _reader_left()
    except (KeyboardInterrupt, EOFError, typer.Abort):
        state.err.print()
        return INTERRUPTED
    except MemcliError as error:
        _trace(state)
        return _tell(state, error, as_json)
    except typer.TyperException as error:
        return _tell(state, _usage(error), as_json)
    except Exception as error:  # noqa: BLE001 -- the last resort, so that no traceback reaches a user
        _trace(state)
        return _tell(state, _internal(error, state), as_json)
    return 0


def _reader_left() -> int:
    """The reader of a pipe has enough; Python must not try to flush into it again at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _usage(error: typer.TyperException) -> MemcliError:
    ctx: typer.Context | None = getattr(error, "ctx", None)
    where = ctx.command_path if ctx else PROGRAM
    if type(error).__name__ == "NoArgsIsHelpError":
        return UsageError(f"{where} needs one of these commands")
    hint = f"`{where} --help` shows how it is used"
    return UsageError(error.format_message().rstrip("."), hint)


def _internal(error: Exception, state: State) -> MemcliError:
    first = (str(error).splitlines() or [""])[0][:200]
    told = f"internal error: {type(error).__name__}{': ' if first else ''}{first}"
    return MemcliError(told, None if state.debug else "`memcli --debug …` shows where")


def _trace(state: State) -> None:
    if state.debug:
        traceback.print_exc(file=sys.stderr)


def _tell(state: State, error: MemcliError, as_json: bool) -> int:
    if as_json:
        told = {"code": error.exit_code, "label": error.label, "message": error.message, "hint": error.hint}
        state.stderr.write(json.dumps({"error": told}, ensure_ascii=False) + "\n")
    elif not state.stderr.isatty():
        state.stderr.write(f"{PROGRAM}: {error.message}\n" + (f"  {error.hint}\n" if error.hint else ""))
    else:
        from rich.text import Text

        state.err.print(Text.assemble((f"{PROGRAM}: ", "bold"), error.message), soft_wrap=True)
        if error.hint:
            state.err.print(Text(f"  {error.hint}", style="dim"), soft_wrap=True)
    return error.exit_code
