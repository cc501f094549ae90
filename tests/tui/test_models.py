"""The screen of the models: which is in use, another one, a pull, their adapters."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from memcli import models
from memcli.adapters import compare, shelf
from memcli.adapters.compare import Comparison, Scores
from memcli.config import Settings, load
from memcli.models import files
from memcli.models.adapters import CARD, WEIGHTS, Card
from memcli.ports import Progress
from memcli.tui.app import MemcliApp
from memcli.tui.catalog import Model
from memcli.tui.widgets.rows import Rows
from memcli.wiring import Parts
from tests.models.test_engine import write_adapter
from tests.tui.conftest import NOON, FakeParts
from tests.tui.helpers import press, rest, said, screen_text

Make = Callable[[], MemcliApp]
WIDE = (140, 40)
NARROW = (80, 24)


async def test_models_are_listed_with_what_is_in_use(app: Make, parts: FakeParts) -> None:
    """The ones of the settings are marked; the page tells of the adapters."""
    async with app().run_test(size=WIDE) as pilot:
        await press(pilot, "9")
        line = next(line for line in screen_text(pilot.app).splitlines() if parts.settings.chat_model in line)
        assert line.split()[0] == "*"
        assert "can be pulled" in line
        await point_at(pilot, parts.settings.chat_model)
        assert "3 adapters" in screen_text(pilot.app)
        await point_at(pilot, "generation-shipped")
        assert "adapter generation-shipped for generation, comes with memcli: in use" in screen_text(pilot.app)
        assert "measured: " in screen_text(pilot.app)


async def test_another_model_is_chatted_with_after_a_question(app: Make, parts: FakeParts) -> None:
    """The setting is kept, and the model that was open is let go; adapters are turned off and on."""
    installed(parts, "small-one")
    async with app().run_test(size=WIDE) as pilot:
        await press(pilot, "9")
        await point_at(pilot, "small-one")
        await press(pilot, "enter", "n")
        assert pilot.app.parts.settings.chat_model == parts.settings.chat_model  # type: ignore[attr-defined]
        await press(pilot, "enter", "y")
        assert "model.chat is small-one now" in said(pilot.app)
        assert "*✓ small-one" in screen_text(pilot.app)
        await press(pilot, "d")
        assert "adapters are off" in said(pilot.app)
        await point_at(pilot, "smollm2-360m-instruct")
        await press(pilot, "enter")
        assert "it is not on this machine yet; p pulls it" in said(pilot.app)
        pilot.app.close()  # type: ignore[attr-defined]
    kept = load(parts.settings.home.root)
    assert (kept.chat_model, kept.adapters) == ("small-one", False)


async def test_a_pull_shows_how_far_it_is_and_can_be_stopped(app: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Escape ends it between two pieces; the next one goes on from there."""
    going = threading.Event()

    def pull(settings: Settings, name: str, progress: Progress) -> None:
        progress.start(f"downloading {name}", 1_000_000)
        for _ in range(1_000):
            progress.advance(1_000)
            going.set()
            time.sleep(0.01)

    monkeypatch.setattr(models, "pull", pull)
    async with app().run_test(size=NARROW) as pilot:
        await press(pilot, "9")
        await point_at(pilot, "smollm2-360m-instruct")
        await pilot.press("p")
        await asyncio.to_thread(going.wait, 10)
        await pilot.pause(0.2)
        assert "downloading smollm2-360m-instruct (1.0 MB) · Escape stops" in screen_text(pilot.app)
        await pilot.press("p")
        await pilot.pause()
        assert "is being pulled" in said(pilot.app)
        await press(pilot, "escape")
        assert "stopped; the next pull goes on from here" in said(pilot.app)
        assert "downloading" not in screen_text(pilot.app)


async def test_an_adapter_must_win_to_be_put_in_use_and_there_is_a_way_back(
    app: Make, parts: FakeParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the verdict of the command line; what a measurement says is given here, the rest is real."""
    installed(parts, "small-one")
    for number in (1, 2):
        an_adapter(parts, f"update-{number}")
    parts.settings = replace(parts.settings, chat_model="small-one", vote="rules")
    shelf.choose(parts.settings, "update-1", NOON, "first")
    measured = [Scores(9, 50.0, 40.0), Scores(9, 50.0, 60.0)]

    def compared(parts: Parts, after: Card, before: Card | None, progress: Progress, _: int | None) -> Comparison:
        progress.start(f"asking {after.name}", 2)
        return Comparison("update", before.name if before else "", after.name, measured.pop(0), Scores(0, 0, 0))

    monkeypatch.setattr(compare, "compare", compared)
    async with app().run_test(size=WIDE) as pilot:
        await press(pilot, "9")
        assert "waits for update.vote model" in line_of(pilot, "update-1")
        assert "not in use" in line_of(pilot, "update-2")
        await point_at(pilot, "update-1")
        await press(pilot, "enter")
        assert "update runs on it already" in said(pilot.app)
        await point_at(pilot, "update-2")
        await press(pilot, "enter", "y")
        assert "update-2 does not beat update-1: general 50.0 -> 40.0 (9 examples)" in said(pilot.app)
        await press(pilot, "enter", "y")
        assert "update runs on update-2 now (general 50.0 -> 60.0 (9 examples))" in said(pilot.app)
        assert "waits for update.vote model" in line_of(pilot, "update-2")
        await press(pilot, "b", "y")
        assert "update runs on update-1 now" in said(pilot.app)
        assert "not in use" in line_of(pilot, "update-2")
    assert [each.step for each in shelf.choices(parts.settings)] == ["promote", "promote", "rollback"]


def line_of(pilot: Pilot[None], name: str) -> str:
    """The line of the list that has a name."""
    return next(line for line in screen_text(pilot.app).splitlines() if f" {name} " in line)


async def point_at(pilot: Pilot[None], name: str) -> None:
    """Put the cursor on a model or an adapter."""
    rows: Rows[Model | shelf.Row] = pilot.app.screen.query_one("#list", Rows)
    names = {
        place: item.card.name if isinstance(item, shelf.Row) else item.name for place, item in rows.held.items()
    }
    rows.cursor = next(place for place, each in names.items() if each == name)
    await rest(pilot)


def an_adapter(parts: FakeParts, name: str) -> None:
    """An adapter's folder with a card for ``small-one``; its weights are never opened here."""
    folder = parts.settings.home.adapters / "small-one" / "update" / name
    folder.mkdir(parents=True)
    write_adapter(folder / WEIGHTS, scale=0.0)
    about = {"base": "small-one", "base_sha256": "0", "task": "update"}
    about["weights_sha256"] = files.sha256_of(folder / WEIGHTS)
    (folder / CARD).write_text("".join(f'{key} = "{value}"\n' for key, value in about.items()))


def installed(parts: FakeParts, name: str) -> None:
    """A model's folder with a manifest; its weights are never opened here."""
    known = files.Installed(name, "chat", "file:/x", "MIT", "0", "0", 5, "llama", 512, 8)
    models_folder = parts.settings.home.models
    models_folder.mkdir(parents=True)
    built = models_folder / "built"
    built.write_bytes(b"GGUF0")
    files.install(models_folder, built, known)
