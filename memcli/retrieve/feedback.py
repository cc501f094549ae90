"""What citations teach about ranking: a small learned change of how questions and records are compared; pure.

RMM's retrospective reflection (Tan et al. 2025, section 4.2): q' = q + W_q q, m' = m + W_m m, s = q'.m', and what
the answer cited is rewarded with REINFORCE. Four things differ. Its policy begins from the linear ranker's scores,
which are log-odds already, so that an untaught one changes nothing. There is no Gumbel noise: nobody's answers are
shuffled to learn from them, and the citations that are kept are replayed instead. The policy chooses among what
the model was shown, since nothing is known of the rest: over all that was found, every record that was shown and
not cited would lift those that were not shown. And it is bounded and examined: it moves no score by more than
``MOST``, and is used only if it foretold citations better than the plain ranker, each before it was learned from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from memcli.ports import Vectors

Floats = NDArray[np.float64]

TEMPERATURE: Final = 0.5
"""tau of RMM."""
BASELINE: Final = 0.5
"""b of RMM: a record that was shown and not cited counts three times as much as one that was cited."""
RATE: Final = 0.02
"""RMM has 1e-3 over thousands of answers; a person gives hundreds."""
MOST: Final = 1.0
"""Log-odds that the learned part may add to or take from a score."""
NEEDED: Final = 30
"""Answers with citations before anything that was learned is used."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One answer: ``query`` has shape (d,), ``records`` (n, d), ``scores`` (n,) as the ranker gave them.

    The records are those that the model was shown; ``cited``, of shape (n,), marks what its answer used.
    """

    query: Vectors
    records: Vectors
    scores: Floats
    cited: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Projection:
    """W_q and W_m, both of shape (d, d), and how they came about.

    ``gain`` is by how much they foretold citations better than the plain ranker, in log-odds per answer.
    """

    of_query: Vectors
    of_record: Vectors
    answers: int = 0
    gain: float = 0.0

    @property
    def in_use(self) -> bool:
        """Whether it has seen enough and has been right often enough."""
        return self.answers >= NEEDED and self.gain > 0

    def change(self, query: Vectors, records: Vectors) -> Floats:
        """What is added to the scores of records for a question; shape (n,), within -MOST..MOST."""
        told = query + self.of_query @ query
        learned = (records + records @ self.of_record.T) @ told - records @ query
        return np.asarray(MOST * np.tanh(learned / TEMPERATURE / MOST), dtype=np.float64)


def untaught(dimensions: int) -> Projection:
    """One that changes nothing yet."""
    nothing = np.zeros((dimensions, dimensions), dtype=np.float32)
    return Projection(nothing, nothing)


@dataclass(slots=True)
class Learning:
    """Lessons taken in one after the other; each is foretold before it is learned from."""

    of_query: Vectors
    of_record: Vectors
    gains: list[float] = field(default_factory=list)

    def take(self, lesson: Lesson) -> None:
        """Foretell a lesson, then learn from it."""
        now = Projection(self.of_query, self.of_record)
        changed = lesson.scores + now.change(lesson.query, lesson.records)
        self.gains.append(_foretold(changed, lesson.cited) - _foretold(lesson.scores, lesson.cited))
        self._step(lesson, changed)

    def _step(self, lesson: Lesson, scores: Floats) -> None:
        """One step up the expected reward: RATE * mean of (R - b) * grad log p, R = 1 if cited, else -1."""
        rewards = np.where(lesson.cited, 1.0, -1.0) - BASELINE
        slope = ((rewards - _softmax(scores) * rewards.sum()) / TEMPERATURE / len(scores)).astype(np.float32)
        told = lesson.query + self.of_query @ lesson.query
        kept = lesson.records + lesson.records @ self.of_record.T
        self.of_query = _stepped(self.of_query, slope @ kept, lesson.query)
        self.of_record = _stepped(self.of_record, told, slope @ lesson.records)


def learned(lessons: Sequence[Lesson], dimensions: int) -> Projection:
    """What some answers teach, in their order; those that cite nothing, or all they saw, teach nothing."""
    nothing = np.zeros((dimensions, dimensions), dtype=np.float32)
    learning = Learning(nothing, nothing)
    for lesson in lessons:
        if lesson.cited.any() and not lesson.cited.all():
            learning.take(lesson)
    late = learning.gains[len(learning.gains) // 2 :]
    gain = float(np.mean(late)) - float(np.std(late)) / np.sqrt(len(late)) if late else 0.0
    return Projection(learning.of_query, learning.of_record, len(learning.gains), gain)


def _stepped(weights: Vectors, rows: Vectors, columns: Vectors) -> Vectors:
    return np.asarray(weights + RATE * np.outer(rows, columns), dtype=np.float32)


def _foretold(scores: Floats, cited: NDArray[np.bool_]) -> float:
    """The mean log-probability of what was cited under a softmax of the scores."""
    return float(np.log(_softmax(scores)[cited] + 1e-12).mean())


def _softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max())
    return np.asarray(raised / raised.sum())
