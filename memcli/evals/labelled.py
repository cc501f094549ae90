"""Turns with what should come of them, from three kinds of file; knows their formats and no score."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from memcli.dates import ground
from memcli.errors import BadInputError
from memcli.evals import datasets
from memcli.evals.dialogues import Dialogue, Mark
from memcli.evals.dialogues import read as read_dialogues
from memcli.records import Origin, Role, Turn, stable_id

_MARKS: Final = {"+": "ADD", "~": "UPDATE", "-": "END", "=": "NOOP"}


@dataclass(frozen=True, slots=True)
class Gold:
    """One operation that a turn should lead to; ``old`` is the memory it touches."""

    op: str
    text: str = ""
    old: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A turn, its class, and what should come of it; ``ops`` is None where only ``facts`` are known.

    ``conversation`` names what is told to one memory: a dialogue, or all that one person says.
    """

    turn: Turn
    label: str
    facts: tuple[str, ...]
    ops: tuple[Gold, ...] | None
    conversation: str = ""


def load(path: Path) -> list[Case]:
    """Labelled turns: JSON Lines with ``ops``, a LoCoMo file with its ``observation``, or a file of dialogues.

    Raises:
        BadInputError: the file is neither.
    """
    try:
        if path.suffix == ".dialogue":
            return _some([case for told in read_dialogues([path]) for case in _told(told)], path)
        text = path.read_text(encoding="utf-8")
        if text.lstrip().startswith("["):
            return _locomo(path, json.loads(text))
        cases = [_case(json.loads(line), number) for number, line in enumerate(text.splitlines()) if line.strip()]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInputError(f"{path} holds no labelled turns: {error}") from error
    return _some(cases, path)


def _some(cases: list[Case], path: Path) -> list[Case]:
    if not cases:
        raise BadInputError(f"{path} is empty")
    return cases


def _told(dialogue: Dialogue) -> Iterator[Case]:
    """A dialogue's turns with their marks as operations; dates of facts in full, as they are kept."""
    for said in dialogue.turns:
        turn = said.as_turn(f"{dialogue.name}-{said.session}")
        ops = tuple(_marked(mark, said.at) for mark in said.marks)
        yield Case(turn, _class_of(dialogue, ops), tuple(op.text for op in ops if op.text), ops, dialogue.name)


def _marked(mark: Mark, at: datetime) -> Gold:
    return Gold(_MARKS[mark.sign], ground(mark.fact, at), ground(mark.old, at))


def _class_of(dialogue: Dialogue, ops: tuple[Gold, ...]) -> str:
    """A turn of a dialogue by what it does: most of all by the change it brings."""
    if dialogue.language != "en":
        return "language"
    done = {op.op for op in ops}
    order = (("UPDATE", "flip"), ("END", "flip"), ("ADD", "fact"), ("NOOP", "repeat"))
    return next((name for op, name in order if op in done), "nofact")


def _case(row: Mapping[str, Any], number: int) -> Case:
    turn = Turn(
        id=stable_id("t", "operations", str(number), row["text"]),
        session=row["scenario"],
        position=number,
        role=Role(row["role"]),
        speaker=row["speaker"],
        text=row["text"],
        at=datetime.fromisoformat(row["at"]),
        origin=Origin(row["origin"]),
        source="eval",
    )
    ops = tuple(Gold(op["op"], op.get("text", ""), op.get("old", "")) for op in row["ops"])
    return Case(turn, row["class"], tuple(op.text for op in ops if op.text), ops, row.get("user", ""))


def _locomo(path: Path, samples: Sequence[Mapping[str, Any]]) -> list[Case]:
    gold: dict[tuple[str, str], list[str]] = defaultdict(list)
    for sample in samples:
        for facts in sample["observation"].values():
            for text, ids in (fact for about in facts.values() for fact in about):
                for one in [ids] if isinstance(ids, str) else ids:
                    gold[sample["sample_id"], one].append(text)
    return [
        Case(
            turn,
            "locomo",
            tuple(gold[conversation.name, turn.source_id.rpartition("/")[2]]),
            None,
            conversation.name,
        )
        for conversation in datasets.load("locomo", path)
        for turn in conversation.turns
    ]
