"""Fit memcli/retrieve/ranker.json: the linear ranker's weights, from questions whose evidence turns are known.

    python scripts/fit_ranker.py [--locomo FILE] [--fit dialogues|locomo|both] [--ablate] [--write]

The questions are those of our own hand-written dialogues (adapters/data/dialogues) and, where its file is given,
LoCoMo's. The turns are put into real homes; every question becomes a pool of candidates through the product's own
search. The loss is the listwise softmax: each evidence turn against all turns of its pool that are not evidence.
Scores are those of questions that the fit did not see: other conversations, or other dialogues.
Without --write nothing is changed.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from scipy.optimize import minimize

from memcli import config
from memcli.evals import dialogues
from memcli.evals.datasets import Conversation, Question, load
from memcli.evals.intervals import estimate
from memcli.evals.retrieval import answerable
from memcli.paths import Home
from memcli.ports import SystemClock, Vectors
from memcli.records import Filter, Lane, Origin, Role, Turn, stable_id
from memcli.retrieve.features import GROUPS, features, view
from memcli.retrieve.pool import Pool
from memcli.retrieve.ranker import FUSION
from memcli.retrieve.search import Retriever
from memcli.wiring import Parts

RIDGE = {"dialogues": 300.0, "locomo": 30.0, "both": 30.0}
"""The stronger, the better weights fitted on dialogues carry over to LoCoMo (scripts/LOG.md)."""
KEPT = 400
"""Negatives kept per question: those that plain fusion ranks first. The rest confuse no ranker."""
FOLDS = 5
TOGETHER = 20
"""Dialogues between two people in one home."""
ROOT = Path(__file__).parent.parent
OUT = {
    "dialogues": ROOT / "memcli" / "retrieve" / "ranker.json",
    "locomo": ROOT / "memcli" / "retrieve" / "ranker_locomo.json",
}
OURS = ROOT / "adapters" / "data" / "dialogues"
OWN = "Our own text, Apache-2.0 like the program."
LOCOMO = """LoCoMo (Maharana et al. 2024) is CC BY-NC 4.0: these weights are for non-commercial use. Refit them \
with scripts/fit_ranker.py, or delete this file and plain fusion is used."""
TURNS = Filter(lanes=(Lane.TURN,))
I_ASK = re.compile(r"\b(?:I|my|me|mine|we|our|I'm|I've)\b")


@dataclass(frozen=True)
class History:
    """The turns of one home, and what is asked of it; ``group`` is what its scores are listed under."""

    group: str
    turns: list[Turn]
    questions: list[Question]


@dataclass
class Case:
    """One question's pool: ``table`` has shape (rows, features), ``right`` marks the evidence."""

    question: Question
    group: str
    fold: str
    pool: Pool
    names: list[str]
    table: np.ndarray
    right: np.ndarray


# --- histories ------------------------------------------------------------------------------------


def benchmark(conversations: list[Conversation]) -> list[History]:
    """Each conversation in a home of its own, and all of them in one."""
    apart = [History("locomo apart", list(c.turns), answerable(c.questions)) for c in conversations]
    turns = [turn for history in apart for turn in history.turns]
    return [*apart, History("locomo pooled", turns, [q for history in apart for q in history.questions])]


def crowd(folder: Path) -> list[History]:
    """Every dialogue in one home, with the questions that say whom they ask about: the hardest negatives."""
    every = [conversation_of(dialogue) for dialogue in dialogues.read(sorted(folder.glob("*.dialogue")))]
    named = [q for c in every for q in c.questions if not I_ASK.search(q.text)]
    return [History("dialogues", [turn for c in every for turn in c.turns], named)]


