"""Fits whether notes answer a question, on the project's own dialogues, and compares it with the rules before it.

    python scripts/answerable_asked.py OUT own; python scripts/answerable_asked.py OUT test
    python scripts/fit_answerable.py OUT [--write] [--show 40]

Writes memcli/generate/answerable.json with a card. It is fitted on dialogues that the generation adapter has not
seen: of what it was trained on it is too sure. Found notes without the evidence are not fitted on: whether those
answer is anybody's guess. Each question counts without its cosines too, so that the weights hold where there are
none. Needs scikit-learn, which comes with sentence-transformers.
"""

from __future__ import annotations

import argparse
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any, Final

import numpy as np
from answerable_asked import kept_in, near_of, rows
from eval_extraction import Cached
from joint_table import WEIGHTS
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from memcli.adapters.gate import CITATION
from memcli.config import load
from memcli.evals.scorers import f1, score
from memcli.generate.answerable import features
from memcli.generate.choosing import numbered
from memcli.generate.citations import is_invented, supported_by
from memcli.generate.people import is_of_another
from memcli.generate.prompt import Note
from memcli.generate.respond import DOUBTED
from memcli.logistic import Logistic
from memcli.models import open_embedder

Row = dict[str, Any]
FILE: Final = Path(__file__).resolve().parent.parent / "memcli" / "generate" / "answerable.json"
FOLDS: Final = 6
STRENGTH: Final = 0.1
"""The inverse of the ridge."""
BOUND: Final = 0.3
"""With both classes of the same weight: three wrong refusals count as much as seven wrong answers."""
WRONG: Final = (0.05, 0.1)
SOURCES: Final = ("gold", "found")


@dataclass(frozen=True, slots=True)
class Seen:
    """A row with all that is decided by; ``text`` is the answer without citations, ``cited`` what it rests on."""

    row: Row
    text: str
    cited: tuple[str, ...]
    notes: tuple[Note, ...]
    shown: tuple[Note, ...]
    features: dict[str, float]

    @property
    def answerable(self) -> bool:
        return bool(self.row["gold"])

    @property
    def usable(self) -> bool:
        """Whether it is known if the notes answer: what can be answered, they must show."""
        return not self.answerable or bool({note.id for note in self.notes} & set(self.row["cited"]))

    @property
    def score(self) -> float:
        """F1 of the answer, where it is given."""
        gold, text = self.row["gold"], self.text
        if not gold:
            return 0.0
        return score(text, gold, self.row["kind"]) if self.row["set"] == "locomo" else f1(text, gold)

    @property
    def worded(self) -> bool:
        """Whether the model was asked for more than its doubt."""
        return bool(self.row["reply"])

    @property
    def unfounded(self) -> bool:
        return not self.text or is_invented(self.text, self.row["question"], self.shown)

    @property
    def refused_by_rules(self) -> bool:
        """What was decided by hand: no answer where the model is sure of that, or another person's."""
        sure = self.row["first"] != self.row["reply"] and math.exp(self.row["doubt"]) >= DOUBTED
        others = is_of_another(self.cited, self.row["question"], self.text, self.shown)
        return sure or self.unfounded or others


def seen(row: Row, embedder: Any) -> Seen:
    """What can be seen of a row."""
    notes = near_of(row, embedder)
    shown = numbered([note for note in notes if note.id in row["shown"]]) if "shown" in row else notes
    plain = CITATION.sub("", row["reply"]).strip()
    found = features(row["question"], row["doubt"], notes, row.get("lead"))
    return Seen(row, plain, cited(row, plain, shown), notes, shown, found)


def cited(row: Row, plain: str, notes: Sequence[Note]) -> tuple[str, ...]:
    """The notes that the reply names, or those that hold its words where it miscounts, as `cited_anew` has it."""
    brackets = re.findall(r"\[([\d,;\s]*)\]", row["reply"])
    named = {int(number) for found in brackets for number in re.findall(r"\d+", found)}
    ids = tuple(note.id for note in notes if note.number in named)
    holding = supported_by(plain, row["question"], notes)
    few = len(holding) in {1, 2}
    return tuple(holding) if not ids or (few and not set(holding) & set(ids)) else ids


# -- the fit


def fitted(some: Sequence[Seen]) -> Logistic:
    """Logistic regression, both classes of the same weight; weights as they are multiplied with features."""
    blind = [features(each.row["question"], each.row["doubt"], uncompared(each.notes)) for each in some]
    labels = [each.answerable for each in some] * 2
    model = make_pipeline(
        DictVectorizer(sparse=False),
        StandardScaler(),
        LogisticRegression(C=STRENGTH, max_iter=3000, class_weight="balanced"),
    ).fit([each.features for each in some] + blind, labels)
    scale, mean, coefficients = model[1].scale_, model[1].mean_, model[2].coef_[0]
    weights = dict(zip(model[0].get_feature_names_out(), coefficients / scale, strict=True))
    bias = float(model[2].intercept_[0] - (coefficients * mean / scale).sum())
    return Logistic(round(bias, 4), {name: round(float(each), 4) for name, each in weights.items()}, BOUND)


def uncompared(notes: Sequence[Note]) -> tuple[Note, ...]:
    """The notes without their cosines."""
    return tuple(replace(note, near=0.0) for note in notes)


