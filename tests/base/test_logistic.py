"""The small logistic models: what they say of features, and the tables that come with memcli."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.logistic import Logistic, probability, shipped, table

TABLES = [("extract", "worth"), ("generate", "answerable"), ("update", "changes")]


@given(st.floats(allow_nan=False), st.floats(allow_nan=False))
def test_a_probability_lies_between_never_and_always_and_grows(one: float, two: float) -> None:
    """However far the log-odds."""
    low, high = sorted((one, two))
    assert 0.0 < probability(low) <= probability(high) <= 1.0


@given(st.floats(-20, 20))
def test_log_odds_are_what_a_probability_came_from(odds: float) -> None:
    """The logistic function and its inverse."""
    share = probability(odds)
    assert math.log(share / (1.0 - share)) == pytest.approx(odds, abs=1e-6)


def test_features_count_by_their_weights_and_one_without_a_weight_not_at_all() -> None:
    """Bias and sum."""
    model = Logistic(bias=-1.0, weights={"long": 2.0, "dated": 0.5})
    assert model.log_odds({"long": 1.0, "dated": 1.0, "loud": 9.0}) == pytest.approx(1.5)
    assert model.probability({"dated": 2.0}) == pytest.approx(0.5)


@pytest.mark.parametrize(("room", "name"), TABLES)
def test_a_table_that_comes_with_memcli_has_a_card_and_a_bound(room: str, name: str) -> None:
    """What it was fitted on, and from where on it is taken to be so."""
    model = shipped(room, name)
    assert model.weights
    assert 0.0 < model.bound < 1.0
    assert {"what", "data", "held out"} <= model.card.keys()
    assert model is shipped(room, name)
    assert table(room, name)["bias"] == model.bias
