"""Fits which proposals of the extraction adapter and of the rules are kept (memcli/extract/proposals.json).

    python scripts/fit_proposals.py propose OUT.jsonl --dialogues FILE… [--turns 400]
    python scripts/fit_proposals.py fit OUT.jsonl…

``propose`` asks the shipped adapter about turns of dialogues that it was not trained on and keeps every proposal
with its likelihood; a run that is cut off goes on when it is given again. ``fit`` fits a logistic regression over
ranges of the features (scikit-learn), prints recall and precision by threshold with turns held out (5 folds), and
writes the weights with their card. Hits are judged by the proxy of `memcli.evals.operations`.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from dataclasses import asdict, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from eval_extraction import Cached, Case, own_cases, people_of, tally
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import KFold

from memcli.config import load
from memcli.evals.dialogues import read
from memcli.evals.operations import load as load_cases
from memcli.evals.operations import matches
from memcli.extract import ModelExtractor
from memcli.extract.asking import CONTEXT_TURNS
from memcli.extract.proposals import Floors, Proposal, best, features
from memcli.models import open_chat, open_embedder
from memcli.records import Role

TO = Path(__file__).parent.parent / "memcli" / "extract" / "proposals.json"
RANGES = 5
STRENGTH = 0.1
"""Inverse of the ridge; chosen with turns held out, between .05 and .3 nothing changes."""
CAREFUL = Floors(rule=0.25, model=0.3, unsaid=1, again=0.5)
OPEN = Floors(rule=0.1, model=0.2, unsaid=1, again=0.4)
"""Chosen with turns held out."""
SEED = 5
Edges = dict[str, list[float]]


# -- proposing


def propose(cases: list[Case], out: Path) -> None:
    """One line a turn."""
    model = open_chat(replace(load(), adapters=True))
    extractor = ModelExtractor(lambda: model, "model", learned=True)
    out.touch()
    known = {json.loads(line)["id"] for line in out.read_text(encoding="utf-8").splitlines()}
    with out.open("a", encoding="utf-8") as file:
        for case in cases:
            if case.turn.id in known or case.turn.role is not Role.USER:
                continue
            found = extractor.proposals(case.turn, case.before)
            row = {
                "id": case.turn.id, "session": case.turn.session, "text": case.turn.text,
                "speaker": case.turn.speaker, "gold": case.gold,
                "people": people_of(case), "proposals": [plain(proposal) for proposal, _ in found],
            }  # fmt: skip
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            file.flush()


def cases_of(path: Path) -> list[Case]:
    """The labelled turns of a file of dialogues, or of a list of turns."""
    if path.suffix == ".dialogue":
        english = [dialogue for dialogue in read([path]) if dialogue.language == "en"]
        return list(own_cases(english, path.stem))
    told: dict[str, list[Any]] = {}
    cases = []
    for case in load_cases(path):
        before = told.setdefault(case.turn.session, [])
        cases.append(Case(path.stem, case.turn, tuple(before[-CONTEXT_TURNS:]), case.facts))
        before.append(case.turn)
    return cases


def plain(proposal: Proposal) -> list[Any]:
    """A proposal as it stands in a line."""
    numbers = [round(proposal.likelihood, 4), round(proposal.worth, 3), proposal.unsaid]
    return [proposal.text, sorted(proposal.by), *numbers]


# -- fitting


def proposals_of(row: dict[str, Any]) -> list[Proposal]:
    """The proposals of a line."""
    return [Proposal(text, frozenset(by), *numbers) for text, by, *numbers in row["proposals"]]


def edges_of(values: np.ndarray) -> list[float]:
    """Where a feature is cut: into ranges of about as many proposals each; between its values if those are few."""
    different = np.unique(values)
    if len(different) <= RANGES:
        return [round(float(low + high) / 2, 3) for low, high in pairwise(different)]
    cuts = np.quantile(values, np.linspace(0, 1, RANGES + 1)[1:-1], method="averaged_inverted_cdf")
    return sorted({round(float(cut), 3) for cut in cuts} - {float(values.min())})


def ranged(table: Sequence[dict[str, float]], edges: Edges) -> np.ndarray:
    """One column a range: 1 where a feature lies in it."""
    columns = []
    for name, cuts in edges.items():
        at = np.searchsorted(cuts, [seen[name] for seen in table], side="right")
        columns += [at == each for each in range(len(cuts) + 1)]
    return np.array(columns, dtype=float).T


def fitted(table: Sequence[dict[str, float]], right: np.ndarray) -> tuple[LogisticRegression, Edges]:
    """A regression and the ranges it is over."""
    edges = {name: edges_of(np.array([seen[name] for seen in table])) for name in table[0]}
    model = LogisticRegression(C=STRENGTH, max_iter=3000)
    return model.fit(ranged(table, edges), right), edges


def fit(rows: list[dict[str, Any]], embedder: Any) -> None:
    """Fit, judge with turns held out, and write."""
    table, right, turn = [], [], []
    for number, row in enumerate(rows):
        every = proposals_of(row)
        for each in every:
            table.append(features(each, every, row["text"], row["speaker"]))
            right.append(any(matches(gold, each.text, embedder) for gold in row["gold"]))
            turn.append(number)
    right, turn = np.array(right), np.array(turn)
    chance = np.zeros(len(right))
    for fitting, held in KFold(5, shuffle=True, random_state=SEED).split(rows):
        inside, outside = np.isin(turn, fitting), np.isin(turn, held)
        model, edges = fitted([s for s, i in zip(table, inside, strict=True) if i], right[inside])
        seen = [s for s, o in zip(table, outside, strict=True) if o]
        if seen:
            chance[outside] = model.predict_proba(ranged(seen, edges))[:, 1]
    weighed(rows, chance)
    auc = roc_auc_score(right, chance)
    print(f"{len(rows)} turns, {len(right)} proposals, {right.sum()} right; AUC held out {auc:.3f}")
    scores = curve(rows, embedder)
    model, edges = fitted(table, right)
    write(model, edges, {
        "what": "Logistic regression over ranges of the features in memcli.extract.proposals: worth keeping?",
        "data": f"{len(rows)} turns of the project's own that the extraction adapter was not trained on, "
        f"{len(right)} proposals, {right.sum()} right by the proxy of memcli.evals.operations",
        "held out": {"auc": round(float(auc), 3), **scores},
    })  # fmt: skip


def weighed(rows: list[dict[str, Any]], chance: np.ndarray) -> None:
    """Note each proposal's chance in its line."""
    number = iter(chance)
    for row in rows:
        row["weighed"] = [float(next(number)) for _ in row["proposals"]]


