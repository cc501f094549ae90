"""The weights file and what happens without it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.errors import BadInputError
from memcli.records import Role, Turn
from memcli.retrieve.columns import zscore
from memcli.retrieve.features import features
from memcli.retrieve.pool import Pool, Query, Row, TermStatistics
from memcli.retrieve.ranker import FUSION, LinearRanker, default_ranker, parse


def test_a_written_ranker_reads_back() -> None:
    """Name, weights and card survive."""
    document = {
        "name": "mine",
        "weights": {"cosine": 0.5, "bm25": -1},
        "card": {"licence": "Apache-2.0"},
    }
    assert parse(json.dumps(document)) == LinearRanker(
        "mine", {"cosine": 0.5, "bm25": -1.0}, {"licence": "Apache-2.0"}
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"name": "x"}',
        '{"name": "x", "weights": {}}',
        '{"name": "x", "weights": [1]}',
        '{"name": "x", "weights": {"cosine": "much"}}',
        '{"name": "x", "weights": {"cosine": NaN}}',
        '{"name": "x", "weights": {"cosine": null}}',
    ],
)
def test_malformed_weights_are_refused(text: str) -> None:
    """With one clear line, whatever is wrong."""
    with pytest.raises(BadInputError, match="weights"):
        parse(text)


@pytest.mark.parametrize("name", ["learned", "locomo"])
def test_the_weights_that_ship_name_features_that_exist(name: str) -> None:
    """Weights for a feature that nobody computes would count for nothing, and a card says where they come from."""
    ranker = default_ranker(name)
    at = datetime(2026, 3, 9, tzinfo=UTC)
    row = Row(Turn("t:1", "s", 0, Role.USER, "Ana", "I paint.", at))
    around = np.array([[-1, -1, 0, -1, -1]])
    one = np.ones(3, dtype=np.float32)
    query = Query("What does Ana paint?", at, ("paint",), vector=one, told=one)
    pool = Pool(query, (row,), one[None], around, TermStatistics(1, 1.0, {"paint": 1}))
    assert ranker.name == name
    assert set(ranker.weights) == set(features(pool))
    assert {"data", "licence", "scores", "date"} <= set(ranker.card)


def test_there_is_always_a_ranker() -> None:
    """Plain fusion where it is asked for, and for a name that nothing ships under."""
    assert default_ranker("fusion") is FUSION
    assert default_ranker("none") is FUSION


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50))
def test_z_scores_are_centred_and_finite(values: list[float]) -> None:
    """Whatever the scale, and when all are alike."""
    scores = zscore(np.array(values))
    assert np.isfinite(scores).all()
    assert abs(scores.mean()) < 1e-3
    assert scores.std() < 1.001
