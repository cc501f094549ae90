"""Changes as values: what a user, a rule or a job does to one memory, and how it is taken back; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


def linked(
    source: Memory, target: Memory, relation: str, act: Act, *, op: Op = Op.LINK, weight: float = 1.0
) -> Change:
    """The change that ties two memories together, or unties them with ``op=Op.UNLINK``."""
    link = Link(source=source.id, target=target.id, relation=relation, weight=round(weight, 3))
    return replace(_change(act, op, source, source), link=link)


def untie(link: Link, end: Memory | None, act: Act) -> Change:
    """The change that takes a link away of which ``end`` is all that is left, if anything is."""
    change = _change(act, Op.UNLINK, end, end) if end is not None else None
    if change is None:
        change = Change(new_id("c"), act.batch, act.at, act.actor, Op.UNLINK, link.source, None, None, act.reason)
    return replace(change, link=link)


def inverse(change: Change, head: Memory | None, act: Act) -> Change:
    """The change that takes ``change`` back, given the memory as it is now.

    Raises:
        ConflictError: the memory was changed again since.
    """
    if change.op in _INVERSE_LINK:
        back = replace(change, id=new_id("c"), batch=act.batch, at=act.at, actor=act.actor, reason=act.reason)
        return replace(back, op=_INVERSE_LINK[change.op], before=head, after=head, undoes=change.id)
    if not _is_still(change, head):
        raise ConflictError(
            f"{change.memory_id} was changed again after {change.id}",
            hint=f"undo its later changes first: memcli history {change.memory_id}",
        )
    restored = _restored(change, head, act.at)
    op = Op.DELETE if restored is None else Op.RESTORE if head is None else Op.UPDATE
    return replace(_change(act, op, head, restored), memory_id=change.memory_id, undoes=change.id)


def inverses(changes: Sequence[Change], heads: Mapping[str, Memory], act: Act) -> list[Change]:
    """The changes that take ``changes`` (newest first) back, given the memories as they are now.

    Raises:
        ConflictError: one of the memories was changed again since, or all that was changed is purged.
    """
    now: dict[str, Memory | None] = dict(heads)
    made = []
    lasting = [change for change in changes if not change.final]
    if changes and not lasting:
        raise ConflictError(
            f"{changes[0].memory_id} was purged: that is for good",
            hint="`memcli history` shows what else was done",
        )
    for change in lasting:
        back = inverse(change, now.get(change.memory_id), act)
        now[change.memory_id] = back.after
        made.append(back)
    return made


def _is_still(change: Change, head: Memory | None) -> bool:
    """Whether the memory is what the change made it: changes taken back, and recalls, do not stand in the way."""
    if head is None or change.after is None:
        return head is change.after
    if change.op is Op.REINFORCE:
        return head.revision == change.after.revision
    return replace(_recalled_like(change.after, head), revision=head.revision, updated_at=head.updated_at) == head


def _restored(change: Change, head: Memory | None, now: datetime) -> Memory | None:
    if change.before is None:
        return None
    if head is None:
        return replace(change.before, revision=change.before.revision + 1, updated_at=now)
    before = change.before if change.op is Op.REINFORCE else _recalled_like(change.before, head)
    return replace(before, revision=max(before.revision, head.revision) + 1, updated_at=now)


def _recalled_like(memory: Memory, other: Memory) -> Memory:
    return replace(memory, strength=other.strength, recalls=other.recalls, last_recalled_at=other.last_recalled_at)


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
