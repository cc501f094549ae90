"""What a history teaches: through the corridor, over the real store, each lesson as its training line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from memcli.adapters.compare import Comparison, Scores
from memcli.adapters.gate import Judge, general, items, measure, replay
from memcli.adapters.personal import examples
from memcli.adapters.retrain import LEAST, lessons, trees
from memcli.assistant import Assistant
from memcli.config import Settings
from memcli.erasure import Scope
from memcli.errors import NotFoundError
from memcli.models.adapters import TASKS
from memcli.models.fake import FakeChatModel, FakeEmbedder
from memcli.ports import SilentProgress, Task
from memcli.requests import Note, Patch
from tests.cli.conftest import FakeParts


@pytest.fixture
def parts(settings: Settings) -> Iterator[FakeParts]:
    """Real parts with fakes in the models' place; what touches what is known waits in the inbox."""
    made = FakeParts(replace(settings, review="conflicts"))
    yield made
    made.close()


@pytest.fixture
def memory(parts: FakeParts) -> Assistant:
    """The corridor."""
    return parts.assistant


def tell(memory: Assistant, text: str) -> str:
    """Say something; the memory that came of it first."""
    return memory.remember(Note(text)).changes[0].memory_id


def pairs(memory: Assistant) -> set[tuple[str, str, str, str]]:
    """(kind, old, new, choice) of all lessons for the update task."""
    found = examples(memory.store, "update")
    notes = [(each.kind, note) for each in found for note in each.context["notes"]]
    return {(kind, note["old"], pair["new"], pair["choice"]) for kind, note in notes for pair in note["pairs"]}


def test_what_the_user_lets_in_or_refuses_is_a_lesson(memory: Assistant) -> None:
    """A waiting change that is accepted was one; a refused one stands beside what is known."""
    old = tell(memory, "I live in Porto")
    tell(memory, "I moved to Lisbon")
    (waiting,) = memory.inbox()
    memory.settle([waiting.id], accept=True)
    now = memory.memory(waiting.id).text
    assert ("confirmed", "The user lives in Porto.", now, "changed") in pairs(memory)
    tell(memory, "I moved to Faro")
    (waiting,) = memory.inbox()
    memory.settle([waiting.id], accept=False)
    assert ("undone", now, waiting.text, "other") in pairs(memory)
    assert memory.memory(old).text == "The user lives in Porto."


def test_an_edit_is_a_lesson_for_both_tasks(memory: Assistant) -> None:
    """The turn tells what the user says it does, in words that are in it."""
    kept = tell(memory, "My sister Ana lives in Porto")
    before = memory.memory(kept).text
    memory.edit(kept, Patch(text="Ana lives in Porto."))
    assert ("corrected", before, "Ana lives in Porto.", "changed") in pairs(memory)
    (found,) = examples(memory.store, "extraction")
    (line,) = found.context["sessions"][0]
    assert line == {
        "speaker": "The user",
        "text": "My sister Ana lives in Porto",
        "facts": ["Ana lives in Porto."],
    }
    assert found.kind == "corrected"


def test_words_that_were_not_said_teach_no_extraction(memory: Assistant) -> None:
    """An edit that knows more than the turn would teach to invent."""
    kept = tell(memory, "My sister Ana lives in Porto")
    memory.edit(kept, Patch(text="Ana lives in Coimbra with Zeferino."))
    assert examples(memory.store, "extraction") == []


def test_what_was_taken_back_is_not_to_be_kept(memory: Assistant) -> None:
    """The turn is a lesson of an empty list."""
    tell(memory, "My sister Ana lives in Porto")
    memory.undo()
    (found,) = examples(memory.store, "extraction")
    assert found.kind == "undone"
    assert found.context["sessions"][0][-1]["facts"] == []


def test_what_nobody_judged_teaches_nothing(memory: Assistant) -> None:
    """Memory does not learn from its own unproven work."""
    tell(memory, "My sister Ana lives in Porto")
    tell(memory, "I have a cat called Miso")
    assert [examples(memory.store, task) for task in ("update", "extraction")] == [[], []]


