"""Changes as values: what a user, a rule or a job does to one memory, and how it is taken back; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from memcli.errors import ConflictError
from memcli.records import Change, Link, Memory, Op, new_id

_INVERSE_LINK: Final = {Op.LINK: Op.UNLINK, Op.UNLINK: Op.LINK}


@dataclass(frozen=True, slots=True)
class Act:
    """Who changes something, when, why and on what evidence; one ``batch`` is undone as a whole."""

    batch: str
    at: datetime
    actor: str
    reason: str = ""
    evidence: tuple[str, ...] = ()


def birth(memory: Memory, act: Act) -> Change:
    """The change that brings a memory into being."""
    return _change(act, Op.ADD, None, memory)


def revised(before: Memory, after: Memory, act: Act, op: Op = Op.UPDATE) -> Change:
    """The change from a memory to its next revision, whose new content ``after`` holds."""
    return _change(act, op, before, replace(after, revision=before.revision + 1, updated_at=act.at))


def reinforced(memory: Memory, act: Act, strength: float) -> Change:
    """A memory that was used in an answer: S grows and t starts again (MemoryBank, section 3.3)."""
    after = replace(
        memory,
        revision=memory.revision + 1,
        strength=strength,
        recalls=memory.recalls + 1,
        last_recalled_at=act.at,
    )
    return _change(act, Op.REINFORCE, memory, after)


def linked(source: Memory, target: Memory, relation: str, act: Act, *, op: Op = Op.LINK) -> Change:
    """The change that ties two memories together, or unties them with ``op=Op.UNLINK``."""
    link = Link(source=source.id, target=target.id, relation=relation)
    return replace(_change(act, op, source, source), link=link)


def inverse(change: Change, head: Memory | None, act: Act) -> Change:
    """The change that takes ``change`` back, given the memory as it is now.

    Raises:
        ConflictError: the memory was changed again since.
    """
    if change.op in _INVERSE_LINK:
        back = replace(change, id=new_id("c"), batch=act.batch, at=act.at, actor=act.actor, reason=act.reason)
        return replace(back, op=_INVERSE_LINK[change.op], before=head, after=head, undoes=change.id)
    if (head.revision if head else None) != (change.after.revision if change.after else None):
        raise ConflictError(
            f"{change.memory_id} was changed again after {change.id}",
            hint=f"undo its later changes first: memcli history {change.memory_id}",
        )
    restored = _restored(change, head, act.at)
    op = Op.DELETE if restored is None else Op.RESTORE if head is None else Op.UPDATE
    return replace(_change(act, op, head, restored), memory_id=change.memory_id, undoes=change.id)


def _restored(change: Change, head: Memory | None, now: datetime) -> Memory | None:
    if change.before is None:
        return None
    revision = max(change.before.revision, head.revision if head else 0) + 1
    return replace(change.before, revision=revision, updated_at=now)


def _change(act: Act, op: Op, before: Memory | None, after: Memory | None) -> Change:
    subject = after or before
    if subject is None:
        raise ValueError("a change needs a memory before or after it")
    return Change(
        id=new_id("c"),
        batch=act.batch,
        at=act.at,
        actor=act.actor,
        op=op,
        memory_id=subject.id,
        before=before,
        after=after,
        reason=act.reason,
        evidence=act.evidence,
    )
