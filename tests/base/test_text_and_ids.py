"""Index terms and ids."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.records import Origin, new_id, stable_id
from memcli.terms import terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I don't like running", ["like", "run"]),
        ("Caroline's CAFÉ", ["carolin", "cafe"]),
        ("Straße, São Paulo", ["straße", "sao", "paulo"]),
        ("我住在北京。", ["我住", "住在", "在北", "北京"]),
        ("at 5pm in 2019", ["5pm", "2019"]),
        ("the of and", []),
        ("👍 …", []),
    ],
)
def test_terms_are_folded_stopped_and_stemmed(text: str, expected: list[str]) -> None:
    """Index, query and ranker count the same things."""
    assert terms(text) == expected


@given(st.text(max_size=200))
def test_any_text_has_terms_without_spaces(text: str) -> None:
    """A term column can be split at spaces again."""
    assert all(term and not any(c.isspace() for c in term) for term in terms(text))


def test_ids_are_stable_for_the_same_parts_only() -> None:
    """Importing twice finds the first import."""
    assert stable_id("t", "a", "bc") == stable_id("t", "a", "bc")
    assert stable_id("t", "a", "bc") != stable_id("t", "ab", "c")
    assert len({new_id("m") for _ in range(1000)}) == 1000


def test_trust_runs_from_recalled_to_the_user() -> None:
    """The least trusted source decides."""
    assert sorted(Origin, key=lambda o: o.rank) == [
        Origin.RECALLED,
        Origin.DOCUMENT,
        Origin.TOOL,
        Origin.ASSISTANT,
        Origin.DIRECT_USER,
    ]
