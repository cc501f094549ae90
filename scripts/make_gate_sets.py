"""Cuts the small sets that memcli ships out of large ones: gates from test dialogues, replay from training sets.

    python scripts/make_update_set.py SETS/update; python scripts/make_extraction_set.py SETS/extraction
    python scripts/make_training_set.py SETS/generation
    python scripts/make_revision_set.py SETS/revision --only "train test_asked"
    python scripts/make_gate_sets.py SETS

Writes adapters/data/{gate,replay}/TASK.jsonl, in the form of the training sets, and prints sizes and hashes. A
gate set is what `memcli adapters eval` and `promote` measure on; no adapter is ever trained on it. A replay set is
what a personal training mixes in, so that what was known before is kept. Those of the update adapter hold pairs of
statements, and talks with notes of which half no longer hold.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any, Final

from make_extraction_set import talk_of
from make_training_set import DATA

from memcli.evals.dialogues import read as read_dialogues
from memcli.update.revise import STILL

GATE: Final = {"update": 14, "extraction": 16, "generation": 10}
REPLAY: Final = {"update": 72, "extraction": 72, "generation": 36}

TALKS: Final = {"gate": 5, "replay": 24}
"""Of the revision set, beside the pairs of the update adapter."""


def drawn(contexts: Sequence[Any], count: int) -> list[Any]:
    """A seeded sample."""
    return Random(5).sample(contexts, min(count, len(contexts)))


def read(path: Path) -> list[Any]:
    """The contexts of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def talks(split: str, kind: str, sets: Path) -> list[Any]:
    """Talks that end or change something, with as many notes that still hold."""
    rng, found = Random(5), []
    for talk in read(sets / "revision" / f"{split}.jsonl"):
        lines = [line for session in talk.get("sessions", ()) for line in session]
        gone = sum(said != STILL for line in lines for _, said in line["notes"])
        if not gone or talk["language"] != "en":
            continue
        held = [(n, note) for n, line in enumerate(lines) for note, said in line["notes"] if said == STILL]
        kept = set(rng.sample(held, min(gone, len(held))))
        for number, line in enumerate(lines):
            line["notes"] = [
                [note, said] for note, said in line["notes"] if said != STILL or (number, note) in kept
            ]
        found.append(talk)
    return drawn(found, TALKS[kind])


def test_set(task: str, sets: Path) -> list[Any]:
    """All that a task is tested on, of the dialogues."""
    if task == "extraction":
        dialogues = read_dialogues(sorted((DATA / "dialogues" / "test").glob("*.dialogue")))
        return [talk_of(dialogue, Random(0)) for dialogue in dialogues]
    contexts = read(sets / task / "test.jsonl")
    return [each for each in contexts if task != "generation" or each["mode"] == "hand"]


def write(kind: str, task: str, contexts: Sequence[Any]) -> None:
    """One file."""
    path = DATA / kind / f"{task}.jsonl"
    path.parent.mkdir(exist_ok=True)
    text = "".join(json.dumps(each, ensure_ascii=False, separators=(",", ":")) + "\n" for each in contexts)
    path.write_text(text, encoding="utf-8")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    print(f"{kind}/{task}: {len(contexts)} contexts, {path.stat().st_size / 1000:.0f} kB, sha256 {digest}")


def main() -> None:
    """Write all six."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sets", type=Path)
    sets = parser.parse_args().sets
    for task in GATE:
        gate, replay = (
            drawn(test_set(task, sets), GATE[task]),
            drawn(read(sets / task / "train.jsonl"), REPLAY[task]),
        )
        if task == "update":
            gate, replay = gate + talks("test_asked", "gate", sets), replay + talks("train", "replay", sets)
        write("gate", task, gate)
        write("replay", task, replay)


if __name__ == "__main__":
    main()
