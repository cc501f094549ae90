"""Evidence recall of the product's own search on a benchmark; knows ports, and no store or model by name.

recall@k of a question is the share of its evidence turns among the first k hits, hit@k whether there is one at
all; both are averaged over the questions whose evidence is in the conversation. LoCoMo's category 5 (questions
that cannot be answered) is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Final

import numpy as np

from memcli.evals.datasets import ADVERSARIAL, Conversation, Question
from memcli.evals.intervals import estimate
from memcli.evals.journal import Journal
from memcli.ports import MemoryStore, Progress, Searcher
from memcli.records import Filter, Hit, Turn

CUTOFFS: Final = (5, 10, 20)
BATCH: Final = 512


@dataclass(frozen=True, slots=True)
class Bench:
    """A home of its own for one history, and what searches it."""

    store: MemoryStore
    searcher: Searcher


OpenBench = Callable[[], AbstractContextManager[Bench]]


@dataclass(frozen=True, slots=True)
class Found:
    """One question's outcome: at which ranks (from 1) its evidence came, and how long the search took."""

    question: str
    category: str
    evidence: int
    ranks: tuple[int, ...]
    took_ms: float

    def recall(self, k: int) -> float:
        """The share of the evidence among the first ``k`` hits."""
        return sum(rank <= k for rank in self.ranks) / self.evidence

    def hit(self, k: int) -> float:
        """1 if any evidence is among the first ``k`` hits."""
        return float(any(rank <= k for rank in self.ranks))


@dataclass(slots=True)
class Tally:
    """What a run has seen so far."""

    found: list[Found] = field(default_factory=list)
    left_out: int = 0
    turns: int = 0
    ingest_seconds: float = 0.0


def measure(
    conversations: Sequence[Conversation],
    open_bench: OpenBench,
    where: Filter,
    progress: Progress,
    *,
    pooled: bool = False,
    journal: Journal | None = None,
) -> Tally:
    """Put each conversation into a home of its own (or all into one, if ``pooled``) and ask its questions.

    What the ``journal`` holds is not asked again.
    """
    tally, journal = Tally(), journal or Journal()
    histories = [tuple(conversations)] if pooled else [(conversation,) for conversation in conversations]
    for history in histories:
        asked = [question for conversation in history for question in conversation.questions]
        counted = answerable(asked)
        tally.left_out += len(asked) - len(counted)
        left = [question for question in counted if journal.get(question.id) is None]
        if left:
            with open_bench() as bench:
                _ingest(history, bench, tally, progress)
                _ask(left, bench, where, journal, progress)
        tally.found += [_noted(question, journal) for question in counted]
    progress.done()
    return tally


def _noted(question: Question, journal: Journal) -> Found:
    """A question's outcome as the journal has it."""
    entry = journal.get(question.id) or {}
    return Found(
        question.id, question.category, len(set(question.evidence)), tuple(entry["ranks"]), entry["took_ms"]
    )


def answerable(questions: Iterable[Question]) -> list[Question]:
    """The questions that count: not adversarial, and with evidence in the conversation."""
    return [question for question in questions if question.category != ADVERSARIAL and question.evidence]


def _ingest(history: Sequence[Conversation], bench: Bench, tally: Tally, progress: Progress) -> None:
    turns = [turn for conversation in history for turn in conversation.turns]
    progress.start("remembering", len(turns))
    began = perf_counter()
    for batch in _batches(turns):
        bench.store.add_turns(batch)
        bench.store.flush(force=True)
        progress.advance(len(batch))
    bench.store.compact()
    tally.ingest_seconds += perf_counter() - began
    tally.turns += len(turns)


def _batches(turns: Sequence[Turn]) -> Iterable[Sequence[Turn]]:
    return (turns[first : first + BATCH] for first in range(0, len(turns), BATCH))


def _ask(questions: Sequence[Question], bench: Bench, where: Filter, journal: Journal, progress: Progress) -> None:
    progress.start("asking", len(questions))
    for question in questions:
        began = perf_counter()
        hits = bench.searcher.search(question.text, where, max(CUTOFFS), question.asked_at)
        took_ms = (perf_counter() - began) * 1000
        journal.add(question.id, {"ranks": _ranks(question, hits), "took_ms": took_ms})
        progress.advance()


def _ranks(question: Question, hits: Sequence[Hit]) -> list[int]:
    """A turn is found by itself, or by a memory that was made of it; the first such hit counts."""
    wanted = set(question.evidence)
    ranks: dict[str, int] = {}
    for rank, hit in enumerate(hits, 1):
        for turn_id in hit.memory.sources if hit.memory else (hit.id,):
            if turn_id in wanted:
                ranks.setdefault(turn_id, rank)
    return sorted(ranks.values())


def report(tally: Tally, about: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON document of a run.

    ``overall`` and each entry of ``by_category`` hold ``questions`` and, in percent, ``recall@k`` and ``hit@k``
    for k of 5, 10, 20, with ``interval``, the 95 % bootstrap interval of each. ``latency_ms`` has p50 and p95 of
    one search, ``ingest`` the turns and turns per second, embedding included. ``results`` lists every question.
    """
    found = tally.found
    times = [each.took_ms for each in found] or [0.0]
    categories = sorted({each.category for each in found})
    return {
        "evaluation": "retrieval",
        **about,
        "questions": len(found),
        "left_out": tally.left_out,
        "overall": _scores(found),
        "by_category": {name: _scores([e for e in found if e.category == name]) for name in categories},
        "latency_ms": {f"p{p}": round(float(np.percentile(times, p)), 2) for p in (50, 95)},
        "ingest": {
            "turns": tally.turns,
            "turns_per_s": round(tally.turns / tally.ingest_seconds, 1) if tally.ingest_seconds else 0.0,
        },
        "results": [_result(each) for each in found],
    }


def _scores(found: Sequence[Found]) -> dict[str, Any]:
    values = {f"recall@{k}": [each.recall(k) for each in found] for k in CUTOFFS}
    values |= {f"hit@{k}": [each.hit(k) for each in found] for k in CUTOFFS}
    estimates = {name: estimate(each) for name, each in values.items()}
    return {
        "questions": len(found),
        **{name: _percent(e.mean) for name, e in estimates.items()},
        "interval": {name: [_percent(e.low), _percent(e.high)] for name, e in estimates.items()},
    }


def _result(found: Found) -> dict[str, Any]:
    scores = {f"recall@{k}": round(found.recall(k), 4) for k in CUTOFFS}
    scores |= {f"hit@{k}": found.hit(k) for k in CUTOFFS}
    return {
        "id": found.question,
        "category": found.category,
        "evidence": found.evidence,
        "ranks": list(found.ranks),
        "scores": scores,
        "took_ms": round(found.took_ms, 2),
    }


def _percent(share: float) -> float:
    return round(100 * share, 2)
