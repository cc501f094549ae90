"""The other screens: inbox, timeline, forecast, graph, log, jobs, models; and what is common to all."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from textual.binding import Binding
from textual.pilot import Pilot
from textual.widgets import Input, Tree

from memcli import models, update
from memcli.adapters import compare, shelf
from memcli.adapters.compare import Comparison, Scores
from memcli.config import Settings, load
from memcli.humanize import day
from memcli.models import files
from memcli.models.adapters import CARD, WEIGHTS, Card
from memcli.ports import Progress
from memcli.records import Filter, Memory, Status, Work
from memcli.tui.app import MemcliApp
from memcli.tui.catalog import Model
from memcli.tui.names import PLACES
from memcli.tui.screens.acting import Acting
from memcli.tui.screens.dialogs import Ask, Confirm, Edit
from memcli.tui.screens.help import Help
from memcli.tui.screens.timeline import Unit, span, step
from memcli.tui.widgets.places import NARROW as NARROW_NAMES
from memcli.tui.widgets.rows import Rows
from memcli.update import Act
from memcli.wiring import Parts
from tests.models.test_engine import write_adapter
from tests.tui.conftest import NOON, FakeParts, birth, memory
from tests.tui.helpers import listed, press, rest, said, screen_text, type_in

Make = Callable[[], MemcliApp]
WIDE = (140, 40)
NARROW = (80, 24)


async def test_every_screen_opens_with_its_digit_and_with_the_mouse(app: Make) -> None:
    """Where one is stands in brackets; on a narrow terminal too."""
    async with app().run_test(size=NARROW) as pilot:
        for number, name in enumerate(PLACES):
            await press(pilot, f"alt+{number}")
            assert pilot.app.current_mode == name
            assert f"[{number} {NARROW_NAMES.get(name, name.capitalize())}" in screen_text(pilot.app)
        await pilot.click("Places", offset=(3, 0))
        await rest(pilot)
        assert pilot.app.current_mode == "today"


async def test_what_waits_is_accepted_edited_or_rejected(app: Make, parts: FakeParts) -> None:
    """One by one or in bulk; the mark at the inbox goes when nothing waits, and undo brings it back."""
    more = [memory(n, f"waits {n}", status=Status.QUARANTINED) for n in (30, 31, 32)]
    parts.store.commit([birth(n, each) for n, each in enumerate(more, 30)])
    async with app().run_test(size=NARROW) as pilot:
        await rest(pilot)
        assert "3 Inbox•" in screen_text(pilot.app)
        await press(pilot, "3")
        assert len(listed(pilot.app)) == 4
        await press(pilot, "e")
        assert isinstance(pilot.app.screen, Edit)
        await press(pilot, "ctrl+s", "a")
        assert len(listed(pilot.app)) == 3
        await press(pilot, "space", "space", "r")
        assert listed(pilot.app) == ["waits 32"]
        await press(pilot, "m", "a")
        assert "nothing waits" in screen_text(pilot.app)
        assert "3 Inbox•" not in screen_text(pilot.app)
        await press(pilot, "u")
        assert listed(pilot.app) == ["waits 32"]
    active = {m.text for m in parts.store.list_memories(Filter(), limit=50)}
    assert "Always answer in French" in active
    assert not {"waits 30", "waits 31"} & active


async def test_the_timeline_lists_by_period_and_steps_through_what_was_true(app: Make, parts: FakeParts) -> None:
    """Day, month and year; with a moment set, what held then or was known then."""
    old = memory(40, "Lives in Berlin", status=Status.SUPERSEDED, valid_from=NOON - timedelta(days=900))
    parts.store.commit([birth(40, replace(old, valid_to=NOON - timedelta(days=20)))])
    async with app().run_test(size=WIDE) as pilot:
        await press(pilot, "4")
        assert "2026-03" in screen_text(pilot.app)
        assert listed(pilot.app) == ["Miso the cat is afraid of the vacuum cleaner"]
        await press(pilot, "down")
        assert "Sourdough needs twelve hours in the fridge" in listed(pilot.app)
        assert "14 Feb 2026" in screen_text(pilot.app)
        await press(pilot, "d")
        assert "by year" in screen_text(pilot.app)
        await press(pilot, "d", "d", "left_square_bracket")
        assert "true on 2 Feb 2026" in screen_text(pilot.app)
        assert "Lives in Berlin" in listed(pilot.app)
        assert "Miso the cat is afraid of the vacuum cleaner" not in listed(pilot.app)  # said a month later
        assert f"{day(old.valid_from or NOON)}  " in screen_text(pilot.app)
        await press(pilot, "n")
        assert "known on 2 Feb 2026" in screen_text(pilot.app)
        assert "Miso the cat is afraid of the vacuum cleaner" not in listed(pilot.app)
        await press(pilot, "n", "w")
        await type_in(pilot, "1 March 2026")
        await press(pilot, "enter")
        assert "true on 1 Mar 2026" in screen_text(pilot.app)
        assert "Lives in Berlin" not in listed(pilot.app)
        await press(pilot, "escape")
        assert "by month" in screen_text(pilot.app)


async def test_a_change_from_outside_leaves_the_timeline_where_one_is(app: Make, parts: FakeParts) -> None:
    """It appears in its period, and the cursor stays at its memory."""
    async with app().run_test(size=WIDE) as pilot:
        await press(pilot, "4", "down", "enter", "down", "down")
        rows: Rows[Memory] = pilot.app.screen.query_one("#list", Rows)
        here = rows.current
        parts.store.commit([birth(41, memory(41, "From elsewhere", created_at=NOON - timedelta(days=9)))])
        pilot.app.look()  # type: ignore[attr-defined]
        await rest(pilot)
        assert "From elsewhere" in listed(pilot.app)
        assert rows.current == here


async def test_a_click_on_the_line_of_time_goes_there(app: Make) -> None:
    """From the first day of which anything is told to today."""
    async with app().run_test(size=WIDE) as pilot:
        await press(pilot, "4", "left_square_bracket")
        assert "●" in screen_text(pilot.app)
        assert "6 May 2025" in screen_text(pilot.app)
        await pilot.click("#slider", offset=(13, 0))
        await rest(pilot)
        assert "true on 6 May 2025" in screen_text(pilot.app)
        await press(pilot, "escape")
        assert "●" not in screen_text(pilot.app)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("2024", datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 12, 31, 23, 59, 59, 999_999, UTC)),
        ("2024-02", datetime(2024, 2, 1, tzinfo=UTC), datetime(2024, 2, 29, 23, 59, 59, 999_999, UTC)),
        ("2024-02-28", datetime(2024, 2, 28, tzinfo=UTC), datetime(2024, 2, 28, 23, 59, 59, 999_999, UTC)),
    ],
)
def test_a_period_has_a_first_and_a_last_moment(name: str, first: datetime, last: datetime) -> None:
    """Leap years and ends of months included."""
    assert span(name, NOON) == (first, last)


@pytest.mark.parametrize(
    ("start", "unit", "steps", "there"),
    [
        ("2024-01-31", "month", 1, "2024-02-29"),
        ("2024-03-31", "month", -1, "2024-02-29"),
        ("2024-02-29", "year", 1, "2025-02-28"),
        ("2024-12-31", "day", 1, "2025-01-01"),
        ("2024-01-15", "month", -13, "2022-12-15"),
    ],
)
def test_steps_end_on_days_that_exist(start: str, unit: Unit, steps: int, there: str) -> None:
    """A month with fewer days gives its last."""
    at = datetime.fromisoformat(start).replace(tzinfo=UTC)
    assert step(at, unit, steps).date().isoformat() == there


async def test_what_fades_next_is_pinned_with_one_key(app: Make, parts: FakeParts) -> None:
    """It leaves the forecast and is pinned in the store."""
    async with app().run_test(size=NARROW) as pilot:
        await press(pilot, "5", "d")
        rows = pilot.app.screen.query_one("#list", Rows)
        first = rows.current
        assert first is not None
        assert "will fade in 365 days" in screen_text(pilot.app)
        await press(pilot, "p")
        assert rows.current != first
        assert parts.store.memories_by_id([first.memory.id])[first.memory.id].pinned


async def test_the_graph_opens_links_and_moves_its_centre(app: Make) -> None:
    """From a memory to its neighbours; a ring of links does not lead back up."""
    async with app().run_test(size=WIDE) as pilot:
        await rest(pilot)
        await press(pilot, "g")
        assert pilot.app.current_mode == "graph"
        tree = pilot.app.screen.query_one(Tree)
        assert "retention 99 %" in screen_text(pilot.app)
        assert {str(node.label) for node in tree.root.children} == {
            "lives_where -> The spare key hangs behind the kitchen door",
            "treated_by -> The vet is Dr. Silva, open on Tuesdays",
        }
        await press(pilot, "down", "enter")
        assert not tree.root.children[0].children
        await press(pilot, "c")
        assert "The spare key" in str(tree.root.label)
        assert "lives_where <- Miso" in screen_text(pilot.app)


async def test_the_log_tells_and_takes_back_any_change(app: Make, parts: FakeParts) -> None:
    """An older change is undone although others followed; the memory is opened from there."""
    first = parts.store.list_memories(Filter(), limit=1)[0]
    act = Act(batch="b:edit00000000", at=NOON, actor="user", reason="edited")
    parts.store.commit([update.revised(first, replace(first, text="Miso is brave"), act)])
    parts.assistant.pin([parts.store.list_memories(Filter(), limit=2)[1].id])
    async with app().run_test(size=WIDE) as pilot:
        await press(pilot, "7", "down")
        shown = screen_text(pilot.app)
        assert "edited" in shown
        assert "{+brave+}" in shown
        await press(pilot, "z")
        assert "undone: Miso the cat" in said(pilot.app)
        assert parts.store.memories_by_id([first.id])[first.id].text == first.text
        await press(pilot, "enter")
        assert pilot.app.current_mode == "memories"
        assert len(listed(pilot.app)) == 1


async def test_jobs_run_pause_and_tell_what_they_did(app: Make, parts: FakeParts) -> None:
    """A run is kept and shown; what was given up can be tried again."""
    turn = parts.store.session_turns("talk-0")[0]
    late = replace(turn, id="t:0099trn00000", position=9, text="hm")
    parts.store.add_turns([late], [Work(late.id)])
    work = parts.store.work(1)[0]
    for _ in range(3):
        work = parts.store.fail_work(work, "the model was not here")
    async with app().run_test(size=NARROW) as pilot:
        await press(pilot, "8")
        assert "1 given up" in screen_text(pilot.app)
        assert "the model was not here" in screen_text(pilot.app)
        await press(pilot, "y")
        assert "1 turn will be tried again" in said(pilot.app)
        await press(pilot, "p")
        assert parts.store.paused_jobs() == {"flush"}
        await press(pilot, "p", "r")
        assert parts.store.job_runs("flush")[0].detail in screen_text(pilot.app)


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


async def test_help_names_every_key_of_the_screen_below(app: Make) -> None:
    """In words, from the bindings; any key closes it."""
    async with app().run_test(size=(100, 60)) as pilot:
        await rest(pilot)
        await press(pilot, "question_mark")
        shown = screen_text(pilot.app)
        assert isinstance(pilot.app.screen, Help)
        for what in ("Search", "Add", "Forget", "Open the source", "Undo", "Redo", "Mark", "Go to timeline"):
            assert what in shown
        await press(pilot, "escape")
        assert not isinstance(pilot.app.screen, Help)


async def test_the_palette_runs_a_command_by_name(app: Make) -> None:
    """Every binding of the screen is found there, and the themes."""
    async with app().run_test(size=NARROW) as pilot:
        await rest(pilot)
        titles = [command.title for command in pilot.app.get_system_commands(pilot.app.screen)]
        commands = set(titles)
        assert not [title for title in commands if title.startswith("Go to") and titles.count(title) > 1]
        assert {"Edit", "Export", "Redo", "Go to jobs", "Theme memcli-contrast", "Quit"} <= commands
        await press(pilot, "ctrl+p")
        await type_in(pilot, "go to log")
        await pilot.pause(0.5)
        await press(pilot, "enter")
        assert pilot.app.current_mode == "log"


@pytest.mark.parametrize("theme", ["memcli-dark", "memcli-light", "memcli-contrast"])
async def test_each_theme_draws_every_screen(app: Make, theme: str) -> None:
    """No style is missing from any; the look is the same next time."""
    async with app().run_test(size=NARROW) as pilot:
        pilot.app.theme = theme
        for number in range(len(PLACES)):
            await press(pilot, f"alt+{number}")
    assert app().theme == theme


async def test_it_follows_the_terminal_when_it_is_resized(app: Make) -> None:
    """From side by side to below each other, and to very little."""
    async with app().run_test(size=WIDE) as pilot:
        await rest(pilot)
        for size in (NARROW, (40, 10), (20, 5), (200, 60)):
            await pilot.resize_terminal(*size)
            await rest(pilot)
        assert "Miso the cat is afraid of the vacuum cleaner" in screen_text(pilot.app)


def test_every_binding_has_a_description() -> None:
    """Help, footer and palette are made of them."""
    screens = [type(make()) for make in MemcliApp.MODES.values() if not isinstance(make, str)]
    assert len(screens) == len(PLACES)
    for kind in [MemcliApp, Rows, Ask, Confirm, Edit, Help, Acting, *screens]:
        for binding in vars(kind).get("BINDINGS", []):
            assert isinstance(binding, Binding)
            assert binding.description, (kind, binding)


async def test_an_empty_memory_says_how_to_begin(app: Make, tmp_path: object) -> None:
    """Every screen opens on nothing."""
    del tmp_path
    made = app()
    made.parts.close()
    settings = made.parts.settings
    empty = replace(settings, home=replace(settings.home, root=settings.home.root.with_name("other")))
    made.parts = FakeParts(empty, made.parts.clock)
    async with made.run_test(size=NARROW) as pilot:
        await rest(pilot)
        assert "a adds one" in screen_text(pilot.app)
        for number in range(len(PLACES)):
            await press(pilot, f"alt+{number}")
        assert not pilot.app.query(Input).filter(".missing")
        await press(pilot, "u")
        assert "nothing to undo" in said(pilot.app)
    made.parts.close()
