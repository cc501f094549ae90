"""How errors end: one line, the right code, never a traceback without --debug."""

from __future__ import annotations

import json

import pytest
import typer

from memcli.cli.guard import guarded
from memcli.cli.state import State
from memcli.errors import MemcliError
from tests.cli.conftest import Line


def fail(
    error: BaseException, capsys: pytest.CaptureFixture[str], *, debug: bool = False, **how: bool
) -> tuple[int, str]:
    """The code and what is told when a command raises this."""

    def call() -> None:
        raise error

    code = guarded(call, State(debug=debug), **how)
    told = capsys.readouterr()
    assert told.out == ""
    return code, told.err


def every_error(root: type[MemcliError] = MemcliError) -> list[type[MemcliError]]:
    """The tree."""
    return [root, *(deeper for child in root.__subclasses__() for deeper in every_error(child))]


@pytest.mark.parametrize("kind", every_error(), ids=lambda kind: kind.__name__)
def test_each_error_is_its_line_its_hint_and_its_code(
    kind: type[MemcliError], capsys: pytest.CaptureFixture[str]
) -> None:
    """As text, and as one JSON document for programs."""
    assert fail(kind("it broke", "mend it"), capsys) == (kind.exit_code, "memcli: it broke\n  mend it\n")
    code, told = fail(kind("it broke"), capsys, as_json=True)
    assert code == kind.exit_code
    assert json.loads(told)["error"] == {
        "code": kind.exit_code, "label": kind.label, "message": "it broke", "hint": None,
    }  # fmt: skip


def test_an_unexpected_error_is_internal_and_shows_where_only_on_request(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The traceback holds no local values: they may be memories."""
    code, told = fail(ZeroDivisionError("secret\nsecond line"), capsys)
    assert code == 1
    assert told.startswith("memcli: internal error: ZeroDivisionError: secret\n")
    assert "--debug" in told
    assert "Traceback" not in told
    assert "Traceback" in fail(ZeroDivisionError(), capsys, debug=True)[1]


@pytest.mark.parametrize(
    "stop", [KeyboardInterrupt(), EOFError(), typer.Abort()], ids=lambda stop: type(stop).__name__
)
def test_an_interruption_ends_with_130_and_no_words(
    stop: BaseException, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C, Ctrl-D at a question, and a question answered with neither."""
    assert fail(stop, capsys) == (130, "\n")


def test_a_command_may_leave_with_a_code(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is told."""
    assert fail(typer.Exit(8), capsys) == (8, "")


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("frobnicate",), "frobnicate"),
        (("lst",), "list"),
        (("add", "--nope"), "--nope"),
        (("show",), "ID"),
        (("list", "-n", "none"), "integer"),
        (("add", "tea", "--kind", "odd"), "odd"),
    ],
)
def test_usage_errors_are_one_line_and_the_way_to_help(memcli: Line, args: tuple[str, ...], says: str) -> None:
    """Exit code 2."""
    first, hint = memcli(*args, code=2).err.splitlines()
    assert first.startswith("memcli: ")
    assert says in first
    assert "--help" in hint
    assert memcli(*args, "--json", code=2).error["label"] == "usage"


def test_a_group_without_a_command_shows_its_help(memcli: Line) -> None:
    """Exit code 2: nothing was done."""
    ran = memcli("config", code=2)
    assert "unset" in ran.out


def test_no_command_at_all_shows_the_help(memcli: Line) -> None:
    """And that is fine."""
    assert "Usage" in memcli().out


def test_quiet_and_json_do_not_silence_errors(memcli: Line) -> None:
    """Errors are no remarks."""
    assert memcli("--quiet", "show", "zzz", code=3).err
