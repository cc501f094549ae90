"""Fit the linear models behind the rules, on dialogues with their facts: what is worth keeping, and what changed.

    python scripts/fit_rules.py changes adapters/data/dialogues/train/*.dialogue
    python scripts/fit_rules.py worth adapters/data/dialogues/train/*.dialogue
    python scripts/fit_rules.py gone adapters/data/dialogues/train/*.dialogue

Writes memcli/update/changes.json, memcli/extract/worth.json or memcli/update/gone.json with a card: what it was
fitted on, and how it does on dialogues that were left out (5 folds, by dialogue). Needs scikit-learn, which comes
with sentence-transformers.
"""

from __future__ import annotations

import json
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict

from memcli import config
from memcli.dates import ground
from memcli.evals.dialogues import ASSISTANT, Dialogue, Mark, Said, read
from memcli.extract import heard_as, worth
from memcli.extract.dating import dating_of
from memcli.extract.language import language_of
from memcli.extract.rules import _Work
from memcli.models import open_embedder
from memcli.records import Candidate, Kind, Memory, Origin, Role, Stance, Turn
from memcli.terms import terms
from memcli.update import gone
from memcli.update.weigh import features, may_replace

ROOT = Path(__file__).resolve().parent.parent
SEED = 7
STRANGERS = 12
"""Facts of other dialogues that each new one is compared with, as if one person had told them all."""
FOLDS = 5
THRESHOLD = 0.8
WORTH = 0.37
"""A clause is kept from this probability on: what is missed cannot be found again, what is idle fades."""
ALIKE = 0.5
"""A clause tells a fact when this share of their words is the same (F1 of the terms, the speaker's name aside)."""
OWN = 4.0
"""How much more a clause of the tuning set counts."""
TUNING = ROOT / "tests/data/operations/tuning.jsonl"
SEEN = 25
"""Clauses that a word must stand in to have a weight."""
TABLES = [
    ROOT / "adapters/data/changes/said.tsv",
    *(ROOT / f"tests/data/operations/{name}.tsv" for name in ("changes", "plain", "plain3")),
]
"""Plain changes and what looks like one; nothing is fitted on the halves called `unseen` and `unseen3`."""
SPOKEN, PLAIN = 0.5, 4.0
"""How much a pair of a dialogue counts, and one of those."""
MET = 3
"""Pairs that a word must stand in to have a weight in ``gone``."""
LONGEST = 400
UNRELATED = 0.05
"""Of the facts that share no word with a turn, which a turn seldom means."""
GONE = 0.8
LEAST = 0.05
"""Smaller weights are left out."""
TOLD_AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Pair:
    """An old fact and a new one, whether the new takes the old one's place, and the dialogue."""

    old: Memory
    new: Candidate
    changed: bool
    dialogue: str
    asked: int


def memory(text: str, about: str, at: datetime) -> Memory:
    """A fact as it would be kept."""
    dating = dating_of(text, at)
    return Memory(
        "m:", text, Kind.SEMANTIC, at, at, about=about, event_at=dating.event_at, event_end=dating.event_end
    )


def candidate(text: str, about: str, at: datetime, evidence: str) -> Candidate:
    """A fact as it would come from a turn."""
    dating = dating_of(text, at)
    return Candidate(text, about, at, evidence, ("t:",), event_at=dating.event_at, event_end=dating.event_end)


def pairs(dialogues: Sequence[Dialogue]) -> Iterator[Pair]:
    """Every new fact with what was known before it in its dialogue, and with some of other dialogues."""
    everything = [
        (d.name, d.people[0], m.fact, t.at) for d in dialogues for t in d.turns for m in t.marks if m.fact
    ]
    random, asked = Random(SEED), 0
    for dialogue in dialogues:
        known: dict[str, Memory] = {}
        for turn in dialogue.turns:
            for mark in turn.marks:
                if mark.fact:
                    asked += 1
                    new = candidate(ground(mark.fact, turn.at), turn.speaker, turn.at, turn.text)
                    for fact, old in known.items():
                        yield Pair(replace(old, about=turn.speaker), new, fact == mark.old, dialogue.name, asked)
                    for _, name, fact, at in random.sample(everything, STRANGERS):
                        told = fact.replace(name, turn.speaker)
                        yield Pair(memory(told, turn.speaker, min(at, turn.at)), new, False, dialogue.name, asked)
                if mark.sign in "~-":
                    known.pop(mark.old, None)
            for mark in turn.marks:
                if mark.fact:
                    known[mark.fact] = memory(ground(mark.fact, turn.at), turn.speaker, turn.at)


