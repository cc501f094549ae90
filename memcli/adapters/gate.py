"""What an adapter must prove itself on: small sets of examples, each scored 0..1; knows no file of an adapter.

The general set comes with memcli and is cut from dialogues that nothing was trained on. Personal examples have the
same form. Each is asked as the product asks it, and scored without a judge: an update by whether the right choice
or first word is likeliest, an answer by F1 (or whether it abstains, as it should), a turn by F1 over its facts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.resources import files
from random import Random
from typing import Any, Final, Protocol

from memcli.errors import ModelError
from memcli.evals.operations import matches
from memcli.evals.scorers import f1
from memcli.extract import ModelExtractor
from memcli.extract.asking import CONTEXT_TURNS, talk_of
from memcli.extract.dating import dating_of
from memcli.extract.rewrite import sentence
from memcli.generate import Note, abstains, answered
from memcli.models.adapters import PACKAGE
from memcli.ports import ChatModel, Embedder, Progress, Sampling, Task
from memcli.records import Origin, Role, Turn
from memcli.retrieve.question import in_first_person
from memcli.update.revise import HEARD, chances
from memcli.update.vote import CHOICES, messages

Context = Mapping[str, Any]
"""A line of a training set, as ``memcli.adapters.trees`` reads it."""
SEED: Final = 5
CITATION: Final = re.compile(r"\s*\[[^\]]*\]")
"""A reference to a note, with the space before it."""
_SPEAKER: Final = re.compile(r"\[\d+\] \([^)]*\) (\w+): ")
_SAMPLING: Final = Sampling(max_tokens=48)
_LONG_AGO: Final = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Judge:
    """Who is asked, and what tells whether two facts are alike."""

    model: ChatModel
    embedder: Callable[[], Embedder]


class Item(Protocol):
    """One example."""

    def score(self, judge: Judge) -> float:
        """How well the model does on it, 0..1."""


@dataclass(frozen=True, slots=True)
class Pair:
    """An old note and what was said later."""

    old: str
    new: str
    choice: str

    def score(self, judge: Judge) -> float:
        scores = judge.model.score(messages(self.old, self.new), list(CHOICES), adapter="update")
        return float(list(CHOICES)[scores.index(max(scores))] == self.choice)


@dataclass(frozen=True, slots=True)
class Heard:
    """A note after the last message of a talk; ``answer`` is the first word of what is right to say of it."""

    talk: tuple[str, ...]
    note: str
    answer: str

    def score(self, judge: Judge) -> float:
        likely = chances(judge.model, self.talk, self.note)
        return float(max(likely, key=lambda answer: likely[answer]) == self.answer)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question over notes; ``gold`` is empty where they do not answer it."""

    notes: tuple[Note, ...]
    now: datetime
    question: str
    gold: str

    def score(self, judge: Judge) -> float:
        notes = compared(self.question, self.notes, judge.embedder())
        reply = answered(judge.model, self.question, notes, self.now, _SAMPLING, lambda _: None)
        said = CITATION.sub("", reply.text).strip()
        return f1(said, self.gold) if self.gold else float(abstains(said))


@dataclass(frozen=True, slots=True)
class Said:
    """A turn, what was said before it, and the facts that it tells."""

    turn: Turn
    before: tuple[Turn, ...]
    facts: tuple[str, ...]

    def score(self, judge: Judge) -> float:
        extractor = ModelExtractor(lambda: judge.model, "gate")
        try:
            found = [c.text for c in extractor.extract(self.turn, self.before).candidates if c.text]
        except ModelError:
            return 0.0
        if not self.facts or not found:
            return float(not self.facts and not found)
        alike = [[matches(gold, fact, judge.embedder()) for fact in found] for gold in self.facts]
        recall = sum(map(any, alike)) / len(self.facts)
        precision = sum(map(any, zip(*alike, strict=True))) / len(found)
        return 2 * recall * precision / (recall + precision) if recall else 0.0


