"""Runs of background jobs, kept across restarts; knows no job."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from memcli import codec
from memcli.errors import BusyError
from memcli.records import JobRun, Outcome

if TYPE_CHECKING:
    import sqlite3

    from memcli.store.database import Database

LONGEST: Final = timedelta(days=1)
"""An open run that is older was cut short, even if a process of its number lives: numbers are given out again."""


def begin(database: Database, job: str, batch: str, at: datetime) -> JobRun:
    """Note that a job begins in this process.

    Raises:
        BusyError: it is running in another live process, or in another thread of this one.
    """
    with database.writing() as connection:
        rows = connection.execute("SELECT id, pid, record FROM job_runs WHERE job = ? ORDER BY id", (job,))
        for run_id, pid, record in rows.fetchall():
            open_run = codec.loads(JobRun, record)
            if open_run.outcome is not Outcome.RUNNING:
                continue
            if _alive(pid) and abs(at - open_run.began) < LONGEST:
                raise BusyError(f"{job} is running already, in process {pid}", hint="`memcli jobs list` shows it")
            _put(connection, run_id, replace(open_run, ended=at, outcome=Outcome.INTERRUPTED))
        run = JobRun(id=0, job=job, batch=batch, began=at)
        cursor = connection.execute(
            "INSERT INTO job_runs (job, pid, record) VALUES (?, ?, ?)", (job, os.getpid(), codec.dumps(run))
        )
        return replace(run, id=int(cursor.lastrowid or 0))


def end(database: Database, run: JobRun) -> None:
    """Note how a run ended, and forget all but the latest thousand runs of its job."""
    with database.writing() as connection:
        _put(connection, run.id, run)
        connection.execute(
            "DELETE FROM job_runs WHERE job = ?1 AND id <= (SELECT MAX(id) - 1000 FROM job_runs WHERE job = ?1)",
            (run.job,),
        )


def latest(database: Database, job: str | None, limit: int) -> list[JobRun]:
    """Runs, latest first."""
    rows = database.rows(
        "SELECT id, record FROM job_runs WHERE ?1 IS NULL OR job = ?1 ORDER BY id DESC LIMIT ?2", (job, limit)
    )
    return [replace(codec.loads(JobRun, record), id=run_id) for run_id, record in rows]


def paused(database: Database) -> frozenset[str]:
    """Names of paused jobs."""
    return frozenset(row[0] for row in database.rows("SELECT job FROM paused_jobs"))


def pause(database: Database, job: str, *, paused: bool) -> None:
    """Pause a job, or let it run again."""
    sql = "INSERT OR IGNORE INTO paused_jobs VALUES (?)" if paused else "DELETE FROM paused_jobs WHERE job = ?"
    with database.writing() as connection:
        connection.execute(sql, (job,))


def _put(connection: sqlite3.Connection, run_id: int, run: JobRun) -> None:
    connection.execute("UPDATE job_runs SET record = ? WHERE id = ?", (codec.dumps(run), run_id))


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
