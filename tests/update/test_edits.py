"""Edits as values, and that undoing them gives back what was."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.errors import ConflictError
from memcli.records import Change, Kind, Memory, Op, Status
from memcli.update import Act, birth, inverse, linked, reinforced, revised
from memcli.update.steps import latest_step, latest_undo

NOW = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
ACT = Act(batch="b:1", at=NOW, actor="user", reason="said so")
UNDO = Act(batch="b:2", at=LATER, actor="undo")
MEMORY = Memory(id="m:1", text="Ana lives in Porto", kind=Kind.CORE, created_at=NOW, updated_at=NOW)


def test_a_revision_counts_up_and_keeps_both_sides() -> None:
    """History can show before and after without asking anyone."""
    change = revised(MEMORY, replace(MEMORY, text="Ana lives in Lisbon"), ACT)
    assert change.before == MEMORY
    assert change.after is not None
    assert (change.after.revision, change.after.text, change.after.updated_at) == (2, "Ana lives in Lisbon", NOW)


def test_undoing_a_birth_removes_the_memory() -> None:
    """The inverse of ADD leaves nothing behind."""
    born = birth(MEMORY, ACT)
    back = inverse(born, MEMORY, UNDO)
    assert (back.op, back.before, back.after, back.undoes) == (Op.DELETE, MEMORY, None, born.id)


def test_undoing_an_edit_restores_the_content_as_a_new_revision() -> None:
    """Revisions never run backwards, so that nobody's stale copy matches again."""
    change = revised(MEMORY, replace(MEMORY, status=Status.ARCHIVED), ACT, Op.ARCHIVE)
    back = inverse(change, change.after, UNDO)
    assert back.after == replace(MEMORY, revision=3, updated_at=LATER)


def test_undoing_an_undo_redoes() -> None:
    """Undo is a change like any other."""
    change = revised(MEMORY, replace(MEMORY, text="Ana lives in Lisbon"), ACT)
    back = inverse(change, change.after, UNDO)
    again = inverse(back, back.after, replace(UNDO, batch="b:3"))
    assert again.after is not None
    assert again.after.text == "Ana lives in Lisbon"


def test_undoing_a_removal_brings_the_memory_back() -> None:
    """A removed memory has no head; its last content returns."""
    gone = inverse(birth(MEMORY, ACT), MEMORY, UNDO)
    back = inverse(gone, None, replace(UNDO, batch="b:3"))
    assert (back.op, back.after) == (Op.RESTORE, replace(MEMORY, revision=2, updated_at=LATER))


def test_what_changed_again_since_is_not_undone_silently() -> None:
    """A later change must be undone first."""
    change = revised(MEMORY, replace(MEMORY, text="x"), ACT)
    assert change.after is not None
    later = revised(change.after, replace(change.after, text="y"), ACT)
    with pytest.raises(ConflictError, match="changed again"):
        inverse(change, later.after, UNDO)


def test_a_link_is_undone_by_unlinking() -> None:
    """The link travels with both changes."""
    other = replace(MEMORY, id="m:2")
    link = linked(MEMORY, other, "same_topic", ACT)
    back = inverse(link, MEMORY, UNDO)
    assert (back.op, back.link) == (Op.UNLINK, link.link)


def test_recall_strengthens_and_restarts_the_clock() -> None:
    """S as given, and t = 0."""
    change = reinforced(MEMORY, replace(ACT, at=LATER), strength=2.0)
    assert change.after is not None
    assert (change.after.strength, change.after.recalls, change.after.last_recalled_at) == (2.0, 1, LATER)


