"""Cuts a training set down to a share of its dialogues and recipes, for a learning curve by data size.

    python scripts/part_of_set.py DATA OUT --share 0.25

DATA is what make_update_set or make_extraction_set wrote; OUT gets its valid.jsonl whole, and of train.jsonl what
came from the chosen dialogues. The choice is by a hash of the name, so that a smaller part lies within a larger
one. A pair of the update set carries no name: it belongs to the dialogue that tells one of its two facts.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from make_training_set import DATA
from make_update_set import OLDS_PER_TREE

from memcli.evals.dialogues import read as read_dialogues

BUCKETS: Final = 1 << 32
Line = dict[str, Any]


def is_chosen(name: str, share: float) -> bool:
    """Whether a dialogue, or what belongs to none, is in a part of this share."""
    return int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) < share * BUCKETS


def tellers(folder: Path) -> dict[str, str]:
    """By fact, the dialogue that tells it."""
    told: dict[str, str] = {}
    for dialogue in read_dialogues(sorted(folder.glob("*.dialogue"))):
        for turn in dialogue.turns:
            for mark in turn.marks:
                told |= {fact: dialogue.name for fact in (mark.fact, mark.old) if fact}
    return told


def talks(lines: list[Line], share: float) -> Iterator[Line]:
    """The talks of an extraction set whose dialogue is chosen."""
    yield from (line for line in lines if is_chosen(line["name"], share))


def trees(lines: list[Line], share: float, told: dict[str, str]) -> Iterator[Line]:
    """The notes of an update set with the pairs whose dialogue is chosen, as many to a tree as before."""
    kept: dict[str, list[Line]] = defaultdict(list)
    for note in (note for line in lines for note in line["notes"]):
        for pair in note["pairs"]:
            if is_chosen(told.get(note["old"]) or told.get(pair["new"]) or note["old"], share):
                kept[note["old"]].append(pair)
    notes = [{"old": old, "pairs": pairs} for old, pairs in kept.items()]
    yield from ({"notes": notes[first : first + OLDS_PER_TREE]} for first in range(0, len(notes), OLDS_PER_TREE))


def main() -> None:
    """Write the part."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--share", type=float, required=True, help="of the dialogues, 0 to 1")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    lines = [json.loads(line) for line in (given.data / "train.jsonl").read_text(encoding="utf-8").splitlines()]
    is_update = "notes" in lines[0]
    told = tellers(DATA / "dialogues" / "train") if is_update else {}
    part = list(trees(lines, given.share, told) if is_update else talks(lines, given.share))
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in part)
    (given.out / "train.jsonl").write_text(text, encoding="utf-8")
    shutil.copy(given.data / "valid.jsonl", given.out)
    print(f"{len(part)} of {len(lines)} contexts, sha256 {hashlib.sha256(text.encode()).hexdigest()[:12]}")


if __name__ == "__main__":
    main()
