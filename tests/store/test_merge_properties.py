"""Merging random histories: the same bytes from either side, nothing a second time, one end in any order."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeAlias

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from memcli.erasure import Scope
from tests.store.devices import ALL, Deed, Device, deeds

Life: TypeAlias = list[Deed]
Lives: TypeAlias = tuple[Life, Life, Life]
SHORT: Final = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None)
LONG: Final = settings(SHORT, max_examples=2_500, phases=(Phase.generate, Phase.shrink))
LONGER: Final = [pytest.mark.long, pytest.mark.timeout(3_600)]
FORMS: Final = pytest.mark.parametrize(
    "runs",
    [
        pytest.param(SHORT, id="short"),
        *(pytest.param(LONG, marks=LONGER, id=f"long {n} of 4") for n in range(1, 5)),
    ],
)


@contextmanager
def apart(shared: Life, lives: Sequence[Life]) -> Iterator[list[Device]]:
    """Devices that lived a time together and then each for itself; in memory, where there is such a folder."""
    memory = Path("/dev/shm")
    root = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
    devices = [Device(root, "a")]
    try:
        devices[0].live(shared)
        devices += [devices[0].twin(name) for name in "bcd"[: len(lives) - 1]]
        for device, life in zip(devices, lives, strict=True):
            device.live(life)
        yield devices
    finally:
        for device in devices:
            device.close()
        shutil.rmtree(root)


def check_two(shared: Life, one: Life, other: Life) -> None:
    """Commutative, idempotent, foretold by a dry run, and sound."""
    with apart(shared, [one, other]) as (a, b):
        foretold, kept = a.merge(b, dry_run=True), a.twin("kept")
        assert a.merge(b) == foretold
        b.merge(kept)
        kept.close()
        merged = a.archive()
        assert b.archive() == merged
        assert a.merge(b).nothing
        assert a.archive() == merged
        assert [line for line in a.store.problems() if "table" not in line] == []


@FORMS
def test_two_devices_end_with_the_same_bytes(runs: settings) -> None:
    """Whoever merges, and though clocks go wrong."""
    runs(given(deeds(), deeds(), deeds())(check_two))()


def gathered(devices: Sequence[Device], order: Sequence[tuple[str, str]]) -> bytes:
    """What the first of copies of the devices has after these merges, the first named taking in the second."""
    name, copies = f"copy{devices[0].copies}-", {}
    devices[0].copies += 1
    try:
        for device in devices:
            copies[device.name] = device.twin(name + device.name)
        for one, other in order:
            copies[one].merge(copies[other])
        return copies[order[-1][0]].archive()
    finally:
        for device in copies.values():
            device.close()


WAYS: Final = ("ab ac", "bc ab", "ca cb", "ba cb", "cb ca", "ab ca bc ac", "bc ca ab ba")
"""Who takes in whom, in turn; who takes in last then has what all have."""


def check_three(shared: Life, lives: Lives, meetings: Sequence[tuple[int, int]], later: Lives) -> None:
    """Commutative, associative, idempotent: devices that met now and then, and then in any order and grouping."""
    with apart(shared, lives) as devices:
        for one, other in meetings:
            if one != other:
                devices[one].merge(devices[other])
        for device, life in zip(devices, later, strict=True):
            device.live(life)
        ends = {way: gathered(devices, [(pair[0], pair[1]) for pair in way.split()]) for way in WAYS}
        assert len(set(ends.values())) == 1, [way for way, end in ends.items() if end != ends[WAYS[0]]]
        assert [line for line in devices[0].store.problems() if "table" not in line] == []


SOME: Final = deeds(most=4)
THREE: Final = st.tuples(SOME, SOME, SOME)
PURGES: Final = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 5)), max_size=2)
MEETINGS: Final = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=2)


@FORMS
def test_three_devices_end_alike_in_any_order_and_grouping(runs: settings) -> None:
    """Whatever was removed, undone or changed anywhere, and though clocks go wrong."""
    runs(given(deeds(), THREE, MEETINGS, THREE)(check_three))()


def check_purges(shared: Life, lives: Lives, purges: Sequence[tuple[int, int]]) -> None:
    """When nothing new comes any more all have the same, and nobody has a word of what was purged."""
    with apart([Deed("add", 0, 9, 0), *shared], lives) as devices:
        gone = [purged(devices[one], which) for one, which in purges]
        for _ in range(4):
            for one, other in ("ab", "bc", "ca", "ac"):
                devices["abc".index(one)].merge(devices["abc".index(other)])
        for device in devices:
            assert device.merge(devices[0] if device is not devices[0] else devices[1]).nothing
        archives = {device.archive() for device in devices}
        assert len(archives) == 1
        for memory_id in filter(None, gone):
            for device in devices:
                assert all(change.final for change in device.store.history(memory_id))
                assert memory_id not in device.heads()


def purged(device: Device, which: int) -> str | None:
    """Erase one of a device's memories; which."""
    here = device.store.list_memories(ALL, limit=1_000)
    if not here:
        return None
    memory_id = here[which % len(here)].id
    device.store.purge(device.store.plan_purge(Scope(ids=(memory_id,))))
    return memory_id


@pytest.mark.parametrize(
    "runs",
    [
        pytest.param(settings(SHORT, max_examples=25), id="short"),
        pytest.param(settings(LONG, max_examples=1_000), marks=LONGER, id="long"),
    ],
)
def test_what_one_of_three_purges_is_gone_from_all(runs: settings) -> None:
    """Whatever the others did to it meanwhile."""
    runs(given(deeds(), THREE, PURGES)(check_purges))()
