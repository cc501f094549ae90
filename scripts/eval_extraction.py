"""Measures extraction: what rules, a model, and both together find in labelled turns; our own test set and LoCoMo.

    python scripts/eval_extraction.py OUT.jsonl [--adapter FILE] [--dialogues FOLDER] [--locomo FILE] [--turns 200]

Each turn becomes a line of OUT with all that was proposed and how sure the model was of it, so that thresholds can
be chosen without asking again (``--from`` reads such a file instead). Hits are judged by the proxy of
`memcli.evals.operations`.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from make_extraction_set import facts_of
from make_training_set import HELD

from memcli.config import load
from memcli.errors import ModelError
from memcli.evals.dialogues import Dialogue, split
from memcli.evals.dialogues import read as read_dialogues
from memcli.evals.operations import load as load_cases
from memcli.evals.operations import matches, of_whom
from memcli.extract import ModelExtractor, RulesExtractor
from memcli.extract.asking import CONTEXT_TURNS
from memcli.extract.dating import dating_of
from memcli.extract.rewrite import sentence, subject_of
from memcli.models import open_chat, open_embedder
from memcli.ports import ChatModel, Embedder, Extractor
from memcli.records import Turn


@dataclass(frozen=True, slots=True)
class Case:
    """A turn, what was said before it, and what it tells."""

    group: str
    turn: Turn
    before: tuple[Turn, ...]
    gold: tuple[str, ...]


def sessions_of(dialogue: Dialogue) -> list[list[Turn]]:
    """The turns of a dialogue as the product keeps them, by session."""
    return [[said.as_turn(f"{dialogue.name}-{said.session}") for said in session] for session in dialogue.sessions]


def people_of(case: Case) -> list[str]:
    """Those who talk, as memories name them."""
    return sorted({subject_of(each.speaker) for each in (case.turn, *case.before)})


def own_cases(dialogues: list[Dialogue], group: str) -> Iterator[Case]:
    """The labelled turns of dialogues, dates in full; a session is all that is seen of one."""
    for dialogue in dialogues:
        for session, turns in zip(dialogue.sessions, sessions_of(dialogue), strict=True):
            for index, said in enumerate(session):
                facts = facts_of(said, session[max(0, index - CONTEXT_TURNS) : index], dialogue)
                if facts is not None:
                    name = f"{group} {'others' if dialogue.language != 'en' else 'en'}"
                    gold = tuple(sentence(dating_of(fact, said.at).text) for fact in facts)
                    yield Case(name, turns[index], tuple(turns[:index][-CONTEXT_TURNS:]), gold)


def locomo_cases(path: Path) -> Iterator[Case]:
    """LoCoMo's turns with the observations that rest on them."""
    told: dict[str, list[Turn]] = defaultdict(list)
    for case in load_cases(path):
        before = tuple(told[case.turn.session][-CONTEXT_TURNS:])
        told[case.turn.session].append(case.turn)
        yield Case("locomo", case.turn, before, case.facts)


def propose(cases: list[Case], model: ChatModel | None, out: Path, *, alone: bool) -> list[dict[str, Any]]:
    """What each extractor proposes, one line a turn."""
    rules = RulesExtractor()
    learned = ModelExtractor(lambda: model, "model", learned=True) if model is not None else None
    rows: list[dict[str, Any]] = []
    with out.open("w", encoding="utf-8") as file:
        for case in cases:
            row: dict[str, Any] = {
                "group": case.group, "speaker": case.turn.speaker, "people": people_of(case),
                "text": case.turn.text,
                "gold": case.gold,
                "rules": texts(rules, case),
            }  # fmt: skip
            if learned is not None:
                began = time.monotonic()
                row |= asked(learned, case, alone=alone)
                row["seconds"] = round(time.monotonic() - began, 3)
            rows.append(row)
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            file.flush()
    return rows


def texts(extractor: Extractor, case: Case) -> list[str]:
    """The candidates of one extractor; whoever retracts or corrects states nothing of its own here."""
    return [c.text for c in extractor.extract(case.turn, case.before).candidates if c.text]


def asked(learned: ModelExtractor, case: Case, *, alone: bool) -> dict[str, Any]:
    """What the model proposes, and unless ``alone`` what the product keeps and how likely the rules are."""
    try:
        found = proposed(learned, case)
        if not alone:
            rules = RulesExtractor().extract(case.turn, case.before).candidates
            scores = learned.scores([c.text for c in rules], case.turn, case.before)
            found |= {"rule_scores": scores, "product": texts(learned, case)}
    except ModelError as error:
        empty: dict[str, Any] = {"model": [], "model_scores": [], "rule_scores": [], "product": []}
        return {"error": error.message, "gate": 0.0, **empty}
    return found


def proposed(learned: ModelExtractor, case: Case) -> dict[str, Any]:
    """The model's sentences before and after code's checks, with the gate and the score of each."""
    gate, raw = learned.gate(case.turn, case.before), learned.proposed(case.turn, case.before)
    kept = [learned.candidate(fact, case.turn, case.before) for fact in raw]
    scores = learned.scores(raw, case.turn, case.before)
    return {"gate": gate, "raw": raw, "model": [c.text if c else "" for c in kept], "model_scores": scores}


# -- scores

Choice = Callable[[dict[str, Any]], list[str]]


def merged(first: list[str], second: list[str], embedder: Embedder) -> list[str]:
    """The first list, and of the second what the first does not say."""
    return first + [fact for fact in second if not any(matches(fact, kept, embedder) for kept in first)]


