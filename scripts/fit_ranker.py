"""Fit memcli/retrieve/ranker.json: the linear ranker's weights, from questions whose evidence turns are known.

    python scripts/fit_ranker.py locomo FILE [--write]

Each conversation is put into a real home of its own, and all of them into one shared home; every question becomes
a pool of candidates through the product's own search. The loss is the listwise softmax: each evidence turn against
all turns of its pool that are not evidence. Scores are those of conversations left out of the fit, one at a time.
Without --write nothing is changed.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from scipy.optimize import minimize

from memcli import config
from memcli.evals.datasets import Conversation, Question, load
from memcli.evals.intervals import estimate
from memcli.evals.retrieval import answerable
from memcli.paths import Home
from memcli.ports import SystemClock
from memcli.records import Filter, Lane
from memcli.retrieve.features import GROUPS, features, view
from memcli.retrieve.pool import Pool
from memcli.retrieve.ranker import FUSION
from memcli.retrieve.search import Retriever
from memcli.wiring import Parts

RIDGE = 30.0
KEPT = 400
"""Negatives kept per question: those that plain fusion ranks first. The rest confuse no ranker."""
OUT = Path(__file__).parent.parent / "memcli" / "retrieve" / "ranker.json"
LICENCE = """The data are LoCoMo's (Maharana et al. 2024), CC BY-NC 4.0: these weights are for non-commercial \
use. Refit them on your own data with scripts/fit_ranker.py, or delete this file and plain fusion is used."""
TURNS = Filter(lanes=(Lane.TURN,))


@dataclass
class Case:
    """One question's pool: ``table`` has shape (rows, features), ``right`` marks the evidence."""

    question: Question
    pooled: bool
    pool: Pool
    names: list[str]
    table: np.ndarray
    right: np.ndarray


# --- questions to cases, through the product ------------------------------------------------------


def cases_of(conversations: list[Conversation], *, pooled: bool) -> list[Case]:
    """One home for these conversations, one case for each of their questions."""
    settings = config.load()
    with TemporaryDirectory() as folder:
        parts = Parts(replace(settings, home=Home(Path(folder), settings.home.models)), SystemClock())
        for conversation in conversations:
            parts.store.add_turns(conversation.turns)
            parts.store.flush(force=True)
        retriever = Retriever(parts.store, parts.embedder, FUSION)
        questions = [q for conversation in conversations for q in answerable(conversation.questions)]
        cases = [case_of(q, retriever.pool(q.text, TURNS, q.asked_at), pooled=pooled) for q in questions]
        parts.close()
    print(f"{len(cases)} questions from {[c.name for c in conversations]}", file=sys.stderr, flush=True)
    return cases


def case_of(question: Question, pool: Pool, *, pooled: bool) -> Case:
    """The features of a question's pool."""
    columns = features(pool)
    right = np.array([row.id in question.evidence for row in pool.rows])
    return Case(question, pooled, pool, list(columns), np.stack(list(columns.values()), axis=1), right)


# --- the fit --------------------------------------------------------------------------------------


def fit(cases: list[Case], names: list[str]) -> dict[str, float]:
    """Weights by feature name; each case counts once, each of its evidence turns alike."""
    tables, marks = zip(*(confusable(case, names) for case in cases), strict=True)
    table, right = np.concatenate(tables), np.concatenate(marks)
    starts = np.cumsum([0, *(len(mark) for mark in marks)])[:-1]
    of_case = np.repeat(np.arange(len(marks)), [len(mark) for mark in marks])
    mean, spread = table.mean(axis=0), table.std(axis=0) + 1e-9
    table = (table - mean) / spread
    places = np.flatnonzero(right)
    cases_of_places = of_case[places]
    share = 1.0 / np.bincount(cases_of_places, minlength=len(marks))[cases_of_places]

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = table @ weights
        top = np.maximum.reduceat(scores, starts)
        wrong = np.where(right, 0.0, np.exp(scores - top[of_case]))
        all_wrong = np.add.reduceat(wrong, starts)[cases_of_places]
        own = np.exp(scores[places] - top[cases_of_places])
        value = (share * (np.log(own + all_wrong) - np.log(np.maximum(own, 1e-300)))).sum()
        slope = np.zeros_like(scores)
        slope[places] = share * (own / (own + all_wrong) - 1.0)
        slope += wrong * np.bincount(cases_of_places, share / (own + all_wrong), len(marks))[of_case]
        count = len(marks)
        return (value + 0.5 * RIDGE * weights @ weights) / count, (table.T @ slope + RIDGE * weights) / count

    best = minimize(loss, np.zeros(table.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 200})
    return dict(zip(names, best.x / spread, strict=True))


