"""Asks one column of the joint table the same examples as every other, then prints the table of all there are.

    python scripts/eval_adapter.py OUT --column adapters [--adapters ROOT] [--use generation=FILE] [--locomo FILE]
    python scripts/eval_adapter.py OUT --column 0.5B --model 0.5B=FILE.gguf --limit 40
    python scripts/eval_adapter.py OUT

Columns are base, base-few-shot, adapters (those that come with memcli, or those of ROOT), and any GGUF that is
named by --model, which is shown worked examples. OUT keeps the examples (joint_cases, drawn when there are none
yet) and a line for every answer, by column and adapter: a run that was cut off goes on, and a new adapter is asked
what the old one was, and nothing else is asked again. LoCoMo's words stay in OUT: keep it out of the project.
"""

from __future__ import annotations

import argparse
import hashlib
import resource
import sys
import time
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import joint_cases
import joint_table
from joint_cases import Case, notes_of, turns_of
from joint_models import Column, Watched, columns, with_own

from memcli.adapters.gate import compared
from memcli.config import load
from memcli.errors import ModelError
from memcli.evals.journal import Journal
from memcli.extract import ModelExtractor
from memcli.extract.parse import UnreadableError, facts_of
from memcli.generate import FENCES, answered, ask_messages, choosing, doubt
from memcli.models import open_embedder
from memcli.models.adapters import TASKS
from memcli.ports import Embedder, Sampling, Task
from memcli.update.vote import chances

Row = dict[str, Any]
SAMPLING: Final = Sampling(max_tokens=64, repeat_penalty=1.1, stop=FENCES)
"""As the product asks, but for the length."""
CHEAP: Final = {"update": 3}
"""A task of which so many times more is asked under a limit."""


def extraction(model: Watched, case: Case, column: Column) -> Row:
    """What is proposed, what code lets through, and what is kept of it in a conversation."""
    turn, before = turns_of(case)
    learned = "extraction" in column.adapters
    extractor = ModelExtractor(lambda: model, "table", learned=learned, careful=True)
    try:
        raw = extractor.proposed(turn, before)
    except ModelError as error:
        return {"error": error.message, "raw": [], "kept": [], "product": []}
    kept = [extractor.candidate(fact, turn, before) for fact in raw]
    row: Row = {"raw": raw, "kept": [c.text if c else "" for c in kept]}
    if not learned:
        return row | {"product": [c.text for c in kept if c]}
    joined = extractor.extract(turn, before)
    sure = {"scores": extractor.scores(raw, turn, before), "gate": extractor.gate(turn, before)}
    return row | sure | {"product": [c.text for c in joined.candidates if c.text]}


def update(model: Watched, case: Case, _: Column) -> Row:
    """The share of every choice."""
    return {"shares": chances(model, case["old"], case["new"])}


def generation(model: Watched, case: Case, column: Column, key: str = "line") -> Row:
    """The answer as the product gives it; what was said first is among the replies."""
    notes = notes_of(case, key)
    trained, now = "generation" in column.adapters, datetime.fromisoformat(case["now"])
    reply = answered(model, case["question"], notes, now, SAMPLING, lambda _: None, learned=trained)
    messages = ask_messages(case["question"], choosing.chosen(case["question"], notes), now)
    sure = {"doubt": doubt(model, messages, adapter="generation")} if trained else {}
    return {"answer": reply.text, "citations": list(reply.citations), **sure}


ASK: Final[dict[Task, Callable[[Watched, Case, Column], Row]]] = {
    "extraction": extraction,
    "update": update,
    "generation": generation,
}


def near(case: Case) -> Case:
    """A question whose notes have their cosines to it, as search gives them; what that costs is search's."""
    notes = compared(case["question"], notes_of(case), embedder())
    return case | {"notes": [n | {"near": c.near} for n, c in zip(case["notes"], notes, strict=True)]}


@cache
def embedder() -> Embedder:
    """The product's own."""
    return open_embedder(load())


