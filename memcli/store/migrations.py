"""The ledger's tables, one numbered step per version; knows SQL and nothing of records.

``PRAGMA user_version`` is the schema version. Times are kept twice: as the ISO text that was said (with its
offset) inside the record, and as microseconds since 1970 UTC in ``*_us`` columns, which are compared.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from memcli.errors import StoreError

_FIRST: Final = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE turns (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    session TEXT NOT NULL,
    position INTEGER NOT NULL,
    role TEXT NOT NULL,
    speaker TEXT NOT NULL,
    text TEXT NOT NULL,
    at TEXT NOT NULL,
    origin TEXT NOT NULL,
    source TEXT NOT NULL,
    source_id TEXT NOT NULL,
    at_us INTEGER NOT NULL
);
CREATE INDEX turns_by_session ON turns (session, position);

CREATE TABLE memories (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    revision INTEGER NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    created_us INTEGER NOT NULL,
    event_us INTEGER NOT NULL,
    valid_from_us INTEGER,
    valid_to_us INTEGER,
    record TEXT NOT NULL
);
CREATE INDEX memories_by_creation ON memories (created_us);

CREATE TABLE memory_sources (
    memory TEXT NOT NULL REFERENCES memories (id) ON DELETE CASCADE,
    turn TEXT NOT NULL,
    PRIMARY KEY (memory, turn)
) WITHOUT ROWID;
CREATE INDEX memory_sources_by_turn ON memory_sources (turn);

CREATE TABLE links (
    source TEXT NOT NULL,
    target TEXT NOT NULL,
    relation TEXT NOT NULL,
    weight REAL NOT NULL,
    PRIMARY KEY (source, target, relation)
) WITHOUT ROWID;
CREATE INDEX links_by_target ON links (target);

CREATE TABLE changes (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    batch TEXT NOT NULL,
    memory TEXT NOT NULL,
    op TEXT NOT NULL,
    at_us INTEGER NOT NULL,
    record TEXT NOT NULL
);
CREATE INDEX changes_by_memory ON changes (memory, seq);
CREATE INDEX changes_by_batch ON changes (batch);

CREATE TABLE answers (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, record TEXT NOT NULL);

-- A row waits here until the Lance tables have it. Every change gives it a new, never reused number, so that
-- a flush takes away exactly what it wrote.
CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    lane TEXT NOT NULL,
    id TEXT NOT NULL,
    vector BLOB,
    UNIQUE (lane, id)
);

CREATE TABLE terms (
    lane TEXT NOT NULL,
    term TEXT NOT NULL,
    documents INTEGER NOT NULL,
    PRIMARY KEY (lane, term)
) WITHOUT ROWID;
CREATE TABLE lanes (lane TEXT PRIMARY KEY, documents INTEGER NOT NULL, length INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO lanes VALUES ('turn', 0, 0), ('memory', 0, 0);
"""

_JOBS: Final = """
CREATE TABLE job_runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    job TEXT NOT NULL,
    pid INTEGER NOT NULL,
    record TEXT NOT NULL
);
CREATE INDEX job_runs_by_job ON job_runs (job, id);
CREATE TABLE paused_jobs (job TEXT PRIMARY KEY) WITHOUT ROWID;
"""

_QUEUE: Final = """
-- Turns that wait to be read for memories. One that failed too often stays, with its error, and is left alone.
CREATE TABLE queue (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    turn TEXT NOT NULL UNIQUE,
    priority INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    record TEXT NOT NULL
);
CREATE INDEX queue_by_priority ON queue (priority DESC, seq);
"""

_PURGES: Final = """
-- What was erased, by id and never by text: an unfinished purge goes on at the next start, and an erased id is
-- never taken in again (one that stays only lost a source). A purge's stage is 0 while its rows are there, 1 while
-- their bytes may be, 2 when both are gone.
CREATE TABLE purges (seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, stage INTEGER NOT NULL);
CREATE TABLE purged (id TEXT PRIMARY KEY, purge INTEGER NOT NULL, stays INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX purged_by_purge ON purged (purge);
"""

_ENTITIES: Final = """
-- What each memory names (``entity_keys`` reads it from the words): the graph over memories, derived and remade.
CREATE TABLE memory_entities (
    entity TEXT NOT NULL,
    memory TEXT NOT NULL REFERENCES memories (id) ON DELETE CASCADE,
    PRIMARY KEY (entity, memory)
) WITHOUT ROWID;
CREATE INDEX memory_entities_by_memory ON memory_entities (memory);
INSERT OR IGNORE INTO memory_entities
    SELECT named.value, m.id FROM memories m, json_each(entity_keys(
        json_extract(m.record, '$.text'), json_extract(m.record, '$.about'))) named;
"""

_ORDER: Final = """
-- The place of a turn in its session, and of a change in the history, that all devices agree on: microseconds
-- since 1970, the time itself (0 here) or one more than the place before, where the time is not later than that.
ALTER TABLE turns ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
ALTER TABLE changes ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
UPDATE changes SET place = later.place FROM (
    SELECT seq, n + MAX(at_us - n) OVER (ORDER BY n) AS place
    FROM (SELECT seq, at_us, ROW_NUMBER() OVER (ORDER BY seq) AS n FROM changes)
) later WHERE later.seq = changes.seq AND later.place != changes.at_us;
UPDATE turns SET place = later.place FROM (
    SELECT seq, n + MAX(at_us - n) OVER (PARTITION BY session ORDER BY n) AS place
    FROM (SELECT seq, session, at_us, ROW_NUMBER() OVER (ORDER BY session, position, seq) AS n FROM turns)
) later WHERE later.seq = turns.seq AND later.place != turns.at_us;
CREATE INDEX changes_by_place ON changes (coalesce(nullif(place, 0), at_us));

-- What a change means, where a merge left the history unable to tell it: a Change with the fields that it sets.
CREATE TABLE meant (
    id TEXT PRIMARY KEY,
    memory TEXT NOT NULL,
    place INTEGER NOT NULL,
    over TEXT,
    record TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX meant_by_memory ON meant (memory);
"""

MIGRATIONS: Final = (_FIRST, _JOBS, _QUEUE, _PURGES, _ENTITIES, _ORDER)
SCHEMA_VERSION: Final = len(MIGRATIONS)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the ledger to this version, each step in a transaction of its own.

    Raises:
        StoreError: a newer memcli made it.
    """
    while (version := schema_version(connection)) < SCHEMA_VERSION:
        step = f"BEGIN IMMEDIATE;\n{MIGRATIONS[version]}\nPRAGMA user_version = {version + 1};\nCOMMIT;"
        try:
            connection.executescript(step)
        except sqlite3.OperationalError:
            if connection.in_transaction:
                connection.rollback()
            if schema_version(connection) == version:
                raise


def schema_version(connection: sqlite3.Connection) -> int:
    """The version the ledger has.

    Raises:
        StoreError: it is higher than this memcli knows.
    """
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > SCHEMA_VERSION:
        raise StoreError(
            f"this memory was made by a newer memcli (schema {version}, this one knows {SCHEMA_VERSION})",
            hint="upgrade memcli: pip install -U memcli",
        )
    return version
