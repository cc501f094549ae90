"""The columns of the joint table: a model with its adapters, or one that is shown worked examples instead.

What a model says is kept as it comes, with the CPU time that it took: of a shared machine the clock on the wall
says little. The examples that are shown come from the training data, never from a test set.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from make_training_set import DATA

from memcli.config import load
from memcli.extract.asking import CONTEXT_TURNS
from memcli.extract.asking import messages as extraction_messages
from memcli.generate.prompt import Note, ask_messages
from memcli.models import files
from memcli.models.adapters import shipped
from memcli.models.engine import LlamaEngine
from memcli.models.files import Installed, sha256_of
from memcli.models.native import metadata
from memcli.models.session import Running
from memcli.ports import ChatModel, Sampling, Task
from memcli.records import Message, Role, Turn
from memcli.update.vote import messages as update_messages

RUNNING: Final = Running(context_tokens=4096, threads=1)
Shots = dict[Task, list[Message]]


@dataclass(slots=True)
class Reply:
    """One reply as it came: its words, whether a grammar held it, its tokens, CPU seconds to the first."""

    text: str
    forced: bool
    tokens: int
    first: float
    whole: float
    """CPU seconds of the whole reply."""


@dataclass(slots=True)
class Watched:
    """A chat model that is shown examples before it is asked, and whose replies are kept."""

    inner: ChatModel
    shots: Shots
    replies: list[Reply] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def context_tokens(self) -> int:
        return self.inner.context_tokens

    def count_tokens(self, text: str) -> int:
        return self.inner.count_tokens(text)

    def prepare(self, messages: Sequence[Message], *, adapter: Task | None = None, keep: bool = True) -> None:
        self.inner.prepare(self.shown(messages, adapter), adapter=adapter, keep=keep)

    def score(
        self, messages: Sequence[Message], continuations: Sequence[str], *, adapter: Task | None = None
    ) -> list[float]:
        return self.inner.score(self.shown(messages, adapter), continuations, adapter=adapter)

    def stream(
        self, messages: Sequence[Message], sampling: Sampling, *, adapter: Task | None = None
    ) -> Iterator[str]:
        began = time.process_time()
        said: list[str] = []
        first = 0.0
        for piece in self.inner.stream(self.shown(messages, adapter), sampling, adapter=adapter):
            first = first or time.process_time() - began
            said.append(piece)
            yield piece
        whole, text = time.process_time() - began, "".join(said)
        tokens = self.inner.count_tokens(text)
        self.replies.append(Reply(text, bool(sampling.grammar), tokens, first, whole))

    def close(self) -> None:
        self.inner.close()

    def shown(self, messages: Sequence[Message], adapter: Task | None) -> list[Message]:
        """The instructions, the examples, and then what is asked."""
        return [messages[0], *(self.shots.get(adapter, []) if adapter else []), *messages[1:]]


@dataclass(frozen=True, slots=True)
class Column:
    """One of the compared: its file, its adapters, and whether it is shown examples."""

    name: str
    file: Path
    model: Installed
    adapters: dict[Task, Path]
    few_shot: bool

    def opened(self) -> Watched:
        """The model, not loaded yet."""
        engine = LlamaEngine(self.model, self.file, RUNNING, self.adapters)
        return Watched(engine, examples() if self.few_shot else {})

    def mark(self, task: Task) -> str:
        """What tells the results of one state of a column from those of another."""
        weights = self.adapters.get(task)
        return (sha256_of(weights) if weights else "few-shot" if self.few_shot else "base")[:10]


def columns(adapters: Path | None, others: Sequence[str]) -> dict[str, Column]:
    """Base, base with examples, base with adapters, and every other GGUF, given as NAME=FILE."""
    settings = load()
    model, file = files.find(settings.home.models, settings.chat_model)
    found = [
        Column("base", file, model, {}, few_shot=False),
        Column("base-few-shot", file, model, {}, few_shot=True),
        Column("adapters", file, model, shipped(model, adapters), few_shot=False),
    ]
    found += [Column(name, Path(path), described(name, Path(path)), {}, few_shot=True) for name, path in
              (each.split("=", 1) for each in others)]  # fmt: skip
    return {column.name: column for column in found}


def described(name: str, file: Path) -> Installed:
    """A GGUF that is not installed, as the engine wants to know it."""
    kind = metadata(file)["general.architecture"]
    size = file.stat().st_size
    return Installed(name, "chat", f"file:{file.name}", "", "", f"{size}", size, kind, 32768, 0)


# -- worked examples


def examples() -> Shots:
    """What is shown for each task: three to eight exchanges."""
    return {"extraction": extraction_shots(), "update": update_shots(), "generation": generation_shots()}


def replayed(task: str) -> list[dict[str, Any]]:
    """The small training set of a task that comes with memcli."""
    lines = (DATA / "replay" / f"{task}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def extraction_shots() -> list[Message]:
    """Turns of one fact, of two, and of none, after what was said before them."""
    wanted, shots = [1, 0, 2, 0, 1], []
    for talk in replayed("extraction"):
        session = next((each for each in talk["sessions"] if len(each) > 2), None)
        if not wanted or session is None or talk["language"] != "en":
            continue
        turns = [line_turn(number, line) for number, line in enumerate(session)]
        for number, line in enumerate(session):
            if line["facts"] is not None and len(line["facts"]) == wanted[0] and number:
                before = turns[max(0, number - CONTEXT_TURNS) : number]
                answer = json.dumps(line["facts"], ensure_ascii=False)
                shots += [
                    extraction_messages(line["text"], turns[number], before)[1],
                    Message("assistant", answer),
                ]
                wanted = wanted[1:]
                break
    return shots


def line_turn(number: int, line: dict[str, Any]) -> Turn:
    """A line of a training set as a turn."""
    by_assistant = line["speaker"] == "assistant"
    speaker = "user" if line["speaker"] == "The user" else line["speaker"]
    role = Role.ASSISTANT if by_assistant else Role.USER
    return Turn(f"t:{number}", "s", number, role, speaker, line["text"], datetime.min.replace(tzinfo=UTC))


def update_shots() -> list[Message]:
    """Two pairs of each choice."""
    wanted, shots = ["other", "changed", "same", "ended"] * 2, []
    for context in replayed("update"):
        for note in context.get("notes", ()):
            pair = note["pairs"][0]
            if wanted and pair["choice"] == wanted[0]:
                shots += [update_messages(note["old"], pair["new"])[1], Message("assistant", pair["choice"])]
                wanted = wanted[1:]
    return shots


def generation_shots() -> list[Message]:
    """A fact, a date, a list, and two questions that the notes do not answer."""
    wanted, shots = ["fact", "other person", "date", "unsaid", "list"], []
    for context in replayed("generation"):
        asked = next((each for each in context["questions"] if wanted and each["kind"] == wanted[0]), None)
        if asked is not None and len(context["notes"]) < 9:
            notes = [Note(number, "", line) for number, line in enumerate(context["notes"], 1)]
            now = datetime.fromisoformat(context["today"]).replace(tzinfo=UTC)
            shots += [ask_messages(asked["question"], notes, now)[1], Message("assistant", asked["answer"])]
            wanted = wanted[1:]
    return shots


def with_own(column: Column, own: dict[Task, Path]) -> Column:
    """A column with some of its adapters replaced."""
    return replace(column, adapters={**column.adapters, **own})