def test_a_cited_answer_that_still_stands_is_a_lesson(memory: Assistant) -> None:
    """Its notes as they were shown, and the number of the one it cites; not once that one was changed."""
    kept = tell(memory, "My sister Ana lives in Porto")
    memory.ask("Where does Ana live?", lambda _: None)
    (found,) = examples(memory.store, "generation")
    (question,) = found.context["questions"]
    assert question["question"] == "Where does Ana live?"
    assert question["answer"].endswith("[1]")
    assert found.context["notes"][0].startswith("[1] (")
    cited = memory.why().citations
    assert cited
    if cited[0].startswith("m:"):
        memory.edit(kept, Patch(text="Ana lives in Faro."))
        assert examples(memory.store, "generation") == []


def test_what_was_purged_is_in_no_lesson(memory: Assistant) -> None:
    """The words are read from the history each time, and there they are gone."""
    kept = tell(memory, "My sister Ana lives in Porto")
    memory.edit(kept, Patch(text="Ana lives in Porto."))
    memory.store.purge(memory.store.plan_purge(Scope(ids=(kept,))))
    assert [examples(memory.store, task) for task in TASKS] == [[], [], []]


def test_too_few_lessons_are_told(memory: Assistant) -> None:
    """With the number that it takes."""
    with pytest.raises(NotFoundError, match=str(LEAST)):
        lessons(memory.store, "update")


def test_lessons_are_held_out_for_the_gate_by_hash(memory: Assistant) -> None:
    """About a third, always the same, and never in a training."""
    for number in range(24):
        kept = tell(memory, f"My friend Number{number} lives in Porto")
        memory.edit(kept, Patch(text=f"Number{number} lives in Faro."))
    found = examples(memory.store, "update")
    apart = [each for each in found if each.held_out]
    assert 0 < len(apart) < len(found) * 3 / 4  # ids are drawn: half of 24 are apart once in twenty times
    assert lessons(memory.store, "update") == [each for each in found if not each.held_out]


@pytest.mark.parametrize("task", TASKS)
def test_the_sets_that_come_along_are_apart(task: Task) -> None:
    """There is enough to measure on, and nothing of it is trained on."""
    measured = general(task)
    trained = [item for context in replay(task) for item in items(task, context)]
    assert len(measured) >= 50
    assert not {str(item) for item in measured} & {str(item) for item in trained}
    assert general(task, 10) == general(task, 10) != measured[:10]


def test_a_gate_counts_right_choices() -> None:
    """Half of two pairs, by a model that always finds the same choice likeliest."""
    model = FakeChatModel(judge=lambda _, reply: 0.0 if reply == "changed" else -1.0)
    context: dict[str, Any] = {
        "notes": [{"old": "a", "pairs": [{"new": "b", "choice": "changed"}, {"new": "c", "choice": "other"}]}]
    }
    progress = SilentProgress()
    assert measure(list(items("update", context)), Judge(model, FakeEmbedder), progress) == 50.0
    assert progress.advanced == 2


@pytest.mark.parametrize(
    ("general_after", "personal", "passed"),
    [
        (90.0, (0, 0, 0), False),
        (90.1, (0, 0, 0), True),
        (89.0, (9, 50, 60), True),
        (88.9, (9, 50, 60), False),
        (95.0, (9, 50, 50), False),
        (95.0, (9, 50, 40), False),
    ],
)
def test_the_rule_of_promotion(general_after: float, personal: tuple[int, float, float], passed: bool) -> None:
    """A point may be lost in general, if the user's own examples gain; without those the general ones must."""
    found = Comparison("update", "a", "b", Scores(100, 90.0, general_after), Scores(*personal))
    assert found.passed is passed
    assert str(general_after) in found.verdict


def test_trees_hold_every_lesson_once(memory: Assistant) -> None:
    """Several to a tree, in a drawn order."""
    from random import Random

    contexts = [{"notes": [{"old": str(n), "pairs": []}]} for n in range(19)]
    made = trees("update", contexts, Random(1))
    assert [len(each["notes"]) for each in made] == [8, 8, 3]
    assert sorted(int(note["old"]) for each in made for note in each["notes"]) == list(range(19))
