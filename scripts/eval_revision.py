"""Measures what the update adapter says of notes after a turn of free talk, whose answers are known.

    python scripts/eval_revision.py ASKED.jsonl OUT.jsonl [--adapter FILE] [--talks 0]

ASKED is valid_asked or test_asked of make_revision_set.py: every turn with the notes nearest to it, as the product
asks. Each note becomes a line of OUT (``--from`` reads such a file instead). A note that no longer holds has to be
closed, be it ended or changed: precision and recall of that are told by threshold, of the changed ones also how
many are written anew as the label says, by the proxy of `eval operations`.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from memcli.config import load
from memcli.evals.operations import matches
from memcli.extract.asking import line_of
from memcli.models import open_chat, open_embedder
from memcli.ports import ChatModel, Sampling
from memcli.records import Role
from memcli.update.revise import ENDED, HEARD, NOW, STILL, chances, messages

FLOORS: Final = (0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.98)
WRITTEN: Final = 0.3
"""From this chance of ``now`` on a note is written anew, to see what thresholds above it would give."""


def asked(path: Path, talks: int, seed: int) -> Iterator[tuple[str, list[str], list[list[str]]]]:
    """Each turn of a seeded sample of talks: its name, the talk as it is shown, the notes with their answers."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    rows = random.Random(seed).sample(rows, talks) if talks else rows
    for row in rows:
        for session in row["sessions"]:
            lines = [line_of(each["speaker"], role_of(each), each["text"]) for each in session]
            for number, turn in enumerate(session):
                if turn["notes"]:
                    yield row["name"], lines[max(0, number - HEARD) : number + 1], turn["notes"]


def role_of(line: dict[str, Any]) -> Role:
    """Who speaks, in the chat's sense."""
    return Role.ASSISTANT if line["speaker"] == "assistant" else Role.USER


def told(model: ChatModel, path: Path, out: Path, talks: int, seed: int) -> list[dict[str, Any]]:
    """What the model says of every note, one line each."""
    rows: list[dict[str, Any]] = []
    with out.open("w", encoding="utf-8") as file:
        for name, talk, notes in asked(path, talks, seed):
            for note, gold in notes:
                began = time.process_time()
                found, text = chances(model, talk, note), ""
                scored = time.process_time() - began
                if found[NOW] >= WRITTEN:
                    text = "".join(model.stream(messages(talk, note), Sampling(max_tokens=64), adapter="update"))
                row = {"talk": name, "last": talk[-1], "note": note, "gold": gold, "chances": found, "text": text,
                       "seconds": round(scored, 3), "whole": round(time.process_time() - began, 3)}  # fmt: skip
                rows.append(row)
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
                file.flush()
    return rows


def table(rows: list[dict[str, Any]]) -> None:
    """Precision and recall by threshold: of closing, of ending, and of changing with the right words."""
    embedder = open_embedder(load())
    closed = sum(row["gold"] != STILL for row in rows)
    changed = sum(row["gold"].startswith(NOW) for row in rows)
    turns = len({(row["talk"], row["last"]) for row in rows})
    print(f"{len(rows)} notes after {turns} turns, {closed} to be closed ({changed} changed)  "
          f"{sum(row['whole'] for row in rows) / turns:.2f} CPU seconds a turn")  # fmt: skip
    for floor in FLOORS:
        sure = [row for row in rows if 1 - row["chances"][STILL] >= floor]
        right = sum(row["gold"] != STILL for row in sure)
        ends = [row for row in rows if row["chances"][ENDED] >= floor]
        ended = sum(row["gold"] == ENDED for row in ends)
        anew = [row for row in rows if row["chances"][NOW] >= floor]
        good = sum(row["gold"] != STILL for row in anew)
        alike = sum(is_as(row, embedder) for row in anew)
        share, found = right / max(1, len(sure)), right / closed
        print(f"{floor:<5} closed {right}/{len(sure)} = {share:.3f}, recall {found:.3f}   "
              f"ended {ended}/{len(ends)}   now {good}/{len(anew)}, as labelled {alike}")  # fmt: skip


def is_as(row: dict[str, Any], embedder: Any) -> bool:
    """Does the note as written say what the label says?"""
    _, gold = row["gold"].partition(": ")[::2]
    _, text = row["text"].partition(": ")[::2]
    return bool(gold and text) and matches(gold, text, embedder)


def main() -> None:
    """Measure what the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("asked", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--adapter", type=Path)
    parser.add_argument("--talks", type=int, default=0, help="0 is all")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--from", dest="source", type=Path, help="lines of an earlier run")
    given = parser.parse_args()
    if given.source:
        table([json.loads(line) for line in given.source.read_text(encoding="utf-8").splitlines()])
        return
    model = open_chat(load(), {"update": given.adapter} if given.adapter else {})
    table(told(model, given.asked, given.out, given.talks, given.seed))
    model.close()


if __name__ == "__main__":
    main()
