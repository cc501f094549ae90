"""Pool to numbers: one named column per thing that speaks for a row; pure, knows no weights and no store.

Scores are z-normalised within the question, so that questions compare. The groups are what an ablation leaves out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from memcli.records import Turn
from memcli.retrieve.columns import (
    Columns,
    Floats,
    Places,
    beside,
    best_within,
    mean_of_ranks,
    rank_within,
    session_numbers,
    window,
    zscore,
)
from memcli.retrieve.lexical import Matches, match, pairs
from memcli.retrieve.pool import Pool, Span
from memcli.retrieve.question import Reading, read, speaks
from memcli.retrieve.traits import NAMES, traits

_WINDOWS: Final = {"window3": (-1, 1), "window5": (-2, 2), "back2": (-2, 0)}
_DAY_SECONDS: Final = 86_400.0
_FOLLOW_DAYS: Final = 10.0
"""Talk about an event dies down in about so many days."""


@dataclass(frozen=True, slots=True)
class View:
    """A pool with what several groups need of it."""

    pool: Pool
    reading: Reading
    texts: tuple[Mapping[str, int], ...]
    matches: Matches
    sessions: Places
    cosine: Floats
    bm25: Floats
    traits: Mapping[str, Floats]


def view(pool: Pool) -> View:
    """Read the question and compare it with every row once."""
    reading = read(pool.query, (row.speaker for row in pool.rows))
    texts = tuple(row.counts for row in pool.rows)
    matches = match(texts, reading.topic, pool.statistics)
    found = [traits(row.text) for row in pool.rows]
    return View(
        pool=pool,
        reading=reading,
        texts=texts,
        matches=matches,
        sessions=session_numbers(pool),
        cosine=zscore(cosines(pool)),
        bm25=zscore(matches.bm25),
        traits={name: np.array([each[name] for each in found]) for name in NAMES},
    )


def features(pool: Pool) -> Columns:
    """Every feature of every row."""
    if not pool.rows:
        return {}
    seen = view(pool)
    columns: dict[str, Floats] = {}
    for group in GROUPS.values():
        columns |= group(seen)
    return columns


def _scores(seen: View) -> Columns:
    raw = seen.matches.bm25
    with_names = match(seen.texts, tuple(dict.fromkeys(seen.pool.query.terms)), seen.pool.statistics).bm25
    coverage = seen.matches.coverage
    return {
        "cosine": seen.cosine,
        "bm25": seen.bm25,
        "bm25_with_names": zscore(with_names),
        "coverage": coverage,
        "coverage_gap": coverage - coverage.max(),
        "cosine_gap": seen.cosine - seen.cosine.max(),
        "bm25_share": raw / raw.max() if raw.max() > 0 else raw,
        "bm25_rank": -np.log1p(np.argsort(np.argsort(-seen.bm25, kind="stable"), kind="stable")),
        "term_pairs": pairs(seen.matches),
    }


def _neighbours(seen: View) -> Columns:
    asked_before = beside(seen.traits["asks"], seen.pool, -1)
    columns: dict[str, Floats] = {
        "bm25-1_if_asked": asked_before * beside(seen.bm25, seen.pool, -1),
        "coverage-1": beside(seen.matches.coverage, seen.pool, -1),
        "coverage+1": beside(seen.matches.coverage, seen.pool, 1),
    }
    for name, values in (("cosine", seen.cosine), ("bm25", seen.bm25)):
        for step in (-1, 1):
            columns[f"{name}{step:+d}"] = beside(values, seen.pool, step)
    return columns


def _windows(seen: View) -> Columns:
    columns: dict[str, Floats] = {}
    for name, (first, last) in _WINDOWS.items():
        joined = seen.matches.window(window(seen.pool, first, last))
        columns[f"bm25_{name}"] = zscore(joined.bm25)
        columns[f"coverage_{name}"] = joined.coverage
    return columns


def cosines(pool: Pool) -> Floats:
    """Turns are compared with the question as told by its person, memories with the question as asked."""
    of_turn = np.array([isinstance(row.record, Turn) for row in pool.rows])
    found = np.where(of_turn, pool.vectors @ pool.query.told, pool.vectors @ pool.query.vector)
    return np.asarray(found, dtype=np.float64)


def _people(seen: View) -> Columns:
    reading, rows = seen.reading, seen.pool.rows
    named = np.array([float(speaks(row, reading)) for row in rows])
    anyone = bool(reading.speakers) or reading.of_user or reading.of_assistant
    one = len(reading.speakers) == 1
    return {
        "speaker_named": named,
        "speaker_other": (1.0 - named) * anyone,
        "previous_speaker_named": beside(named, seen.pool, -1) * one,
        "mentions_named": np.array([float(any(name in text for name in reading.names)) for text in seen.texts]),
    }


def _form(seen: View) -> Columns:
    """The row's own form, and whether it fits the form of the answer that is asked for."""
    own, reading = seen.traits, seen.reading
    return {
        **own,
        "asked_before": beside(own["asks"], seen.pool, -1),
        "asks_next": beside(own["asks"], seen.pool, 1),
        "when_and_time_words": reading.when * own["time_words"],
        "how_many_and_number": reading.how_many * own["number"],
        "naming_and_capitals": reading.naming * own["capitals"],
        "asks_and_cosine": own["asks"] * seen.cosine,
    }


def _dates(seen: View) -> Columns:
    spans = seen.pool.query.spans
    nothing = np.zeros(len(seen.pool.rows))
    if not spans:
        return {"in_range": nothing, "range_distance": nothing, "range_follow": nothing}
    days = np.array([min((_days_away(row.at, span) for span in spans), key=abs) for row in seen.pool.rows])
    return {
        "in_range": (days == 0).astype(np.float64),
        "range_distance": -np.log1p(np.abs(days)),
        "range_follow": np.where(days >= 0, np.exp(-np.maximum(days, 0.0) / _FOLLOW_DAYS), 0.0),
    }


def _days_away(at: datetime, span: Span) -> float:
    """Days from a range to a moment: negative before it, 0 within, positive after."""
    if at < span.start:
        return (at - span.start).total_seconds() / _DAY_SECONDS
    return max((at - span.end).total_seconds(), 0.0) / _DAY_SECONDS


def _sessions(seen: View) -> Columns:
    positions = np.array([getattr(row.record, "position", 0) for row in seen.pool.rows], dtype=np.float64)
    columns: dict[str, Floats] = {
        "coverage_session": seen.matches.together(seen.sessions),
        "opening": (positions <= 1).astype(np.float64),
        "position": np.minimum(positions, 20.0) / 20.0,
    }
    for name, values in (("cosine", seen.cosine), ("bm25", seen.bm25)):
        columns[f"{name}_session_best"] = best_within(values, seen.sessions)
        columns[f"{name}_session_top3"] = mean_of_ranks(values, seen.sessions, 0, 2)
        columns[f"{name}_session_rank"] = -np.log1p(rank_within(values, seen.sessions))
    return columns


GROUPS: Final[Mapping[str, Callable[[View], Columns]]] = {
    "scores": _scores,
    "neighbours": _neighbours,
    "windows": _windows,
    "people": _people,
    "form": _form,
    "dates": _dates,
    "sessions": _sessions,
}
