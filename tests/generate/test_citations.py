"""Citations: only what was shown to the model can be cited."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.generate import DONT_KNOW, CitationStream, Note, Reply, honest, supported_by

NOTES = [
    Note(1, "m:aaaaaaaaaaaa", "[1] (7 May 2023) Ana adopted a dog called Pixel."),
    Note(2, "t:bbbbbbbbbbbb", "[2] (8 May 2023) Ana: the vet says Pixel is healthy"),
]


def rewritten(pieces: list[str]) -> tuple[str, list[str]]:
    """The text that a person sees, and the ids cited in it."""
    stream = CitationStream(NOTES)
    text = "".join(stream.feed(piece) for piece in pieces) + stream.finish()
    return text, list(stream.cited)


@pytest.mark.parametrize(
    ("said", "shown", "cited"),
    [
        ("A dog [1].", "A dog [m:aaaaaa].", ["m:aaaaaaaaaaaa"]),
        ("A dog [1][2].", "A dog [m:aaaaaa][t:bbbbbb].", ["m:aaaaaaaaaaaa", "t:bbbbbbbbbbbb"]),
        ("A dog [1, 2].", "A dog [m:aaaaaa][t:bbbbbb].", ["m:aaaaaaaaaaaa", "t:bbbbbbbbbbbb"]),
        ("A cat [7].", "A cat .", []),
        ("Mixed [2, 9]", "Mixed [t:bbbbbb]", ["t:bbbbbbbbbbbb"]),
        ("A list [x] stays", "A list [x] stays", []),
        ("Cut off [1", "Cut off ", []),
        ("An open [", "An open [", []),
        ("Empty []", "Empty ", []),
        ("Its own [m:aaaaaa].", "Its own [m:aaaaaa].", ["m:aaaaaaaaaaaa"]),
        ("Made up [m:12knsh].", "Made up .", []),
        ("Cut off [t:9", "Cut off ", []),
        ("A word [maybe]", "A word [maybe]", []),
    ],
)
def test_numbers_become_ids_of_shown_notes(said: str, shown: str, cited: list[str]) -> None:
    """A number that no note had is removed from the text."""
    assert rewritten([said]) == (shown, cited)


@given(st.text(alphabet="ab [12,9];xm:", max_size=40), st.lists(st.integers(0, 40), max_size=6))
def test_where_the_pieces_break_does_not_matter(said: str, breaks: list[int]) -> None:
    """A stream cut anywhere gives what the whole text gives."""
    cuts = sorted({0, len(said), *(b for b in breaks if b < len(said))})
    pieces = [said[a:b] for a, b in itertools.pairwise(cuts)]
    assert rewritten(pieces) == rewritten([said])


@given(st.text(max_size=60))
def test_nothing_uncited_is_ever_cited(said: str) -> None:
    """Whatever a model writes, only ids of shown notes come out."""
    assert set(rewritten([said])[1]) <= {note.id for note in NOTES}


@pytest.mark.parametrize(
    ("answer", "ids"),
    [
        ("Her dog is called Pixel and she adopted him.", ["m:aaaaaaaaaaaa"]),
        ("It is healthy, says the vet.", ["t:bbbbbbbbbbbb"]),
        ("A parrot named Kiwi.", []),
        ("Ana", []),
    ],
)
def test_an_answer_without_numbers_is_traced_to_the_note_that_holds_it(answer: str, ids: list[str]) -> None:
    """Words of the question alone trace to nothing."""
    assert supported_by(answer, "What about Ana?", NOTES) == ids


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        ("A dog called Pixel [m:aaaaaa].", True),
        ("Yes", True),
        ("Yes, Ana did.", True),
        ("2", True),
        ("Ana [m:aaaaaa]", True),
        ("Oscar-Paso Cedres", False),
        ("Ana adopted a parrot named Kiwi from Brazil.", False),
        ("I don't know.", False),
        ("There is no information available.", False),
        ("", False),
    ],
)
def test_an_answer_that_no_note_holds_becomes_not_knowing(answer: str, kept: bool) -> None:
    """Inventions, refusals and silence all end in the one sentence that says that nothing was found."""
    reply = honest(Reply(answer, ("m:aaaaaaaaaaaa",)), "What did Ana adopt?", NOTES)
    assert reply == (Reply(answer, ("m:aaaaaaaaaaaa",)) if kept else Reply(DONT_KNOW, ()))


def test_a_stopped_answer_is_kept_as_far_as_it_went() -> None:
    """What the user stopped is not judged."""
    cut = Reply("Oscar-Pa", (), interrupted=True)
    assert honest(cut, "Who?", NOTES) is cut


def test_an_answer_that_echoes_a_question_about_nothing_known_is_no_answer() -> None:
    """The word must at least stand in a note."""
    echo = Reply("Mongolia [m:aaaaaa]", ("m:aaaaaaaaaaaa",))
    assert honest(echo, "What is the capital of Mongolia?", NOTES).text == DONT_KNOW
