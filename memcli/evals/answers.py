"""Scores of the product's own answers on a benchmark; knows how to ask, and no model or store."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final

import numpy as np

from memcli.evals.datasets import ADVERSARIAL, Conversation, Question
from memcli.evals.intervals import estimate
from memcli.evals.journal import Journal
from memcli.evals.scorers import abstains, bleu1, score
from memcli.generate import without_labels
from memcli.ports import Progress
from memcli.records import Answer, Turn

_NAMES: Final = ("f1", "bleu1", "abstained")


@dataclass(frozen=True, slots=True)
class Listener:
    """A home that remembers one conversation and then answers about it."""

    remember: Callable[[Sequence[Turn]], None]
    ask: Callable[[Question], Answer]


OpenListener = Callable[[], AbstractContextManager[Listener]]


@dataclass(frozen=True, slots=True)
class Graded:
    """One answer with the scores of its words, references left out.

    ``supported`` is the share of the evidence that was put before the model.
    """

    question: Question
    answer: str
    f1: float
    bleu1: float
    abstained: float
    supported: float
    took_ms: float


def measure(
    conversations: Sequence[Conversation],
    open_listener: OpenListener,
    progress: Progress,
    journal: Journal | None = None,
) -> list[Graded]:
    """Let each conversation be remembered in a home of its own, and grade the answers to its questions.

    What the ``journal`` holds is not asked again.
    """
    journal = journal or Journal()
    for conversation in conversations:
        left = [question for question in conversation.questions if journal.get(question.id) is None]
        if left:
            with open_listener() as listener:
                progress.start("remembering", None)
                listener.remember(conversation.turns)
                progress.start("answering", len(left))
                for question in left:
                    journal.add(question.id, _asked(question, listener))
                    progress.advance()
    progress.done()
    every = [question for conversation in conversations for question in conversation.questions]
    return [_graded(question, journal.get(question.id) or {}) for question in every]


def _asked(question: Question, listener: Listener) -> dict[str, Any]:
    began = perf_counter()
    answer = listener.ask(question)
    took_ms = (perf_counter() - began) * 1000
    return {"answer": answer.text, "injected": list(answer.injected), "took_ms": took_ms}


def _graded(question: Question, asked: Mapping[str, Any]) -> Graded:
    injected, answer = set(asked["injected"]), str(asked["answer"])
    words = without_labels(answer)
    return Graded(
        question=question,
        answer=answer,
        f1=score(words, question.answer, question.category),
        bleu1=0.0 if question.category == ADVERSARIAL else bleu1(words, question.answer),
        abstained=float(abstains(answer, strict=False)),
        supported=sum(turn in injected for turn in question.evidence) / max(len(question.evidence), 1),
        took_ms=float(asked["took_ms"]),
    )


def report(graded: Sequence[Graded], about: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON document of a run.

    ``overall`` covers the answerable categories and ``abstention`` LoCoMo's category 5. Each block holds
    ``questions`` and, in percent with the ``interval`` of each, ``f1`` (as the LoCoMo paper scores the category),
    ``bleu1``, ``abstained`` (how often an answer says it does not know, in more phrasings than the paper's) and
    ``supported`` (how much of the evidence was put before the model).
    """
    answerable = [each for each in graded if each.question.category != ADVERSARIAL]
    adversarial = [each for each in graded if each.question.category == ADVERSARIAL]
    categories = sorted({each.question.category for each in graded})
    times = [each.took_ms for each in graded] or [0.0]
    return {
        "evaluation": "answers",
        **about,
        "questions": len(graded),
        "overall": _scores(answerable),
        "abstention": _scores(adversarial),
        "by_category": {name: _scores([g for g in graded if g.question.category == name]) for name in categories},
        "latency_ms": {f"p{p}": round(float(np.percentile(times, p)), 1) for p in (50, 95)},
        "results": [_result(each) for each in graded],
    }


def _scores(graded: Sequence[Graded]) -> dict[str, Any]:
    estimates = {name: estimate([getattr(g, name) for g in graded]) for name in (*_NAMES, "supported")}
    return {
        "questions": len(graded),
        **{name: round(100 * e.mean, 2) for name, e in estimates.items()},
        "interval": {name: [round(100 * e.low, 2), round(100 * e.high, 2)] for name, e in estimates.items()},
    }


def _result(graded: Graded) -> dict[str, Any]:
    return {
        "id": graded.question.id,
        "category": graded.question.category,
        "question": graded.question.text,
        "gold": graded.question.answer,
        "answer": graded.answer,
        "scores": {name: round(getattr(graded, name), 4) for name in _NAMES},
        "supported": round(graded.supported, 4),
        "took_ms": round(graded.took_ms, 1),
    }