def curve(rows: list[dict[str, Any]], embedder: Any) -> dict[str, list[float]]:
    """Recall and precision by threshold, beside those of the rules alone."""
    rules = tally(rows, lambda row: [text for text, by, *_ in row["proposals"] if "rule" in by], embedder)
    print("rules alone        " + "  ".join(f"{name} {value:.3f}" for name, value in rules.items()))
    scores = {}
    tried = [
        Floors(rule, model, unsaid=1, again=0.5)
        for model in np.arange(0.3, 0.55, 0.05)
        for rule in (0.1, 0.2, 0.3)
    ]
    for floors in [*tried, OPEN, CAREFUL]:
        found = tally(
            rows, lambda row, at=floors: best(proposals_of(row), row["weighed"], at, row["text"]), embedder
        )
        told = "  ".join(f"{name} {value:.3f}" for name, value in found.items())
        print(f"rule {floors.rule:.2f} model {floors.model:.2f}  {told}")
        scores[floors] = [round(100 * found[name], 1) for name in ("recall", "precision")]
    return {"recall and precision, careful": scores[CAREFUL], "open": scores[OPEN]}


def write(model: LogisticRegression, edges: Edges, card: dict[str, Any]) -> None:
    """The weights as a table."""
    weights = iter(model.coef_[0])
    table = {}
    for name, cuts in edges.items():
        table[name] = {"edges": cuts, "weights": [round(float(next(weights)), 2) for _ in range(len(cuts) + 1)]}
    bias = round(float(model.intercept_[0]), 3)
    floors = {"careful": asdict(CAREFUL), "open": asdict(OPEN)}
    read = {"bias": bias, **floors, "card": card, "features": table}
    TO.write_text(json.dumps(read, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    """Propose or fit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("step", choices=("propose", "fit"))
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--dialogues", type=Path, nargs="+", default=[])
    parser.add_argument("--turns", type=int, default=400)
    given = parser.parse_args()
    if given.step == "propose":
        every = [case for path in given.dialogues for case in cases_of(path)]
        random.Random(SEED).shuffle(every)
        propose(every[: given.turns], given.files[0])
        return
    lines = [json.loads(line) for path in given.files for line in path.read_text(encoding="utf-8").splitlines()]
    rows = list({(row["speaker"], row["text"]): row for row in lines}.values())
    fit(rows, Cached(open_embedder(load())))


if __name__ == "__main__":
    main()
