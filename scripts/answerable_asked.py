"""Asks the generation adapter every question of answerable_cases and keeps what it says and how sure it is.

    python scripts/answerable_asked.py OUT own|test|locomo [--locomo FILE] [--adapter FILE] [--doubts]

OUT keeps the cases and a line an answer; a run that was cut off goes on. LoCoMo's words stay in OUT: keep it out
of the project.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any, Final

import answerable_cases
from answerable_cases import SEED, Case, at, notes_of
from eval_extraction import Cached

from memcli.adapters.gate import compared
from memcli.config import load
from memcli.evals.journal import Journal
from memcli.generate import FENCES, NOT_THAT, abstains, ask_messages
from memcli.generate.choosing import chosen
from memcli.generate.prompt import Note
from memcli.generate.respond import ADMISSION
from memcli.models import open_chat, open_embedder
from memcli.ports import ChatModel, Embedder, Sampling
from memcli.records import Message

GOLD, FOUND = 0.2, 0.2
"""Shares of the groups over gold notes and of the questions over found ones."""
VARIANTS: Final = ("", "plain", "reversed", "shuffled", "few")
FEW: Final = 4
TOLD: Final = re.compile(r" \([^()]*\b\d{4}\)")
"""A date that code put after relative words."""
SAMPLING: Final = Sampling(max_tokens=64, repeat_penalty=1.1, stop=FENCES)


def said(model: ChatModel, case: Case, embedder: Embedder, *, words: bool = True) -> dict[str, Any]:
    """The log-probability of an admission; the reply, and another that admits nothing where that one does."""
    shown = chosen(case["question"], near_of(case, embedder))
    messages = ask_messages(case["question"], shown, at(case))
    doubt = model.score(messages, [ADMISSION], adapter="generation")[0] * model.count_tokens(ADMISSION)
    decided = {"doubt": round(doubt, 4), "shown": [note.id for note in shown]}
    return decided | (replies(model, messages) if words else {"first": "", "reply": ""})


def replies(model: ChatModel, messages: Sequence[Message]) -> dict[str, Any]:
    """What is said at first, and what where admitting is forbidden."""
    first = "".join(model.stream(messages, SAMPLING, adapter="generation")).strip()
    reply = first
    if abstains(first):
        held = replace(SAMPLING, grammar=NOT_THAT)
        reply = "".join(model.stream(messages, held, adapter="generation")).strip()
    return {"first": first, "reply": reply}


def near_of(case: Case, embedder: Embedder) -> tuple[Note, ...]:
    """The notes of a question with their cosines, which search gave to found ones."""
    notes = notes_of(case)
    return notes if any(note.near for note in notes) else compared(case["question"], notes, embedder)


def cases(which: str, locomo: Path | None, file: Path) -> list[Case]:
    """The cases, drawn when there are none yet."""
    if not file.exists():
        made: dict[str, Any] = {
            "own": lambda: answerable_cases.own(answerable_cases.fresh(), answerable_cases.SEED),
            "test": answerable_cases.test,
            "locomo": lambda: answerable_cases.locomo(locomo or Path()),
        }
        file.parent.mkdir(parents=True, exist_ok=True)
        lines = [json.dumps({"id": f"{which}-{n}", **case}) for n, case in enumerate(made[which]())]
        file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def in_order(every: list[Case]) -> list[Case]:
    """A drawn order, so that a run that was stopped early is a sample; what shares its notes together."""
    groups: dict[str, list[Case]] = defaultdict(list)
    for case in every:
        of_context = case["source"] == "gold" and case["set"] == "own"
        groups[f"{case['home']} {case['context']}" if of_context else case["id"]].append(case)
    rng = Random(SEED)
    kept = [
        its
        for its in groups.values()
        if its[0]["set"] == "locomo" or rng.random() < (GOLD if len(its) > 1 else FOUND)
    ]
    return [case for its in rng.sample(kept, len(kept)) for case in its]


def varied(case: Case, variant: str) -> Case:
    """A question over other notes: without resolved dates, in another order, or fewer."""
    notes = list(case["notes"])
    if variant == "plain":
        notes = [{**note, "line": undated(note["line"])} for note in notes]
    elif variant == "reversed":
        notes.reverse()
    elif variant == "shuffled":
        Random(case["question"]).shuffle(notes)
    elif variant == "few":
        best = sorted(notes, key=lambda note: -note["score"])[:FEW]
        notes = [note for note in notes if note in best]
    lines = [f"[{n}]{note['line'].partition(']')[2]}" for n, note in enumerate(notes, 1)]
    return {**case, "notes": [{**note, "line": line} for note, line in zip(notes, lines, strict=True)]}


def undated(line: str) -> str:
    """A note's line as it was said, less the dates that code put in brackets."""
    head, space, said = line.partition(") ")
    return head + space + TOLD.sub("", said)


def rows(out: Path, which: str, variant: str = "") -> Iterator[dict[str, Any]]:
    """What was asked so far, beside its case."""
    lines = kept_in(out, which, variant).read_text(encoding="utf-8").split("\n")[1:-1]
    answers = {answer["id"]: answer for answer in map(json.loads, lines)}
    for case in cases(which, None, out / f"{which}.jsonl"):
        if answer := answers.get(case["id"]):
            yield {**varied(case, variant), **answer}


def kept_in(out: Path, which: str, variant: str) -> Path:
    """Where the answers of a set are."""
    return out / f"{which}{variant and '-'}{variant}.said.jsonl"


def main() -> None:
    """Ask what has not been asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("which", choices=["own", "test", "locomo"])
    parser.add_argument("--locomo", type=Path)
    parser.add_argument("--adapter", type=Path)
    parser.add_argument("--variant", choices=VARIANTS, default="", help="over other notes")
    parser.add_argument("--doubts", action="store_true", help="no answers: the decision can be fitted without")
    parser.add_argument("--limit", type=int, help="only the first so many")
    parser.add_argument("--minutes", type=float, default=60)
    given = parser.parse_args()
    every = in_order(cases(given.which, given.locomo, given.out / f"{given.which}.jsonl"))[: given.limit]
    about = {"asked": f"{given.which}{given.variant and '-'}{given.variant}"}
    answers = Journal(kept_in(given.out, given.which, given.variant), about)
    model = open_chat(load(), {"generation": given.adapter} if given.adapter else None)
    embedder: Any = Cached(open_embedder(load()))
    until = time.monotonic() + 60 * given.minutes
    for number, case in enumerate(every, 1):
        if time.monotonic() > until:
            break
        if answers.get(case["id"]) is None:
            answers.add(case["id"], said(model, varied(case, given.variant), embedder, words=not given.doubts))
            print(f"{given.which} {number}/{len(every)}", file=sys.stderr, flush=True)
    model.close()


if __name__ == "__main__":
    main()
