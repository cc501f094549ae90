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
        "[[x]] #tag",
        'a,"b";c',
    ]
)


def _tidy(memory: Memory, text: str) -> Memory:
    """A memory as the command line can make it: tags are words that can be printed."""
    tags = tuple(tag for tag in memory.tags if tag.isprintable() and tag == tag.strip())
    return replace(memory, text=text, tags=tags)


told = st.builds(_tidy, memories, words | tricky)


@pytest.mark.parametrize("format_name", ["markdown", "csv"])
@settings(max_examples=40, deadline=None)
@given(st.lists(told, max_size=4, unique_by=lambda memory: memory.id))
def test_memories_written_and_read_again_are_the_same(format_name: str, some: list[Memory]) -> None:
    """Every field of every one, whatever its words look like."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / ("vault" if format_name == "markdown" else "table.csv")
        written = hooks.exporter(format_name).write(path, Shelf([], some, []), {})
        assert written == len(some)
        if not some and format_name == "markdown":
            return
        found = bring(format_name, path)
    assert sorted(found.memories, key=lambda m: m.id) == sorted(some, key=lambda m: m.id)
    assert found.turns == []


@settings(max_examples=20, deadline=None)
@given(st.lists(told, min_size=2, max_size=4, unique_by=lambda memory: memory.id), st.floats(0.1, 9))
def test_links_written_as_wikilinks_are_read_again(some: list[Memory], weight: float) -> None:
    """With relation and weight."""
    links = [Link(some[0].id, some[1].id, "is about", weight), Link(some[1].id, some[0].id)]
    with TemporaryDirectory() as folder:
        hooks.exporter("markdown").write(Path(folder) / "vault", Shelf([], some, links), {})
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
