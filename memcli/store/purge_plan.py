"""What a purge takes along: from what a user names to every record that rests on it; reads and changes nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from memcli import codec
from memcli.erasure import Plan, Scope, Traces
from memcli.errors import UsageError
from memcli.records import Answer, Change, Kind, Memory, Role
from memcli.store.filters import micros
from memcli.store.needles import Needles, sizable

if TYPE_CHECKING:
    from memcli.store.database import Database

_ID: Final = re.compile(r"[mt]:[0-9a-z]{12}")
_CHANGES: Final = "SELECT memory, record FROM changes UNION ALL SELECT memory, record FROM meant"
_IN: Final = "IN (SELECT value FROM json_each(?))"


def plan(database: Database, scope: Scope) -> Plan:
    """Every record that goes when what the scope names goes.

    A memory takes the turns along that it was made from, unless another memory rests on them. A turn takes along
    the memories that rest on nothing else, every insight that rests on it, the answers that were given from it and
    the replies that cite it.

    Raises:
        UsageError: the scope names nothing.
    """
    going = _Going(database)
    if scope.ids:
        going.named(scope)
    else:
        going.matching(scope)
    going.follow()
    return going.plan()


def traces(database: Database, found: Plan) -> Traces:
    """What the records of a plan can be known by, gathered while they are there; vectors of waiting rows only."""
    texts: dict[str, None] = {}
    echoed = _said_elsewhere(database, found.turns)
    for row in _rows(database, "SELECT text FROM turns WHERE id", found.turns):
        if row[0] not in echoed:
            texts[row[0]] = None
    for memory in _bodies(database, found.memories):
        texts[memory.text] = None
    ids = (*found.memories, *found.turns)
    vectors = [row[0] for row in _rows(database, "SELECT vector FROM outbox WHERE vector NOT NULL AND id", ids)]
    return Traces(texts=tuple(texts), ids=ids, vectors=tuple(vectors), touched=found.touched)


def _said_elsewhere(database: Database, turns: Iterable[str]) -> set[str]:
    """Replies that stand word for word among turns that stay, as "Got it" does: nothing is known by them."""
    going = json.dumps(sorted(turns))
    return {
        row[0]
        for row in database.rows(
            f"SELECT DISTINCT text FROM turns WHERE role = ?1 AND id NOT {_IN.replace('?', '?2')} AND text IN"
            f" (SELECT text FROM turns WHERE role = ?1 AND id {_IN.replace('?', '?2')})",
            (Role.ASSISTANT.value, going),
        )
    }


@dataclass(slots=True)
class _Going:
    """The records on their way out."""

    database: Database
    memories: set[str] = field(default_factory=set)
    turns: set[str] = field(default_factory=set)
    answers: set[str] = field(default_factory=set)
    losing: set[str] = field(default_factory=set)
    shared: set[str] = field(default_factory=set)

    def named(self, scope: Scope) -> None:
        self.memories = {one for one in scope.ids if one.startswith("m:")}
        self.turns = {one for one in scope.ids if one.startswith("t:")}
        if scope.keep_turns:
            return
        behind = {turn for memory in _bodies(self.database, self.memories) for turn in memory.sources} - self.turns
        self.shared = self._needed_by_others(behind)
        self.turns |= self._present(behind - self.shared)

    def _needed_by_others(self, turns: set[str]) -> set[str]:
        """Turns that memories rest on which stay; an insight is made again from what is left."""
        rows = _rows(
            self.database,
            "SELECT s.turn, m.id, m.kind FROM memory_sources s JOIN memories m ON m.id = s.memory WHERE s.turn",
            turns,
        )
        return {turn for turn, memory, kind in rows if memory not in self.memories and kind != Kind.INSIGHT}

    def _present(self, turns: set[str]) -> set[str]:
        return {row[0] for row in _rows(self.database, "SELECT id FROM turns WHERE id", turns)}

    def matching(self, scope: Scope) -> None:
        values = {
            "before": None if scope.before is None else micros(scope.before),
            "session": scope.session,
            "source": scope.source,
            "words": scope.containing and scope.containing.lower(),
        }
        if all(value is None or value == "" for value in values.values()):
            raise UsageError("nothing says what to purge", hint="give --before, --session, --source or --query")
        rows = self.database.rows(
            "SELECT id FROM turns WHERE (?1 IS NULL OR at_us < ?1) AND (?2 IS NULL OR session = ?2)"
            " AND (?3 IS NULL OR source = ?3) AND (?4 IS NULL OR instr(lowered(text), ?4))",
            tuple(values.values()),
        )
        self.turns = {row[0] for row in rows}
        if scope.session is None and scope.source is None:
            self._matching_memories(values)

    def _matching_memories(self, values: dict[str, Any]) -> None:
        """Memories of that time with no later source; memories with these words, now or in their history."""
        rows = self.database.rows(
            "SELECT id, record FROM memories WHERE (?1 IS NULL OR created_us < ?1)", (values["before"],)
        )
        for memory_id, record in rows:
            memory = codec.loads(Memory, record)
            if values["words"] and not _speaks_of(memory, values["words"]):
                continue
            if values["before"] is None or self.turns.issuperset(self._present(set(memory.sources))):
                self.memories.add(memory_id)
        if values["words"] and values["before"] is None:
            self._matching_history(values["words"])
            self._matching_answers(values["words"])

    def _matching_history(self, words: str) -> None:
        for memory_id, record in self.database.rows(
            f"SELECT memory, record FROM ({_CHANGES}) WHERE instr(lowered(record), ?)", (words,)
        ):
            change = codec.loads(Change, record)
            if any(body is not None and _speaks_of(body, words) for body in (change.before, change.after)):
                self.losing.add(memory_id)

    def _matching_answers(self, words: str) -> None:
        for answer_id, record in self.database.rows(
            "SELECT id, record FROM answers WHERE instr(lowered(record), ?)", (words,)
        ):
            answer = codec.loads(Answer, record)
            if words in f"{answer.question}\n{answer.text}".lower():
                self.answers.add(answer_id)

    def follow(self) -> None:
        """Take along what rests on what goes, until nothing more does."""
        size = -1
        while size != (size := len(self.memories) + len(self.turns) + len(self.answers)):
            self._follow_memories()
            self._follow_answers()

    def _follow_memories(self) -> None:
        rows = _rows(
            self.database,
            "SELECT m.id, m.record FROM memories m JOIN memory_sources s ON s.memory = m.id WHERE s.turn",
            self.turns,
        )
        for memory_id, record in dict(rows).items():
            memory = codec.loads(Memory, record)
            left = self._present(set(memory.sources)) - self.turns
            (self.losing if left and memory.kind is not Kind.INSIGHT else self.memories).add(memory_id)
        gone = {row[0] for row in _rows(self.database, "SELECT id FROM memories WHERE id", self.losing)}
        self.memories |= self.losing - gone  # removed before: only the history is left of it
        self.losing -= self.memories

    def _follow_answers(self) -> None:
        """Answers that were given from what goes, or speak of it; the replies of those that cite it."""
        going = self.memories | self.turns
        texts = traces(self.database, self.plan()).texts
        needles = Needles([text for text in texts if sizable(text)])
        for answer_id, record in self.database.rows("SELECT id, record FROM answers"):
            if answer_id in self.answers:
                continue
            named = not going.isdisjoint(_ID.findall(record))
            answer = codec.loads(Answer, record)
            quoted = needles.in_text(answer.question) or needles.in_text(answer.text)
            if quoted or (named and not going.isdisjoint((*answer.injected, *answer.citations))):
                self.answers.add(answer_id)
                if quoted or not going.isdisjoint(answer.citations):
                    self.turns |= self._replies(answer)

    def _replies(self, answer: Answer) -> set[str]:
        """The turn in which an answer was said: of those with the same words the nearest in time."""
        if not answer.session or not answer.text:
            return set()
        rows = self.database.rows(
            "SELECT id FROM turns WHERE session = ? AND role = ? AND text = ? ORDER BY abs(at_us - ?) LIMIT 1",
            (answer.session, Role.ASSISTANT, answer.text, micros(answer.at)),
        )
        return {row[0] for row in rows}

    def plan(self) -> Plan:
        return Plan(
            memories=tuple(sorted(self.memories)),
            turns=tuple(sorted(self.turns)),
            answers=tuple(sorted(self.answers)),
            losing=tuple(sorted(self.losing)),
            shared=tuple(sorted(self.shared - self.turns)),
        )


def _speaks_of(memory: Memory, words: str) -> bool:
    return words in " ".join((memory.text, memory.about, *memory.tags, *memory.keywords)).lower()


def _bodies(database: Database, memories: Iterable[str]) -> Iterable[Memory]:
    """The memories as they are and as they ever were."""
    for (record,) in _rows(database, "SELECT record FROM memories WHERE id", memories):
        yield codec.loads(Memory, record)
    for (record,) in _rows(database, f"SELECT record FROM ({_CHANGES}) WHERE memory", memories):
        change = codec.loads(Change, record)
        yield from (body for body in (change.before, change.after) if body is not None)


def _rows(database: Database, sql: str, ids: Iterable[str]) -> list[tuple[Any, ...]]:
    return database.rows(f"{sql} {_IN}", (json.dumps(sorted(ids)),))
