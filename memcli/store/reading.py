"""Reads that need the ledger only: by id, lists, sessions, links, history; knows no Lance and no embedder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Final

from memcli import codec
from memcli.errors import ConflictError, NotFoundError
from memcli.records import Answer, Change, Filter, Link, Memory, Status, Turn
from memcli.store.filters import keeps_memory, memory_sql, micros
from memcli.store.rows import TURN_COLUMNS, turn_of

if TYPE_CHECKING:
    from memcli.store.database import Database

_IDS: Final = "IN (SELECT value FROM json_each(?))"
_LIVE_LINKS: Final = (
    "SELECT source, target, relation, weight FROM links"
    " WHERE source IN (SELECT id FROM memories) AND target IN (SELECT id FROM memories)"
)
_DANGLING_LINKS: Final = (
    "SELECT source, target, relation, weight FROM links"
    " WHERE source NOT IN (SELECT id FROM memories) OR target NOT IN (SELECT id FROM memories) ORDER BY 1, 2, 3"
)
_BY_LANE: Final = {
    "m": ("memories", "id"),
    "t": ("turns", "id"),
    "c": ("changes", "id"),
    "b": ("changes", "batch"),
    "a": ("answers", "id"),
}
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Reading:
    """The ledger as records."""

    database: Database

    def resolve(self, prefix: str, lanes: Sequence[str]) -> str:
        wanted = prefix.strip().lower()
        lane, colon, _ = wanted.partition(":")
        starts = [wanted] if colon and lane in lanes else [] if colon else [f"{name}:{wanted}" for name in lanes]
        found = [row for start in starts for row in self._starting(start)] if wanted else []
        if not found:
            found = [row for start in starts for row in self._removed(start)] if wanted else []
        exact = [row for row in found if row in starts]
        if not found:
            raise NotFoundError(f"nothing has the id {prefix}", hint="`memcli list` shows the ids")
        if len(found) > 1 and len(exact) != 1:
            shown = ", ".join(found[:_SHOWN]) + (", …" if len(found) > _SHOWN else "")
            raise ConflictError(f"several ids start with {prefix}", hint=f"give more of it: {shown}")
        return (exact or found)[0]

    def _starting(self, start: str) -> list[str]:
        table, column = _BY_LANE[start[0]]
        return self._prefixed(table, column, start)

    def _removed(self, start: str) -> list[str]:
        """Memories that are gone still have a history."""
        return self._prefixed("changes", "memory", start) if start[0] == "m" else []

    def _prefixed(self, table: str, column: str, start: str) -> list[str]:
        rows = self.database.rows(
            f"SELECT DISTINCT {column} FROM {table} WHERE {column} >= ? AND {column} < ? ORDER BY 1 LIMIT ?",
            (start, f"{start}\U0010ffff", _SHOWN + 1),
        )
        return [row[0] for row in rows]

    def last_change(self) -> int:
        return int(self.database.rows("SELECT COALESCE(MAX(seq), 0) FROM changes")[0][0])

    def memories_by_id(self, ids: Sequence[str]) -> dict[str, Memory]:
        rows = self.database.rows(f"SELECT id, record FROM memories WHERE id {_IDS}", (json.dumps(list(ids)),))
        return {row[0]: codec.loads(Memory, row[1]) for row in rows}

    def memories_from(self, turn_ids: Sequence[str]) -> dict[str, list[Memory]]:
        rows = self.database.rows(
            "SELECT s.turn, m.record FROM memory_sources s JOIN memories m ON m.id = s.memory"
            f" WHERE s.turn {_IDS}",
            (json.dumps(list(turn_ids)),),
        )
        found: dict[str, list[Memory]] = {}
        for turn, record in rows:
            found.setdefault(turn, []).append(codec.loads(Memory, record))
        return found

    def turns_by_id(self, ids: Sequence[str]) -> dict[str, Turn]:
        found = self._turns(f"r.id {_IDS}", (json.dumps(list(ids)),))
        return {turn.id: turn for turn in found}

    def _turns(self, condition: str, values: Sequence[object]) -> list[Turn]:
        sql = f"SELECT {TURN_COLUMNS} FROM turns r WHERE {condition} ORDER BY r.position, r.seq"
        return [turn_of(row) for row in self.database.rows(sql, values)]

    def list_memories(self, where: Filter, limit: int, offset: int, *, by_event: bool) -> list[Memory]:
        if where.known_at is not None:
            return self.memories_known(where, where.known_at)[offset : offset + limit]
        condition, values = memory_sql(where)
        rows = self.database.rows(
            f"SELECT m.record FROM memories m WHERE {condition}"
            f" ORDER BY {'m.event_us' if by_event else 'm.created_us'} DESC, m.seq DESC LIMIT ? OFFSET ?",
            (*values, limit, offset),
        )
        return [codec.loads(Memory, row[0]) for row in rows]

    def memories_known(self, where: Filter, then: datetime) -> list[Memory]:
        """The memories as they stood at a time, from the history, newest first."""
        rows = self.database.rows(
            "SELECT record FROM changes WHERE seq IN (SELECT MAX(seq) FROM changes"
            " WHERE at_us <= ? AND op NOT IN ('LINK', 'UNLINK') GROUP BY memory) ORDER BY seq DESC",
            (micros(then),),
        )
        heads = [head for row in rows if (head := codec.loads(Change, row[0]).after) is not None]
        turns = self.ids_of_session(where.session)
        kept = [head for head in heads if keeps_memory(head, where, turns)]
        return sorted(kept, key=lambda memory: memory.created_at, reverse=True)

    def ids_of_session(self, session: str | None) -> frozenset[str]:
        """The turns of a session; none for none."""
        rows = [] if session is None else self.database.rows("SELECT id FROM turns WHERE session = ?", (session,))
        return frozenset(row[0] for row in rows)

    def memories_of_session(self, session: str | None) -> list[str]:
        """The ids of the memories drawn from a session's turns."""
        if session is None:
            return []
        rows = self.database.rows(
            "SELECT DISTINCT s.memory FROM turns t JOIN memory_sources s ON s.turn = t.id WHERE t.session = ?",
            (session,),
        )
        return [row[0] for row in rows]

    def session_turns(self, session: str, first: int, last: int | None) -> list[Turn]:
        condition = "r.session = ?1 AND r.position >= ?2 AND (?3 IS NULL OR r.position <= ?3)"
        return self._turns(condition, (session, first, last))

    def last_position(self, session: str) -> int:
        """An `add` to a long conversation does not read it."""
        (row,) = self.database.rows("SELECT MAX(position) FROM turns WHERE session = ?", (session,))
        return -1 if row[0] is None else int(row[0])

    def neighbours(self, turn_ids: Sequence[str], reach: int) -> dict[str, list[Turn]]:
        rows = self.database.rows(
            f"SELECT o.id, {TURN_COLUMNS} FROM turns o JOIN turns r ON r.session = o.session"
            f" AND r.position BETWEEN o.position - ?2 AND o.position + ?2 WHERE o.id {_IDS.replace('?', '?1')}"
            " ORDER BY r.position, r.seq",
            (json.dumps(list(turn_ids)), reach),
        )
        around: dict[str, list[Turn]] = {}
        for row in rows:
            around.setdefault(row[0], []).append(turn_of(row[1:]))
        return around

    def surroundings(self, turn_ids: Sequence[str], reach: int) -> list[Turn]:
        within = (
            "SELECT n.seq FROM turns o JOIN turns n ON n.session = o.session"
            f" AND n.position BETWEEN o.position - ?2 AND o.position + ?2 WHERE o.id {_IDS.replace('?', '?1')}"
        )
        return self._turns(f"r.seq IN ({within})", (json.dumps(list(turn_ids)), reach))

    def sessions(self, limit: int) -> list[tuple[str, int, datetime]]:
        """SQLite takes the bare ``at`` from the row that has the maximum."""
        rows = self.database.rows(
            "SELECT session, COUNT(*), at, MAX(at_us) FROM turns GROUP BY session"
            " ORDER BY MAX(at_us) DESC, session LIMIT ?",
            (limit,),
        )
        return [(session, count, datetime.fromisoformat(at)) for session, count, at, _ in rows]

    def links(self, memory_id: str) -> list[Link]:
        rows = self.database.rows(f"{_LIVE_LINKS} AND ?1 IN (source, target) ORDER BY 1, 2, 3", (memory_id,))
        return [Link(*row) for row in rows]

    def dangling_links(self) -> list[Link]:
        return [Link(*row) for row in self.database.rows(_DANGLING_LINKS)]

    def links_of(self, memory_ids: Sequence[str]) -> list[Link]:
        ids = json.dumps(list(memory_ids))
        found = f"{_LIVE_LINKS} AND source {_IDS} UNION {_LIVE_LINKS} AND target {_IDS} ORDER BY 1, 2, 3"
        return [Link(*row) for row in self.database.rows(found, (ids, ids))]

    def entities(self, memory_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        rows = self.database.rows(
            f"SELECT memory, entity FROM memory_entities WHERE memory {_IDS} ORDER BY 1, 2",
            (json.dumps(list(memory_ids)),),
        )
        return {
            memory: tuple(entity for _, entity in found) for memory, found in groupby(rows, key=lambda row: row[0])
        }

    def naming(self, entities: Sequence[str]) -> dict[str, tuple[str, ...]]:
        rows = self.database.rows(
            "SELECT e.entity, e.memory FROM memory_entities e JOIN memories m ON m.id = e.memory"
            f" WHERE m.status = ?2 AND e.entity {_IDS.replace('?', '?1')}"
            " ORDER BY 1, m.created_us DESC, m.seq DESC",
            (json.dumps(list(entities)), Status.ACTIVE.value),
        )
        return {
            entity: tuple(memory for _, memory in found) for entity, found in groupby(rows, key=lambda row: row[0])
        }

    def history(self, memory_id: str) -> list[Change]:
        rows = self.database.rows("SELECT record FROM changes WHERE memory = ? ORDER BY seq", (memory_id,))
        return [codec.loads(Change, row[0]) for row in rows]

    def log(self, limit: int, batch: str | None, offset: int = 0) -> list[Change]:
        rows = self.database.rows(
            "SELECT record FROM changes WHERE ?1 IS NULL OR batch = ?1 ORDER BY seq DESC LIMIT ?2 OFFSET ?3",
            (batch, limit, offset),
        )
        return [codec.loads(Change, row[0]) for row in rows]

    def change(self, change_id: str) -> Change:
        rows = self.database.rows("SELECT record FROM changes WHERE id = ?", (change_id,))
        if not rows:
            raise NotFoundError(f"no change has the id {change_id}", hint="`memcli log` shows the changes")
        return codec.loads(Change, rows[0][0])

    def answer(self, answer_id: str | None) -> Answer:
        rows = self.database.rows(
            "SELECT record FROM answers WHERE ?1 IS NULL OR id = ?1 ORDER BY seq DESC LIMIT 1", (answer_id,)
        )
        if not rows:
            what = "nothing was asked yet" if answer_id is None else f"no answer has the id {answer_id}"
            raise NotFoundError(what, hint="`memcli ask QUESTION` makes one")
        return codec.loads(Answer, rows[0][0])

    def answers(self, limit: int) -> list[Answer]:
        rows = self.database.rows("SELECT record FROM answers ORDER BY seq DESC LIMIT ?", (limit,))
        return [codec.loads(Answer, row[0]) for row in rows]
