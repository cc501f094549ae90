"""BM25 and its counts, kept in the ledger so that flushed and waiting rows score alike; knows no Lance."""

from __future__ import annotations

import json
import math
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from memcli.terms import terms

if TYPE_CHECKING:
    from memcli.records import Lane
    from memcli.store.database import Database

K1: Final = 1.2
B: Final = 0.75


@dataclass(frozen=True, slots=True)
class Collection:
    """A lane's counts for some terms: rows in all, their mean length in terms, rows that hold each term."""

    documents: int
    mean_length: float
    frequencies: Mapping[str, int]

    def bm25(self, query: Iterable[str], document: Mapping[str, int]) -> float:
        """BM25 of a document (its term counts) for a query's distinct terms.

        Robertson & Zaragoza (2009), The Probabilistic Relevance Framework, section 3.2, with k1 = 1.2, b = 0.75
        and Lucene's idf, ln(1 + (N - n + 0.5) / (n + 0.5)), which is never negative.
        """
        norm = K1 * (1 - B + B * sum(document.values()) / (self.mean_length or 1.0))
        return sum(
            self._idf(term) * count * (K1 + 1) / (count + norm)
            for term in query
            if (count := document.get(term, 0))
        )

    def _idf(self, term: str) -> float:
        holding = self.frequencies.get(term, 0)
        return math.log(1 + (max(self.documents, holding) - holding + 0.5) / (holding + 0.5))


def collection(database: Database, lane: Lane, asked: Sequence[str]) -> Collection:
    """The lane's counts, every acknowledged row included."""
    documents, length = database.rows("SELECT documents, length FROM lanes WHERE lane = ?", (lane,))[0]
    found = database.rows(
        "SELECT term, documents FROM terms WHERE lane = ? AND term IN (SELECT value FROM json_each(?))",
        (lane, json.dumps(list(asked))),
    )
    frequencies = dict.fromkeys(asked, 0) | dict(found)
    return Collection(documents, length / documents if documents else 0.0, frequencies)


def count(
    connection: sqlite3.Connection, lane: Lane, *, add: Iterable[str] = (), remove: Iterable[str] = ()
) -> None:
    """Enter texts into, and take texts out of, a lane's counts, within the caller's transaction."""
    change: Counter[str] = Counter()
    documents = length = 0
    for sign, texts in ((1, add), (-1, remove)):
        for text in texts:
            found = terms(text)
            documents += sign
            length += sign * len(found)
            for term in set(found):
                change[term] += sign
    connection.execute(
        "UPDATE lanes SET documents = documents + ?, length = length + ? WHERE lane = ?", (documents, length, lane)
    )
    connection.executemany(
        "INSERT INTO terms VALUES (?, ?, ?)"
        " ON CONFLICT (lane, term) DO UPDATE SET documents = documents + excluded.documents",
        [(lane, term, step) for term, step in change.items() if step],
    )
    gone = [(lane, term) for term, step in change.items() if step < 0]
    connection.executemany("DELETE FROM terms WHERE lane = ? AND term = ? AND documents <= 0", gone)
