"""Measures the update vote on pairs whose answer is known: accuracy, confusion, and what a threshold buys.

    python scripts/eval_update.py TEST.jsonl OUT.jsonl [--adapter FILE] [--pairs 400]

TEST is what make_update_set wrote. Each pair becomes a line of OUT with the share of every choice (``--from``
reads such a file instead). ``ended`` and ``changed`` close an old memory: their precision is what matters.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from pathlib import Path
from typing import Any, Final

from memcli.config import load
from memcli.models import open_chat
from memcli.ports import ChatModel
from memcli.update.vote import CHOICES, chances

FLOORS: Final = (0.0, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95)


def pairs_of(path: Path, limit: int, seed: int) -> list[tuple[str, str, str]]:
    """A seeded sample of (old, new, choice)."""
    notes = [note for line in path.read_text(encoding="utf-8").splitlines() for note in json.loads(line)["notes"]]
    every = [(note["old"], pair["new"], pair["choice"]) for note in notes for pair in note["pairs"]]
    return random.Random(seed).sample(every, min(limit, len(every)))


def vote(model: ChatModel, pairs: list[tuple[str, str, str]], out: Path) -> list[dict[str, Any]]:
    """The shares of the choices for every pair, one line each."""
    rows: list[dict[str, Any]] = []
    with out.open("w", encoding="utf-8") as file:
        for old, new, gold in pairs:
            began = time.monotonic()
            found = chances(model, old, new)
            seconds = round(time.monotonic() - began, 3)
            rows.append({"old": old, "new": new, "gold": gold, "shares": found, "seconds": seconds})
            file.write(json.dumps(rows[-1], ensure_ascii=False) + "\n")
            file.flush()
    return rows


def best(row: dict[str, Any]) -> str:
    """The choice with the largest share."""
    return max(row["shares"], key=lambda choice: row["shares"][choice])


def summary(rows: list[dict[str, Any]]) -> dict[str, float]:
    """Accuracy, the mean over the classes, and precision and recall of what closes a memory."""
    right = Counter(row["gold"] for row in rows if best(row) == row["gold"])
    said, gold = Counter(map(best, rows)), Counter(row["gold"] for row in rows)
    scores = {"accuracy": right.total() / len(rows)}
    scores["balanced"] = sum(right[choice] / gold[choice] for choice in gold) / len(gold)
    for choice in ("changed", "ended", "same"):
        scores[f"{choice}_precision"] = right[choice] / max(said[choice], 1)
        scores[f"{choice}_recall"] = right[choice] / max(gold[choice], 1)
    return scores


def table(rows: list[dict[str, Any]]) -> None:
    """Confusion, then coverage and precision by how sure the vote is."""
    print(f"{len(rows)} pairs  " + "  ".join(f"{name} {value:.3f}" for name, value in summary(rows).items()))
    print(f"{'gold':8}" + "".join(f"{choice:>9}" for choice in CHOICES))
    for gold in CHOICES:
        said = Counter(best(row) for row in rows if row["gold"] == gold)
        print(f"{gold:8}" + "".join(f"{said[choice]:9}" for choice in CHOICES))
    for floor in FLOORS:
        line = []
        for choice in CHOICES:
            sure = [row for row in rows if best(row) == choice and row["shares"][choice] >= floor]
            right = sum(row["gold"] == choice for row in sure)
            line.append(f"{choice} {right}/{len(sure)} = {right / max(len(sure), 1):.3f}")
        print(f"share >= {floor:<4}  " + "   ".join(line))


def main() -> None:
    """Measure what the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("test", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--adapter", type=Path)
    parser.add_argument("--pairs", type=int, default=400)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--from", dest="source", type=Path, help="lines of an earlier run")
    given = parser.parse_args()
    if given.source:
        table([json.loads(line) for line in given.source.read_text(encoding="utf-8").splitlines()])
        return
    model = open_chat(load(), {"update": given.adapter} if given.adapter else {})
    table(vote(model, pairs_of(given.test, given.pairs, given.seed), given.out))
    model.close()


if __name__ == "__main__":
    main()