def homes(folder: Path, group: str) -> list[History]:
    """Dialogues in homes of some twenty; where "I" asks, nobody else in the home talks to memcli."""
    every = [conversation_of(dialogue) for dialogue in dialogues.read(sorted(folder.glob("*.dialogue")))]
    random.Random(0).shuffle(every)
    talks = [c for c in every if all(turn.role is Role.USER for turn in c.turns)]
    chats = [c for c in every if any(turn.role is Role.ASSISTANT for turn in c.turns)]
    count = max(1, round(len(talks) / TOGETHER))
    histories = []
    for number in range(count):
        others, mine = talks[number::count], chats[number::count]
        named = [q for c in (*others, *mine) for q in c.questions if not I_ASK.search(q.text)]
        histories.append(History(group, [turn for c in (*others, *mine) for turn in c.turns], named))
        for chat in mine:
            asked = [q for q in chat.questions if I_ASK.search(q.text)]
            histories.append(History(group, [turn for c in (*others, chat) for turn in c.turns], asked))
    return [history for history in histories if history.questions]


def conversation_of(dialogue: dialogues.Dialogue) -> Conversation:
    """A dialogue as turns and the questions that it answers; one of several turns is category "list"."""
    turns = {}
    for session in dialogue.sessions:
        for position, said in enumerate(session):
            turns[said.number] = Turn(
                id=stable_id("t", "dialogue", dialogue.name, str(said.number)),
                session=f"{dialogue.name}/{said.session}",
                position=position,
                role=Role.ASSISTANT if said.by_assistant else Role.USER,
                speaker=said.speaker,
                text=said.text,
                at=said.at + timedelta(minutes=position),
                origin=Origin.ASSISTANT if said.by_assistant else Origin.DIRECT_USER,
                source="dialogue",
            )
    after = max(turn.at for turn in turns.values()) + timedelta(days=1)
    questions = [
        Question(
            id=f"{dialogue.name}/q{number}",
            conversation=dialogue.name,
            text=asked.question,
            answer=asked.answer,
            category="list" if len(asked.turns) > 1 else "single",
            evidence=tuple(turns[each].id for each in asked.turns),
            asked_at=after,
        )
        for number, asked in enumerate(dialogue.questions)
        if asked.turns
    ]
    return Conversation(dialogue.name, tuple(turns.values()), tuple(questions))


# --- histories to cases, through the product ------------------------------------------------------


class Remembering:
    """The product's embedder; a text that is in several homes is embedded once."""

    def __init__(self, embedder: Any) -> None:
        self.inner, self.name, self.dimensions = embedder, embedder.name, embedder.dimensions
        self.known: dict[str, Vectors] = {}

    def embed(self, texts: Sequence[str]) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in self.known]
        if new:
            self.known |= dict(zip(new, self.inner.embed(new), strict=True))
        return np.stack([self.known[text] for text in texts])

    def close(self) -> None:
        return


