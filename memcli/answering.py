"""What a memory answers: recall, ask, chat, why; joins search, model and what is kept of an answer; knows ports.

The half of the corridor that finds; ``assistant`` is the other, which keeps and changes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import islice
from time import perf_counter
from typing import TYPE_CHECKING

from memcli import generate, ingest, lifecycle, update
from memcli.config import Settings
from memcli.errors import BadInputError
from memcli.ports import ChatModel, Clock, MemoryStore, Sampling, Searcher, StopReply, Task
from memcli.records import (
    CHAT,
    Answer,
    Change,
    Filter,
    Hit,
    Message,
    Origin,
    Priority,
    RankerState,
    Role,
    Taught,
    Turn,
    Work,
    new_id,
)
from memcli.requests import Exchange, is_own_reply, least_trusted, made_of, wait_read
from memcli.update import Act

if TYPE_CHECKING:
    from memcli.learn import Learner

HISTORY_TURNS = 12
PROFILE_MOST = 200
READ = 2
"""Turns read after a message; what else waits is the background's work."""
RECITED_FROM = 40
"""Finds among which a sentence may be that answers by itself."""
SEARCH_LEARNS, SINCE = "ranker.", "since"
"""The note from when on citations count; empty or absent: always."""


class Answering:
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
        found = self._found(question, where, k)
        hits = found[: k or self.settings.recall_k]
        if recital := self._recited(question, found, where):
            _tell(recital[0].text, on_piece)
            return self._keep(self._answer(question, recital[0], hits, recital[1], began))
        reply = generate.Reply(generate.DONT_KNOW, ())
        notes, injected = self._notes(question, hits, where) if hits else ([], [])
        if notes and not (self._trained("generation") and generate.for_memory_alone(question, hits)):
            reply = self._from_notes(question, notes, lambda _: on_piece(""), where)
            injected = [hit for hit in injected if hit.id in reply.shown]
        if not reply.interrupted:
            _tell(reply.text, on_piece)
        return self._keep(self._answer(question, reply, hits, injected, began))

    def _found(self, question: str, where: Filter | None = None, k: int | None = None) -> list[Hit]:
        """What was found for a question, more than a model is shown; what the user asked before is left out."""
        found = self.recall(question, where, max(k or self.settings.recall_k, RECITED_FROM))
        return [hit for hit in found if hit.turn is None or hit.turn.source != CHAT or not generate.asks(hit.text)]

    def _recited(
        self, question: str, found: Sequence[Hit], where: Filter | None = None, before: str = ""
    ) -> tuple[generate.Reply, list[Hit]] | None:
        """The answer that memory gives in its own words, where an adapter would have to answer otherwise."""
        if not self._trained("generation") or (where and (where.as_of or where.known_at)):
            return None
        from memcli.recite import recited, recited_openly

        recite = recited if self.settings.secrets == "keep" else recited_openly
        return recite(question, self._standing(found), self.settings.user_name, self.clock.now(), before)

    def _from_notes(
        self,
        question: str,
        notes: Sequence[generate.Note],
        on_piece: Callable[[str], None],
        where: Filter | None = None,
    ) -> generate.Reply:
        """What the notes answer, checked against them."""
        model, now, learned = self._model(), self.clock.now(), self._trained("generation")
        lead = self._lead(question, notes, where) if learned else None
        return generate.answered(
            model, question, notes, now, self._sampling(), on_piece, learned=learned, lead=lead
        )

    def _lead(self, question: str, notes: Sequence[generate.Note], where: Filter | None) -> float:
        """How much better search finds a question where it is put of the other person who speaks, in log-odds."""
        swapped = generate.asked_of_another(question, notes)
        found = [hit for hit in self._found(swapped, where) if not is_own_reply(hit)] if swapped else []
        return found[0].score - max(note.score for note in notes) if found else 0.0

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
        self._model()
        cleaned = ingest.clean(text, self.settings.max_input_bytes)
        secrets = () if private else self._left_out(cleaned)
        history = self.store.session_turns(session) if past is None else past
        said = self._said(cleaned, session, Role.USER, history[-1].position + 1 if history else 0)
        if not private:
            self.store.add_turns([said], self._heard(said))
        reply, hits, injected = self._reply(said, history[-HISTORY_TURNS:], on_piece, private=private)
        answer = replace(self._answer(cleaned, reply, hits, injected, began), session=session)
        replied = self._said(reply.text, session, Role.ASSISTANT, said.position + 1)
        if not private:
            if reply.text:
                self.store.add_turns([replied])
            self._keep(answer)
        return Exchange(answer=answer, said=said, replied=replied, interrupted=reply.interrupted, secrets=secrets)

    def _reply(
        self, said: Turn, recent: Sequence[Turn], on_piece: Callable[[str], None], *, private: bool
    ) -> tuple[generate.Reply, list[Hit], list[Hit]]:
        """What to say to a message, what was found for it, and which of that it was said from.

        An acknowledgement rests on nothing, and so goes with nothing that is erased.
        """
        if (told := self._acknowledged(said, private=private)) is not None:
            _tell(told.text, on_piece)
            return told, [], []
        heard = {said.id, *(turn.id for turn in recent)}
        found = [hit for hit in self._found(said.text) if hit.id != said.id]
        hits = [hit for hit in found if hit.id not in heard][: self.settings.recall_k]
        before = next((turn.text for turn in reversed(recent) if turn.role is Role.USER), "")
        if known := self._recited(said.text, found, before=before):
            _tell(known[0].text, on_piece)
            return known[0], hits, known[1]
        notes, injected = self._notes(said.text, hits)
        reply = self._recalled(said.text, hits, notes, on_piece)
        if reply is None:
            model = self._model()
            messages = self._fitting(model, said.text, notes, recent)
            self._prepare(model, messages, private=private)
            reply = generate.respond(model, messages, notes, said.text, self._sampling(), on_piece)
            return reply, hits, injected
        return reply, hits, [hit for hit in injected if hit.id in reply.shown]

    def _acknowledged(self, said: Turn, *, private: bool) -> generate.Reply | None:
        """The reply to what asks nothing, where the model is one that small that an adapter must answer.

        A statement is read first, so that the reply says what became of it.
        """
        from memcli.extract import is_pleasantry, language_of, only_tells

        if not self._trained("generation") or generate.asks(said.text):
            return None
        if is_pleasantry(said.text):
            return generate.Reply(generate.pleasantry(said.text), ())
        if not only_tells(said.text):  # in another language only what comes of it shows that it tells something
            made = [] if private or language_of(said.text) == "en" else self.read(said)
            return generate.Reply(generate.acknowledged(made), ()) if made else None
        return generate.Reply(generate.acknowledged([] if private else self.read(said)), ())

    def read(self, said: Turn, stopping: Callable[[], bool] = lambda: False) -> list[Change]:
        """Read what was just said, unless the service is doing so already; what was made of it."""
        for _ in islice(self._learner().work_off(None, stopping, Priority.NOTE), READ):
            pass
        wait_read(self.store, said, stopping)
        return made_of(self.store, said)

    def _recalled(
        self, text: str, hits: Sequence[Hit], notes: Sequence[generate.Note], on_piece: Callable[[str], None]
    ) -> generate.Reply | None:
        """The answer to a question to memory, by whoever learned to answer; None for all other talk."""
        if not self._trained("generation"):
            return None
        own = generate.only_memory_knows(text, hits)
        reply = generate.Reply(generate.DONT_KNOW, ())
        if generate.asks_memory(text, hits) and not (own and generate.must_be_told(text)):
            reply = self._from_notes(text, notes, lambda _: on_piece("")) if notes else reply
        elif not own:
            return None
        if not reply.interrupted:
            if notes and generate.abstains(reply.text) and not own:
                return None
            _tell(reply.text, on_piece)
        return reply

    def _heard(self, said: Turn) -> list[Work]:
        return [] if self.settings.extract_method == "off" else [Work(said.id, Priority.LIVE)]

    def why(self, answer_id: str | None = None) -> Answer:
        """A kept answer with its three lists; the latest without an id."""
        return self.store.answer(self.store.resolve(answer_id, ("a",)) if answer_id else None)

    def _notes(
        self, question: str, hits: Sequence[Hit], where: Filter | None = None
    ) -> tuple[list[generate.Note], list[Hit]]:
        then = generate.looks_back(question) or (where is not None and bool(where.as_of or where.known_at))
        told = self._standing(hits, then=then)
        told = [hit for hit in told if not generate.is_anothers(question, hit, self.settings.user_name)]
        count = self._model().count_tokens
        packed = self._searcher().pack(question, told, self.settings.recall_tokens, count)
        if self.settings.secrets != "keep":  # a turn keeps the words as said: an answer must not tell them
            if self._trained("generation"):  # a small model recites the mark in its place
                packed = [hit for hit in packed if not ingest.is_secret(hit.text)]
            shown = [hit.saying(ingest.mask(hit.text).text) for hit in packed]
            return [generate.note_of(n, hit) for n, hit in enumerate(shown, 1)], packed
        return [generate.note_of(n, hit) for n, hit in enumerate(packed, 1)], packed

    def _standing(self, hits: Sequence[Hit], *, then: bool = False) -> list[Hit]:
        """The hits that an answer may rest on: what people said, and what holds now or may have held ``then``."""
        wrong = generate.put_right(hits)
        current = hits if then else self._current(hits)
        return [hit for hit in current if not is_own_reply(hit) and hit.id not in wrong]

    def _current(self, hits: Sequence[Hit]) -> list[Hit]:
        made_of = self.store.memories_from([hit.id for hit in hits if hit.turn is not None])
        return generate.current(hits, made_of)

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
        self, question: str, reply: generate.Reply, hits: Sequence[Hit], injected: Sequence[Hit], began: float
    ) -> Answer:
        found = {hit.id: hit for hit in (*hits, *injected)}  # a memory may stand in for a turn that was found
        return Answer(
            id=new_id("a"),
            question=question,
            text=reply.text,
            at=self.clock.now(),
            citations=reply.citations,
            retrieved=tuple(found.values()),
            injected=tuple(hit.id for hit in injected),
            model=self.settings.chat_model,
            took_ms=(perf_counter() - began) * 1000,
            trust=least_trusted(hit for hit in found.values() if hit.id in reply.citations),
        )

    def _keep(self, answer: Answer) -> Answer:
        """Keep an answer for ``why`` and strengthen the memories it used."""
        self.store.save_answer(answer)
        cited = self.store.memories_by_id([i for i in answer.citations if i.startswith("m:")])
        act = self._act("recall", f"cited in {answer.id}")
        self.store.commit([update.reinforced(m, act, lifecycle.strengthened(m, act.at)) for m in cited.values()])
        return answer

    def _left_out(self, text: str) -> tuple[str, ...]:
        """The kinds of the secrets that memories of a text will not hold.

        Raises:
            BadInputError: it holds one, and the user wants such texts refused.
        """
        kinds = ingest.mask(text).kinds
        if kinds and self.settings.secrets == "refuse":
            raise BadInputError(f"this holds a secret ({kinds[0]}): nothing was kept", hint="leave it out")
        return kinds if self.settings.secrets == "mask" else ()

    def _act(self, actor: str, reason: str, evidence: tuple[str, ...] = ()) -> Act:
        return Act(batch=new_id("b"), at=self.clock.now(), actor=actor, reason=reason, evidence=evidence)


def _tell(text: str, on_piece: Callable[[str], None]) -> None:
    """Hand over a reply that is whole: a listener that stops it now has heard it."""
    with suppress(StopReply):
        on_piece(text)