def asked(model: Watched, case: Case, column: Column, variant: str) -> Row:
    """One answer with what it cost; ``variant`` plain shows the notes without resolved dates."""
    if "generation" in column.adapters and case["task"] == "generation":
        case = near(case)
    model.replies.clear()
    began, cpu = time.monotonic(), time.process_time()
    if variant == "plain":
        row = generation(model, case, column, "plain")
    else:
        row = ASK[case["task"]](model, case, column)
    replies = [
        {"text": r.text, "forced": r.forced, "tokens": r.tokens, "first": round(r.first, 4),
         "whole": round(r.whole, 4), "valid": is_list(r.text)} for r in model.replies
    ]  # fmt: skip
    cost = {"seconds": round(time.monotonic() - began, 3), "cpu": round(time.process_time() - cpu, 3)}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {**row, "replies": replies, **cost, "rss": round(peak)}


def is_list(text: str) -> bool:
    """Whether a reply is a list of facts."""
    try:
        facts_of(text)
    except UnreadableError:
        return False
    return True


def run(column: Column, task: Task, cases: list[Case], out: Path, variant: str) -> None:
    """Ask what has not been asked yet."""
    whole = out / "cases.jsonl"
    name = f"{column.name}{f'-{variant}' if variant else ''}"
    file = out / "rows" / f"{task}.{name}.{column.mark(task)}.jsonl"
    file.parent.mkdir(exist_ok=True)
    about = {"column": name, "task": task, "mark": column.mark(task), "cases": digest(whole)}
    journal = Journal(file, about)
    left = [case for case in cases if case["task"] == task and journal.get(case["id"]) is None]
    if not left:
        return
    model = column.opened()
    for number, case in enumerate(left, 1):
        journal.add(case["id"], asked(model, case, column, variant))
        print(f"{name} {task} {number}/{len(left)}", file=sys.stderr, flush=True)
    model.close()


def digest(file: Path) -> str:
    """The hash of the examples."""
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def chosen(cases: list[Case], limit: int | None, variant: str) -> list[Case]:
    """The first so many of each kind of example; for a variant LoCoMo's questions about time alone."""
    kept: list[Case] = []
    counts: dict[tuple[str, ...], int] = {}
    for case in cases:
        if variant and case["group"] != "locomo 2":
            continue
        kind = (case["task"], case["set"], case.get("source", ""))
        counts[kind] = counts.get(kind, 0) + 1
        if limit is None or counts[kind] <= limit * CHEAP.get(case["task"], 1):
            kept.append(case)
    return kept


def main() -> None:
    """Ask, then print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--column", help="whom to ask; without it the table alone is printed")
    parser.add_argument(
        "--adapters", type=Path, help="a folder of adapters laid out as those that come with memcli"
    )
    parser.add_argument("--use", action="append", default=[], metavar="TASK=FILE", help="one adapter instead")
    parser.add_argument("--model", action="append", default=[], metavar="NAME=FILE", help="another GGUF")
    parser.add_argument("--locomo", type=Path, help="for the examples, where OUT has none yet")
    parser.add_argument("--task", choices=TASKS, action="append", help="only this task")
    parser.add_argument("--limit", type=int, help="only the first so many of each kind of example")
    parser.add_argument("--variant", choices=["plain"], default="", help="notes without resolved dates")
    parser.add_argument("--ask-only", action="store_true", help="print no table")
    parser.add_argument("--same", action="store_true", help="score only what every column was asked")
    given = parser.parse_args()
    file = given.out / "cases.jsonl"
    if not file.exists():
        joint_cases.write(joint_cases.drawn(given.locomo), file)
    cases = joint_cases.read(file)
    if given.column:
        column = columns(given.adapters, given.model)[given.column]
        own = {task: Path(path) for task, path in (each.split("=", 1) for each in given.use)}
        column = with_own(column, own) if own else column
        for task in given.task or TASKS:
            run(column, task, chosen(cases, given.limit, given.variant), given.out, given.variant)
    if not given.ask_only:
        joint_table.show(cases, given.out / "rows", same=given.same)


if __name__ == "__main__":
    main()
