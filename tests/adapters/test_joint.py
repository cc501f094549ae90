"""The joint table: every column is asked the same, once; a model without adapters is shown training examples."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from memcli.codec import encode
from memcli.models.fake import FakeChatModel, FakeEmbedder
from memcli.ports import Task
from memcli.records import Role, Turn
from memcli.update.vote import CHOICES
from tests.cli.conftest import NOON

joint_models = import_module("joint_models")
joint_table = import_module("joint_table")
eval_adapter = import_module("eval_adapter")
PAIRS = (("Ana lives in Porto.", "Ana lives in Faro.", "changed"), ("Ana sings.", "Ana has a dog.", "other"))


@dataclass
class Fixed:
    """A column whose model prefers one choice."""

    mark_: str
    choice: str
    name: str = "adapters"
    adapters: dict[Task, Path] = field(default_factory=dict)
    opened_: int = 0

    def opened(self) -> Any:
        """Counts how often a model is needed."""
        self.opened_ += 1
        model = FakeChatModel(judge=lambda _, reply: -0.1 if reply == self.choice else -2.0)
        return joint_models.Watched(model, {})

    def mark(self, task: Task) -> str:
        """Of these weights."""
        return self.mark_


@pytest.fixture
def cases(tmp_path: Path) -> list[dict[str, Any]]:
    """Two pairs, kept as a run keeps them."""
    about = {"task": "update", "set": "own", "group": "own"}
    found = [about | {"id": str(n), "old": o, "new": w, "gold": g} for n, (o, w, g) in enumerate(PAIRS)]
    eval_adapter.joint_cases.write(found, tmp_path / "cases.jsonl")
    return found


def test_a_column_is_asked_once(tmp_path: Path, cases: list[dict[str, Any]]) -> None:
    """What has an answer needs no model; what has none yet is asked, as after a run that was cut off."""
    column = Fixed("aaaa", "changed")
    eval_adapter.run(column, "update", cases[:1], tmp_path, "")
    eval_adapter.run(column, "update", cases, tmp_path, "")
    eval_adapter.run(column, "update", cases, tmp_path, "")
    assert column.opened_ == 2
    rows = joint_table.answers(cases, tmp_path / "rows")["update"]["adapters"]
    assert [row["id"] for row in rows] == ["0", "1"]
    assert joint_table.update(rows)["accuracy"] == 0.5


def test_a_new_adapter_stands_beside_the_old(tmp_path: Path, cases: list[dict[str, Any]]) -> None:
    """Its answers are its own; the column is the newest."""
    eval_adapter.run(Fixed("aaaa", "changed"), "update", cases, tmp_path, "")
    eval_adapter.run(Fixed("bbbb", "other"), "update", cases, tmp_path, "")
    found = joint_table.answers(cases, tmp_path / "rows")["update"]
    assert set(found) == {"adapters", "adapters aaaa"}
    assert [joint_table.best(row) for row in found["adapters"]] == ["other", "other"]


def test_a_fact_is_of_whom_it_names_first(tmp_path: Path) -> None:
    """The table knows who talks, also before the turn that is read."""
    said = [Turn(f"t:{n}", "s", n, Role.USER, who, "x", NOON) for n, who in enumerate(("Ben", "Ana"))]
    turn = {"turn": encode(said[1]), "before": [encode(said[0])], "gold": ["Ana sings in a choir."]}
    case = {"id": "0", "task": "extraction", "set": "own", "group": "own en", **turn}
    eval_adapter.joint_cases.write([case], tmp_path / "cases.jsonl")
    (tmp_path / "rows").mkdir()
    lines = [{}, {"id": "0", "kept": ["Ben and Ana sing in a choir."]}]
    file = tmp_path / "rows" / "extraction.adapters.aaaa.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    rows = joint_table.answers([case], tmp_path / "rows")["extraction"]["adapters"]
    scores = joint_table.tally(rows, lambda row: row["kept"], FakeEmbedder())
    assert rows[0]["people"] == ["Ana", "Ben"]
    assert (scores["recall"], scores["speaker"]) == (1.0, 0.0)


def test_a_refusal_before_any_word_is_one_at_first() -> None:
    """The model was not asked, so it said nothing else."""
    row = {"answer": "I don't know: that is not mentioned in memory.", "replies": []}
    assert joint_table.abstains(joint_table.at_first(row), strict=False)
    assert joint_table.at_first(row | {"replies": [{"text": "in Porto [1]"}]}) == "in Porto"


def test_every_task_has_worked_examples_of_the_training_data() -> None:
    """All four choices, turns with and without facts, an answer with its note and one that is not known."""
    shots = joint_models.examples()
    said = {task: [m.content for m in shown if m.role == "assistant"] for task, shown in shots.items()}
    assert set(said["update"]) == set(CHOICES)
    assert "[]" in said["extraction"]
    assert len(set(said["extraction"])) > 2
    assert "I don't know." in said["generation"]
    assert any("[" in answer for answer in said["generation"])
    gate = (joint_models.DATA / "gate" / "update.jsonl").read_text(encoding="utf-8")
    assert not any(m.content.partition("\n")[0].removeprefix("Old: ") in gate for m in shots["update"][::2])


def test_examples_stand_between_the_instructions_and_the_question() -> None:
    """And only where the task is named."""
    model = joint_models.Watched(FakeChatModel(), joint_models.examples())
    messages = joint_models.update_messages("Ana sings.", "Ana dances.")
    assert model.shown(messages, None) == list(messages)
    shown = model.shown(messages, "update")
    assert (shown[0], shown[-1]) == (messages[0], messages[-1])
    assert len(shown) == 2 + 16
