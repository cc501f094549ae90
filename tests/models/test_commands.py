"""`memcli models`: each command prints data to stdout, talks to stderr, and ends with the right code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from memcli.assistant import Note
from memcli.cli.guard import guarded
from memcli.cli.models import app
from memcli.cli.state import State
from memcli.config import EMBEDDER, FORMER_EMBEDDERS, embedder_for
from memcli.models.fake import FakeEmbedder
from memcli.models.files import MODEL_FILE


class Run:
    """The command group in a home of its own."""

    def __init__(self, capsys: pytest.CaptureFixture[str], home: Path) -> None:
        self._capsys = capsys
        self._home = home

    def __call__(self, *args: str | Path, code: int = 0) -> tuple[str, str]:
        """What a command prints and says; its exit code is checked."""
        state = State(home=self._home)
        line = [str(each) for each in args]
        found = guarded(lambda: app(line, obj=state, standalone_mode=False), state)
        said = self._capsys.readouterr()
        assert found == code, said
        return said.out, said.err

    def json(self, *args: str | Path) -> Any:
        """The document of a command."""
        return json.loads(self(*args, "--json")[0])


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Commands without models."""
    monkeypatch.setenv("MEMCLI_MODELS", str(tmp_path / "models"))
    return Run(capsys, tmp_path / "home")


def test_an_imported_model_is_listed_shown_used_and_removed(run: Run, tiny_gguf: Path) -> None:
    """The life of a model of one's own."""
    assert run("import", tiny_gguf, "--name", "mine")[0] == ""
    row = next(row for row in run.json("list") if row["name"] == "mine")
    assert (row["installed"], row["in_use"], row["task"]) == (True, False, "chat")
    assert run("use", "mine") == ("", "model.chat is mine now\n")
    assert next(row for row in run.json("list") if row["name"] == "mine")["in_use"]
    assert run.json("info", "mine")["architecture"] == "llama"
    out, said = run("rm", "mine", "--yes")
    assert (out, "freed" in said) == ("", True)
    assert all(row["name"] != "mine" for row in run.json("list"))


def test_a_list_shows_what_can_be_had(run: Run) -> None:
    """For people: one line of data per model and what it is good for."""
    out, said = run("list")
    assert "* smollm2-135m-instruct" in out
    assert "can be pulled" in out
    assert said == ""


def test_a_model_that_is_not_here_may_be_used_later(run: Run) -> None:
    """The setting is written, and the way to get it is told."""
    assert "`memcli models pull bge-small-en-v1.5`" in run("use", "bge-small-en-v1.5")[1]


def test_failures_end_with_their_codes(run: Run, tiny_gguf: Path, tmp_path: Path) -> None:
    """Unknown is 3, taken 4, damaged 5, bad input 7."""
    run("info", "nonsense", code=3)
    run("pull", "nonsense", code=3)
    run("rm", "nonsense", "--yes", code=3)
    run("import", tmp_path / "absent", "--name", "x", code=7)
    run("import", tiny_gguf, "--name", "../x", code=7)
    run("import", tiny_gguf, "--name", "mine")
    run("import", tiny_gguf, "--name", "mine", code=4)
    (tmp_path / "models" / "mine" / MODEL_FILE).write_bytes(b"GGUF")
    assert "memcli models pull mine" in run("info", "mine", code=5)[1]


@pytest.mark.model
def test_another_embedder_embeds_the_memory_anew(
    run: Run, monkeypatch: pytest.MonkeyPatch, models_dir: Path, tmp_path: Path
) -> None:
    """As the store's error for the wrong embedder promises; until then one that was the default once is kept."""
    monkeypatch.setenv("MEMCLI_MODELS", str(models_dir))
    state = State(home=tmp_path / "home")
    with state.parts() as parts:
        parts.embedder = FakeEmbedder(name=FORMER_EMBEDDERS[0])
        parts.assistant.remember(Note("Miso is a cat."))
        parts.store.flush(force=True)
    with state.parts() as parts:
        assert embedder_for(parts.settings, parts.store.made_with()) == FORMER_EMBEDDERS[0]
    assert "embedded anew: 2 records" in run("use", EMBEDDER)[1]
    with state.parts() as parts:
        assert parts.embedder.name == parts.store.made_with() == EMBEDDER
