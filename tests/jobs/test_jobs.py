"""Jobs on a real store: due when they should be, noted when they ran, undone like anything else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.assistant import Note
from memcli.errors import BusyError, StoreError
from memcli.jobs import JOBS, Context, Job, Runner, Scheduler, named, seconds_left
from memcli.jobs.extract import ENOUGH
from memcli.jobs.job import is_due, next_run
from memcli.ports import FixedClock
from memcli.records import Filter, Kind, Op, Outcome, Role, Status, Turn, Work
from memcli.store import runs
from memcli.wiring import Parts

NOW = datetime(2026, 5, 1, tzinfo=UTC)
DAY = timedelta(days=1)
DAILY = Job("daily", "a test's", DAY, lambda _: "done")


@pytest.fixture
def clock() -> FixedClock:
    """Stands still until a test moves it."""
    return FixedClock(NOW)


def job_that(does: Callable[[Context], str]) -> Job:
    """A daily job."""
    return replace(DAILY, run=does)


@pytest.mark.parametrize(
    ("last", "due"),
    [
        (None, True),
        (NOW, False),
        (NOW - DAY, True),
        (NOW - DAY + timedelta(seconds=1), False),
        (NOW - 40 * DAY, True),
        (NOW + 40 * DAY, True),
    ],
)
def test_a_job_is_due_when_its_time_has_passed(last: datetime | None, due: bool) -> None:
    """Once, however much time has passed; and a clock set back does not silence it."""
    assert is_due(DAILY, last, NOW) is due
    assert next_run(DAILY, last, NOW) <= NOW + DAY


def test_reading_an_import_lets_other_jobs_have_their_turn(parts: Parts) -> None:
    """A run without patience ends at once and tells what waits; one by hand reads all, and tells its pace."""
    said = [Turn(f"t:{n}", "s", n, Role.USER, "Ana", f"I own {n} boats", NOW) for n in range(ENOUGH)]
    parts.store.add_turns(said, [Work(turn.id) for turn in said])
    assert seconds_left(parts.store) is None
    assert Runner(parts.assistant, patience=0.0).run(named("extract")).detail.endswith(f", {ENOUGH} wait")
    assert Runner(parts.assistant).run(named("extract")).detail.startswith(f"{ENOUGH} turns read")
    assert seconds_left(parts.store) == 0.0
    parts.store.add_turns([replace(said[0], id="t:more")], [Work("t:more")])
    assert (seconds_left(parts.store) or 0.0) > 0.0


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_the_next_run_is_never_in_the_past(last: int, now: int) -> None:
    """Overdue means at once."""
    at = NOW + timedelta(minutes=now)
    assert at <= next_run(DAILY, NOW + timedelta(minutes=last), at) <= at + DAY


def test_a_run_is_noted_with_its_end(parts: Parts) -> None:
    """Begun, ended, outcome, and one line of what it did."""
    run = Runner(parts.assistant).run(job_that(lambda _: "three things"))
    assert (run.outcome, run.detail, run.ended) == (Outcome.DONE, "three things", NOW)
    assert parts.store.job_runs() == [run]


def test_an_explained_failure_is_noted_and_not_raised(parts: Parts) -> None:
    """The next beat tries again; `jobs list` shows why."""

    def fails(_: Context) -> str:
        raise StoreError("the disk is full")

    run = Runner(parts.assistant).run(job_that(fails))
    assert (run.outcome, run.detail) == (Outcome.FAILED, "the disk is full")


def test_an_unexplained_failure_leaves_no_run_open(parts: Parts) -> None:
    """A defect must not block the job for ever."""

    def breaks(_: Context) -> str:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Runner(parts.assistant).run(job_that(breaks))
    assert parts.store.job_runs()[0].outcome is Outcome.FAILED


def test_a_job_never_runs_twice_at_once(parts: Parts) -> None:
    """The second is told who runs it."""
    held: list[str] = []

    def again(_: Context) -> str:
        with pytest.raises(BusyError, match="running already"):
            Runner(parts.assistant).run(DAILY)
        held.append("refused")
        return ""

    Runner(parts.assistant).run(job_that(again))
    assert held == ["refused"]


def test_a_run_of_a_dead_process_is_closed(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a crash the job is taken up again."""
    parts.store.begin_run("daily", "b:1", NOW)
    monkeypatch.setattr(runs, "_alive", lambda _: False)
    Runner(parts.assistant).run(DAILY)
    assert [run.outcome for run in parts.store.job_runs()] == [Outcome.DONE, Outcome.INTERRUPTED]


def test_a_beat_runs_what_is_due_and_only_that(parts: Parts, clock: FixedClock) -> None:
    """Hourly beats, six days of sleep, a beat every seven hours: once a day while awake, and once on waking."""
    for step in (timedelta(hours=1),) * 60 + (timedelta(days=6),) + (timedelta(hours=7),) * 12:
        Scheduler([DAILY], Runner(parts.assistant), parts.store, clock).beat()
        clock.advance(step)
    hours = [int((run.began - NOW) / timedelta(hours=1)) for run in parts.store.job_runs(limit=100)]
    assert hours[::-1] == [0, 24, 48, 204, 232, 260]


