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

from tests.store.devices import Deed, Device, deeds

Life: TypeAlias = list[Deed]
SHORT: Final = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck), database=None)
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


def check_three(shared: Life, lives: tuple[Life, Life, Life]) -> None:
    """Whoever met whom first: when all have met all, they have the same.

    Removals aside: where several devices remove one memory, what has no effect on one way is dropped from the
    history, and may have had one on the other.
    """
    with apart(timed(shared, 0), [timed(life, 100) for life in lives]) as (a, b, c):
        x, y = a.twin("x"), b.twin("y")
        x.merge(b)
        x.merge(c)
        y.merge(c)
        y.merge(a)
        x.merge(y)
        y.merge(x)
        assert x.archive() == y.archive()
        x.close()
        y.close()


def timed(life: Life, begin: int) -> Life:
    """The same life with a clock that only goes forward, and nothing removed."""
    lasting = [deed for deed in life if deed.verb not in ("remove", "undo")]
    return [Deed(d.verb, d.which, d.value, begin + 10 * n + d.minute) for n, d in enumerate(lasting)]


@FORMS
def test_three_devices_end_alike_in_any_order(runs: settings) -> None:
    """Where clocks are right."""
    runs(given(deeds(), st.tuples(deeds(most=4), deeds(most=4), deeds(most=4)))(check_three))()
