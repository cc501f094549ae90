"""Benchmark files as they are published, quirks included."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from memcli.errors import BadInputError, MemcliError, NotFoundError
from memcli.evals.datasets import choose, load, sample
from memcli.records import Role


def test_locomo_becomes_turns_with_speakers_and_times(locomo: Path) -> None:
    """Sessions in order, captions after the words, empty sessions left out."""
    conversation = load("locomo", locomo)[0]
    assert [(turn.session, turn.position, turn.speaker) for turn in conversation.turns] == [
        ("conv-1/1", 0, "Ana"), ("conv-1/1", 1, "Ben"), ("conv-1/1", 2, "Ana"), ("conv-1/2", 0, "Ben"),
        ("conv-1/2", 1, "Ana"),
    ]  # fmt: skip
    assert conversation.turns[0].at == datetime(2023, 5, 8, 13, 56, tzinfo=UTC)
    assert (
        conversation.turns[2].text
        == "It sleeps in the kitchen. [shares an image: a photo of a parrot in a basket]"
    )


def test_evidence_is_read_whatever_its_form(locomo: Path) -> None:
    """Lists in one string, stray colons, ids that are cut off or name no turn."""
    questions = load("locomo", locomo)[0].questions
    assert [(len(q.evidence), q.missing) for q in questions] == [(1, 0), (2, 0), (1, 1), (0, 0), (1, 0)]
    assert [q.category for q in questions] == ["2", "1", "4", "4", "5"]


def test_ids_differ_between_conversations_and_not_between_readings(locomo: Path) -> None:
    """Both can live in one home, and loading twice is the same."""
    first, second = load("locomo", locomo)
    assert not {t.id for t in first.turns} & {t.id for t in second.turns}
    assert load("locomo", locomo)[0] == first


def test_longmemeval_becomes_a_conversation_per_question(longmemeval: Path) -> None:
    """With both roles, marked evidence, and abstention told by the question's id."""
    abstain, answer = load("longmemeval", longmemeval)
    assert [turn.role for turn in abstain.turns] == [Role.USER, Role.USER, Role.ASSISTANT]
    assert abstain.questions[0].evidence == (abstain.turns[0].id,)
    assert (abstain.questions[0].category, answer.questions[0].category) == ("5", "single-session-user")
    assert answer.questions[0].asked_at == datetime(2023, 6, 1, 10, 0, tzinfo=UTC)


def test_longmemeval_sessions_are_read_in_order_of_time_and_each_is_its_own(longmemeval: Path) -> None:
    """Its file of evidence alone is not sorted, counts are bare numbers, and a filler may come twice."""
    entry = json.loads(longmemeval.read_text())[1]
    hello = [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hi", "has_answer": False}]
    entry |= {
        "answer": 2,
        "question_type": "multi-session",
        "haystack_session_ids": ["late", "filler", "early", "filler"],
        "haystack_dates": [f"2023/05/{day} (Sat) 02:21" for day in (20, 18, 6, 13)],
        "haystack_sessions": [
            [{"role": "user", "content": "I adopted a second parrot", "has_answer": True}],
            hello,
            [{"role": "assistant", "content": "Anything new?"},
             {"role": "user", "content": "I adopted a parrot", "has_answer": True}],
            hello,
        ],
        "answer_session_ids": ["late", "early"],
    }  # fmt: skip
    longmemeval.write_text(json.dumps([entry]))
    [read] = load("longmemeval", longmemeval)
    assert list(dict.fromkeys(turn.session for turn in read.turns)) == [
        "q2/early", "q2/filler", "q2/filler#2", "q2/late",
    ]  # fmt: skip
    assert len({turn.id for turn in read.turns}) == len(read.turns) == 7
    assert read.questions[0].evidence == (read.turns[1].id, read.turns[6].id)
    assert (read.questions[0].answer, read.questions[0].category) == ("2", "multi-session")


@pytest.mark.parametrize("text", ["", "{}}", "[1]", '[{"sample_id": "x"}]', '{"a": 1}'])
def test_a_file_in_another_format_is_refused(text: str, tmp_path: Path) -> None:
    """With one clear line."""
    file = tmp_path / "other.json"
    file.write_text(text)
    with pytest.raises(BadInputError, match="locomo format"):
        load("locomo", file)


@pytest.mark.parametrize(("name", "file"), [("nothing", "x.json"), ("locomo", "absent.json")])
def test_unknown_formats_and_files_are_not_found(name: str, file: str, tmp_path: Path) -> None:
    """Exit code 3."""
    with pytest.raises(NotFoundError):
        load(name, tmp_path / file)


def test_conversations_are_chosen_by_name(locomo: Path) -> None:
    """In the file's order; a wrong name is an error, not an empty run."""
    every = load("locomo", locomo)
    assert choose(every, []) == every
    assert [c.name for c in choose(every, ["conv-2"])] == ["conv-2"]
    with pytest.raises(MemcliError, match="conv-9"):
        choose(every, ["conv-9"])


def test_a_sample_is_seeded(locomo: Path) -> None:
    """The same questions each time, at most as many as asked for."""
    every = load("locomo", locomo)
    drawn = sample(every, 3)
    assert sum(len(c.questions) for c in drawn) == 3
    assert sample(every, 3) == drawn
    assert sample(every, None) == sample(every, 99) == every