def confusable(case: Case, names: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """The evidence, if any came into the pool, and the likeliest others."""
    fused = sum(weight * case.table[:, case.names.index(name)] for name, weight in FUSION.weights.items())
    kept = case.right | (np.argsort(np.argsort(-fused)) < KEPT)
    return case.table[kept][:, [case.names.index(name) for name in names]], case.right[kept]


def scores_of(case: Case, weights: dict[str, float]) -> np.ndarray:
    """One score a row."""
    return case.table[:, [case.names.index(name) for name in weights]] @ np.array(list(weights.values()))


# --- scores of conversations left out -------------------------------------------------------------


def held_out(cases: list[Case], names: list[str]) -> list[tuple[Case, np.ndarray]]:
    """Each case with the scores of weights fitted on the other conversations."""
    scored = []
    for name in sorted({case.question.conversation for case in cases}):
        others = [case for case in cases if case.question.conversation != name]
        own = [case for case in cases if case.question.conversation == name]
        weights = fit([case for case in others if case.right.any()], names)
        scored += [(case, scores_of(case, weights)) for case in own]
    return scored


def recall(case: Case, scores: np.ndarray, k: int = 10) -> float:
    """The share of the evidence among the ``k`` best; evidence that is not in the pool counts as missed."""
    return case.right[np.argsort(-scores, kind="stable")[:k]].sum() / len(case.question.evidence)


def summary(scored: list[tuple[Case, np.ndarray]]) -> dict[str, dict[str, Any]]:
    """Recall and hit at 10 in percent, with intervals, overall and by category."""
    groups = {"all": scored}
    for category in sorted({case.question.category for case, _ in scored}):
        groups[category] = [(case, scores) for case, scores in scored if case.question.category == category]
    found: dict[str, dict[str, Any]] = {}
    for name, group in groups.items():
        values = [recall(case, scores) for case, scores in group]
        interval = estimate(values)
        found[name] = {
            "questions": len(group),
            "recall@10": round(100 * interval.mean, 2),
            "interval": [round(100 * interval.low, 1), round(100 * interval.high, 1)],
            "hit@10": round(100 * float(np.mean([value > 0 for value in values])), 2),
        }
    return found


def show(title: str, scored: list[tuple[Case, np.ndarray]]) -> dict[str, dict[str, Any]]:
    """Print a summary on one line, and return it."""
    found = summary(scored)
    numbers = "  ".join(f"{name}: {each['recall@10']:.1f}" for name, each in found.items())
    print(f"{title:<28}{numbers}  hit@10 {found['all']['hit@10']:.1f} {found['all']['interval']}", flush=True)
    return found


# --- the run --------------------------------------------------------------------------------------

parser = argparse.ArgumentParser()
parser.add_argument("dataset")
parser.add_argument("file", type=Path)
parser.add_argument("--date", default="", help="the date for the card")
parser.add_argument("--ablate", action="store_true", help="also fit without each group of features")
parser.add_argument("--write", action="store_true")
args = parser.parse_args()

conversations = load(args.dataset, args.file)
apart = [case for conversation in conversations for case in cases_of([conversation], pooled=False)]
together = cases_of(conversations, pooled=True)
every = apart + together
names = every[0].names

scored = held_out(every, names)
report = {
    "apart": show("learned, apart", [(c, s) for c, s in scored if not c.pooled]),
    "pooled": show("learned, pooled", [(c, s) for c, s in scored if c.pooled]),
}
if args.write:
    weights = fit([case for case in every if case.right.any()], names)
    document = {
        "name": "learned",
        "card": {
            "what": "Linear weights over the features of memcli.retrieve; nothing else is learned.",
            "data": f"{args.dataset}: {len(conversations)} conversations, {len(apart)} questions with evidence",
            "licence": LICENCE,
            "embedder": config.load().embedder,
            "loss": f"listwise softmax, ridge {RIDGE}",
            "scores": {"protocol": "leave one conversation out, evidence turns, categories 1-4", **report},
            "date": args.date,
        },
        "weights": {name: round(weight, 5) for name, weight in weights.items()},
    }
    OUT.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    print(f"wrote {OUT}", file=sys.stderr)

if args.ablate:
    show("all, apart only", held_out(apart, names))
    for group in GROUPS:
        without = set(GROUPS[group](view(apart[0].pool)))
        show(f"without {group}", held_out(apart, [n for n in names if n not in without]))
