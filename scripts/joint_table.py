"""The joint table: what the kept answers of every column score on the same examples; asks no model.

A column's name stands for its newest answers; older ones, of an adapter since replaced, carry their mark. LoCoMo's
F1 over all categories is weighted as its questions are (categories 1 to 4: 282, 321, 96, 841).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, Final

from eval_extraction import Cached, people_of, tally
from eval_extraction import Case as Heard
from eval_update import best, summary
from joint_cases import Case, turns_of

from memcli.adapters.gate import CITATION
from memcli.config import load
from memcli.evals.scorers import abstains, bleu1, f1, score
from memcli.extract import RulesExtractor
from memcli.extract.grounding import is_grounded
from memcli.models import open_embedder
from memcli.update.vote import CHOICES, CLOSING, TRUSTED

Row = dict[str, Any]
Rows = dict[str, list[Row]]
"""By column: its answers, each with what was asked."""
Scores = dict[str, float]
WEIGHTS: Final = {"1": 282, "2": 321, "3": 96, "4": 841}
CLOSES_FROM: Final = TRUSTED
"""The share from which a vote closes a memory."""


def answers(cases: Sequence[Case], folder: Path) -> dict[str, Rows]:
    """By task and column, every answer beside its case."""
    by_id = {case["id"]: case | named(case) for case in cases}
    found: dict[str, Rows] = defaultdict(dict)
    for file in sorted(folder.glob("*.jsonl"), key=lambda each: -each.stat().st_mtime):
        task, _, rest = file.stem.partition(".")
        column, _, mark = rest.rpartition(".")
        label = column if column not in found[task] else f"{column} {mark[:4]}"
        lines = file.read_text(encoding="utf-8").splitlines()[1:]
        found[task][label] = [by_id[row["id"]] | row for row in map(json.loads, lines)]
    return found


def named(case: Case) -> Row:
    """Those who talk, where a turn is read: a fact is of the first of them that it names."""
    if case["task"] != "extraction":
        return {}
    turn, before = turns_of(case)
    return {"people": people_of(Heard(case["group"], turn, tuple(before), ()))}


def shared(rows: Rows) -> Rows:
    """What every column was asked."""
    ids = set.intersection(*({row["id"] for row in its} for its in rows.values()))
    return {column: [row for row in its if row["id"] in ids] for column, its in rows.items()}


def show(cases: Sequence[Case], folder: Path, *, same: bool = False) -> None:
    """Print every part."""
    embedder: Any = Cached(open_embedder(load()))
    found = answers(cases, folder)
    for task, rows in sorted(found.items()):
        main = {name: its for name, its in rows.items() if "-plain" not in name}
        main = shared(main) if same else main
        if task == "extraction":
            for group in ("own en", "own others", "locomo"):
                its = {name: [row for row in each if row["group"] == group] for name, each in main.items()}
                printed(f"extraction, {group}", {n: extraction(each, embedder) for n, each in its.items() if each}
                        | {"rules": by_rule(max(its.values(), key=len), embedder)})  # fmt: skip
        elif task == "update":
            printed("update, own", {name: update(its) for name, its in main.items()})
            for name, its in main.items():
                confusion(name, its)
        else:
            for kind in (("own", "gold"), ("own", "found"), ("locomo", "gold"), ("locomo", "found")):
                its = {n: [r for r in each if (r["set"], r["source"]) == kind] for n, each in main.items()}
                printed(f"answers, {kind[0]}, notes {kind[1]}", {n: generation(r) for n, r in its.items() if r})
        printed(f"cost of {task}", {name: cost(its) for name, its in main.items()})


def printed(title: str, columns: Mapping[str, Scores]) -> None:
    """A part of the table, a line a figure."""
    names = list(columns)
    print(f"\n| {title} | {' | '.join(names)} |\n|---|{'---|' * len(names)}")
    for key in dict.fromkeys(key for scores in columns.values() for key in scores):
        cells = [told(columns[name].get(key)) for name in names]
        print(f"| {key} | {' | '.join(cells)} |")


def told(value: float | None) -> str:
    """A figure as the table has it: shares without a leading zero, counts whole."""
    if value is None:
        return ""
    return f"{value:.0f}" if isinstance(value, int) or value >= 10 else f"{value:.3f}".replace("0.", ".", 1)


def mean(values: Sequence[float]) -> float | None:
    """The mean; nothing of nothing."""
    return sum(values) / len(values) if values else None


# -- extraction


def extraction(rows: list[Row], embedder: Any) -> Scores:
    """The model alone after code's checks, then what the product would keep, then what it wrote."""
    alone = tally(rows, lambda row: [fact for fact in row["kept"] if fact], embedder)
    joined = tally(rows, lambda row: row["product"], embedder)
    lists = [row["replies"][0]["valid"] for row in rows if row["replies"]]
    names = ("recall", "precision", "f1", "speaker", "noise")
    raw = [ungrounded(fact, row) for row in rows for fact in row["raw"]]
    return {
        "turns": len(rows), "facts": sum(len(row["gold"]) for row in rows),
        **{name: alone[name] for name in names}, **{f"product {name}": joined[name] for name in names},
        "invented before the filter": mean(raw) or 0.0,
        "valid JSON at once": mean(lists) or 0.0, "and with the grammar": mean([not r.get("error") for r in rows]),
    }  # type: ignore[return-value] # fmt: skip