def general(task: Task, limit: int | None = None) -> list[Item]:
    """The examples that come with memcli, or a seeded sample of so many."""
    lines = files(PACKAGE).joinpath("data", "gate", f"{task}.jsonl").read_text(encoding="utf-8").splitlines()
    return sample([item for line in lines for item in items(task, json.loads(line))], limit)


def replay(task: Task) -> list[Context]:
    """The general examples that a personal training mixes in; none of them is in the gate set."""
    lines = files(PACKAGE).joinpath("data", "replay", f"{task}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def sample(found: Sequence[Item], limit: int | None) -> list[Item]:
    """All, or a seeded sample of so many."""
    return list(found) if limit is None or limit >= len(found) else Random(SEED).sample(found, limit)


def items(task: Task, context: Context) -> Iterator[Item]:
    """The examples of a context."""
    yield from _READERS[task](context)


def measure(found: Sequence[Item], judge: Judge, progress: Progress) -> float:
    """The mean score of some examples in percent; each is a step of ``progress``."""
    total = 0.0
    for item in found:
        total += item.score(judge)
        progress.advance()
    return round(100 * total / len(found), 1) if found else 0.0


def _updates(context: Context) -> Iterator[Item]:
    for note in context.get("notes", ()):
        yield from (Pair(note["old"], pair["new"], pair["choice"]) for pair in note["pairs"])
    for session in context.get("sessions", ()):
        turns = [_turn(number, said) for number, said in enumerate(session)]
        for number, said in enumerate(session):
            talk = tuple(talk_of(turns[number], turns[max(0, number - HEARD) : number]))
            yield from (Heard(talk, note, answer.partition(":")[0]) for note, answer in said["notes"])


def questions(context: Context) -> Iterator[Asked]:
    """The questions on one set of notes, in their order."""
    notes = tuple(Note(n, f"t:{n}", line, _speaker(line)) for n, line in enumerate(context["notes"], start=1))
    now = datetime.fromisoformat(context["today"]).replace(tzinfo=UTC)
    for asked in context["questions"]:
        gold = CITATION.sub("", asked["answer"])
        yield Asked(notes, now, asked["question"], "" if abstains(gold) else gold)


def compared(question: str, notes: Sequence[Note], embedder: Embedder) -> tuple[Note, ...]:
    """The notes with their cosines to the question, as search gives them."""
    told = in_first_person(question, {note.speaker for note in notes if note.speaker})
    vectors = embedder.embed([told, question, *(note.said for note in notes)])
    return tuple(
        replace(note, near=float(vector @ vectors[0 if note.speaker else 1]))
        for note, vector in zip(notes, vectors[2:], strict=True)
    )


def _turns(context: Context) -> Iterator[Item]:
    for session in context["sessions"]:
        turns = [_turn(number, said) for number, said in enumerate(session)]
        for number, said in enumerate(session):
            if said["facts"] is not None:
                gold = tuple(sentence(dating_of(fact, turns[number].at).text) for fact in said["facts"])
                yield Said(turns[number], tuple(turns[max(0, number - CONTEXT_TURNS) : number]), gold)


def _turn(number: int, said: Mapping[str, Any]) -> Turn:
    """A line as the product keeps it; whoever gave no name is the user."""
    by_assistant = said["speaker"] == "assistant"
    return Turn(
        id=f"t:{number}",
        session="gate",
        position=number,
        role=Role.ASSISTANT if by_assistant else Role.USER,
        speaker="user" if said["speaker"] == "The user" else said["speaker"],
        text=said["text"],
        at=_LONG_AGO,
        origin=Origin.ASSISTANT if by_assistant else Origin.DIRECT_USER,
    )


def _speaker(line: str) -> str:
    found = _SPEAKER.match(line)
    return found[1] if found else ""


_READERS: Final[Mapping[Task, Callable[[Context], Iterator[Item]]]] = {
    "update": _updates,
    "generation": questions,
    "extraction": _turns,
}
