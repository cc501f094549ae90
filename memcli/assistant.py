"""The corridor: remember, recall, ask, edit, forget, undo; joins the rooms and knows only ports and records.

The command line, the TUI, the service, jobs and MCP all make these calls and no others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import islice
from time import perf_counter
from typing import TYPE_CHECKING, Any

from memcli import generate, ingest, lifecycle, update
from memcli.config import Settings
from memcli.errors import BadInputError, ConflictError, NotFoundError
from memcli.ports import ChatModel, Clock, MemoryStore, Sampling, Searcher, StopReply, Task
from memcli.records import (
    CHAT,
    Answer,
    Change,
    Filter,
    Hit,
    Memory,
    Message,
    Op,
    Origin,
    Priority,
    RankerState,
    Role,
    Status,
    Taught,
    Turn,
    Work,
    new_id,
)
from memcli.requests import (
    Exchange,
    Note,
    Patch,
    Remembered,
    is_own_reply,
    least_trusted,
    verbatim,
    work_of,
)
from memcli.update import Act
from memcli.update.edits import inverses, latest_batch, latest_undo

if TYPE_CHECKING:
    from memcli.learn import Learner, Lesson

__all__ = ["Assistant", "Exchange", "Note", "Patch", "Remembered"]

DIRECT_MEMORY_CHARS = 500
HISTORY_TURNS = 12
PROFILE_MOST = 200
UNDO_ACTOR, REDO_ACTOR = "undo", "redo"
UNDO_LOOKS_BACK = 1_000
SEARCH_LEARNS, SINCE = "ranker.", "since"
"""The note from when on citations count; empty or absent: always."""
EVERYTHING = 1_000_000_000


class Assistant:
    """One person's memory with its models. Models are opened when first needed."""

    def __init__(  # noqa: PLR0913 -- the parts of one memory
        self,
        settings: Settings,
        store: MemoryStore,
        searcher: Callable[[], Searcher],
        model: Callable[[], ChatModel],
        clock: Clock,
        learner: Callable[[], Learner],
        trained: Callable[[Task], bool] = lambda _: False,
    ) -> None:
        self.settings = settings
        self.store = store
        self.clock = clock
        self._searcher = searcher
        self._model = model
        self._learner = learner
        self._trained = trained

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
        turns = self._turns_of(text, note, note.at or self.clock.now())
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

    def _left_out(self, text: str) -> tuple[str, ...]:
        """The kinds of the secrets that memories of a text will not hold.

        Raises:
            BadInputError: it holds one, and the user wants such texts refused.
        """
        kinds = ingest.mask(text).kinds
        if kinds and self.settings.secrets == "refuse":
            raise BadInputError(f"this holds a secret ({kinds[0]}): nothing was kept", hint="leave it out")
        return kinds if self.settings.secrets == "mask" else ()

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
        self, limit: int = EVERYTHING, batch: str | None = None, stopping: Callable[[], bool] = lambda: False
    ) -> Iterator[Lesson]:
        """Read the turns that wait, the most urgent first; each is committed before it is told."""
        yield from islice(self._learner().work_off(batch, stopping), limit)

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
                source="add",
            )
            for offset, piece in enumerate(ingest.segments(text))
        ]

    def _next_position(self, session: str) -> int:
        last = self.store.session_turns(session)
        return last[-1].position + 1 if last else 0

    # -- finding -----------------------------------------------------------------------------------------------

    def recall(self, query: str, where: Filter | None = None, k: int | None = None) -> list[Hit]:
        """The best hits for a query, best first; nothing is reinforced by looking."""
        cleaned = ingest.clean(query, self.settings.max_input_bytes)
        return self._searcher().search(cleaned, where or Filter(), k or self.settings.recall_k, self.clock.now())

    def ask(
        self, question: str, on_piece: Callable[[str], None], *, where: Filter | None = None, k: int | None = None
    ) -> Answer:
        """Answer from memory with citations; the answer and what it rests on are kept for ``why``.

        ``on_piece`` gets the answer once it has been checked against the notes. Until then it gets empty pieces,
        so that it can stop a long one.
        """
        began = perf_counter()
        hits = self.recall(question, where, k)
        if not hits:
            _tell(generate.DONT_KNOW, on_piece)
            return self._keep(self._answer(question, generate.Reply(generate.DONT_KNOW, ()), [], [], began))
        model = self._model()
        notes, injected = self._notes(question, hits, model)
        reply = self._from_notes(question, notes, lambda _: on_piece(""))
        if not reply.interrupted:
            _tell(reply.text, on_piece)
        return self._keep(self._answer(question, reply, hits, injected, began))

    def _from_notes(
        self, question: str, notes: Sequence[generate.Note], on_piece: Callable[[str], None]
    ) -> generate.Reply:
        """What the notes answer, checked against them."""
        messages = generate.ask_messages(question, notes, self.clock.now())
        return generate.answered(self._model(), messages, notes, question, self._sampling(), on_piece)

    def open_search(self) -> None:
        """Open the embedder, so that reading can compare meanings.

        Raises:
            ModelMissingError: it is not on this machine.
        """
        self._searcher()

    def teach_search(self) -> Taught:
        """Learn from citations since the last reset how to rank; what was learned before is replaced.

        Raises:
            ModelMissingError: the embedder is not on this machine.
        """
        since = self.store.notes(SEARCH_LEARNS).get(SINCE)
        return self._searcher().learn(datetime.fromisoformat(since) if since else None)

    def reset_search(self, *, undo: bool = False) -> Taught:
        """Forget what search learned and do not learn it again; ``undo`` learns from every kept answer anew."""
        since = "" if undo else self.clock.now().isoformat()
        self.store.note(SEARCH_LEARNS + SINCE, since)
        return self.teach_search()

    def ranker(self) -> RankerState:
        """How search ranks."""
        return self._searcher().state()

    def warm(self, *, private: bool = False) -> None:
        """Open the models now, in a thread of its own, so that the first message need not wait for them.

        What a chat begins with is read too; it is kept on disk for the next time, unless in ``private``.

        Raises:
            ModelMissingError: one is not on this machine.
        """
        self._model().prepare(generate.chat_opening(self.clock.now(), self._about_user()), keep=not private)
        self._searcher()

    def chat(
        self,
        text: str,
        session: str,
        on_piece: Callable[[str], None],
        *,
        private: bool = False,
        past: Sequence[Turn] | None = None,
    ) -> Exchange:
        """One message of a conversation: recall, reply, keep both turns verbatim (unless ``private``).

        ``past`` is what was said before; without it the session's kept turns are.
        """
        began = perf_counter()
        model = self._model()
        cleaned = ingest.clean(text, self.settings.max_input_bytes)
        secrets = () if private else self._left_out(cleaned)
        history = self.store.session_turns(session) if past is None else past
        said = self._said(cleaned, session, Role.USER, history[-1].position + 1 if history else 0)
        if not private:
            self.store.add_turns([said], self._heard(said))
        recent = history[-HISTORY_TURNS:]
        seen = {said.id, *(turn.id for turn in recent)}
        hits = [hit for hit in self.recall(cleaned) if hit.id not in seen]
        notes, injected = self._notes(cleaned, hits, model)
        reply = self._recalled(cleaned, hits, notes, on_piece)
        if reply is None:
            messages = self._fitting(model, cleaned, notes, recent)
            self._prepare(model, messages, private=private)
            reply = generate.respond(model, messages, notes, cleaned, self._sampling(), on_piece)
        answer = replace(self._answer(cleaned, reply, hits, injected, began), session=session)
        replied = self._said(reply.text, session, Role.ASSISTANT, said.position + 1)
        if not private:
            if reply.text:
                self.store.add_turns([replied])
            self._keep(answer)
        return Exchange(answer=answer, said=said, replied=replied, interrupted=reply.interrupted, secrets=secrets)

    def _recalled(
        self, text: str, hits: Sequence[Hit], notes: Sequence[generate.Note], on_piece: Callable[[str], None]
    ) -> generate.Reply | None:
        """The answer to a question that memory can answer, by whoever learned to; None for all other talk."""
        if not notes or not self._trained("generation") or not generate.asks_memory(text, hits):
            return None
        reply = self._from_notes(text, notes, lambda _: on_piece(""))
        if not reply.interrupted:
            if generate.abstains(reply.text):
                return None
            _tell(reply.text, on_piece)
        return reply

    def _heard(self, said: Turn) -> list[Work]:
        return [] if self.settings.extract_method == "off" else [Work(said.id, Priority.LIVE)]

    def why(self, answer_id: str | None = None) -> Answer:
        """A kept answer with its three lists; the latest without an id."""
        return self.store.answer(self.store.resolve(answer_id, ("a",)) if answer_id else None)

    def _notes(
        self, question: str, hits: Sequence[Hit], model: ChatModel
    ) -> tuple[list[generate.Note], list[str]]:
        told = [hit for hit in hits if not is_own_reply(hit)]
        packed = self._searcher().pack(question, told, self.settings.recall_tokens, model.count_tokens)
        notes = [generate.note_of(n, hit) for n, hit in enumerate(packed, 1)]
        if self.settings.secrets != "keep":  # a turn keeps the words as said: an answer must not tell them
            notes = [replace(note, line=ingest.mask(note.line).text) for note in notes]
        return notes, [hit.id for hit in packed]

    def _fitting(
        self, model: ChatModel, text: str, notes: Sequence[generate.Note], recent: Sequence[Turn]
    ) -> list[Message]:
        """The chat prompt with as much of the history as the context holds, the newest part of it."""
        room = model.context_tokens - self.settings.answer_tokens - 64
        about = self._about_user()
        for dropped in range(len(recent) + 1):
            messages = generate.chat_messages(text, notes, recent[dropped:], self.clock.now(), about)
            if sum(model.count_tokens(m.content) + 8 for m in messages) <= room:
                return messages
        return generate.chat_messages(text, (), (), self.clock.now())

    def _prepare(self, model: ChatModel, messages: Sequence[Message], *, private: bool) -> None:
        opening = generate.chat_opening(self.clock.now(), self._about_user())
        if messages[: len(opening)] == opening:  # a long history may have left no room for it
            model.prepare(opening, keep=not private)

    def _about_user(self) -> list[str]:
        """The lines of the profile that weigh most; the same until it changes, so that their KV state is kept."""
        where = Filter(tags=(lifecycle.PROFILE,))
        lines = self.store.list_memories(where, limit=PROFILE_MOST) if self.settings.profile_lines else []
        return [line.text for line in lifecycle.foremost(lines, self.settings.profile_lines)]

    def _said(self, text: str, session: str, role: Role, position: int) -> Turn:
        by_user = role is Role.USER
        return Turn(
            id=new_id("t"),
            session=session,
            position=position,
            role=role,
            speaker=self.settings.user_name if by_user else "memcli",
            text=text,
            at=self.clock.now(),
            origin=Origin.DIRECT_USER if by_user else Origin.ASSISTANT,
            source=CHAT,
        )

    def _sampling(self) -> Sampling:
        return Sampling(max_tokens=self.settings.answer_tokens, repeat_penalty=1.1, stop=generate.FENCES)

    def _answer(
        self, question: str, reply: generate.Reply, hits: Sequence[Hit], injected: Sequence[str], began: float
    ) -> Answer:
        return Answer(
            id=new_id("a"),
            question=question,
            text=reply.text,
            at=self.clock.now(),
            citations=reply.citations,
            retrieved=tuple(hits),
            injected=tuple(injected),
            model=self.settings.chat_model,
            took_ms=(perf_counter() - began) * 1000,
            trust=least_trusted(hit for hit in hits if hit.id in reply.citations),
        )

    def _keep(self, answer: Answer) -> Answer:
        """Keep an answer for ``why`` and strengthen the memories it used."""
        self.store.save_answer(answer)
        cited = self.store.memories_by_id([i for i in answer.citations if i.startswith("m:")])
        act = self._act("recall", f"cited in {answer.id}")
        self.store.commit([update.reinforced(m, act, lifecycle.strengthened(m, act.at)) for m in cited.values()])
        return answer

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

    def undo(self, target: str | None = None, *, dry_run: bool = False) -> list[Change]:
        """Take back a change or a batch (by id), or else the latest batch that was not taken back yet.

        ``dry_run`` only tells what would change.

        Raises:
            NotFoundError: there is nothing to undo.
            ConflictError: something was changed again since.
        """
        changes = self._to_undo(target)
        return self._inverted(changes, self._act(UNDO_ACTOR, f"undo of {target or changes[0].batch}"), dry_run)

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
        for limit in (UNDO_LOOKS_BACK, EVERYTHING):
            if batch := latest_undo(self.store.log(limit=limit)):
                changes = self._to_undo(batch)
                again = self.store.change(changes[0].undoes).batch if changes[0].undoes else batch
                return self._inverted(changes, self._act(REDO_ACTOR, f"redo of {again}"), dry_run)
        raise NotFoundError("nothing was taken back since the last change")

    def _to_undo(self, target: str | None) -> list[Change]:
        """The changes to take back, newest first."""
        if target is None:
            return self.store.log(limit=EVERYTHING, batch=self._last_batch())
        found = self.store.resolve(target, ("c", "b"))
        return (
            [self.store.change(found)] if found.startswith("c:") else self.store.log(limit=EVERYTHING, batch=found)
        )

    def _last_batch(self) -> str:
        for limit in (UNDO_LOOKS_BACK, EVERYTHING):
            if batch := latest_batch(self.store.log(limit=limit)):
                return batch
        raise NotFoundError("there is nothing to undo")

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

    def _act(self, actor: str, reason: str, evidence: tuple[str, ...] = ()) -> Act:
        return Act(batch=new_id("b"), at=self.clock.now(), actor=actor, reason=reason, evidence=evidence)

    def close(self) -> None:
        """Let go of the store; models are closed by whoever opened them."""
        self.store.close()


def _tell(text: str, on_piece: Callable[[str], None]) -> None:
    """Hand over a reply that is whole: a listener that stops it now has heard it."""
    with suppress(StopReply):
        on_piece(text)
