"""A week of conversations in; profile, topics, timeline and forecast out: the example of `memcli help week`.

    python scripts/week.py                              print it
    python scripts/week.py memcli/cli/pages/week.md     put it between the marks there
    python scripts/week.py --whole                      uncut, and every memory

The conversations are made up (tests/data/week). The clock stands at the Monday after, and ids, which are random,
are numbered; everything else is what the commands print.
"""

from __future__ import annotations

import argparse
import io
import re
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from textwrap import wrap

from typer.main import get_command

from memcli import config
from memcli.cli.main import app
from memcli.cli.state import State
from memcli.ports import FixedClock

WEEK = Path(__file__).parents[1] / "tests" / "data" / "week" / "week.jsonl"
MONDAY = datetime(2026, 3, 9, 8, tzinfo=UTC)
BEGIN, END = "<!-- week -->", "<!-- /week -->"
WIDTH = 76
READ = ("import jsonl FILE", "jobs run extract", "jobs run reflect", "jobs run profile")
TOLD = ("profile show", "list --tag topic", "timeline --by day", "forecast --days 240 -n 5")
STRAND = "timeline --of ID"
_ID = re.compile(r"\b[mtb]:[0-9a-z]{6}[0-9a-z]*")


class Line:
    """The command line at a home of its own, on that Monday."""

    def __init__(self, root: Path) -> None:
        self.root = root
        config.save(config.load(root), "user.name", "Ana")

    def run(self, words: str) -> str:
        """What a command prints."""
        out = io.StringIO()
        state = State(clock=FixedClock(MONDAY), data=out, talk=io.StringIO())
        argv = ["--home", str(self.root), "--no-service", *words.replace("FILE", str(WEEK)).split()]
        try:
            get_command(app)(argv, obj=state)
        except SystemExit as leaving:
            if leaving.code:
                raise
        return out.getvalue()


def told(line: Line) -> Iterator[tuple[str, str]]:
    """Each command with what it printed."""
    for words in READ:
        line.run(words)
    for words in TOLD:
        yield words, line.run(words)
    running = next(row for row in line.run("list --tag topic").splitlines() if "marathon" in row)
    strand = STRAND.replace("ID", running.split()[0])
    yield strand, line.run(strand)


def numbered(text: str) -> str:
    """The ids of a text, in the order in which they come, as m:1, m:2 and so on."""
    known: dict[str, str] = {}
    return _ID.sub(lambda found: known.setdefault(found[0][:8], f"{found[0][:2]}{len(known) + 1}"), text)


def folded(row: str, *, whole: bool) -> list[str]:
    """A line of a pipe as a terminal would fold it."""
    indent = " " * (len(row) - len(row.lstrip()) + 8)
    return [row] if whole else wrap(row, WIDTH, subsequent_indent=indent, break_on_hyphens=False) or [""]


def example(root: Path, *, whole: bool = False) -> str:
    """The example as a page shows it."""
    line = Line(root)
    rows = []
    for words, printed in told(line):
        rows += [f"$ memcli {words}", *(row for each in printed.splitlines() for row in folded(each, whole=whole))]
    if whole:
        rows += ["$ memcli list -n 200", *line.run("list -n 200").splitlines()]
    return numbered("\n".join(f"    {row}".rstrip() for row in rows)) + "\n"


def renewed(page: str, shown: str) -> str:
    """A page with the example between its marks."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{shown}\n{END}{rest.partition(END)[2]}"


def main() -> None:
    """Print, or renew a page."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("page", nargs="?", type=Path)
    options.add_argument("--whole", action="store_true")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        shown = example(Path(folder) / "home", whole=chosen.whole)
    if chosen.page:
        chosen.page.write_text(renewed(chosen.page.read_text(encoding="utf-8"), shown), encoding="utf-8")
    else:
        print(shown)


if __name__ == "__main__":
    main()
