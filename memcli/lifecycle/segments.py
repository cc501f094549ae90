"""Where a conversation turns to something else, by the vectors of its turns alone; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from memcli.ports import Vectors

WINDOW: Final = 3
GAMMA: Final = 1.0
LEAST: Final = 3
PARTED: Final = 0.75
"""A surprise below it is no new topic, however even the rest is. In hand-written conversations (tests/jobs) it is
at most .74 inside a topic and at least .81 between two, with the default embedder; finer shifts go either way."""


def segments(vectors: Vectors, *, window: int = WINDOW, gamma: float = GAMMA, least: int = LEAST) -> list[slice]:
    """The stretches of one topic each, in order and without gaps.

    EM-LLM (section 3.1) begins an event where a token's surprise exceeds the mean by ``gamma`` standard
    deviations. Here surprise is one minus the cosine between what was said just before and just after (as in
    TextTiling; Hearst 1997), which needs no language model.

    Args:
        vectors: one normalised row for each turn.
        window: turns before and after that are compared.
        gamma: standard deviations above the mean.
        least: turns that a stretch has at least.
    """
    count = len(vectors)
    if count < 2 * least:
        return [slice(0, count)] if count else []
    surprise = _surprise(vectors, window)
    threshold = max(PARTED, float(surprise.mean() + gamma * surprise.std()))
    starts = [0]
    for place in np.argsort(-surprise, kind="stable") + 1:
        if surprise[place - 1] <= threshold:
            break
        if all(abs(int(place) - start) >= least for start in (*starts, count)):
            starts.append(int(place))
    starts.sort()
    return [slice(start, end) for start, end in zip(starts, (*starts[1:], count), strict=True)]


def _surprise(vectors: Vectors, window: int) -> Vectors:
    """For each gap between two turns: how little what follows resembles what went before; shape (turns - 1,)."""
    gaps = range(1, len(vectors))
    pairs = [
        (vectors[max(gap - window, 0) : gap].mean(axis=0), vectors[gap : gap + window].mean(axis=0))
        for gap in gaps
    ]
    return np.array([1.0 - _cosine(before, after) for before, after in pairs], dtype=np.float32)


def _cosine(one: Vectors, other: Vectors) -> float:
    length = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / length if length else 0.0