def ungrounded(fact: str, row: Row) -> bool:
    """Whether a sentence says what neither the turn nor those before it hold."""
    turn, before = turns_of(row)
    return not is_grounded(fact, [turn.text, *(each.text for each in before)], (turn.speaker,))


def by_rule(rows: list[Row], embedder: Any) -> Scores:
    """What the rules find in the same turns."""
    rules = RulesExtractor()

    def candidates(row: Row) -> list[str]:
        return [c.text for c in rules.extract(*turns_of(row)).candidates if c.text]

    scores = tally(rows, candidates, embedder)
    return {name: scores[name] for name in ("recall", "precision", "f1", "speaker", "noise")}


# -- update


def update(rows: list[Row]) -> Scores:
    """Accuracy by class, and how well it closes memories."""
    scores = summary(rows)
    sure = [row for row in rows if sum(row["shares"][each] for each in CLOSING) >= CLOSES_FROM]
    ends = [row["gold"] in CLOSING for row in sure]
    every = sum(row["gold"] in CLOSING for row in rows)
    return {
        "pairs": len(rows),
        **scores,
        "closes precision": mean(ends) or 0.0,
        "closes recall": sum(ends) / max(every, 1),
        "accuracy, calibrated": calibrated(rows),
    }


def calibrated(rows: list[Row]) -> float:
    """Accuracy with each share divided by its choice's mean: a model that was only shown examples has a favourite.

    Batch calibration (Zhou et al. 2023, section 3).
    """
    usual = {choice: sum(row["shares"][choice] for row in rows) for choice in CHOICES}
    said = [max(CHOICES, key=lambda choice: row["shares"][choice] / usual[choice]) for row in rows]
    return sum(row["gold"] == choice for row, choice in zip(rows, said, strict=True)) / len(rows)


def confusion(name: str, rows: list[Row]) -> None:
    """Gold in lines, said in columns."""
    print(f"\n| {name} says | {' | '.join(CHOICES)} |\n|---|{'---|' * len(CHOICES)}")
    for gold in CHOICES:
        said = [best(row) for row in rows if row["gold"] == gold]
        print(f"| {gold} | {' | '.join(str(said.count(choice)) for choice in CHOICES)} |")


# -- answers


def generation(rows: list[Row]) -> Scores:
    """F1 and BLEU-1 of what can be answered, abstention from what cannot; at first, and after the checks."""
    can, cannot = [row for row in rows if row["gold"]], [row for row in rows if not row["gold"]]
    scores: dict[str, float | None] = {"questions": len(rows)}
    for name, text in (("", checked), ("at first: ", at_first)):
        scores[f"{name}F1"] = weighted(can, text) if rows[0]["set"] == "locomo" else mean(
            [graded(row, text) for row in can])  # fmt: skip
        scores[f"{name}abstains rightly"] = mean([abstains(text(row), strict=False) for row in cannot])
        scores[f"{name}abstains wrongly"] = mean([abstains(text(row), strict=False) for row in can])
    scores["BLEU-1"] = mean([bleu1(checked(row), row["gold"]) for row in can])
    scores["cites the right note"] = mean([bool(set(row["citations"]) & set(row["cited"])) for row in can])
    for group in sorted({row["group"] for row in can}):
        its = [row for row in can if row["group"] == group]
        scores[f"F1 {group}"] = mean([graded(row, checked) for row in its])
        scores[f"n {group}"] = len(its)
    return {key: value for key, value in scores.items() if value is not None}


def checked(row: Row) -> str:
    """The answer that a user would see."""
    return CITATION.sub("", row["answer"]).strip()


def at_first(row: Row) -> str:
    """What the model said before any threshold or check; a refusal where it was not asked at all."""
    first = row["replies"][0]["text"] if row["replies"] else row["answer"]
    return CITATION.sub("", first).strip()


def graded(row: Row, text: Callable[[Row], str]) -> float:
    """F1 by LoCoMo's rules of the category, or plain."""
    return (
        score(text(row), row["gold"], row["group"][-1]) if row["set"] == "locomo" else f1(text(row), row["gold"])
    )


def weighted(rows: Sequence[Row], text: Callable[[Row], str]) -> float:
    """The mean over LoCoMo's categories, each with its share of the questions."""
    total = weight = 0.0
    for category, count in WEIGHTS.items():
        its = [graded(row, text) for row in rows if row["group"][-1] == category]
        total, weight = total + count * (mean(its) or 0.0), weight + count * bool(its)
    return total / max(weight, 1.0)


# -- cost


def cost(rows: list[Row]) -> Scores:
    """CPU seconds of an example on one thread (the median: the first one pays for the loading), and the rest."""
    if not rows:
        return {}
    decoded = [(r["tokens"], r["whole"] - r["first"]) for row in rows for r in row["replies"] if r["tokens"] > 3]
    seconds = sum(each for _, each in decoded)
    speed = {"tokens decoded a CPU second": round(sum(n for n, _ in decoded) / seconds)} if seconds else {}
    return {"CPU s": median(row["cpu"] for row in rows), **speed, "peak RSS, MB": max(row["rss"] for row in rows)}
