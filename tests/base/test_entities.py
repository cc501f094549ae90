"""What a text names, by rule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.entities import LONGEST, entities_of, key_of, spans


@pytest.mark.parametrize(
    ("text", "about", "named"),
    [
        ("Ana's sister Marta lives in Porto.", "Ana", ("Ana's sister", "Marta", "Porto")),
        ("My sister Marta moved to Porto last spring", "Ana", ("Ana's sister", "Marta", "Porto")),
        ("Their mum moved to New York on Monday.", "Ana", ("Ana's mother", "New York")),
        ("Ana's older brother flew to São Paulo in March.", "Ana", ("Ana's older brother", "São Paulo")),
        ("The user's dog is called Rex.", "user", ("user's dog", "Rex")),
        ("Ana met people of the Bank of England.", "Ana", ("Bank of England",)),
        ("What did Marta paint?", "", ("Marta",)),
        ("Went to Rome. Bought shoes.", "Ana", ("Rome",)),
        ("Ana drinks tea every morning.", "Ana", ()),
        ("", "Ana", ()),
    ],
)
def test_names_and_relatives_are_entities(text: str, about: str, named: tuple[str, ...]) -> None:
    """People, places and whose they are; never whom the text is about, dates, or how a sentence opens."""
    assert entities_of(text, about) == named


def test_an_entity_is_one_however_it_is_spelled() -> None:
    """Capitals, accents and apostrophes make no difference."""
    assert key_of("Zoë’s  Café") == key_of("zoe's cafe")


def test_a_question_without_capitals_names_by_its_words() -> None:
    """Every run of up to four words is one that may be known."""
    assert {"new york", "marta", "her"} <= set(spans("did marta take her to new york"))
    assert max(len(span.split()) for span in spans("a b c d e f")) == LONGEST


@given(st.text(max_size=200), st.text(max_size=20))
def test_any_text_has_entities_without_fault(text: str, about: str) -> None:
    """Each is once there, and none is the person it is about."""
    keys = [key_of(name) for name in entities_of(text, about)]
    assert len(keys) == len(set(keys))
    assert key_of(about) not in keys
