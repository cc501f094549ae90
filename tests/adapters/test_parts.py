"""Parts of a training set for a learning curve: whole dialogues, a smaller part within a larger one."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path

import pytest

parts = import_module("part_of_set")
make = import_module("make_update_set")
extraction = import_module("make_extraction_set")
TRAIN = make.read_dialogues([make.DATA / "dialogues" / "train" / "hand6.dialogue"])
SHARES = (0.25, 0.5, 1.0)


def part(data: Path, out: Path, share: float, monkeypatch: pytest.MonkeyPatch) -> list[dict]:  # type: ignore[type-arg]
    """The lines that the script leaves of a set."""
    monkeypatch.setattr(sys, "argv", ["part_of_set", str(data), str(out), "--share", str(share)])
    parts.main()
    assert (out / "valid.jsonl").read_bytes() == (data / "valid.jsonl").read_bytes()
    return [json.loads(line) for line in (out / "train.jsonl").read_text(encoding="utf-8").splitlines()]


def test_talks_are_chosen_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both passes over a dialogue are in, or neither is."""
    rng = make.Random(1)
    talks = [extraction.talk_of(dialogue, rng) for _ in range(2) for dialogue in TRAIN]
    extraction.write(tmp_path / "train.jsonl", talks)
    extraction.write(tmp_path / "valid.jsonl", talks[:1])
    kept = [[line["name"] for line in part(tmp_path, tmp_path / "out", s, monkeypatch)] for s in SHARES]
    assert all(names.count(name) == 2 for names in kept for name in names)
    assert set(kept[0]) < set(kept[1]) < set(kept[2])
    assert kept[2] == [talk["name"] for talk in talks]


def test_pairs_of_a_dialogue_stay_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of each dialogue all pairs or none; the whole share is the whole set, in trees of the same size."""
    pairs = [pair for dialogue in TRAIN for pair in make.of_dialogue(dialogue, make.Random(1))]
    for name in ("train", "valid"):
        make.write(tmp_path / f"{name}.jsonl", pairs, make.Random(1))
    told = parts.tellers(make.DATA / "dialogues" / "train")
    kept = []
    for share in SHARES:
        lines = part(tmp_path, tmp_path / "out", share, monkeypatch)
        notes = [note for line in lines for note in line["notes"]]
        assert all(len(line["notes"]) == make.OLDS_PER_TREE for line in lines[:-1])
        kept.append({(note["old"], pair["new"]) for note in notes for pair in note["pairs"]})
    assert kept[0] < kept[1] < kept[2] == {(pair.old, pair.new) for pair in pairs}
    missing, present = ({told.get(old) for old, _ in some} for some in (kept[2] - kept[1], kept[1]))
    assert missing & present <= {None}