def left_out(some: Sequence[Seen]) -> list[float]:
    """The likelihood of each question by weights fitted without its home."""
    homes = [each.row["home"] for each in some]
    likely = np.zeros(len(some))
    for train, held in GroupKFold(FOLDS).split(some, groups=homes):
        model = fitted([some[i] for i in train])
        likely[held] = [model.probability(some[i].features) for i in held]
    return [float(each) for each in likely]


# -- what comes of it


def curve(some: Sequence[Seen], likely: Sequence[float], bound: float) -> dict[str, float]:
    """How much is refused rightly, and wrongly, by rules and by the model; F1 of what can be answered."""
    can = np.array([each.answerable for each in some])
    chance = np.where([each.unfounded for each in some], -1.0, np.asarray(likely))
    hand = np.array([each.refused_by_rules for each in some])
    weight = np.array([weight_of(each, some) for each in some])
    scores = np.array([each.score for each in some])
    found = {"can": int(can.sum()), "cannot": int((~can).sum()), "AUC": roc_auc_score(can, chance)}
    for name, refused in (("rules", hand), ("model", chance < bound)):
        found[f"{name} right"] = refused[~can].mean()
        found[f"{name} wrong"] = np.average(refused[can], weights=weight[can])
        found[f"{name} F1"] = np.average((scores * ~refused)[can], weights=weight[can])
    for wrong in (*WRONG, float(hand[can].mean())):
        found[f"right at {wrong:.2f}"] = (chance[~can] < np.quantile(chance[can], wrong)).mean()
    return {name: round(float(value), 3) for name, value in found.items()}


def weight_of(each: Seen, some: Sequence[Seen]) -> float:
    """As LoCoMo's categories are in the whole; of our own every question counts one."""
    kind = each.row["kind"]
    if each.row["set"] != "locomo" or kind not in WEIGHTS:
        return 1.0
    return WEIGHTS[kind] / sum(other.row["kind"] == kind for other in some)


def of_source(some: Sequence[Seen], likely: Sequence[float], source: str, bound: float) -> dict[str, float]:
    """The same of one kind of notes; nothing where there are none."""
    by = zip(some, likely, strict=True)
    its = [(each, chance) for each, chance in by if each.row["source"] == source and each.worded]
    return curve([each for each, _ in its], [chance for _, chance in its], bound) if its else {}


def without_rules(figures: Mapping[str, float]) -> dict[str, float]:
    """What a card tells: the rules before are history."""
    return {name: value for name, value in figures.items() if not name.startswith("rules")}


def printed(name: str, some: Sequence[Seen], likely: Sequence[float], bound: float) -> None:
    """Both kinds of notes, then each kind of question."""
    by = list(zip(some, likely, strict=True))
    for source in SOURCES:
        print(f"{name}, {source}:", of_source(some, likely, source, bound))
    for kind in sorted({each.row["kind"] for each in some}):
        its = [(each.refused_by_rules, chance < bound or each.unfounded) for each, chance in by
               if each.row["kind"] == kind]  # fmt: skip
        rules, model = (sum(column) / len(its) for column in zip(*its, strict=True))
        print(f"    {kind:14} {len(its):4}: rules refuse {rules:.2f}, the model {model:.2f}")


def show(some: Sequence[Seen], likely: Sequence[float], bound: float, count: int) -> None:
    """A sample of what is refused wrongly, and of what is not refused."""
    for wrong in (True, False):
        its = [
            (each, chance) for each, chance in zip(some, likely, strict=True)
            if each.answerable is wrong and (chance < bound or each.unfounded) is wrong
        ]  # fmt: skip
        print(f"\n{'refused wrongly' if wrong else 'answered wrongly'}: {len(its)}")
        for each, chance in Random(1).sample(its, min(count, len(its))):
            held = [note.line[:150] for note in each.notes if note.id in each.cited]
            print(f"- {chance:.2f} {each.row['kind']}: {each.row['question']} = {each.row['gold']}")
            print(f"    {each.text} {held}")


def write(model: Logistic, card: Mapping[str, object]) -> None:
    """The weights with their card."""
    document = {
        "bias": model.bias,
        "bound": model.bound,
        "card": card,
        "weights": dict(sorted(model.weights.items())),
    }
    FILE.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    """Fit, measure, and write where it is asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--show", type=int, default=0, help="so many errors of each kind, of dialogues left out")
    given = parser.parse_args()
    embedder: Any = Cached(open_embedder(load()))
    own = [each for each in (seen(row, embedder) for row in rows(given.out, "own")) if each.usable]
    held = left_out(own)
    model = fitted(own)
    print(f"bound {model.bound}, bias {model.bias}, {model.weights}")
    printed("own", own, held, model.bound)
    for name in ("test", "locomo"):
        if kept_in(given.out, name, "").exists():
            some = [seen(row, embedder) for row in rows(given.out, name)]
            printed(name, some, [model.probability(each.features) for each in some], model.bound)
    show(own, held, model.bound, given.show)
    if given.write:
        homes = len({each.row["home"] for each in own})
        card = {
            "what": "Logistic regression over the features of memcli.generate.answerable: do the notes answer?",
            "data": f"{len(own)} questions in {homes} homes of the project's own dialogues",
            "bound": "three wrong refusals count as much as seven wrong answers, both classes of the same weight",
        }
        apart = {name: of_source(own, held, name, model.bound) for name in SOURCES}
        write(model, card | {"held out": {name: without_rules(figures) for name, figures in apart.items()}})


if __name__ == "__main__":
    main()
