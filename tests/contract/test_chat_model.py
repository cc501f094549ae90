"""What every chat model promises, asked of the fake and of the real one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from memcli.errors import ModelError
from memcli.ports import ChatModel, Sampling
from memcli.records import Message

pytestmark = pytest.mark.model

ASK = (Message("system", "You answer in one short sentence."), Message("user", "What is the capital of France?"))
SHORT = Sampling(max_tokens=24)


@pytest.fixture(params=["fake_chat", "chat_model"])
def any_model(request: pytest.FixtureRequest) -> ChatModel:
    """Each model in turn."""
    found: ChatModel = request.getfixturevalue(request.param)
    return found


def reply(model: ChatModel, sampling: Sampling = SHORT) -> str:
    """The whole reply to the one question."""
    return "".join(model.stream(ASK, sampling))


def test_it_is_a_chat_model(any_model: ChatModel) -> None:
    """The protocol's names are there, and it is identified."""
    assert isinstance(any_model, ChatModel)
    assert any_model.name
    assert any_model.context_tokens >= 512


def test_a_greedy_reply_is_always_the_same(any_model: ChatModel) -> None:
    """Temperature 0 draws nothing, and what the context held before does not matter."""
    first = reply(any_model)
    list(any_model.stream([Message("user", "Tell me of the sea.")], SHORT))
    assert first
    assert reply(any_model) == first


def test_a_seed_fixes_a_sampled_reply(any_model: ChatModel) -> None:
    """The same seed draws the same tokens."""
    sampling = Sampling(max_tokens=16, temperature=0.9, seed=7)
    assert reply(any_model, sampling) == reply(any_model, sampling)


def test_pieces_are_never_empty_and_stop_at_the_limit(any_model: ChatModel) -> None:
    """A piece is shown at once, so each must hold something."""
    pieces = list(any_model.stream(ASK, Sampling(max_tokens=3)))
    assert all(pieces)
    assert 1 <= len(pieces) <= 3


def test_a_stop_string_ends_the_reply_and_is_not_in_it(any_model: ChatModel) -> None:
    """Even where it spans tokens."""
    whole = reply(any_model)
    middle = whole[len(whole) // 2 : len(whole) // 2 + 3]
    assert reply(any_model, Sampling(max_tokens=24, stop=(middle,))) == whole[: whole.index(middle)]


def test_a_closed_stream_frees_the_model(any_model: ChatModel) -> None:
    """Stopping a reply leaves the model ready for the next."""
    first = reply(any_model)
    stream: Iterator[str] = any_model.stream(ASK, SHORT)
    next(stream)
    stream.close()  # type: ignore[attr-defined]  # the port's iterators are generators
    assert reply(any_model) == first


def test_a_prompt_beyond_the_context_is_refused(any_model: ChatModel) -> None:
    """In one line that says how much was too much, and the model goes on working."""
    with pytest.raises(ModelError, match=r"\d+ tokens .* context holds \d+"):
        list(any_model.stream([Message("user", "a b c d " * any_model.context_tokens)], SHORT))
    assert reply(any_model)


def test_tokens_are_counted(any_model: ChatModel) -> None:
    """More text has more tokens; none has none."""
    assert any_model.count_tokens("") == 0
    assert 0 < any_model.count_tokens("one two") < any_model.count_tokens("one two three four five")


def test_the_likelier_continuation_scores_higher(any_model: ChatModel) -> None:
    """Scores are log-probabilities: at most 0, in the order of the continuations."""
    scores = any_model.score(ASK, ["The capital of France", "Bananas quack zebra", "The capital of France"])
    assert scores[0] > scores[1]
    assert scores[0] == pytest.approx(scores[2], abs=1e-3)
    assert max(scores) <= 0


def test_a_score_leaves_no_trace(any_model: ChatModel) -> None:
    """A reply after scoring is the reply without it."""
    first = reply(any_model)
    any_model.score(ASK, ["Something else entirely, and rather long"])
    assert reply(any_model) == first


def test_an_empty_continuation_is_refused(any_model: ChatModel) -> None:
    """It has no tokens to be likely."""
    with pytest.raises(ModelError):
        any_model.score(ASK, [""])


def test_it_works_again_after_close(any_model: ChatModel) -> None:
    """Closing frees memory and is no end; twice is harmless."""
    first = reply(any_model)
    any_model.close()
    any_model.close()
    assert reply(any_model) == first


def test_what_is_prepared_changes_no_reply(any_model: ChatModel) -> None:
    """Only how long it takes."""
    plain = reply(any_model)
    any_model.prepare(ASK[:1], keep=False)
    any_model.prepare((Message("system", "x" * 99_999),), keep=False)  # more than fits is left alone
    assert reply(any_model) == plain
