"""The retrieval evaluation through a real store, with an embedder of hashed words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.config import Settings
from memcli.evals.datasets import load
from memcli.evals.intervals import estimate, paired
from memcli.evals.retrieval import Bench, Found, Tally, measure, report
from memcli.models.fake import FakeEmbedder
from memcli.paths import Home
from memcli.ports import FixedClock, SilentProgress
from memcli.records import Filter
from memcli.retrieve import FUSION, Retriever
from memcli.store import Store


class Homes:
    """Opens a new home each time it is called, and counts them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.opened = 0

    @contextmanager
    def __call__(self) -> Iterator[Bench]:
        self.opened += 1
        home = Home(root=self.folder / f"home{self.opened}", models=self.folder)
        embedder = FakeEmbedder(64)
        store = Store.open(Settings(home=home), lambda: embedder, FixedClock())
        yield Bench(store, Retriever(store, embedder, FUSION))
        store.close()


@pytest.fixture
def homes(tmp_path: Path) -> Homes:
    """Homes in a temporary folder."""
    return Homes(tmp_path)


@pytest.mark.parametrize(("pooled", "opened"), [(False, 2), (True, 1)], ids=["apart", "pooled"])
def test_a_run_asks_what_can_be_answered(locomo: Path, homes: Homes, pooled: bool, opened: int) -> None:
    """Adversarial questions and those without evidence are left out, and counted."""
    tally = measure(load("locomo", locomo), homes, Filter(), SilentProgress(), pooled=pooled)
    document = report(tally, {"dataset": "locomo"})
    assert homes.opened == opened
    assert (document["questions"], document["left_out"], document["ingest"]["turns"]) == (6, 4, 10)
    assert set(document["by_category"]) == {"1", "2", "4"}
    assert document["by_category"]["2"]["recall@5"] == 100.0
    assert document["overall"]["hit@20"] == 100.0
    assert len(document["results"]) == 6


@pytest.mark.parametrize(
    ("ranks", "k", "recall", "hit"),
    [
        ((), 10, 0.0, 0.0),
        ((1,), 5, 0.5, 1.0),
        ((6, 11), 10, 0.5, 1.0),
        ((2, 3), 5, 1.0, 1.0),
        ((11, 12), 10, 0, 0),
    ],
)
def test_recall_counts_the_evidence_within_k(ranks: tuple[int, ...], k: int, recall: float, hit: float) -> None:
    """Two turns hold the answer."""
    found = Found("q", "1", evidence=2, ranks=ranks, took_ms=1.0)
    assert (found.recall(k), found.hit(k)) == (recall, hit)


def test_an_empty_run_reports_zeros() -> None:
    """Nothing asked is not a failure of the report."""
    document = report(Tally(), {})
    assert document["questions"] == 0
    assert document["overall"]["recall@10"] == 0.0


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_the_interval_holds_the_mean(values: list[float]) -> None:
    """And lies within the values."""
    found = estimate(values)
    assert min(values) - 1e-9 <= found.low <= found.mean + 1e-9
    assert found.mean - 1e-9 <= found.high <= max(values) + 1e-9


def test_a_clear_gain_has_an_interval_above_zero() -> None:
    """Pairing takes the questions' own difficulty out."""
    before = [0.0, 0.5, 1.0, 0.25] * 20
    after = [value + 0.1 for value in before]
    assert paired(before, after).low > 0.09
    assert paired(before, before).mean == 0.0
