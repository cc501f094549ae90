"""What each trick is worth, and ten examples before and after: from the kept answers of the joint table.

    python scripts/joint_ablations.py OUT [--column adapters] [--examples 10]

Nothing is asked again: the answers hold what the model said at first and what code made of it. The one ablation
that changes a prompt, notes without resolved dates, is asked by ``eval_adapter.py OUT --column C --variant
plain``. The examples are of our own test set, good and bad as the seed draws them.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import joint_cases
from eval_extraction import Cached, tally
from eval_update import FLOORS, best
from joint_table import Row, Rows, Scores, answers, at_first, checked, graded, mean, printed, turns_of, weighted

from memcli.config import load
from memcli.evals.scorers import abstains
from memcli.extract.dating import dating_of
from memcli.extract.model import ANYTHING, SURE
from memcli.extract.rewrite import sentence, third_person
from memcli.models import open_embedder
from memcli.update.vote import CLOSING

KEYS: Final = ("recall", "precision", "f1", "speaker", "noise", "made")


def written(fact: str, row: Row, *, by_code: bool = True) -> str:
    """A sentence of the model with its dates resolved, its speaker set by code or left as it was."""
    turn, _ = turns_of(row)
    said = third_person(fact, turn.speaker) if by_code else fact
    return sentence(dating_of(said, turn.at).text)


def unfiltered(row: Row) -> list[str]:
    """All that the model proposes, grounded or not."""
    return [kept or written(raw, row) for raw, kept in zip(row["raw"], row["kept"], strict=True)]


def unnamed(row: Row) -> list[str]:
    """What the filter keeps, as the model named its speaker."""
    pairs = zip(row["raw"], row["kept"], strict=True)
    return [written(raw, row, by_code=False) for raw, kept in pairs if kept]


def undated(row: Row) -> list[str]:
    """What the filter keeps, time words as they were said."""
    turn, _ = turns_of(row)
    pairs = zip(row["raw"], row["kept"], strict=True)
    return [sentence(third_person(raw, turn.speaker)) for raw, kept in pairs if kept]


def kept(row: Row) -> list[str]:
    """What the filter keeps."""
    return [fact for fact in row["kept"] if fact]


def gated(row: Row) -> list[str]:
    """And only where the first token's probability says that there is anything."""
    return kept(row) if row.get("gate", 1.0) >= ANYTHING else []


def sure(row: Row) -> list[str]:
    """And only the sentences that the model is sure of."""
    scores = row.get("scores") or [0.0] * len(row["kept"])
    pairs = zip(row["kept"], scores, strict=True)
    return [fact for fact, score in pairs if fact and score >= SURE] if row.get("gate", 1.0) >= ANYTHING else []


def at_once(row: Row) -> list[str]:
    """Without the grammar: nothing where the first reply is no list."""
    return kept(row) if row["replies"] and row["replies"][0]["valid"] else []


EXTRACTION: Final[Mapping[str, Callable[[Row], list[str]]]] = {
    "as it is: filter, speaker and dates by code": kept,
    "without the grounding filter": unfiltered,
    "speaker as the model names it": unnamed,
    "dates as they were said": undated,
    "without the grammar": at_once,
    "with the gate": gated,
    "with the gate and a floor": sure,
    "product: joined with the rules": lambda row: row["product"],
}


def extraction(rows: list[Row]) -> None:
    """Each trick on the same proposals."""
    embedder: Any = Cached(open_embedder(load()))
    for group in sorted({row["group"] for row in rows}):
        its = [row for row in rows if row["group"] == group]
        scores = {name: tally(its, choose, embedder) for name, choose in EXTRACTION.items()}
        printed(f"extraction, {group}, {len(its)} turns", turned(scores, KEYS))


def turned(scores: Mapping[str, Scores], keys: tuple[str, ...]) -> dict[str, Scores]:
    """Tricks in lines, figures in columns."""
    return {key: {name: each[key] for name, each in scores.items() if key in each} for key in keys}


