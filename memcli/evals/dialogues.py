"""Reads hand-written dialogues (adapters/data): a turn carries what is worth keeping of it; pure, knows no room.

``dialogue NAME | Ana & memcli | 2026-03-02 19:20 | en | casual`` begins one, ``1 Ana: words`` is a turn,
``later 2026-03-09 08:10`` begins the next session. Under a turn: ``+ FACT`` new, ``~ NEW <= OLD`` changed,
``- OLD`` ended, ``= OLD`` said again. At the end ``? QUESTION = ANSWER [turns]``, or ``= unknown``. Lines with
``!`` are remarks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from memcli.records import Origin, Role, Turn, stable_id

ASSISTANT: Final = "memcli"
_TURN: Final = re.compile(r"(\d+) ([^:]+): (.+)")
_QUESTION: Final = re.compile(r"\? (.+) = (.+?)(?: \[([\d, ]+)\])?$")
_CHANGE: Final = " <= "


@dataclass(frozen=True, slots=True)
class Mark:
    """What a turn does to what is kept: ``sign`` is + ~ - or =; ``fact`` what is said, ``old`` what it touches."""

    sign: str
    fact: str = ""
    old: str = ""


@dataclass(slots=True)
class Said:
    """One turn with its marks."""

    number: int
    speaker: str
    text: str
    at: datetime
    session: int
    marks: list[Mark] = field(default_factory=list)

    @property
    def by_assistant(self) -> bool:
        return self.speaker == ASSISTANT

    def as_turn(self, session: str = "session") -> Turn:
        """The turn as the product keeps it."""
        return Turn(
            id=stable_id("t", session, str(self.number), self.text),
            session=session,
            position=self.number,
            role=Role.ASSISTANT if self.by_assistant else Role.USER,
            speaker=self.speaker,
            text=self.text,
            at=self.at,
            origin=Origin.ASSISTANT if self.by_assistant else Origin.DIRECT_USER,
            source="eval",
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on the whole; ``answer`` is empty where the dialogue does not tell."""

    question: str
    answer: str
    turns: tuple[int, ...] = ()


@dataclass(slots=True)
class Dialogue:
    """A conversation over one or more sessions."""

    name: str
    speakers: tuple[str, ...]
    language: str
    register: str
    turns: list[Said] = field(default_factory=list)
    questions: list[Asked] = field(default_factory=list)

    @property
    def with_assistant(self) -> bool:
        return ASSISTANT in self.speakers

    @property
    def people(self) -> tuple[str, ...]:
        return tuple(name for name in self.speakers if name != ASSISTANT)

    @property
    def sessions(self) -> list[list[Said]]:
        """The turns by session, in order."""
        numbers = sorted({turn.session for turn in self.turns})
        return [[turn for turn in self.turns if turn.session == number] for number in numbers]


def read(paths: Iterable[Path]) -> list[Dialogue]:
    """The dialogues of some files, in order.

    Raises:
        ValueError: a line is none of the format's.
    """
    found: list[Dialogue] = []
    at, session = datetime.min.replace(tzinfo=UTC), 0
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if line.startswith("dialogue "):
                name, who, start, language, register = (part.strip() for part in line[9:].split("|"))
                speakers = tuple(each.strip() for each in who.split("&"))
                found.append(Dialogue(name, speakers, language, register))
                at, session = _time(start), 0
            elif line.startswith("later "):
                at, session = _time(line[6:]), session + 1
            elif line.strip() and not line.startswith("!"):
                try:
                    _add(found[-1], line.strip(), at, session)
                except (IndexError, ValueError) as error:
                    raise ValueError(f"{path}:{number}: cannot read {line[:60]!r}") from error
    return found


def split(dialogues: list[Dialogue], held: Path) -> tuple[list[Dialogue], list[Dialogue]]:
    """Training and validation, by the names in a file, and in those that were added to it (valid.txt, valid2.txt).

    The same for every task, whatever is added later.
    """
    files = held.parent.glob(f"{held.stem}*{held.suffix}")
    apart = {name for file in files for name in file.read_text(encoding="utf-8").split()}
    return [d for d in dialogues if d.name not in apart], [d for d in dialogues if d.name in apart]


def _time(text: str) -> datetime:
    return datetime.strptime(text.strip(), "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


def _add(dialogue: Dialogue, line: str, at: datetime, session: int) -> None:
    if turn := _TURN.fullmatch(line):
        dialogue.turns.append(Said(int(turn[1]), turn[2], turn[3], at, session))
    elif line[:2] == "? ":
        dialogue.questions.append(_asked(line))
    elif line[:2] in {"+ ", "~ ", "- ", "= "}:
        dialogue.turns[-1].marks.append(_mark(line[0], line[2:].strip()))
    else:
        raise ValueError(line)


def _mark(sign: str, words: str) -> Mark:
    if sign == "~":
        fact, old = words.split(_CHANGE, 1)
        return Mark(sign, fact.strip(), old.strip())
    return Mark(sign, fact=words) if sign == "+" else Mark(sign, old=words)


def _asked(line: str) -> Asked:
    parts = _QUESTION.fullmatch(line)
    if parts is None:
        raise ValueError(line)
    numbers = tuple(int(each) for each in (parts[3] or "").replace(",", " ").split())
    return Asked(parts[1], "" if parts[2] == "unknown" else parts[2], numbers)
