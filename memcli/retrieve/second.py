"""What a first ranking tells about a row: how its neighbours, its session and its like fared; pure.

A second linear pass over these and the features corrects the first one (stacking, Wolpert 1992).
"""

from __future__ import annotations

import numpy as np

from memcli.retrieve.budget import asks_for_list
from memcli.retrieve.columns import (
    Columns,
    Floats,
    beside,
    best_within,
    mean_of_ranks,
    rank_within,
    session_numbers,
    zscore,
)
from memcli.retrieve.pool import Pool

TOP = 10


def second_features(pool: Pool, scores: Floats) -> Columns:
    """Columns made of a first pass's scores, shape (n,)."""
    if not scores.size:
        return {}
    own = zscore(scores)
    sessions = session_numbers(pool)
    top = np.argsort(-own, kind="stable")[:TOP]
    rank = -np.log1p(rank_within(own, sessions))
    lists = float(asks_for_list(pool.query.text))
    return {
        "first": own,
        **{f"first{step:+d}": beside(own, pool, step) for step in (-2, -1, 1, 2)},
        "first_session_best": best_within(own, sessions),
        "first_session_next3": mean_of_ranks(own, sessions, 1, 3),
        "first_session_rank": rank,
        "first_session_rank_if_list": rank * lists,
        "first_if_list": own * lists,
        "first_gap": own - own[top[0]],
        "first_gap10": own - own[top[-1]],
        "like_top": zscore(_likeness(pool, top, own)),
    }


def _likeness(pool: Pool, top: np.ndarray, scores: Floats) -> Floats:
    """Similarity to the first pass's best rows, the better ones counting more (pseudo-relevance feedback)."""
    weights = np.exp(2.0 * (scores[top] - scores[top[0]]))
    centre = (pool.vectors[top] * weights[:, None]).sum(axis=0) / weights.sum()
    return np.asarray(pool.vectors @ centre, dtype=np.float64)
