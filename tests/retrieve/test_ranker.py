"""The weights file and what happens without it."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.errors import BadInputError
from memcli.retrieve.columns import zscore
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


def test_there_is_always_a_ranker() -> None:
    """Shipped weights or plain fusion."""
    assert default_ranker().name in {"learned", FUSION.name}


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50))
def test_z_scores_are_centred_and_finite(values: list[float]) -> None:
    """Whatever the scale, and when all are alike."""
    scores = zscore(np.array(values))
    assert np.isfinite(scores).all()
    assert abs(scores.mean()) < 1e-3
    assert scores.std() < 1.001
