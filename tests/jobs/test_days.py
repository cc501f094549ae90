"""Twenty-four days of a memory: nights off, kills in mid-job, a clock that jumps; nothing lost, nothing twice."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from memcli import update
from memcli.jobs import JOBS, Job, Runner, Scheduler, quiet
from memcli.ports import FixedClock
from memcli.records import Filter, Kind, Memory, Outcome, Role, Status, Turn, new_id
from memcli.wiring import Parts

BEGIN = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
STEP = 3 * HOUR
TALK = ("The {0} market opened a stall on the {0} square.", "The stall sells {0} bread and {0} cheese.",
        "I bought {0} bread for the whole family.")  # fmt: skip
TOWNS = ("Porto", "Faro", "Braga", "Evora", "Lagos", "Tavira")


@pytest.fixture
def clock() -> FixedClock:
    """The first morning."""
    return FixedClock(BEGIN)


class Life:
    """What happens to the memory, and a second opinion on which jobs should run."""

    def __init__(self, parts: Parts, clock: FixedClock) -> None:
        self.parts = parts
        self.clock = clock
        self.store = parts.store
        self.jobs = tuple(job for job in JOBS if job.name != "extract")  # its work is the queue's, tested there
        self.last: dict[str, datetime | None] = {job.name: None for job in self.jobs}
        self.expected: Counter[str] = Counter()
        self.killed: Counter[str] = Counter()
        self.turns: list[str] = []
        self.memories: list[str] = []
        runner = Runner(parts.assistant)
        self.scheduler = Scheduler(self.jobs, runner, parts.store, clock)

    def day(self, number: int) -> None:
        """A conversation, a fact, and an event that nobody will ask for."""
        town = TOWNS[number % len(TOWNS)]
        turns = [
            Turn(new_id("t"), f"day{number}", n, Role.USER, "Ana", text.format(town), self.clock.now())
            for n, text in enumerate(TALK)
        ]
        self.turns += [turn.id for turn in self.store.add_turns(turns)]
        act = update.Act(batch=new_id("b"), at=self.clock.now(), actor="user")
        for kind, words in ((Kind.SEMANTIC, f"The {town} key hangs behind door {number}"),
                            (Kind.EPISODIC, f"Saw train {number} to {town}")):  # fmt: skip
            memory = Memory(
                new_id("m"), words, kind, act.at, act.at, about="Ana", importance=0.0, strength=0.1,
                sources=(turns[0].id,),
            )  # fmt: skip
            self.store.commit([update.birth(memory, act)])
            self.memories.append(memory.id)

    def beat(self) -> None:
        """One beat of the scheduler, checked against the second opinion."""
        due = [job.name for job in self.jobs if self._due(job)]
        assert [run.job for run in self.scheduler.beat()] == due
        for name in due:
            self.last[name] = self.clock.now()
            self.expected[name] += 1

    def _due(self, job: Job) -> bool:
        last = self.last[job.name]
        return last is None or last > self.clock.now() or self.clock.now() - last >= job.every

    def kill(self, name: str) -> None:
        """A service dies in the middle of a job."""
        home = self.parts.settings.home.root
        command = [
            sys.executable,
            str(Path(__file__).parent / "dying.py"),
            str(home),
            self.clock.now().isoformat(),
            name,
        ]
        assert subprocess.run(command, check=False, timeout=120).returncode == 9
        self.killed[name] += 1
        self.last[name] = None


def test_twenty_four_days(parts: Parts, clock: FixedClock) -> None:
    """Every job ran exactly as often as it should; the history explains every memory."""
    life = Life(parts, clock)
    for day in range(24):
        life.day(day)
        for _ in range(8):
            clock.advance(STEP)
            if day in {9, 10, 17} and clock.at.hour != 8:
                continue  # the lid was closed
            if (day, clock.at.hour) in {(3, 14), (20, 5)}:
                life.kill("decay")
            if (day, clock.at.hour) == (6, 11):
                life.kill("reflect")
            life.beat()
        if day == 12:
            clock.advance(timedelta(days=-2))
        if day == 14:
            clock.advance(timedelta(days=3))
    assert_jobs_ran_as_they_should(life)
    assert_nothing_is_lost(life)


def assert_jobs_ran_as_they_should(life: Life) -> None:
    """Finished runs as the second opinion counted them; each kill closed as interrupted; none left open."""
    runs = life.store.job_runs(limit=10_000)
    by_outcome = Counter((run.job, run.outcome) for run in runs)
    for job in life.jobs:
        assert by_outcome[job.name, Outcome.DONE] == life.expected[job.name], job.name
        assert by_outcome[job.name, Outcome.INTERRUPTED] == life.killed[job.name], job.name
    assert not any(run.outcome in {Outcome.RUNNING, Outcome.FAILED} for run in runs)


def assert_nothing_is_lost(life: Life) -> None:
    """Every turn and memory is there; what is not active any more, a job archived, with its reason; no damage."""
    store = life.store
    assert set(store.turns_by_id(life.turns)) == set(life.turns)
    heads = store.memories_by_id(life.memories)
    assert set(heads) == set(life.memories)
    archived = [memory for memory in heads.values() if memory.status is Status.ARCHIVED]
    assert archived, "the first events should have faded"
    for memory in archived:
        last = store.history(memory.id)[-1]
        assert last.actor in {"job:decay", "job:consolidate"}
        assert last.reason
    topics = store.list_memories(Filter(tags=("topic",)), limit=100)
    told = [source for topic in topics for source in topic.sources]
    assert sorted(told) == sorted(set(life.turns) & set(told)), "no turn is in two topics"
    assert len(set(told)) >= len(life.turns) - 3 * 2, "all conversations but the last are told"
    assert store.problems() == []


def test_the_service_does_not_idle_away_while_a_job_is_due(parts: Parts, clock: FixedClock) -> None:
    """Nor while one runs; a heavy one can wait for the next start."""
    seen: list[bool] = []

    def look(_: object) -> str:
        seen.append(scheduler.busy())
        return ""

    job = Job("short", "a test's", timedelta(days=1), look)
    scheduler = Scheduler([job], Runner(parts.assistant), parts.store, clock)
    assert scheduler.busy()
    scheduler.beat()
    assert seen == [True]
    assert not scheduler.busy()
    heavy = Job("heavy", "a test's", timedelta(days=1), lambda _: "", heavy=True)
    assert not Scheduler([heavy], Runner(parts.assistant), parts.store, clock).busy()


def test_a_defect_in_one_job_leaves_the_others_their_turn(parts: Parts, clock: FixedClock) -> None:
    """And does not run again at once."""

    def breaks(_: object) -> str:
        raise ZeroDivisionError

    bad = Job("bad", "a test's", timedelta(days=1), breaks)
    good = Job("good", "a test's", timedelta(days=1), lambda _: "")
    scheduler = Scheduler([bad, good], Runner(parts.assistant), parts.store, clock)
    assert [run.job for run in scheduler.beat()] == ["good"]
    assert scheduler.beat() == []
    assert parts.store.job_runs("bad")[0].outcome is Outcome.FAILED


@pytest.mark.parametrize(
    ("hours", "hour", "expected"),
    [
        ("", 3, False),
        ("22:00-07:00", 23, True),
        ("22:00-07:00", 3, True),
        ("22:00-07:00", 7, False),
        ("9:00 - 17:00", 12, True),
        ("9:00 - 17:00", 8, False),
    ],
)
def test_quiet_hours_may_go_past_midnight(tmp_path: Path, hours: str, hour: int, expected: bool) -> None:
    """The end is left out."""
    assert quiet(hours, tmp_path)(BEGIN.replace(hour=hour)) is expected


@pytest.mark.parametrize(
    ("supplies", "expected"),
    [
        ({}, False),
        ({"BAT0/status": "Discharging\n"}, True),
        ({"BAT0/status": "Charging\n", "AC/online": "1\n"}, False),
        ({"BAT0/status": "Discharging\n", "AC/online": "1\n"}, False),
        ({"BAT0/status": "Discharging\n", "AC/online": "0\n"}, True),
    ],
)
def test_heavy_jobs_wait_on_battery(tmp_path: Path, supplies: dict[str, str], expected: bool) -> None:
    """Where the system tells; a machine without a battery never waits."""
    for name, text in supplies.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    assert quiet("", tmp_path)(BEGIN) is expected
    assert quiet("", None)(BEGIN) is False, "the user wants them to run all the same"
