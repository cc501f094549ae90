"""Which adapter of a task is in use: a log of promotions and ways back, whose replay is the answer.

Nothing is ever overwritten: the line that put an adapter in use says who did it, when and why.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from memcli.errors import NotFoundError
from memcli.models.adapters import TASKS, WEIGHTS, Card, cards, own_cards, shipped, shipped_name
from memcli.models.files import private_folder, writing
from memcli.paths import PRIVATE_FILE

if TYPE_CHECKING:
    from memcli.models.files import Installed
    from memcli.ports import Task

LOG: Final = "choices.jsonl"


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of the log.

    Attributes:
        at: ISO 8601 with offset.
        who: user, or the job that did it.
        why: what was measured, or what the user said.
        step: whether ``name`` was put in use, gone back to, or erased and is nobody's choice any more.
        base: the base model's name.
        base_sha256: of its file as downloaded.
        task: of the adapter.
        name: of the adapter that is in use from here on, or of the one that was erased.
    """

    at: str
    who: str
    why: str
    step: Literal["promote", "rollback", "erase"]
    base: str
    base_sha256: str
    task: Task
    name: str

    @property
    def told(self) -> str:
        """What a task runs on now, and why."""
        return f"{self.task} runs on {self.name} now{f' ({self.why})' if self.why else ''}"


def log(folder: Path, task: Task | None = None) -> list[Choice]:
    """All choices, or those of a task, oldest first; a line that was cut off by a crash was never made."""
    try:
        lines = (folder / LOG).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    found = [choice for line in lines if (choice := _choice(line)) is not None]
    return [choice for choice in found if task in {None, choice.task}]


def note(folder: Path, choice: Choice) -> None:
    """Add a line; it counts once it is on the disk whole.

    Raises:
        StoreError: the disk is full or read-only.
    """
    with writing(folder):
        private_folder(folder)
        with (folder / LOG).open("a", encoding="utf-8") as out:
            out.write("\n" * _is_torn(folder / LOG) + json.dumps(asdict(choice), ensure_ascii=False) + "\n")
        (folder / LOG).chmod(PRIVATE_FILE)


def line_up(folder: Path, model: Installed, task: Task) -> list[tuple[str, Path]]:
    """The adapters that were in use for a model, name and weights, the present one last.

    Empty where the base has none. A file that is gone is named too: who runs it fails, and says so.
    """
    own = shipped(model)
    used = [(shipped_name(task), own[task])] if task in own else []
    for choice in log(folder, task):
        if choice.base_sha256 not in {model.source_sha256, model.sha256}:
            continue
        if choice.step == "rollback":
            used = used[:-1]
        elif choice.step == "erase":
            used = [each for each in used if each[0] != choice.name]
        elif choice.name == shipped_name(task):
            used += [(choice.name, own[task])] if task in own else []
        else:
            used.append((choice.name, folder / choice.base / task / choice.name / WEIGHTS))
    return used


def previous(folder: Path, model: Installed, task: Task) -> str:
    """The adapter that was in use before the present one.

    Raises:
        NotFoundError: there was none.
    """
    used = line_up(folder, model, task)
    if len(used) < 2:
        raise NotFoundError(f"no {task} adapter was in use before", hint="see `memcli adapters list`")
    return used[-2][0]


def in_use(folder: Path, model: Installed) -> dict[Task, Path]:
    """The weights in use, by task."""
    used = {task: line_up(folder, model, task) for task in TASKS}
    return {task: known[-1][1] for task, known in used.items() if known}


def known(folder: Path) -> list[Card]:
    """Every adapter, those that come with memcli first."""
    return [*cards(), *own_cards(folder)]


def _choice(line: str) -> Choice | None:
    try:
        return Choice(**json.loads(line))
    except (ValueError, TypeError):
        return None


def _is_torn(file: Path) -> bool:
    """Whether the last line has no end."""
    text = file.read_bytes() if file.exists() else b""
    return bool(text) and not text.endswith(b"\n")