def update(rows: list[Row]) -> None:
    """What a threshold on closing buys."""
    scores: dict[str, Scores] = {}
    every = sum(row["gold"] in CLOSING for row in rows)
    for floor in FLOORS:
        closed = [row for row in rows if best(row) in CLOSING and closing(row) >= floor]
        right = sum(row["gold"] in CLOSING for row in closed)
        scores[f"closes from {floor}"] = {"precision": right / max(len(closed), 1), "recall": right / every}
    printed(f"update, {len(rows)} pairs", turned(scores, ("precision", "recall")))


def closing(row: Row) -> float:
    """The share of the two that close a memory."""
    return float(sum(row["shares"][choice] for choice in CLOSING))


def generation(found: Rows, column: str) -> None:
    """The threshold and the checks; dates in the notes."""
    for kind in (("own", "gold"), ("own", "found"), ("locomo", "gold"), ("locomo", "found")):
        rows = [row for row in found[column] if (row["set"], row["source"]) == kind]
        if rows:
            ways = {"as the model says it": at_first, "with threshold and checks": checked}
            scores = {name: judged(rows, text) for name, text in ways.items()}
            printed(
                f"answers, {kind[0]}, {kind[1]} notes, {len(rows)}", turned(scores, ("F1", "rightly", "wrongly"))
            )
    plain = {row["id"]: row for row in found.get(f"{column}-plain", [])}
    dated = [row for row in found[column] if row["id"] in plain]
    for source in ("gold", "found"):
        pairs = [(row, plain[row["id"]]) for row in dated if row["source"] == source]
        if pairs:
            said = [[graded(row, checked) for row in side] for side in zip(*pairs, strict=True)]
            with_dates, without = (f"{mean(side):.3f}" for side in said)
            print(
                f"\nof time, {source} notes, {len(pairs)}: F1 {with_dates} with resolved dates, {without} without"
            )


def judged(rows: list[Row], text: Callable[[Row], str]) -> Scores:
    """F1 and abstention under one way of taking the reply."""
    can, cannot = [row for row in rows if row["gold"]], [row for row in rows if not row["gold"]]
    locomo = rows[0]["set"] == "locomo"
    scores = {
        "F1": weighted(can, text) if locomo else mean([graded(row, text) for row in can]),
        "rightly": mean([abstains(text(row), strict=False) for row in cannot]),
        "wrongly": mean([abstains(text(row), strict=False) for row in can]),
    }
    return {key: value for key, value in scores.items() if value is not None}


def examples(found: Mapping[str, Rows], column: str, count: int) -> None:
    """So many examples of our own test set, the base and the column beside each other."""
    pairs = []
    for task, rows in found.items():
        before = {row["id"]: row for row in rows.get("base", []) if row["set"] == "own"}
        pairs += [(task, before[row["id"]], row) for row in rows[column] if row["id"] in before]
    print("\n| asked | gold | base | adapter |\n|---|---|---|---|")
    for task, before, after in random.Random(joint_cases.SEED).sample(pairs, min(count, len(pairs))):
        print(f"| {asked(task, after)} | {gold(task, after)} | {said(task, before)} | {said(task, after)} |")


def asked(task: str, row: Row) -> str:
    """What was asked, in a cell."""
    if task == "extraction":
        return f"{row['turn']['speaker']}: {row['turn']['text']}".replace("|", "/")
    return f"{row['old']} → {row['new']}" if task == "update" else row["question"]


def gold(task: str, row: Row) -> str:
    """What is right, in a cell."""
    return "; ".join(row["gold"]) or "nothing" if task == "extraction" else row["gold"] or "not known"


def said(task: str, row: Row) -> str:
    """What was said, in a cell."""
    if task == "update":
        return f"{best(row)} ({row['shares'][best(row)]:.2f})"
    return "; ".join(kept(row)) or "nothing" if task == "extraction" else checked(row) or "(empty)"


def main() -> None:
    """Print everything."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--column", default="adapters")
    parser.add_argument("--examples", type=int, default=10)
    given = parser.parse_args()
    found = answers(joint_cases.read(given.out / "cases.jsonl"), given.out / "rows")
    extraction(found["extraction"][given.column])
    update(found["update"][given.column])
    generation(found["generation"], given.column)
    examples(found, given.column, given.examples)


if __name__ == "__main__":
    main()
