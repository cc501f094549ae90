"""Small facts that a job leaves for its next run; knows no job."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from memcli.store.database import Database

OWN = "note:"
"""Keeps them apart from what the store notes for itself in the same table."""


def note(database: Database, key: str, value: str) -> None:
    """Keep a value under a key, in the place of the one before."""
    with database.writing() as connection:
        connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (OWN + key, value))


def notes(database: Database, prefix: str) -> dict[str, str]:
    """The values whose keys begin with a prefix, by the rest of the key."""
    start = len(OWN + prefix) + 1
    rows = database.rows(
        "SELECT substr(key, ?1), value FROM meta WHERE substr(key, 1, ?1 - 1) = ?2", (start, OWN + prefix)
    )
    return dict(rows)
