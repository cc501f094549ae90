"""The measure of extraction and update: what counts, and what the product reaches on the labelled turns."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from memcli.config import Settings
from memcli.errors import BadInputError
from memcli.evals import operations
from memcli.models.fake import FakeEmbedder
from memcli.ports import SilentProgress
from memcli.records import Origin
from memcli.wiring import Parts

DATA = Path(__file__).parent.parent / "data" / "operations"


@pytest.fixture
def parts(settings: Settings) -> Iterator[Parts]:
    """A real store with hashed vectors."""
    parts = Parts(replace(settings, flush_rows=100_000))
    parts.embedder = FakeEmbedder()
    yield parts
    parts.close()


def test_the_labelled_turns_cover_the_classes() -> None:
    """At least 300 turns, apart from those that rules were tuned on."""
    cases = operations.load(DATA / "labelled.jsonl")
    tuned = {case.turn.text for case in operations.load(DATA / "tuning.jsonl")}
    counts = Counter(case.label for case in cases)
    wanted = {
        "fact",
        "nofact",
        "correction",
        "repeat",
        "flip",
        "hypothetical",
        "assistant",
        "language",
        "injection",
    }
    assert len(cases) >= 300
    assert wanted <= set(counts)
    assert sum(case.turn.text in tuned for case in cases) <= 3


def test_the_product_reaches_its_floor_on_the_labelled_turns(parts: Parts) -> None:
    """Floors below what was measured, so that a step back shows; twice told is never twice kept."""
    cases = operations.load(DATA / "labelled.jsonl")
    tally = operations.measure(cases, parts.assistant, parts.embedder, SilentProgress())
    again = operations.duplicates(cases, parts.assistant)
    found = operations.report(tally, {})
    assert again == {"reimported": 0, "retold": 0}
    assert found["extraction"]["recall"] >= 80
    assert found["extraction"]["precision"] >= 88
    assert found["extraction"]["speaker_accuracy"] >= 95
    assert found["update"]["by_op"]["QUARANTINE"]["share"] == 100
    assert found["update"]["by_op"]["UPDATE"]["share"] >= 60
    assert found["valid_share"] == 100


@pytest.mark.parametrize(
    ("fact", "whom"),
    [
        ("Ana moved to Porto.", "Ana"),
        ("Since Ana moved, Ben lives alone.", "Ana"),
        ("Dance is Ben's stress fix.", "Ben"),
        ("On 3 May the user met Ana.", "the user"),
        ("The hall is cold.", "The"),
        ("Banana bread is what Ben bakes.", "Ben"),
    ],
)
def test_a_fact_is_told_of_whom_it_names_first(fact: str, whom: str) -> None:
    """Wherever in the sentence; whoever has no part in the talk does not count."""
    assert operations.of_whom(fact, ["Ana", "Ben", "the user"]) == whom


def test_a_file_of_dialogues_is_read_by_its_marks(tmp_path: Path) -> None:
    """Each mark is an operation; its relative dates are those of the day it was said."""
    file = tmp_path / "two.dialogue"
    file.write_text(
        "dialogue x | Ana & memcli | 2026-03-02 19:20 | en | casual\n"
        "1 Ana: I live in Porto and ran yesterday\n+ Ana lives in Porto.\n+ Ana ran yesterday.\n"
        "2 memcli: Nice.\nlater 2026-03-09 08:10\n"
        "3 Ana: I moved to Braga\n~ Ana lives in Braga. <= Ana lives in Porto.\n"
        "? Where does Ana live? = Braga [3]\n"
    )
    assert [
        (c.turn.session, c.turn.origin, c.label, [(o.op, o.text, o.old) for o in c.ops or ()])
        for c in operations.load(file)
    ] == [
        (
            "x-0",
            Origin.DIRECT_USER,
            "fact",
            [("ADD", "Ana lives in Porto.", ""), ("ADD", "Ana ran on 1 March 2026.", "")],
        ),
        ("x-0", Origin.ASSISTANT, "nofact", []),
        ("x-1", Origin.DIRECT_USER, "flip", [("UPDATE", "Ana lives in Braga.", "Ana lives in Porto.")]),
    ]


def test_an_observation_counts_for_the_turn_it_names(tmp_path: Path) -> None:
    """LoCoMo's observations are the gold facts of their evidence."""
    file = tmp_path / "locomo.json"
    conversation = {
        "speaker_a": "Ana",
        "speaker_b": "Ben",
        "session_1_date_time": "1:56 pm on 8 May, 2023",
        "session_1": [
            {"speaker": "Ana", "dia_id": "D1:1", "text": "I run."},
            {"speaker": "Ben", "dia_id": "D1:2", "text": "Nice!"},
        ],
    }
    seen = {"session_1_observation": {"Ana": [["Ana runs.", "D1:1"]]}}
    file.write_text(json.dumps([{"sample_id": "c1", "qa": [], "observation": seen, "conversation": conversation}]))
    assert [(case.turn.speaker, case.facts) for case in operations.load(file)] == [
        ("Ana", ("Ana runs.",)),
        ("Ben", ()),
    ]


@pytest.mark.parametrize("text", ["", "{", '{"text": "x"}', "[1]"])
def test_other_files_are_refused(tmp_path: Path, text: str) -> None:
    """With one clear line, also an empty one."""
    file = tmp_path / "x.jsonl"
    file.write_text(text)
    with pytest.raises(BadInputError):
        operations.load(file)