def cosines(found: Sequence[Pair]) -> list[float]:
    """How near the two facts of each pair are, by the default embedder."""
    embedder = open_embedder(config.load())
    texts = sorted({text for pair in found for text in (pair.old.text, pair.new.text)})
    rows = [row for n in range(0, len(texts), 64) for row in embedder.embed(texts[n : n + 64])]
    vectors = dict(zip(texts, rows, strict=True))
    return [float(vectors[pair.old.text] @ vectors[pair.new.text]) for pair in found]


def fit_changes(dialogues: Sequence[Dialogue]) -> None:
    """Fit, measure on folds that were left out, and write the weights; each pair counts without its cosine too."""
    found = list(pairs(dialogues))
    near = cosines(found)
    seen = [features(p.old, p.new, cos) for p, cos in zip(found, near, strict=True)]
    blind = [features(p.old, p.new) for p in found]
    names = list(seen[0])
    matrix = np.array([[row[name] for name in names] for row in (*seen, *blind)])
    truth = np.array([p.changed for p in found] * 2)
    groups = [p.dialogue for p in found] * 2
    model = LogisticRegression(max_iter=5000, C=1.0)
    told = cross_val_predict(model, matrix, truth, groups=groups, cv=GroupKFold(FOLDS), method="predict_proba")[
        :, 1
    ]
    half = len(found)
    scores = {"with cosine": table(found, told[:half]), "without": table(found, told[half:])}
    model.fit(matrix, truth)
    weights = dict(
        sorted(zip(names, (round(float(w), 3) for w in model.coef_[0]), strict=True), key=lambda p: -abs(p[1]))
    )
    card = {
        "what": "Logistic regression over the features of memcli.update.weigh: does a statement replace a memory?",
        "data": f"{len(dialogues)} dialogues of the project's own, {sum(truth[:half])} changes among {half} pairs",
        "held out": scores,
        "auc": round(float(roc_auc_score(truth[:half], told[:half])), 4),
    }
    write(
        ROOT / "memcli/update/changes.json",
        {"bias": round(float(model.intercept_[0]), 3), "bound": THRESHOLD, "card": card, "weights": weights},
    )


class Weighed(_Work):
    """Reads a turn as the rules do, and notes each clause where its worth would be asked."""

    def _dated(self, text: str, evidence: str, stance: Stance, *, asked: bool) -> None:
        del evidence, asked
        self.clauses = [*getattr(self, "clauses", []), (text, dating_of(text, self.turn.at, stance).dated)]


def clauses(dialogues: Sequence[Dialogue]) -> Iterator[tuple[str, str, bool, bool]]:
    """Each clause of the people's turns: its dialogue, its words, whether it is dated, whether it tells a fact."""
    for dialogue in dialogues:
        before: list[Turn] = []
        for said in dialogue.turns:
            role, origin = (
                (Role.ASSISTANT, Origin.ASSISTANT) if said.by_assistant else (Role.USER, Origin.DIRECT_USER)
            )
            turn = Turn("t:", dialogue.name, said.number, role, said.speaker, said.text, said.at, origin)
            work = Weighed(turn, tuple(before[-4:]), language_of(said.text))
            if not said.by_assistant:
                work.run()
            facts = [text for mark in said.marks for text in (mark.fact, mark.old) if text]
            for text, dated in getattr(work, "clauses", []):
                yield dialogue.name, text, dated, any(alike(text, fact, said.speaker) for fact in facts)
            before.append(turn)


