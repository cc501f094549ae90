"""What `--json` prints is what `memcli help json` tells: no key is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from memcli.cli.help import pages
from tests.cli.conftest import Line

PAGE = pages()["json"].text
ROWS = dict(re.findall(r"^\| `([a-z ]+)` \| (.*) \|$", PAGE, re.MULTILINE))
RECORDS = dict(re.findall(r"^\| ([A-Z][A-Za-z]+) \| (.*) \|$", PAGE, re.MULTILINE))
LIKE = {
    "why": "ask",
    "restore": "backup",
    **dict.fromkeys(("pin", "tag", "forget", "undo", "redo"), "edit"),
    **dict.fromkeys(("adapters show",), "adapters list"),
}
"""Commands whose document is that of another, or more."""
RUN = """
stats; list; log; history; search cat; ask cat?; why; timeline; timeline --of ID; forecast; show ID; diff ID;
pin ID; undo; redo; tag ID pets; inbox list; profile show; purge --query Miso --dry-run; forget ID --dry-run;
doctor; jobs list; jobs run decay; jobs history; jobs pause decay; config list; config get user.name; config
path; models list; adapters list; plugins list; ranker show; service status; help; help json; add Rain.;
export jsonl FILE; import jsonl FILE --dry-run; backup COPY; merge COPY --yes; restore COPY --yes
"""


def told_of(name: str) -> Iterator[str]:
    """The keys that the page tells of a command, with those of the records that it names."""
    for row in (ROWS.get(name, ""), ROWS.get(LIKE.get(name, ""), "")):
        for text in (row, *(keys for record, keys in RECORDS.items() if record in row)):
            for span in re.findall(r"`([^`]+)`", text):
                yield from span.split()


@pytest.mark.parametrize("words", [" ".join(each.split()) for each in RUN.split(";")])
def test_every_key_of_a_document_is_told(memcli: Line, tmp_path: Path, words: str) -> None:
    """In listings each object's."""
    places = {
        "ID": memcli.add("Miso the cat is afraid of the vacuum cleaner."),
        "FILE": str(tmp_path / "out.jsonl"),
        "COPY": str(tmp_path / "copy.memcli"),
    }
    for needs, before in (
        ("import", "export jsonl FILE"),
        ("COPY", "backup COPY"),
        ("why", "ask cat?"),
        ("redo", "undo"),
    ):
        if needs in words and words != before:
            memcli(*(places.get(word, word) for word in before.split()))
    document = memcli(*(places.get(word, word) for word in words.split()), "--json", code=None).json
    name = max((each for each in (*ROWS, *LIKE) if f"{words} ".startswith(f"{each} ")), key=len)
    for each in document if isinstance(document, list) else [document]:
        assert each.keys() - {"schema"} <= set(told_of(name))
