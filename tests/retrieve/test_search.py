"""What a search returns, over a small store in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from memcli.ports import Embedder, Searcher, Vectors
from memcli.records import CHAT, Filter, Kind, Lane, Memory, Origin, Role, Turn
from memcli.requests import fits
from memcli.retrieve import BM25, COSINE, FUSION, Ranker, Retriever
from memcli.retrieve.search import Library

NOW = datetime(2026, 3, 9, tzinfo=UTC)
Talk = Callable[..., list[Turn]]
Shelve = Callable[..., Library]

LINES = (
    "Ana: Hello there, how was your week?",
    "Ben: Busy. I adopted a puppy called Biscuit.",
    "Ana: Oh lovely, what breed?",
    "Ben: A whippet.",
    "Ana: I have started to bake sourdough bread.",
    "Ben: The train was late again this morning.",
)


def _memory(text: str, id_: str = "m:1", **more: object) -> Memory:
    return replace(Memory(id_, text, Kind.SEMANTIC, NOW, NOW), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("ranker", [COSINE, BM25, FUSION], ids=lambda ranker: ranker.name)
def test_the_turn_that_shares_words_comes_first(
    ranker: Ranker, talk: Talk, shelve: Shelve, embedder: Embedder
) -> None:
    """Each ranker finds the obvious answer."""
    hits = Retriever(shelve(talk(*LINES)), embedder, ranker).search("who adopted a puppy", Filter(), 3, NOW)
    assert hits[0].text == LINES[1].removeprefix("Ben: ")
    assert len(hits) == 3


def test_a_turn_without_a_shared_word_is_found_beside_one(talk: Talk, shelve: Shelve, embedder: Embedder) -> None:
    """The reply to a question stands next to it and shares no word with what is asked."""
    retriever = Retriever(shelve(talk(*LINES)), embedder, FUSION)
    texts = [hit.text for hit in retriever.search("which breed did Ben choose", Filter(), 3, NOW)]
    assert "A whippet." in texts


def test_turns_and_memories_share_one_list(talk: Talk, shelve: Shelve, embedder: Embedder) -> None:
    """Both lanes are searched unless one is asked for."""
    shelf = shelve(talk(*LINES), [_memory("Ben has a puppy, Biscuit")])
    retriever = Retriever(shelf, embedder, FUSION)
    assert {hit.lane for hit in retriever.search("puppy Biscuit", Filter(), 10, NOW)} == set(Lane)
    for lane in Lane:
        hits = retriever.search("puppy Biscuit", Filter(lanes=(lane,)), 10, NOW)
        assert {hit.lane for hit in hits} == {lane}


def test_a_tag_leaves_the_turns_out(talk: Talk, shelve: Shelve, embedder: Embedder) -> None:
    """Turns have no tags, so none can have the one that is asked for."""
    shelf = shelve(talk(*LINES), [_memory("Ben has a puppy", tags=("pets",))])
    hits = Retriever(shelf, embedder, FUSION).search("puppy", Filter(tags=("pets",)), 10, NOW)
    assert [hit.lane for hit in hits] == [Lane.MEMORY]


def test_neighbours_outside_the_range_are_not_returned(talk: Talk, shelve: Shelve, embedder: Embedder) -> None:
    """A turn that the filter shuts out cannot come in beside one that it admits."""
    turns = talk(*LINES)
    since = turns[2].at
    hits = Retriever(shelve(turns), embedder, FUSION).search("whippet breed", Filter(since=since), 10, NOW)
    assert len(hits) == 4
    assert all(hit.at >= since for hit in hits)


@pytest.mark.parametrize(("query", "k"), [("", 5), ("  \n", 5), ("puppy", 0)])
def test_nothing_asked_finds_nothing(query: str, k: int, talk: Talk, shelve: Shelve, embedder: Embedder) -> None:
    """An empty question, or none wanted."""
    assert Retriever(shelve(talk(*LINES)), embedder, FUSION).search(query, Filter(), k, NOW) == []


@pytest.mark.parametrize("query", ["the of and", "\U0001f980", "'; DROP TABLE turns; --", "x" * 5_000])
def test_odd_questions_are_answered_with_something_or_nothing(
    query: str, talk: Talk, shelve: Shelve, embedder: Embedder
) -> None:
    """Stop words, symbols and noise give finite scores."""
    hits = Retriever(shelve(talk(*LINES)), embedder, FUSION).search(query, Filter(), 20, NOW)
    assert all(abs(hit.score) < 1e6 for hit in hits)


def test_an_empty_store_finds_nothing(shelve: Shelve, embedder: Embedder) -> None:
    """The first search of a new home."""
    assert Retriever(shelve([]), embedder, FUSION).search("anything", Filter(), 5, NOW) == []


def test_hits_carry_the_features_that_made_them(talk: Talk, shelve: Shelve, embedder: Embedder) -> None:
    """`why` prints them."""
    hit = Retriever(shelve(talk(*LINES)), embedder, FUSION).search("sourdough", Filter(), 1, NOW)[0]
    assert hit.features["bm25"] > 0
    assert hit.score == pytest.approx(
        sum(weight * hit.features[name] for name, weight in FUSION.weights.items()), abs=1e-3
    )


def test_the_date_finder_sees_the_question_and_the_present(talk: Talk, shelve: Shelve, embedder: Embedder) -> None:
    """Ranges of time are found by whoever is handed in."""
    asked = []

    def find(text: str, anchor: datetime) -> list[Day]:
        asked.append((text, anchor))
        return [Day()]

    pool = Retriever(shelve(talk(*LINES)), embedder, FUSION, find).pool("yesterday", Filter(), NOW)
    assert asked == [("yesterday", NOW)]
    assert pool.query.spans[0].start == NOW - timedelta(days=1)


class Day:
    """The day before NOW."""

    text = "yesterday"
    start = NOW - timedelta(days=1)
    end = NOW


def test_the_retriever_is_a_searcher(talk: Talk, shelve: Shelve, embedder: Embedder) -> None:
    """It finds and it packs, as the corridor expects of it."""
    searcher: Searcher = Retriever(shelve(talk(*LINES)), embedder, FUSION)
    hits = searcher.search("puppy", Filter(), 6, NOW)
    packed = searcher.pack("puppy", hits, 40, lambda text: len(text.split()))
    assert [hit.at for hit in packed] == sorted(hit.at for hit in packed)
    assert 0 < len(packed) < len(hits)


class Overheard:
    """The embedder, with what it was asked to embed."""

    def __init__(self, embedder: Embedder) -> None:
        self.embedder = embedder
        self.name, self.dimensions = embedder.name, embedder.dimensions
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return self.embedder.embed(texts)

    def close(self) -> None:
        return


@pytest.mark.parametrize(
    ("question", "lanes", "embedded"),
    [
        ("What did Ben adopt?", (Lane.TURN, Lane.MEMORY), ["What did I adopt?", "What did Ben adopt?"]),
        ("What did Ben adopt?", (Lane.TURN,), ["What did I adopt?"]),
        ("Who adopted a puppy?", (Lane.TURN, Lane.MEMORY), ["Who adopted a puppy?"]),
        ("What did Carl adopt?", (Lane.TURN, Lane.MEMORY), ["What did Carl adopt?"]),
    ],
)
def test_turns_are_asked_in_the_first_person_and_memories_as_asked(
    question: str, lanes: tuple[Lane, ...], embedded: list[str], talk: Talk, shelve: Shelve, embedder: Embedder
) -> None:
    """A second embedding is made only where both kinds are searched and somebody is named who speaks there."""
    overheard = Overheard(embedder)
    Retriever(shelve(talk(*LINES)), overheard, FUSION).pool(question, Filter(lanes=lanes), NOW)
    assert overheard.texts == embedded


def test_own_replies_rank_below_what_people_said(talk: Talk, shelve: Shelve, embedder: Embedder) -> None:
    """Memcli's answer repeats the words of the question; unless it is what is asked for, it is no evidence."""
    said, reply = talk("user: I adopted a puppy", "memcli: You adopted a puppy called Rex")
    reply = replace(reply, role=Role.ASSISTANT, origin=Origin.ASSISTANT, source=CHAT)
    retriever = Retriever(shelve([said, reply]), embedder, FUSION)
    assert retriever.search("who adopted a puppy called Rex", Filter(), 2, NOW)[0].id == said.id
    assert retriever.search("who did you say adopted a puppy called Rex", Filter(), 2, NOW)[0].id == reply.id


def test_a_question_about_nothing_here_does_not_fit(talk: Talk, shelve: Shelve, embedder: Embedder) -> None:
    """Near in meaning or in words is enough; neither is not. Hits that do not tell count as fitting."""
    retriever = Retriever(shelve(talk(*LINES)), embedder, FUSION)
    assert fits(retriever.search("puppy called Biscuit", Filter(), 3, NOW))
    strange = retriever.search("quantum chromodynamics lagrangian renormalisation", Filter(), 3, NOW)
    assert strange
    assert not fits(strange)
    assert fits([replace(hit, features={}) for hit in strange])
    assert fits([])
