"""What every embedder promises, asked of the fake and of the real one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from memcli.ports import Embedder

pytestmark = pytest.mark.model


@pytest.fixture(params=["fake_embedder", "embedder"])
def any_embedder(request: pytest.FixtureRequest) -> Embedder:
    """Each embedder in turn."""
    found: Embedder = request.getfixturevalue(request.param)
    return found


TEXTS = [
    "Miso the cat is afraid of the vacuum cleaner.",
    "",
    "  \n",
    "😀",
    "日本語のテキスト",
    "a\x00b",
    "word " * 2000,
]


def test_it_is_an_embedder(any_embedder: Embedder) -> None:
    """The protocol's names are there, and it is identified."""
    assert isinstance(any_embedder, Embedder)
    assert any_embedder.name
    assert any_embedder.dimensions > 0


def test_each_text_gets_a_row_of_length_one(any_embedder: Embedder) -> None:
    """Shape, type and norm hold for odd texts too."""
    vectors = any_embedder.embed(TEXTS)
    assert vectors.shape == (len(TEXTS), any_embedder.dimensions)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)


def test_no_texts_give_no_rows(any_embedder: Embedder) -> None:
    """The empty case keeps the width."""
    assert any_embedder.embed([]).shape == (0, any_embedder.dimensions)


def test_a_text_has_the_same_vector_alone_and_among_others(any_embedder: Embedder) -> None:
    """Batching changes nothing, and rows come in the order of the texts."""
    together = any_embedder.embed(TEXTS)
    for row, text in zip(together, TEXTS, strict=True):
        assert float(any_embedder.embed([text])[0] @ row) == pytest.approx(1.0, abs=1e-4)


def test_texts_that_share_words_are_nearer(any_embedder: Embedder) -> None:
    """What search relies on."""
    question, near, far = any_embedder.embed(
        ["what is the cat afraid of?", "The cat is afraid of the vacuum cleaner.", "Inflation rose in March."]
    )
    assert float(question @ near) > float(question @ far) + 0.2


def test_it_works_again_after_close(any_embedder: Embedder) -> None:
    """Closing frees memory and is no end; twice is harmless."""
    before = any_embedder.embed(["once more"])
    any_embedder.close()
    any_embedder.close()
    assert any_embedder.embed(["once more"]) == pytest.approx(before, abs=1e-5)


@given(st.lists(st.text(max_size=200), max_size=4))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_has_a_finite_vector(any_embedder: Embedder, texts: list[str]) -> None:
    """Lone surrogates, controls and unassigned characters included."""
    assert np.isfinite(any_embedder.embed(texts)).all()
