"""Memories out as notes and as a table, and in again."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memcli import hooks
from memcli.errors import UsageError
from memcli.records import Kind, Link, Memory
from tests.plugins.conftest import NOW, bring
from tests.plugins.test_jsonl import Shelf, memories

words = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=60).filter(
    lambda text: text == text.strip() and "\r" not in text
)
tricky = st.sampled_from(
    [
        "---",
        "---\nx: 1\n---",
        "%% memcli: links %%",
        "=1+1",
        "'=1",
        "'quoted'",
        "@cmd",
        "-x",
        "a\n\nb",
        "# a\n\n^m-000000000000\n\nb",
        "[[x]] #tag",
        'a,"b";c',
    ]
)


def _tidy(memory: Memory, text: str) -> Memory:
    """A memory as the command line can make it: tags are words that can be printed."""
    tags = tuple(tag for tag in memory.tags if tag.isprintable() and tag == tag.strip())
    return replace(memory, text=text, tags=tags)


told = st.builds(_tidy, memories, words | tricky)


@pytest.mark.parametrize(
    ("format_name", "options"), [("markdown", {}), ("markdown", {"by": "topic"}), ("csv", {})]
)
@settings(max_examples=40, deadline=None)
@given(st.lists(told, max_size=4, unique_by=lambda memory: memory.id))
def test_memories_written_and_read_again_are_the_same(
    format_name: str, options: dict[str, str], some: list[Memory]
) -> None:
    """Every field of every one, whatever its words look like."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / ("vault" if format_name == "markdown" else "table.csv")
        written = hooks.exporter(format_name).write(path, Shelf([], some, []), options)
        assert written == len(some)
        if not some and format_name == "markdown":
            return
        found = bring(format_name, path)
    assert sorted(found.memories, key=lambda m: m.id) == sorted(some, key=lambda m: m.id)
    assert found.turns == []


@settings(max_examples=20, deadline=None)
@given(
    st.lists(told, min_size=2, max_size=4, unique_by=lambda memory: memory.id),
    st.floats(0.1, 9),
    st.sampled_from(("memory", "topic")),
)
def test_links_written_as_wikilinks_are_read_again(some: list[Memory], weight: float, by: str) -> None:
    """With relation and weight."""
    links = [Link(some[0].id, some[1].id, "is about", weight), Link(some[1].id, some[0].id)]
    with TemporaryDirectory() as folder:
        hooks.exporter("markdown").write(Path(folder) / "vault", Shelf([], some, links), {"by": by})
        found = bring("markdown", Path(folder) / "vault")
    assert sorted(found.links, key=str) == sorted(links, key=str)
    assert sorted(found.memories, key=lambda m: m.id) == sorted(some, key=lambda m: m.id)


def test_a_spreadsheet_runs_nothing_of_a_table(tmp_path: Path) -> None:
    """Words that look like a formula are told to be words."""
    memory = Memory(id="m:1", text='=HYPERLINK("http://x")', kind=Kind.SEMANTIC, created_at=NOW, updated_at=NOW)
    hooks.exporter("csv").write(tmp_path / "t.csv", Shelf([], [memory], []), {})
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["text"].startswith("'=")


def test_a_topic_is_what_a_summary_holds_else_a_tag_else_a_person(tmp_path: Path) -> None:
    """Its note can be edited: what is changed, taken out or added is read so."""
    texts = {
        "m:sum": "Talked about runs.",
        "m:run": "Ran nine km.",
        "m:cat": "Miso is a cat.",
        "m:ana": "Ana knits.",
    }
    some = [Memory(id=i, text=t, kind=Kind.SEMANTIC, created_at=NOW, updated_at=NOW) for i, t in texts.items()]
    some[0] = replace(some[0], kind=Kind.INSIGHT, keywords=("run", "marathon"))
    some[2] = replace(some[2], tags=("pets", "home"))
    some[3] = replace(some[3], about="Ana")
    links = [Link("m:sum", "m:run", "holds"), Link("m:cat", "m:run")]
    vault = tmp_path / "vault"
    hooks.exporter("markdown").write(vault, Shelf([], some, links), {"by": "topic"})
    assert {file.name for file in vault.iterdir()} == {"run marathon.md", "pets.md", "Ana.md"}
    run = vault / "run marathon.md"
    assert "# run marathon\n\nTalked about runs.\n\n^m-sum\n\nRan nine km.\n\n^m-run\n" in run.read_text("utf-8")
    assert "- ^m-cat related ::1.0 [[run marathon#^m-run]]" in (vault / "pets.md").read_text("utf-8")
    changed = run.read_text("utf-8").replace("Ran nine", "Ran ten").replace("Talked about runs.\n\n^m-sum\n\n", "")
    run.write_text(changed.replace("%% memcli", "And then I stopped.\n\n%% memcli"), "utf-8")
    found = bring("markdown", vault)
    told = {memory.text for memory in found.memories}
    assert told == {"Ran ten km.", "Miso is a cat.", "Ana knits.", "run marathon: And then I stopped."}
    assert [turn.text for turn in found.turns] == ["And then I stopped."]
    with pytest.raises(UsageError, match="by mood"):
        hooks.exporter("markdown").write(tmp_path / "no", Shelf([], some, links), {"by": "mood"})