def tally(rows: list[dict[str, Any]], choose: Choice, embedder: Embedder) -> dict[str, float]:
    """Hit recall and precision, F1, right speaker, and how often a turn without facts gives one."""
    gold = found = made = right = subjects = silent = noise = 0
    for row in rows:
        facts = choose(row)
        pairs = [(g, next((f for f in facts if matches(g, f, embedder)), None)) for g in row["gold"]]
        gold, found = gold + len(pairs), found + sum(f is not None for _, f in pairs)
        people = row.get("people") or [row["speaker"]]
        subjects += sum(f is not None and of_whom(f, people) == of_whom(g, people) for g, f in pairs)
        made += len(facts)
        right += sum(any(matches(g, f, embedder) for g in row["gold"]) for f in facts)
        silent += not row["gold"]
        noise += not row["gold"] and bool(facts)
    recall, precision = found / max(gold, 1), right / max(made, 1)
    return {
        "recall": recall, "precision": precision, "f1": 2 * recall * precision / max(recall + precision, 1e-9),
        "speaker": subjects / max(found, 1), "noise": noise / max(silent, 1), "made": made,
    }  # fmt: skip


def choices(embedder: Embedder, gate: float, floor: float) -> dict[str, Choice]:
    """The ways to join the two."""

    def model(row: dict[str, Any]) -> list[str]:
        facts = zip(row.get("model", []), row.get("model_scores", []), strict=True)
        return [fact for fact, score in facts if fact and score >= floor] if row.get("gate", 0) >= gate else []

    def scored_rules(row: dict[str, Any]) -> list[str]:
        facts = zip(row["rules"], row.get("rule_scores", []), strict=False)
        return [fact for fact, score in facts if score >= floor]

    def gated_rules(row: dict[str, Any]) -> list[str]:
        return row["rules"] if row.get("gate", 0) >= gate else []

    return {
        "rules": lambda row: row["rules"],
        "product": lambda row: row.get("product", []),
        "model": model,
        "model, rules": lambda row: merged(model(row), row["rules"], embedder),
        "model, gated rules": lambda row: merged(model(row), gated_rules(row), embedder),
        "model, scored rules": lambda row: merged(model(row), scored_rules(row), embedder),
        "rules, model": lambda row: merged(row["rules"], model(row), embedder),
        "rules if silent": lambda row: model(row) or row["rules"],
        "rules if unsure": lambda row: model(row) if row.get("gate", 0) >= gate else row["rules"],
    }


def table(rows: list[dict[str, Any]], embedder: Embedder, gate: float, floor: float) -> None:
    """Every choice on every group."""
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[row["group"]].append(row)
    for group, its in sorted(groups.items()):
        print(
            f"{group}: {len(its)} turns, {sum(len(row['gold']) for row in its)} facts (gate {gate} floor {floor})"
        )
        for name, choose in choices(embedder, gate, floor).items():
            scores = tally(its, choose, embedder)
            print(f"  {name:20}" + "".join(f" {key} {value:<6.3f}" for key, value in scores.items()))


class Cached:
    """An embedder that embeds a text once."""

    def __init__(self, inner: Embedder) -> None:
        self.inner, self.kept = inner, {}

    def embed(self, wanted: list[str]) -> Any:
        import numpy as np

        for text in wanted:
            if text not in self.kept:
                self.kept[text] = self.inner.embed([text])[0]
        return np.stack([self.kept[text] for text in wanted])


def main() -> None:
    """Measure what the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--adapter", type=Path)
    parser.add_argument("--dialogues", type=Path, help="a folder of test dialogues")
    parser.add_argument("--valid", type=Path, help="the folder of training dialogues: its validation split")
    parser.add_argument("--locomo", type=Path)
    parser.add_argument("--turns", type=int, default=200, help="of each, drawn by seed")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument(
        "--alone", action="store_true", help="the model only, not what is made of it beside the rules"
    )
    parser.add_argument("--gate", type=float, nargs="+", default=[0.5])
    parser.add_argument("--floor", type=float, nargs="+", default=[-9.0])
    parser.add_argument("--from", dest="source", type=Path, help="lines of an earlier run")
    given = parser.parse_args()
    embedder: Any = Cached(open_embedder(load()))
    if given.source:
        rows = [json.loads(line) for line in given.source.read_text(encoding="utf-8").splitlines()]
    else:
        rows = propose(sampled(given), opened(given.adapter), given.out, alone=given.alone)
    for gate in given.gate:
        for floor in given.floor:
            table(rows, embedder, gate, floor)


def sampled(given: argparse.Namespace) -> list[Case]:
    """A seeded sample of the turns of each set, mixed, so that a run that was stopped early is still a sample."""
    rng = random.Random(given.seed)
    sets: list[list[Case]] = []
    if given.dialogues:
        sets.append(list(own_cases(read_dialogues(sorted(given.dialogues.glob("*.dialogue"))), "test")))
    if given.valid:
        sets.append(
            list(own_cases(split(read_dialogues(sorted(given.valid.glob("*.dialogue"))), HELD)[1], "valid"))
        )
    if given.locomo:
        sets.append(list(locomo_cases(given.locomo)))
    cases = [case for every in sets for case in rng.sample(every, min(given.turns, len(every)))]
    rng.shuffle(cases)
    return cases


def opened(adapter: Path | None) -> ChatModel | None:
    """The embedded model with this adapter; none where rules alone are measured."""
    return open_chat(replace(load(), adapters=True), {"extraction": adapter}) if adapter else None


if __name__ == "__main__":
    main()
