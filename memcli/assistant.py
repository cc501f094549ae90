"""The corridor: remember, recall, ask, edit, forget, undo; joins the rooms and knows only ports and records.

The command line, the TUI, the service, jobs and MCP all make these calls and no others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from memcli import ingest, update
from memcli.answering import Answering
from memcli.errors import ConflictError, NotFoundError
from memcli.records import (
    CHAT,
    Change,
    Filter,
    Memory,
    Op,
    Origin,
    Priority,
    Role,
    Status,
    Turn,
    new_id,
)
from memcli.requests import (
    Exchange,
    Note,
    Patch,
    Remembered,
    verbatim,
    work_of,
)
from memcli.update import Act
from memcli.update.edits import inverses
from memcli.update.steps import latest_step, latest_undo, read

if TYPE_CHECKING:
    from memcli.learn import Lesson

__all__ = ["Assistant", "Exchange", "Note", "Patch", "Remembered"]

_LATEST = datetime.max.replace(tzinfo=UTC)
DIRECT_MEMORY_CHARS = 500
NOBODY = "user"
"""Whom the memories of a user are about who gave no name."""
_NAMELESS = re.compile(r"\b[Tt]he user\b(?! (?:interface|experience|manual|guide))")
UNDO_ACTOR, REDO_ACTOR = "undo", "redo"
UNDO_LOOKS_BACK = 1_000
EVERYTHING = 1_000_000_000
CLAIMED = "claimed."
"""How the notes begin that say of a batch when the user wanted it."""
ADDED = "add"
"""The source of turns that the user wrote down, beside those of a chat."""


class Assistant(Answering):
    """One person's memory with its models: what it keeps and how that changes, beside what it answers."""

    # -- keeping -----------------------------------------------------------------------------------------------

    def remember(self, note: Note, *, learn: bool = True) -> Remembered:
        """Keep what the user says: verbatim as turns, and what it tells as memories.

        The words and the work of reading them are durable when the first commit returns; with ``learn`` they are
        read at once. A ``raw`` note becomes one memory, word for word.

        Raises:
            BadInputError: the text is empty or too long; nothing was kept.
        """
        text = ingest.clean(note.text, self.settings.max_input_bytes)
        secrets = self._left_out(text)
        now = self.clock.now()
        turns = self._turns_of(text, note, min(note.at or now, now))  # what is to come was said all the same
        if note.raw or self.settings.extract_method == "off":
            return self._verbatim(text, note, turns, secrets)
        work = [work_of(note, turn, short=len(text) <= DIRECT_MEMORY_CHARS) for turn in turns]
        kept = self.store.add_turns(turns, work)
        if not learn:
            return Remembered(turns=tuple(kept), changes=(), queued=True)
        batch, learner = new_id("b"), self._learner()
        lessons = [learner.learn(item, batch) for item in work]
        made = tuple(change for lesson in lessons for change in lesson.changes)
        known = tuple(dict.fromkeys(memory for lesson in lessons for memory in lesson.known))
        failed, unclear = any(lesson.error for lesson in lessons), any(lesson.unclear for lesson in lessons)
        return Remembered(tuple(kept), made, queued=failed, known=known, secrets=secrets, unclear=unclear)

    def _verbatim(self, text: str, note: Note, turns: Sequence[Turn], secrets: tuple[str, ...]) -> Remembered:
        kept = self.store.add_turns(turns)
        if not note.raw and len(text) > DIRECT_MEMORY_CHARS:
            return Remembered(turns=tuple(kept), changes=())
        act = self._act("user", "added", evidence=tuple(t.id for t in turns))
        told = ingest.mask(text).text if secrets else text
        change = update.birth(verbatim(told, note, self.settings.user_name, act), act)
        self.store.commit([change])
        return Remembered(turns=tuple(kept), changes=(change,), secrets=secrets)

    def learn(
        self,
        limit: int = EVERYTHING,
        batch: str | None = None,
        stopping: Callable[[], bool] = lambda: False,
        least: Priority = Priority.BATCH,
    ) -> Iterator[Lesson]:
        """Read the turns that wait, the most urgent first; each is committed before it is told.

        What is less urgent than ``least`` is left.
        """
        yield from islice(self._learner().work_off(batch, stopping, least), limit)

    def _turns_of(self, text: str, note: Note, at: datetime) -> list[Turn]:
        session = note.session or f"notes-{at:%Y-%m-%d}"
        first = self._next_position(session)
        return [
            Turn(
                id=new_id("t"),
                session=session,
                position=first + offset,
                role=Role.USER,
                speaker=self.settings.user_name,
                text=piece,
                at=at,
                origin=note.origin,
                source=ADDED,
            )
            for offset, piece in enumerate(ingest.segments(text))
        ]

    def _next_position(self, session: str) -> int:
        return self.store.last_position(session) + 1

    # -- changing ----------------------------------------------------------------------------------------------

    def edit(self, memory_id: str, patch: Patch) -> Change:
        """Change a memory's words, kind, importance or date."""
        memory = self.memory(memory_id)
        given: dict[str, Any] = {
            "text": ingest.clean(patch.text, self.settings.max_input_bytes) if patch.text is not None else None,
            "kind": patch.kind,
            "importance": patch.importance,
            "event_at": patch.event_at,
            "expires_at": patch.expires_at,
        }
        after = replace(memory, **{name: value for name, value in given.items() if value is not None})
        after = replace(after, expires_at=None) if patch.lasting else after
        return self._revise([(memory, after)], Op.UPDATE, "edited")[0]

    def take_name(self, name: str) -> list[Change]:
        """Put the user's name into what was remembered of "the user", who had none."""
        held = self.store.list_memories(Filter(statuses=tuple(Status)), limit=EVERYTHING)
        own = [m for m in held if m.about == NOBODY]
        pairs = [(m, replace(m, about=name, text=_NAMELESS.sub(name, m.text))) for m in own]
        return self._revise(pairs, Op.UPDATE, f"the user is called {name}")

    def pin(self, memory_ids: Sequence[str], *, pinned: bool = True) -> list[Change]:
        """Keep memories from fading, or let them fade again; those that are so already are left alone."""
        pairs = [(m, replace(m, pinned=pinned)) for m in self._memories(memory_ids) if m.pinned is not pinned]
        return self._revise(pairs, Op.PIN if pinned else Op.UNPIN, "pinned" if pinned else "unpinned")

    def tag(self, memory_id: str, add: Sequence[str], remove: Sequence[str] = ()) -> list[Change]:
        """Add and take off tags; no change is written when nothing differs."""
        memory = self.memory(memory_id)
        tags = tuple(t for t in dict.fromkeys((*memory.tags, *add)) if t not in remove)
        pairs = [] if tags == memory.tags else [(memory, replace(memory, tags=tags))]
        return self._revise(pairs, Op.TAG, "tagged")

    def link(self, source_id: str, target_id: str, relation: str, *, remove: bool = False) -> Change:
        """Tie two memories together, or untie them."""
        source, target = self.memory(source_id), self.memory(target_id)
        if source.id == target.id:
            raise ConflictError("a memory cannot be linked to itself")
        op = Op.UNLINK if remove else Op.LINK
        change = update.linked(source, target, relation, self._act("user", op.lower() + "ed"), op=op)
        self.store.commit([change])
        return change

    def forget(self, memory_ids: Sequence[str], *, dry_run: bool = False) -> list[Change]:
        """Archive memories: out of every search, and back with ``undo``; ``dry_run`` only tells which."""
        pairs = [
            (m, replace(m, status=Status.ARCHIVED))
            for m in self._memories(memory_ids)
            if m.status is not Status.ARCHIVED
        ]
        return self._revise(pairs, Op.ARCHIVE, "forgotten", dry_run=dry_run)

    def inbox(self) -> list[Memory]:
        """What waits for the user's word, latest first."""
        return self.store.list_memories(Filter(statuses=(Status.QUARANTINED,)), limit=EVERYTHING)

    def settle(self, memory_ids: Sequence[str], *, accept: bool) -> list[Change]:
        """Let waiting memories in, or refuse them.

        Raises:
            ConflictError: one of them does not wait.
        """
        from memcli.learn import settled

        act = self._act("user", "accepted" if accept else "rejected")
        changes = settled(self.store, self._memories(memory_ids), act, accept=accept)
        self.store.commit(changes)
        return changes

    def undo(self, target: str | None = None, *, background: bool = False, dry_run: bool = False) -> list[Change]:
        """Take back a change or a batch (by id), or else what the user did last, with all that was made of it.

        The id of a memory means the latest that was done to it.

        ``background`` means what jobs did last, or what was made of words that are not the user's own here.
        ``dry_run`` only tells what would change.

        Raises:
            NotFoundError: there is nothing to undo.
            ConflictError: something was changed again since.
        """
        changes = self._named(target) if target else self._last_step(background=background)
        return self._inverted(changes, self._act(UNDO_ACTOR, f"undo of {target or changes[-1].batch}"), dry_run)

    def _inverted(self, changes: Sequence[Change], act: Act, dry_run: bool) -> list[Change]:
        heads = self.store.memories_by_id([change.memory_id for change in changes])
        made = inverses(changes, heads, act)
        if not dry_run:
            self.store.commit(made)
        return made

    def redo(self, *, dry_run: bool = False) -> list[Change]:
        """Do again what the last undo took back; as often as was undone, until the user does something new.

        Raises:
            NotFoundError: nothing was taken back since the user's last change.
            ConflictError: something was changed again since.
        """
        for log in self._logs():
            if batch := latest_undo(log, self._said_at(log)):
                changes = self._named(batch)
                again = self.store.change(changes[0].undoes).batch if changes[0].undoes else batch
                return self._inverted(changes, self._act(REDO_ACTOR, f"redo of {again}"), dry_run)
        raise NotFoundError("nothing was taken back since the last change")

    def _named(self, target: str) -> list[Change]:
        """The changes of an id, newest first."""
        found = self.store.resolve(target, ("c", "b", "m"))
        if found.startswith("m:"):
            return self._latest_of(found)
        return (
            [self.store.change(found)] if found.startswith("c:") else self.store.log(limit=EVERYTHING, batch=found)
        )

    def _latest_of(self, memory_id: str) -> list[Change]:
        """What was done last to a memory, and to what it took the place of; recalling and linking are nothing."""
        done = [c for c in self.store.history(memory_id) if c.link is None and c.op is not Op.REINFORCE]
        if not done:
            raise NotFoundError(f"nothing was done to {memory_id}")
        replaced = done[-1].after.supersedes if done[-1].before is None and done[-1].after else None
        beside = {memory_id, replaced}
        return [
            each for each in self.store.log(limit=EVERYTHING, batch=done[-1].batch) if each.memory_id in beside
        ]

    def _last_step(self, *, background: bool) -> list[Change]:
        found: list[Change] = []
        for log in self._logs():
            found = latest_step(log, self._said_at(log), background=background)
            if found and (len(log) < UNDO_LOOKS_BACK or log[-1].batch not in {each.batch for each in found}):
                return found
        if found:
            return found
        hint = "" if background else "`memcli undo --background` takes back what was done in the background"
        raise NotFoundError("there is nothing to undo", hint=hint or None)

    def _logs(self) -> Iterator[list[Change]]:
        """The latest changes, newest first; then all, if there are more."""
        for limit in (UNDO_LOOKS_BACK, EVERYTHING):
            log = self.store.log(limit=limit)
            yield log
            if len(log) < limit:
                return

    def claim(self, batch: str) -> None:
        """Note that a batch is the user's own act, whoever carries it out: a job that they run by hand."""
        self.store.note(CLAIMED + batch, self.clock.now().isoformat())

    def _said_at(self, log: Sequence[Change]) -> dict[str, datetime]:
        """When the user said, here and in their own words, what changes were made of, or wanted their batch.

        A note may be dated back and is read when it is written: its changes tell when that was.
        """
        turns = self.store.turns_by_id(read(log)).values()
        written = {Origin.DIRECT_USER, Origin.DOCUMENT}  # adding a file is the user's act; a tool's note is not
        own = (t for t in turns if t.origin in written and t.source in (ADDED, CHAT))
        claimed = {batch: datetime.fromisoformat(at) for batch, at in self.store.notes(CLAIMED).items()}
        return {turn.id: turn.at if turn.source == CHAT else _LATEST for turn in own} | claimed

    # -- reading -----------------------------------------------------------------------------------------------

    def memory(self, prefix: str) -> Memory:
        """The memory of an id or unique prefix."""
        found = self.store.resolve(prefix, ("m",))
        return self._present(found)

    def record(self, prefix: str) -> Memory | Turn:
        """The memory or turn of an id or unique prefix."""
        found = self.store.resolve(prefix)
        return self._present(found) if found.startswith("m:") else self.store.turns_by_id([found])[found]

    def _present(self, memory_id: str) -> Memory:
        """A memory that is not there any more still has an id, for its history."""
        found = self.store.memories_by_id([memory_id])
        if memory_id not in found:
            raise NotFoundError(f"{memory_id} was removed", hint=f"memcli history {memory_id} tells when")
        return found[memory_id]

    def _memories(self, prefixes: Sequence[str]) -> list[Memory]:
        return list({m.id: m for m in map(self.memory, prefixes)}.values())

    def _revise(
        self, pairs: Sequence[tuple[Memory, Memory]], op: Op, reason: str, *, dry_run: bool = False
    ) -> list[Change]:
        act = self._act("user", reason)
        changes = [update.revised(before, after, act, op) for before, after in pairs]
        if not dry_run:
            self.store.commit(changes)
        return changes

    def close(self) -> None:
        """Let go of the store; models are closed by whoever opened them."""
        self.store.close()