class Life:
    """One memory's changes, newest first, with undo and redo as the corridor has them."""

    def __init__(self) -> None:
        self.head = MEMORY
        self.log: list[Change] = []

    def take(self, change: Change) -> None:
        """A change is done."""
        assert change.after is not None
        self.head, self.log = change.after, [change, *self.log]

    def edit(self, text: str, actor: str = "user") -> None:
        """New words."""
        self.take(revised(self.head, replace(self.head, text=text), act(len(self.log), actor)))

    def undo(self) -> bool:
        """Take the last step back, if there is one."""
        found = latest_step(self.log, {})
        return self.back(found[0].batch if found else None)

    def back(self, batch: str | None) -> bool:
        """Take a batch back, if there is one."""
        if batch is None:
            return False
        (change,) = [change for change in self.log if change.batch == batch]
        self.take(inverse(change, self.head, act(len(self.log), "undo")))
        return True


def act(number: int, actor: str) -> Act:
    """A step of its own."""
    return Act(f"b:{number}", NOW, actor)


def test_the_step_to_take_back_is_the_users_own() -> None:
    """Whatever was done in the background since stays; only what it did to the same memories goes along."""
    edit = replace(birth(MEMORY, ACT), id="c:edit", batch="b:edit")
    tag = replace(edit, id="c:tag", batch="b:job", memory_id="m:2", actor="job:profile", op=Op.TAG)
    same = replace(tag, memory_id="m:1")
    assert latest_step([tag, edit], {}) == [edit]
    assert latest_step([same, edit], {}) == [same, edit]
    assert latest_step([edit, same], {}) == [edit], "what the background did before is no part of it"
    assert latest_step([tag], {}) == []
    assert latest_step([tag, edit], {}, background=True) == [tag]


def test_what_is_made_of_words_was_done_when_they_were_said() -> None:
    """A reader that is late with an old turn does not come before what the user did since."""
    pin = replace(birth(MEMORY, replace(ACT, at=LATER)), id="c:pin", batch="b:pin")
    read = replace(pin, id="c:read", batch="b:read", memory_id="m:2", actor="rule", evidence=("t:1",))
    assert latest_step([read, pin], {"t:1": NOW}) == [pin]
    assert latest_step([read, pin], {"t:1": LATER + timedelta(minutes=1)}) == [read]
    assert latest_step([read, pin], {}) == [pin]
    assert latest_step([read, pin], {}, background=True) == [read]


def test_one_of_many_turns_that_a_job_read_at_once_is_one_step() -> None:
    """The batch of a job is no act of the user."""
    read = replace(ACT, at=LATER + timedelta(hours=1))
    first = replace(birth(MEMORY, read), id="c:1", actor="rule", evidence=("t:1",))
    second = replace(first, id="c:2", memory_id="m:2", evidence=("t:2",))
    assert latest_step([second, first], {"t:1": NOW, "t:2": LATER}) == [second]


@given(st.lists(st.sampled_from(["edit", "undo", "redo", "recall"]), max_size=40))
def test_undo_and_redo_walk_along_what_was_done(steps: list[str]) -> None:
    """As in an editor: a list of states with a place in it; something new cuts off what was ahead."""
    life, states, place = Life(), [MEMORY.text], 0
    for number, step in enumerate(steps):
        match step:
            case "edit":
                life.edit(f"text {number}")
                states = [*states[: place + 1], f"text {number}"]
                place += 1
            case "undo":
                assert life.undo() == (place > 0)
                place = max(place - 1, 0)
            case "redo":
                assert life.back(latest_undo(life.log, {})) == (place + 1 < len(states))
                place = min(place + 1, len(states) - 1)
            case _:
                life.take(reinforced(life.head, act(len(life.log), "recall"), 2.0))
        assert life.head.text == states[place]


def test_a_job_that_did_something_since_does_not_end_redoing() -> None:
    """Only what the user does begins anew."""
    life = Life()
    life.edit("coffee")
    life.undo()
    other = birth(replace(MEMORY, id="m:other"), act(7, "job:reflect"))
    assert latest_undo([other, *life.log], {}) == life.log[0].batch
    assert latest_undo([replace(other, actor="user"), *life.log], {}) is None
    assert latest_undo([], {}) is None