def test_pause_and_quiet_hours_hold_a_job_back(parts: Parts, clock: FixedClock) -> None:
    """A paused job does not run; a heavy one waits for the quiet to end."""
    heavy = replace(DAILY, name="heavy", heavy=True)
    parts.store.pause_job("daily", paused=True)
    assert Scheduler([DAILY, heavy], Runner(parts.assistant), parts.store, clock, lambda _: True).beat() == []
    parts.store.pause_job("daily", paused=False)
    ran = Scheduler([DAILY, heavy], Runner(parts.assistant), parts.store, clock).beat()
    assert [run.job for run in ran] == ["daily", "heavy"]


def test_an_interrupted_run_is_taken_up_at_the_next_beat(parts: Parts, clock: FixedClock) -> None:
    """Being stopped half-way does not cost a day."""
    scheduler = Scheduler([DAILY], Runner(parts.assistant, stopping=lambda: True), parts.store, clock)
    assert [run.outcome for run in scheduler.beat()] == [Outcome.INTERRUPTED]
    assert len(Scheduler([DAILY], Runner(parts.assistant), parts.store, clock).beat()) == 1


def test_a_started_scheduler_beats_and_stops(parts: Parts, clock: FixedClock) -> None:
    """APScheduler starts and ends with it."""
    scheduler = Scheduler([DAILY], Runner(parts.assistant), parts.store, clock)
    scheduler.start()
    scheduler.stop()
    scheduler.stop()


def test_decay_archives_what_faded_as_one_undoable_batch(parts: Parts, clock: FixedClock) -> None:
    """What is pinned or core stays; undoing the batch brings everything back."""
    assistant = parts.assistant
    fades = assistant.remember(Note("the bus was late", kind=Kind.EPISODIC)).changes[0].memory_id
    pinned = assistant.remember(Note("the door code is blue", kind=Kind.EPISODIC)).changes[0].memory_id
    assistant.remember(Note("Ana is my sister", kind=Kind.CORE))
    assistant.pin([pinned])
    clock.advance(timedelta(days=400))
    run = Runner(assistant).run(named("decay"))
    assert run.detail == "1 archived"
    assert parts.store.memories_by_id([fades])[fades].status is Status.ARCHIVED
    assert Runner(assistant).run(named("decay")).detail == "0 archived"
    undone = assistant.undo(run.batch)
    assert [change.op for change in undone] == [Op.UPDATE]
    assert len(parts.store.list_memories(Filter(), limit=10)) == 3


def test_undo_means_what_the_user_did_and_not_what_a_job_did_since(parts: Parts, clock: FixedClock) -> None:
    """The job's work is taken back by name, and a job that the user ran is theirs."""
    assistant = parts.assistant
    assistant.remember(Note("the bus was late", kind=Kind.EPISODIC))
    clock.advance(timedelta(days=400))
    assistant.remember(Note("Ana is my sister", kind=Kind.CORE))
    clock.advance(timedelta(hours=1))
    Runner(assistant).run(named("decay"))
    assert [change.op for change in assistant.undo()] == [Op.DELETE]
    assert assistant.redo()
    assert [change.op for change in assistant.undo(background=True)] == [Op.UPDATE]
    clock.advance(timedelta(days=400))  # what was brought back is as fresh as new
    Runner(assistant, asked=True).run(named("decay"))
    assert [change.op for change in assistant.undo()] == [Op.UPDATE]


def test_upkeep_jobs_can_be_repeated(parts: Parts) -> None:
    """Flush moves what waits, once; compact may run on anything."""
    parts.assistant.remember(Note("Ana lives in Porto"))
    runner = Runner(parts.assistant)
    said = [runner.run(named(name)).detail for name in ("flush", "flush", "compact", "compact")]
    assert said[:2] == ["1 turns, 1 memories", "0 turns, 0 memories"]
    assert parts.store.stats().pending == 0


def test_every_job_has_a_name_of_its_own() -> None:
    """Names are what users type."""
    assert len({job.name for job in JOBS}) == len(JOBS)
    assert all(job.every > timedelta(0) for job in JOBS)


def test_a_run_left_open_long_ago_blocks_nothing(parts: Parts, clock: FixedClock) -> None:
    """After a restart of the machine another process may have the number of the one that died."""
    parts.store.begin_run("daily", "b:1", clock.now())
    with pytest.raises(BusyError):
        Runner(parts.assistant).run(DAILY)
    clock.advance(2 * DAY)
    assert Runner(parts.assistant).run(DAILY).outcome is Outcome.DONE
    assert [run.outcome for run in parts.store.job_runs()] == [Outcome.DONE, Outcome.INTERRUPTED]
