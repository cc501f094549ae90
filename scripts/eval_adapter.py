"""One table of all three memory operations: rules, base, base with adapters; same harness, same examples.

    python scripts/eval_adapter.py OUT [--adapters ROOT] [--locomo FILE] [--limit 100] [--only extraction]

OUT is a folder for the lines of every measurement. ROOT is a folder of adapter sets, by default those that come
with memcli. Samples are small and seeded, so that each part ends within ten minutes on one core; the scripts that
it joins (eval_extraction, eval_update, eval_generation) take larger ones.
"""

from __future__ import annotations

import argparse
import json
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import eval_extraction
import eval_generation
import eval_update
from make_training_set import DIALOGUES

from memcli.config import load
from memcli.models import files, open_chat, open_embedder
from memcli.models.adapters import shipped
from memcli.ports import ChatModel, Task

Row = dict[str, Any]


def extraction(model: ChatModel, adapted: bool, given: argparse.Namespace, out: Path) -> dict[str, Row]:
    """Recall, precision, F1, right subject and noise of facts, on our own test dialogues and on LoCoMo."""
    wanted = argparse.Namespace(
        dialogues=DIALOGUES / "test", valid=None, locomo=given.locomo, turns=given.limit, seed=5
    )
    rows = eval_extraction.propose(eval_extraction.sampled(wanted), model, out)
    embedder: Any = eval_extraction.Cached(open_embedder(load()))
    found: dict[str, Row] = {}
    for group in sorted({row["group"] for row in rows}):
        its = [row for row in rows if row["group"] == group]
        for name, choose in eval_extraction.choices(embedder, 0.5, -99.0).items():
            if name in ({"rules", "model", "product"} if adapted else {"model"}):
                found[f"{group} {name if adapted else 'base'}"] = eval_extraction.tally(its, choose, embedder)
        found[f"{group} {'adapter' if adapted else 'base'} cost"] = cost(its)
    return found


def update(model: ChatModel, adapted: bool, given: argparse.Namespace, out: Path) -> dict[str, Row]:
    """Accuracy of the vote on our own test pairs."""
    rows = eval_update.vote(model, eval_update.pairs_of(given.pairs, 3 * given.limit, 5), out)
    if adapted:
        eval_update.table(rows)
    return {f"own {'adapter' if adapted else 'base'}": eval_update.summary(rows) | cost(rows)}


def generation(model: ChatModel, adapted: bool, given: argparse.Namespace, out: Path) -> dict[str, Row]:
    """F1 of what can be answered, abstention from what cannot, on our own test set and LoCoMo's gold evidence."""
    cases = eval_generation.sample(list(eval_generation.own_cases(given.questions, None)), given.limit, 5)
    cases += eval_generation.locomo_cases(given.locomo, given.limit // 5, 5) if given.locomo else []
    task: Task | None = "generation" if adapted else None
    rows = eval_generation.run(model, cases, task, out, force=False)
    eval_generation.table(rows)
    found: dict[str, Row] = {}
    for name in sorted({str(row["group"]).split()[0] for row in rows}):
        its = [row for row in rows if str(row["group"]).split()[0] == name]
        can, cannot = [r for r in its if r["gold"]], [r for r in its if not r["gold"]]
        label = f"{name} {'adapter' if adapted else 'base'}"
        for prefix in ("", "checked_"):
            found[f"{label}{' and checks' if prefix else ''}"] = {
                "f1": mean(can, f"{prefix}score"), "abstains": mean(cannot, f"{prefix}abstained"),
                "wrongly": mean(can, f"{prefix}abstained"), "cites right": mean(can, "cited_right"), **cost(its),
            }  # fmt: skip
    return found


def mean(rows: list[Row], key: str) -> float:
    """The mean of a column."""
    return sum(float(row[key]) for row in rows) / max(len(rows), 1)


def cost(rows: list[Row]) -> Row:
    """Seconds an example, and the most memory that this process has held, in MB."""
    return {
        "n": len(rows), "seconds": mean(rows, "seconds"),
        "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }  # fmt: skip


PARTS: dict[str, Callable[[ChatModel, bool, argparse.Namespace, Path], dict[str, Row]]] = {
    "extraction": extraction,
    "update": update,
    "generation": generation,
}


def main() -> None:
    """Measure the base, then the base with its adapters."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--adapters", type=Path)
    parser.add_argument("--locomo", type=Path)
    parser.add_argument("--pairs", type=Path, required=True, help="test.jsonl of make_update_set")
    parser.add_argument("--questions", type=Path, required=True, help="test.jsonl of make_training_set")
    parser.add_argument("--limit", type=int, default=100)
    parser.add_argument("--only", choices=list(PARTS))
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    settings = load()
    weights = shipped(files.find(settings.home.models, settings.chat_model)[0], given.adapters)
    table: dict[str, dict[str, Row]] = {}
    for adapted in (False, True):
        model = open_chat(settings, weights if adapted else {})
        for name in [given.only] if given.only else PARTS:
            out = given.out / f"{name}-{'adapter' if adapted else 'base'}.jsonl"
            table[name] = table.get(name, {}) | PARTS[name](model, adapted, given, out)
        model.close()
    (given.out / "table.json").write_text(json.dumps(table, indent=1), encoding="utf-8")
    for name, rows in table.items():
        for label, scores in rows.items():
            print(f"{name:11}{label:32}" + "".join(f" {key} {value:.3f}" for key, value in scores.items()))


if __name__ == "__main__":
    main()
