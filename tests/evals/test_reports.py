"""Runs that are cut off go on, and reports that people read."""

from __future__ import annotations

from pathlib import Path

import pytest

from memcli.errors import BadInputError
from memcli.evals.datasets import load
from memcli.evals.journal import Journal
from memcli.evals.markdown import markdown
from memcli.evals.retrieval import measure, report
from memcli.ports import SilentProgress
from memcli.records import Filter
from tests.evals.test_retrieval import Homes


def test_a_run_that_was_cut_off_asks_only_what_is_left(locomo: Path, tmp_path: Path) -> None:
    """A conversation that was finished is not even remembered again, and the report is the same."""
    homes, file = Homes(tmp_path), tmp_path / "run.partial.jsonl"
    conversations = load("locomo", locomo)
    measure(conversations[:1], homes, Filter(), SilentProgress(), journal=Journal(file, {"run": 1}))
    with file.open("a") as out:
        out.write('{"id": "conv-2/q')  # killed while it wrote
    tally = measure(conversations, homes, Filter(), SilentProgress(), journal=Journal(file, {"run": 1}))
    assert homes.opened == 2
    assert tally.turns == len(conversations[1].turns)
    whole = measure(conversations, homes, Filter(), SilentProgress())
    assert [each.ranks for each in tally.found] == [each.ranks for each in whole.found]


def test_another_run_is_not_mixed_in(tmp_path: Path) -> None:
    """Scores of another ranker or another file are not this run's."""
    file = tmp_path / "run.partial.jsonl"
    Journal(file, {"ranker": "fusion"}).add("q1", {"ranks": []})
    with pytest.raises(BadInputError, match="another run"):
        Journal(file, {"ranker": "learned"})
    file.write_text("no journal\n")
    with pytest.raises(BadInputError, match="not the beginning"):
        Journal(file, {"ranker": "learned"})


def test_a_finished_run_takes_its_journal_away(tmp_path: Path) -> None:
    """The report holds all of it."""
    file = tmp_path / "run.partial.jsonl"
    journal = Journal(file, {})
    journal.add("q1", {"ranks": [1]})
    assert journal.get("q1") == {"id": "q1", "ranks": [1]}
    journal.close()
    assert not file.exists()


def test_a_report_is_a_table_with_intervals(locomo: Path, tmp_path: Path) -> None:
    """One row a category and one over all."""
    tally = measure(load("locomo", locomo), Homes(tmp_path), Filter(), SilentProgress())
    text = markdown(report(tally, {"dataset": "locomo", "conversations": ["conv-1", "conv-2"], "pooled": False}))
    assert "| category | questions | recall@5 |" in text
    assert "| **all** | 6 | " in text
    assert "- conversations: conv-1, conv-2" in text
    assert "100.0 [100.0, 100.0]" in text
