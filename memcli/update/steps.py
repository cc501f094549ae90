"""Which step `undo` and `redo` mean: the user's own last act, with what was made of it; pure.

An act of the user is a command, or words: what a reader made of words belongs to the moment when they were said,
however much later it was read. What jobs do, and what is made of imported or foreign words, is background work.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, TypeAlias

from memcli.records import Change, Op

JOB: Final = "job:"
"""How the names of actors begin that are jobs."""
COMMAND: Final = frozenset({"user", "import", "doctor", "merge", "undo", "redo"})
"""Actors that are the user's own commands."""
Said: TypeAlias = Mapping[str, datetime]
"""When the user said the turns that changes rest on, and when they wanted the batches that jobs carried out."""


def acted_at(change: Change, said: Said) -> datetime | None:
    """When the user did what a change comes of; None where it is background work."""
    if change.batch in said:
        return said[change.batch]
    if change.actor.startswith(JOB):
        return None
    if change.actor in COMMAND or not change.evidence:
        return change.at
    times = [said[turn] for turn in change.evidence if turn in said]
    return min(change.at, max(times)) if times else None


def read(log: Sequence[Change]) -> list[str]:
    """The turns that somebody made changes of by reading them; when they were said tells whose act that was."""
    made = (c for c in log if c.actor not in COMMAND and not c.actor.startswith(JOB))
    return list(dict.fromkeys(turn for change in made for turn in change.evidence))


def latest_step(log: Sequence[Change], said: Said, *, background: bool = False) -> list[Change]:
    """The changes, newest first, of the user's last act in a log (newest first), or of the latest background work.

    What the background did since to the memories of an act goes with it. Being recalled is nothing to take back.
    """
    standing = list(_standing(log))
    times = [acted_at(change, said) for change in standing]
    known = [(at, -place) for place, at in enumerate(times) if at is not None]
    behind = [place for place, at in enumerate(times) if at is None]
    if background:
        return [c for c in standing if c.batch == standing[behind[0]].batch] if behind else []
    if not known:
        return []
    last = -max(known)[1]
    own = {c.id for c, at in zip(standing, times, strict=True) if _is_one_act(c, standing[last], at, times[last])}
    touched = {change.memory_id for change in standing if change.id in own and change.link is None}
    later = [standing[place] for place in behind if place < last]
    since = {change.id for change in later if change.memory_id in touched and change.link is None}
    return [change for change in standing if change.id in own | since]


def _is_one_act(one: Change, other: Change, at: datetime | None, then: datetime | None) -> bool:
    """Are two changes of one command, or of the same words? A job reads many turns in one batch."""
    return one.batch == other.batch and (at == then or one.actor in COMMAND)


def latest_undo(log: Sequence[Change], said: Said) -> str | None:
    """The latest undo of a log (newest first) that was not taken back; None once the user did something new.

    Taking an undo back does its change again. Being recalled, background work and purges do not count as new.
    """
    by_id = {change.id: change for change in log}
    taken_back: set[str] = set()
    newest: datetime | None = None
    for change in log:
        if change.id in taken_back or change.op is Op.REINFORCE or change.final:
            continue
        if change.undoes is None:
            at = acted_at(change, said)
            newest = max(filter(None, (newest, at)), default=None)
            continue
        if newest is not None and newest >= change.at:
            return None
        undone = by_id.get(change.undoes)
        if undone is None or undone.undoes is None:
            return change.batch
        taken_back.add(undone.id)
    return None


def _standing(log: Sequence[Change]) -> Iterator[Change]:
    """The changes of a log (newest first) that were made, not taken back, and can be."""
    taken_back: set[str] = set()
    for change in log:
        if change.id in taken_back or change.op is Op.REINFORCE or change.final:
            continue
        if change.undoes is not None:
            taken_back.add(change.undoes)
        else:
            yield change