def cases_of(histories: list[History]) -> list[Case]:
    """One home for each history, one case for each of its questions."""
    settings = config.load()
    embedder: Remembering | None = None
    cases = []
    for history in histories:
        with TemporaryDirectory() as folder:
            parts = Parts(replace(settings, home=Home(Path(folder), settings.home.models)), SystemClock())
            embedder = embedder or Remembering(parts.embedder)
            parts.embedder = embedder
            parts.store.add_turns(history.turns)
            parts.store.flush(force=True)
            retriever = Retriever(parts.store, embedder, FUSION)
            for question in history.questions:
                pool = retriever.pool(question.text, TURNS, question.asked_at)
                cases.append(case_of(history.group, question, pool))
            parts.close()
        print(f"{len(cases)} questions", end="\r", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return cases


def case_of(group: str, question: Question, pool: Pool) -> Case:
    """The features of a question's pool."""
    columns = features(pool)
    right = np.array([row.id in question.evidence for row in pool.rows])
    whole = group.startswith("locomo")
    fold = question.conversation if whole else f"{zlib.crc32(question.conversation.encode()) % FOLDS}"
    table = np.stack(list(columns.values()), axis=1).astype(np.float32)
    return Case(question, group, f"{group.split()[0]} {fold}", pool, list(columns), table, right)


# --- the fit --------------------------------------------------------------------------------------


def fit(cases: list[Case], names: list[str]) -> dict[str, float]:
    """Weights by feature name; each case counts once, each of its evidence turns alike."""
    tables, marks = zip(*(confusable(case, names) for case in cases if case.right.any()), strict=True)
    table, right = np.concatenate(tables).astype(np.float64), np.concatenate(marks)
    ridge = RIDGE[args.fit]
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
        return (value + 0.5 * ridge * weights @ weights) / count, (table.T @ slope + ridge * weights) / count

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


# --- scores of what was left out ------------------------------------------------------------------


def held_out(cases: list[Case], names: list[str], also: Sequence[Case] = ()) -> list[tuple[Case, np.ndarray]]:
    """Each case with the scores of weights fitted without its fold; ``also`` is in every fit."""
    scored = []
    for fold in sorted({case.fold for case in cases}):
        weights = fit([case for case in (*cases, *also) if case.fold != fold], names)
        scored += [(case, scores_of(case, weights)) for case in cases if case.fold == fold]
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
    """Print a summary, a line for each kind of home, and return it."""
    found = {}
    for group in sorted({case.group for case, _ in scored}):
        part = summary([(case, scores) for case, scores in scored if case.group == group])
        numbers = "  ".join(f"{name}: {each['recall@10']:.1f}" for name, each in part.items())
        line = f"{title + ', ' + group:<44}{numbers}  hit@10 {part['all']['hit@10']:.1f} {part['all']['interval']}"
        print(line, flush=True)
        found[group] = part
    return found


def scored_by(weights: dict[str, float], cases: list[Case]) -> list[tuple[Case, np.ndarray]]:
    """Each case with the scores that some weights give."""
    return [(case, scores_of(case, weights)) for case in cases]


# --- the run --------------------------------------------------------------------------------------

parser = argparse.ArgumentParser()
parser.add_argument("--locomo", type=Path, help="LoCoMo's file, to fit on or to measure by")
parser.add_argument("--fit", choices=("dialogues", "locomo", "both"), default="dialogues")
parser.add_argument("--date", default="", help="the date for the card")
parser.add_argument("--ablate", action="store_true", help="also fit without each group of features")
parser.add_argument("--write", action="store_true")
args = parser.parse_args()

outside = cases_of(benchmark(load("locomo", args.locomo))) if args.locomo else []
train = cases_of(crowd(OURS / "train"))
test = cases_of(homes(OURS / "test", "dialogues, test"))
names = train[0].names
fitted_on = {"dialogues": train, "locomo": outside, "both": [*train, *outside]}[args.fit]
weights = fit(fitted_on, names)

show("fusion", scored_by(dict(FUSION.weights), [*outside, *test]))
report = show("seen by no fit", scored_by(weights, test))
if args.fit == "dialogues":
    report |= show("seen by no fit", scored_by(weights, outside)) if outside else {}
    report |= show("dialogue left out", held_out(train, names))
else:
    report |= show("conversation left out", held_out(outside, names, train if args.fit == "both" else ()))
if args.write:
    document = {
        "name": "learned" if args.fit == "dialogues" else args.fit,
        "card": {
            "what": "Linear weights over the features of memcli.retrieve; nothing else is learned.",
            "data": f"{args.fit}: {len(fitted_on)} questions with evidence",
            "licence": OWN if args.fit == "dialogues" else LOCOMO,
            "embedder": config.load().embedder,
            "loss": f"listwise softmax, ridge {RIDGE[args.fit]}",
            "scores": {"protocol": "evidence turns; of questions that the fit did not see", **report},
            "date": args.date,
        },
        "weights": {name: round(weight, 5) for name, weight in weights.items()},
    }
    out = OUT.get(args.fit, Path("ranker.json"))
    out.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    print(f"wrote {out}", file=sys.stderr)

if args.ablate:
    apart = [case for case in outside if case.group == "locomo apart"] or train
    show("all groups", held_out(apart, names))
    for group in GROUPS:
        without = set(GROUPS[group](view(apart[0].pool)))
        show(f"without {group}", held_out(apart, [n for n in names if n not in without]))
