"""`help`: pages on what no single command explains, and each command's own help; knows none of their words.

The pages are Markdown in ``pages/``: a title, a sentence, and the rest. The README leads to them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from importlib.resources import files
from typing import Annotated, Any, Final

import typer

from memcli.cli import documents
from memcli.cli.guard import PROGRAM
from memcli.cli.options import Json, examples
from memcli.cli.state import State, of
from memcli.errors import NotFoundError

app = typer.Typer()
PANEL = "Set up"
_PAGES: Final = files("memcli.cli") / "pages"
_END: Final = ".md"


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its name, its title, what it tells in a sentence, and the whole of it."""

    topic: str
    title: str
    about: str
    text: str


def pages() -> dict[str, Page]:
    """Every page by its name."""
    names = sorted(each.name.removesuffix(_END) for each in _PAGES.iterdir() if each.name.endswith(_END))
    return {name: _page(name) for name in names}


def _page(topic: str) -> Page:
    text = (_PAGES / f"{topic}{_END}").read_text(encoding="utf-8")
    title, about = text.split("\n\n")[:2]
    return Page(topic, title.removeprefix("# "), " ".join(about.split()), text)


def _topics(incomplete: str) -> list[tuple[str, str]]:
    return [(page.topic, page.about) for page in pages().values() if page.topic.startswith(incomplete)]


@app.command(
    "help", rich_help_panel=PANEL, epilog=examples("memcli help", "memcli help time", "memcli help models pull")
)
def help_(
    ctx: typer.Context,
    topic: Annotated[
        list[str] | None,
        typer.Argument(metavar="TOPIC", help="A page, or a command; else all pages.", autocompletion=_topics),
    ] = None,
    as_json: Json = False,
) -> None:
    """Read a page on time, trust, formats and more, or a command's help."""
    state, known = of(ctx), pages()
    page = known.get(" ".join(topic or ()))
    if not topic:
        _list(state, list(known.values()), as_json=as_json)
    elif page is None:
        _command(ctx, topic, list(known), as_json=as_json)
    elif as_json:
        state.document(documents.of(**asdict(page)))
    else:
        _show(state, page, command=_found(ctx, topic) is not None)


def _list(state: State, known: Sequence[Page], *, as_json: bool) -> None:
    if as_json:
        state.document([{"topic": page.topic, "title": page.title, "about": page.about} for page in known])
        return
    state.show(f"{page.topic:<10}{page.about}" for page in known)
    state.say("memcli help TOPIC shows a page; memcli --help lists the commands", "dim")


def _show(state: State, page: Page, *, command: bool) -> None:
    """A page as it is written, or set for the terminal; one that bears a command's name leads to its options."""
    if state.width is None:
        state.stdout.write(page.text)
    else:
        from rich.markdown import Markdown

        state.out.print(Markdown(page.text, code_theme="ansi_dark"))
    if command:
        state.say(f"memcli {page.topic} --help tells its options", "dim")


def _command(ctx: typer.Context, words: Sequence[str], known: Sequence[str], *, as_json: bool) -> None:
    """A command's own help.

    Raises:
        NotFoundError: there is no page and no command of that name.
    """
    top: Any = ctx.find_root().command
    found, name = _found(ctx, words), " ".join(words)
    if found is None:
        near = get_close_matches(name, [*known, *top.list_commands(ctx)], 1)
        hint = f"did you mean `memcli help {near[0]}`?" if near else "`memcli help` lists the pages"
        raise NotFoundError(f"there is no page and no command {name}", hint=hint)
    if as_json:
        of(ctx).document(documents.of(topic=name, text=found.help or ""))
        return
    with top.make_context(PROGRAM, [*words, "--help"], obj=ctx.obj) as inner:
        top.invoke(inner)


def _found(ctx: typer.Context, words: Sequence[str]) -> Any:  # noqa: ANN401 -- Typer has no public name for a command
    found: Any = ctx.find_root().command
    for word in words:
        found = found.get_command(ctx, word) if hasattr(found, "get_command") else None
    return found