def tuning() -> list[Dialogue]:
    """The turns that the rules were written with, as dialogues: plain speech to the assistant."""
    found: dict[str, Dialogue] = {}
    for number, line in enumerate(TUNING.read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        speaker = ASSISTANT if row["role"] == "assistant" else row["speaker"]
        marks = [Mark("+", op.get("text", ""), op.get("old", "")) for op in row["ops"]]
        said = Said(number, speaker, row["text"], datetime.fromisoformat(row["at"]), 0, marks)
        new = Dialogue(row["scenario"], (row["user"], ASSISTANT), "en", "tuning")
        found.setdefault(row["scenario"], new).turns.append(said)
    return list(found.values())


def alike(one: str, two: str, speaker: str) -> bool:
    """Do two texts share enough words?"""
    left, right = (set(terms(text)) - set(terms(speaker)) for text in (one, two))
    return 2 * len(left & right) >= ALIKE * max(1, len(left) + len(right))


def fit_worth(dialogues: Sequence[Dialogue]) -> None:
    """Fit the weights of what is worth keeping; words that stand in few clauses get none."""
    own = tuning()
    found = list(clauses([*dialogues, *own]))
    weight = np.array([OWN if name in {d.name for d in own} else 1.0 for name, *_ in found])
    seen = [worth.features(text, dated=dated, asked=False) for _, text, dated, _ in found]
    often = Counter(name for row in seen for name, value in row.items() if value)
    kept = [{name: v for name, v in row.items() if v and often[name] >= SEEN} for row in seen]
    vectoriser = DictVectorizer()
    matrix = vectoriser.fit_transform(kept).toarray().astype("float32")
    truth, groups = np.array([tells for *_, tells in found]), [name for name, *_ in found]
    model = LogisticRegression(max_iter=500, C=0.05, solver="liblinear")
    told = np.zeros(len(truth))
    for train, test in GroupKFold(FOLDS).split(matrix, truth, groups):
        told[test] = model.fit(matrix[train], truth[train], weight[train]).predict_proba(matrix[test])[:, 1]
    model.fit(matrix, truth, weight)
    taken = told >= WORTH
    card = {
        "what": "Logistic regression over the features of memcli.extract.worth: does a clause tell a fact?",
        "data": f"{len(dialogues)} dialogues of the project's own, {len(truth)} clauses, "
        f"{int(truth.sum())} with a fact",
        "held out": {
            "auc": round(float(roc_auc_score(truth, told)), 3),
            "precision": share(int((truth & taken).sum()), int(taken.sum())),
            "recall": share(int((truth & taken).sum()), int(truth.sum())),
        },
    }
    named = zip(vectoriser.get_feature_names_out(), model.coef_[0], strict=True)
    weights = {
        name: round(float(w), 2) for name, w in sorted(named, key=lambda pair: -abs(pair[1])) if abs(w) >= 0.02
    }
    bias = round(float(model.intercept_[0]) - math.log(WORTH / (1 - WORTH)), 3)
    write(ROOT / "memcli/extract/worth.json", {"bias": bias, "card": card, "weights": weights})


def let_go(dialogues: Sequence[Dialogue]) -> Iterator[Pair]:
    """Each turn of the people with the facts of its dialogue: what it changes or ends, and what stays."""
    random, asked = Random(SEED), 0
    for dialogue in dialogues:
        known: dict[str, Memory] = {}
        for said in dialogue.turns:
            ended = {mark.old for mark in said.marks if mark.sign in "~-"}
            if not said.by_assistant and len(said.text) < LONGEST:
                asked, new = asked + 1, heard_as(said.as_turn())
                told = set(terms(said.text)) - set(terms(said.speaker))
                for fact, old in known.items():
                    if fact in ended or told & set(terms(fact)) or random.random() < UNRELATED:
                        yield Pair(replace(old, about=said.speaker), new, fact in ended, dialogue.name, asked)
            for old in ended:
                known.pop(old, None)
            facts = [mark.fact for mark in said.marks if mark.fact]
            known |= {fact: memory(ground(fact, said.at), said.speaker, said.at) for fact in facts}


def plain_pairs() -> Iterator[Pair]:
    """The tables of plain changes, each line a dialogue of its own."""
    lines = [line.split("\t") for path in TABLES if path.exists() for line in path.read_text("utf-8").splitlines()]
    for number, (before, after, outcome, *now) in enumerate(lines):
        later = timedelta(minutes=1) if now else timedelta(days=18)
        first, second = (
            Turn("t:", "plain", 0, Role.USER, "Ana", text, at, Origin.DIRECT_USER)
            for text, at in ((before, TOLD_AT), (after, TOLD_AT + later))
        )
        old = memory(heard_as(first).text, "Ana", TOLD_AT)
        yield Pair(old, heard_as(second), outcome != "stays", f"plain {number}", -number)


def fit_gone(dialogues: Sequence[Dialogue]) -> None:
    """Fit what lets a memory go, measure it on folds that were left out, and write the weights."""
    spoken, plain = list(let_go(dialogues)), list(plain_pairs())
    found = [*spoken, *plain]
    seen = [gone.features(pair.old, pair.new) for pair in found]
    often = Counter(name for row in seen for name, value in row.items() if value)
    vectoriser = DictVectorizer()
    matrix = vectoriser.fit_transform(
        [{name: v for name, v in row.items() if v and often[name] >= MET} for row in seen]
    )
    matrix.indices, matrix.indptr = matrix.indices.astype("int32"), matrix.indptr.astype("int32")
    truth, groups = np.array([pair.changed for pair in found]), [pair.dialogue for pair in found]
    weight = np.array([SPOKEN] * len(spoken) + [PLAIN] * len(plain))
    model = LogisticRegression(C=0.5, max_iter=2000, solver="liblinear")
    told = np.zeros(len(truth))
    for train, test in GroupKFold(FOLDS).split(matrix, truth, groups):
        told[test] = model.fit(matrix[train], truth[train], weight[train]).predict_proba(matrix[test])[:, 1]
    model.fit(matrix, truth, weight)
    parts = {"dialogues": slice(0, len(spoken)), "plain": slice(len(spoken), None)}
    card = {
        "what": "Logistic regression over the features of memcli.update.gone: does a turn let a memory go?",
        "data": f"{len(dialogues)} dialogues of the project's own, {int(truth[: len(spoken)].sum())} of "
        f"{len(spoken)} pairs, and {int(truth[len(spoken) :].sum())} of {len(plain)} plain ones",
        "held out": {name: likeliest_of(found[part], told[part]) for name, part in parts.items()},
        "auc": {name: round(float(roc_auc_score(truth[part], told[part])), 3) for name, part in parts.items()},
    }
    named = sorted(zip(vectoriser.get_feature_names_out(), model.coef_[0], strict=True), key=lambda p: -abs(p[1]))
    weights = {name: round(float(w), 2) for name, w in named if abs(w) >= LEAST}
    bias = round(float(model.intercept_[0]), 3)
    path = ROOT / "memcli/update/gone.json"
    write(path, {"bias": bias, "bound": GONE, "card": card})
    path.write_text(compact({"bias": bias, "bound": GONE, "card": card}, weights), encoding="utf-8")


def likeliest_of(found: Sequence[Pair], told: Sequence[float]) -> dict[str, object]:
    """Of the likeliest fact of each turn: how often it is right, from several thresholds up."""
    best: dict[int, tuple[float, bool]] = {}
    for pair, p in zip(found, told, strict=True):
        best[pair.asked] = max(best.get(pair.asked, (0.0, False)), (float(p), pair.changed))
    taken = {t: [right for p, right in best.values() if p >= t] for t in (0.5, 0.7, GONE, 0.9)}
    return {
        str(t): {"precision": share(sum(right), len(right)), "right": sum(right), "made": len(right)}
        for t, right in taken.items()
    }


def table(found: Sequence[Pair], told: Sequence[float]) -> dict[str, object]:
    """Of the likeliest old fact of each new one: precision and recall from several thresholds up."""
    best: dict[int, tuple[float, bool]] = defaultdict(lambda: (0.0, False))
    for pair, p in zip(found, told, strict=True):
        heard = float(p) if may_replace(pair.old, pair.new) else 0.0
        best[pair.asked] = max(best[pair.asked], (heard, pair.changed))
    total = sum(pair.changed for pair in found)
    rows = {}
    for threshold in (0.5, 0.7, THRESHOLD, 0.95):
        taken = [right for p, right in best.values() if p >= threshold]
        rows[str(threshold)] = {
            "precision": share(sum(taken), len(taken)),
            "recall": share(sum(taken), total),
            "made": len(taken),
        }
    return rows


def share(part: float, whole: float) -> float:
    """A share in percent."""
    return round(100 * part / whole, 1) if whole else 0.0


def compact(document: dict[str, object], weights: dict[str, float]) -> str:
    """The document with its weights, ten a line."""
    entries = [f"{json.dumps(name, ensure_ascii=False)}: {weight}" for name, weight in weights.items()]
    lines = [", ".join(entries[n : n + 10]) for n in range(0, len(entries), 10)]
    head = json.dumps(document, indent=2, ensure_ascii=False).removesuffix("\n}")
    return head + ',\n  "weights": {\n' + ",\n".join(lines) + "\n  }\n}\n"


def write(path: Path, document: dict[str, object]) -> None:
    """Write the model and tell its card."""
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(document["card"], indent=2, ensure_ascii=False))


if __name__ == "__main__":
    what, paths = sys.argv[1], [Path(each) for each in sys.argv[2:]]
    chosen = [d for d in read(paths) if d.language == "en"]
    {"changes": fit_changes, "worth": fit_worth, "gone": fit_gone}[what](chosen)
