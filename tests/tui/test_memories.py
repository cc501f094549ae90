"""The memories screen: finding, looking, changing, taking back."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Input

from memcli.errors import StoreError
from memcli.records import Filter, Kind, Memory, Status
from memcli.requests import Note
from memcli.store.backup import write
from memcli.tui.app import MemcliApp
from memcli.tui.screens import memories
from memcli.tui.screens.dialogs import Edit
from memcli.tui.widgets.facets import FacetList
from memcli.tui.widgets.rows import PAGE, Rows
from tests.tui.conftest import NOON, FakeParts, birth, memory
from tests.tui.helpers import listed, press, rest, said, screen_text, type_in, until

Make = Callable[[], MemcliApp]
WIDE = (140, 40)
NARROW = (80, 24)


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_it_opens_with_the_newest_memories_and_the_first_ones_page(app: Make, size: tuple[int, int]) -> None:
    """List and page, on both sizes; what waits in the inbox is not listed."""
    async with app().run_test(size=size) as pilot:
        await rest(pilot)
        shown = screen_text(pilot.app)
        assert "8 memories · newest first" in shown
        assert "Always answer in French" not in shown
        assert "retention 99 %" in shown
        assert listed(pilot.app)[0].startswith("Miso")


async def test_typing_narrows_at_once_and_meaning_follows(app: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beginnings of words filter the list; Enter (as a rest does) brings what the search finds, best first."""
    monkeypatch.setattr(memories, "IDLE_SECONDS", 600.0)
    async with app().run_test(size=WIDE) as pilot:
        await rest(pilot)
        await pilot.press("slash", *"vacu")
        await pilot.pause(0.15)
        await rest(pilot)
        assert listed(pilot.app) == ["Miso the cat is afraid of the vacuum cleaner"]
        await press(pilot, "enter")
        assert "for vacu, best first" in screen_text(pilot.app)
        assert listed(pilot.app)
        await press(pilot, "escape", "escape")
        assert "8 memories · newest first" in screen_text(pilot.app)


async def test_where_none_fits_the_nearest_are_called_that(app: Make) -> None:
    """A list that is never empty must not look like an answer."""
    async with app().run_test(size=WIDE) as pilot:
        await rest(pilot)
        await pilot.press("slash", *"qqxzz", "enter")
        await rest(pilot)
        assert "for qqxzz, none fits well, the nearest first" in screen_text(pilot.app)


async def test_what_is_searched_by_meaning_is_searched_when_typing_rests(app: Make) -> None:
    """Without any key."""
    async with app().run_test(size=WIDE) as pilot:
        await rest(pilot)
        await pilot.press("slash", *"vacu")
        for _ in range(100):
            await pilot.pause(0.1)
            if "for vacu, best first" in screen_text(pilot.app):
                break
        assert "for vacu, best first" in screen_text(pilot.app)


async def test_facets_narrow_the_list(app: Make) -> None:
    """A kind or a status is turned on in the filter list, which also counts."""
    async with app().run_test(size=WIDE) as pilot:
        await rest(pilot)
        facets = pilot.app.screen.query_one(FacetList)
        facets.focus()
        facets.highlighted = facets.get_option_index("kinds/episodic")
        await press(pilot, "enter")
        assert len(listed(pilot.app)) == 2
        assert "kind episodic" in screen_text(pilot.app)
        facets.narrow(Filter(lanes=facets.where.lanes, statuses=(Status.QUARANTINED,)))
        await rest(pilot)
        assert listed(pilot.app) == ["Always answer in French"]


async def test_times_narrow_the_list(app: Make) -> None:
    """One span at a time, or one that is told in words; escape takes it off."""
    async with app().run_test(size=WIDE) as pilot:
        await rest(pilot)
        facets = pilot.app.screen.query_one(FacetList)
        facets.focus()
        for name, number in (("last 7 days", 1), ("last 30 days", 7), ("last year", 8)):
            facets.highlighted = facets.get_option_index(f"when/{name}")
            await press(pilot, "enter")
            assert len(listed(pilot.app)) == number
            assert f"[x] {name}" in screen_text(pilot.app)
        await press(pilot, "enter")
        assert facets.where.since is None
        await press(pilot, "w")
        await type_in(pilot, "1 February 2026 to 20 February 2026")
        await press(pilot, "enter")
        assert "since 1 Feb 2026 · until 20 Feb 2026" in screen_text(pilot.app)
        assert len(listed(pilot.app)) == 5
        await press(pilot, "escape", "escape")
        assert len(listed(pilot.app)) == 8


async def test_a_long_list_holds_only_the_pages_in_view(app: Make, parts: FakeParts) -> None:
    """The end of a thousand is reached with one key, and the middle is not held."""
    more = [memory(number + 100, f"number {number}") for number in range(1_000)]
    parts.store.commit([birth(number + 100, each) for number, each in enumerate(more)])
    async with app().run_test(size=WIDE) as pilot:
        await rest(pilot)
        rows = pilot.app.screen.query_one("#list", Rows)
        assert rows.total == 1_008
        assert len(rows.held) <= 2 * PAGE
        await press(pilot, "end")
        assert rows.current is not None
        assert rows.current.text == "number 999"
        assert len(rows.held) <= 3 * PAGE
        assert "number 999" in screen_text(pilot.app)


async def test_an_edit_is_kept_shown_and_undone(app: Make, parts: FakeParts) -> None:
    """Words are changed in a dialog; the page has the difference; u takes it back and U does it again."""
    async with app().run_test(size=WIDE) as pilot:
        await rest(pilot)
        await press(pilot, "e")
        dialog = pilot.app.screen
        assert isinstance(dialog, Edit)
        dialog.query_one("#text").text = "Miso the cat loves the vacuum cleaner"  # type: ignore[attr-defined]
        await press(pilot, "ctrl+s")
        assert listed(pilot.app)[0] == "Miso the cat loves the vacuum cleaner"
        assert "{+loves+}" in screen_text(pilot.app)
        await press(pilot, "u")
        assert listed(pilot.app)[0].startswith("Miso the cat is afraid")
        await press(pilot, "U")
        assert listed(pilot.app)[0] == "Miso the cat loves the vacuum cleaner"
        assert parts.store.log(limit=1)[0].undoes is not None


async def test_what_an_undo_returns_is_pointed_at_so_that_the_next_key_means_it(
    app: Make, parts: FakeParts
) -> None:
    """`f` and `u`, then `X` erases the memory that came back, and never the one that had moved up meanwhile."""
    async with app().run_test(size=WIDE) as pilot:
        await rest(pilot)
        rows = pilot.app.screen.query_one("#list", Rows)
        await press(pilot, "down")
        meant = rows.current
        await press(pilot, "f")
        next_one = rows.current
        assert meant != next_one
        await press(pilot, "u")
        assert rows.current is not None
        assert rows.current.text == "Marta moved to Porto in the spring"
        await press(pilot, "X")
        assert "Marta moved to Porto" in " ".join(screen_text(pilot.app).split())
        await type_in(pilot, "purge")
        await press(pilot, "enter")
        assert "verified: nothing is left of it" in said(pilot.app)
    assert meant is not None
    assert next_one is not None
    assert set(parts.store.memories_by_id([meant.id, next_one.id])) == {next_one.id}


async def test_the_last_of_a_long_list_is_pointed_at_again_too(app: Make, parts: FakeParts) -> None:
    """It stood alone on its page, so that another page was read when it came back."""
    more = [memory(number + 100, f"number {number}") for number in range(PAGE - 7)]
    parts.store.commit([birth(number + 100, each) for number, each in enumerate(more)])
    async with app().run_test(size=WIDE) as pilot:
        await rest(pilot)
        rows = pilot.app.screen.query_one("#list", Rows)
        await press(pilot, "end")
        assert rows.cursor == PAGE
        await press(pilot, "f")
        assert rows.cursor == PAGE - 1
        await press(pilot, "u")
        assert rows.cursor == PAGE
        assert rows.current is not None
        assert rows.current.text == f"number {PAGE - 8}"


async def test_what_is_undone_in_a_search_by_meaning_is_pointed_at_too(app: Make) -> None:
    """Its list is read by another search."""
    async with app().run_test(size=WIDE) as pilot:
        await rest(pilot)
        await press(pilot, "slash", *"the", "enter", "down")
        rows = pilot.app.screen.query_one("#list", Rows)
        assert rows.current is not None
        words = rows.current.text
        await press(pilot, "f")
        assert rows.current.text != words
        await press(pilot, "u")
        assert rows.current.text == words


async def test_a_list_that_is_being_read_erases_nothing(app: Make) -> None:
    """Another memory may come to stand under the cursor between the key and the question."""
    async with app().run_test(size=WIDE) as pilot:
        await rest(pilot)
        pilot.app.screen.query_one("#list", Rows).reload()
        pilot.app.screen.action_erase()  # type: ignore[attr-defined]
        await rest(pilot)
        assert "press X once it stands" in said(pilot.app)
        assert "There is no undo" not in screen_text(pilot.app)


async def test_the_filters_count_what_is_listed_after_a_memory_was_opened(app: Make) -> None:
    """Opened from the palette, say: words and filters of the search before are off, and so are their counts."""
    async with app().run_test(size=WIDE) as pilot:
        await rest(pilot)
        facets = pilot.app.screen.query_one(FacetList)
        await pilot.press("slash", *"vacu", "enter")
        await until(pilot, "[ ] semantic      1")
        facets.narrow(Filter(lanes=facets.where.lanes, kinds=(Kind.SEMANTIC,)))
        await until(pilot, "[x] semantic      1")
        pilot.app.action_open_record("m:0001mem00000")  # type: ignore[attr-defined]
        await until(pilot, "opened from elsewhere")
        assert "[ ] semantic      4" in screen_text(pilot.app)


async def test_a_wrong_number_is_said_and_nothing_changes(app: Make, parts: FakeParts) -> None:
    """An error becomes a message."""
    before = parts.store.last_change()
    async with app().run_test(size=WIDE) as pilot:
        await rest(pilot)
        await press(pilot, "e")
        pilot.app.screen.query_one("#importance").value = "much"  # type: ignore[attr-defined]
        await press(pilot, "ctrl+s")
        assert "importance is a number from 0 to 1" in said(pilot.app)
    assert parts.store.last_change() == before


async def test_something_new_is_added(app: Make, parts: FakeParts) -> None:
    """What is written in the dialog is remembered with its tags."""
    async with app().run_test(size=WIDE) as pilot:
        await rest(pilot)
        await press(pilot, "a")
        await type_in(pilot, "The bakery closes at six")
        pilot.app.screen.query_one("#tags").value = "#food town"  # type: ignore[attr-defined]
        await press(pilot, "ctrl+s")
        assert "remembered" in said(pilot.app)
    kept = parts.store.list_memories(Filter(tags=("food", "town")), limit=5)
    assert "bakery" in kept[0].text


async def test_marked_memories_are_changed_together(app: Make, parts: FakeParts) -> None:
    """Pin, tag, link and forget take the marked ones; several are forgotten only after a question."""
    async with app().run_test(size=NARROW) as pilot:
        await rest(pilot)
        await press(pilot, "space", "space", "p")
        assert [m.pinned for m in parts.store.list_memories(Filter(), limit=3)] == [True, True, False]
        await press(pilot, "home", "space", "space", "t")
        await type_in(pilot, "seen -pets")
        await press(pilot, "enter")
        assert parts.store.list_memories(Filter(), limit=1)[0].tags == ("home", "seen")
        await press(pilot, "home", "space", "space", "l", "enter")
        first, second = parts.store.list_memories(Filter(), limit=2)
        assert ("related", second.id) in [(link.relation, link.target) for link in parts.store.links(first.id)]
        await press(pilot, "home", "space", "space", "f", "n")
        assert len(listed(pilot.app)) == 8
        await press(pilot, "f", "y")
        assert len(listed(pilot.app)) == 6
        await press(pilot, "u")
        assert len(listed(pilot.app)) == 8


async def test_the_mouse_points_marks_and_opens(app: Make) -> None:
    """A click points, one on the mark's column marks, two go into the page; the wheel scrolls it."""
    async with app().run_test(size=WIDE) as pilot:
        await rest(pilot)
        rows: Rows[Memory] = pilot.app.screen.query_one("#list", Rows)
        await pilot.click("#list", offset=(20, 2))
        await rest(pilot)
        assert rows.cursor == 2
        await pilot.click("#list", offset=(0, 3))
        await rest(pilot)
        assert [memory.text for memory in rows.marks.values()] == [rows.held[3].text]
        assert "1 marked" in screen_text(pilot.app)
        await pilot.click("#list", offset=(20, 1), times=2)
        await rest(pilot)
        assert pilot.app.screen.query_one("#detail").has_focus


async def test_a_link_may_be_made_to_a_memory_that_is_found(app: Make, parts: FakeParts) -> None:
    """Without marks a picker finds the other end."""
    async with app().run_test(size=NARROW) as pilot:
        await rest(pilot)
        await press(pilot, "l")
        await type_in(pilot, "comet")
        await press(pilot, "enter", "enter")
        first = parts.store.list_memories(Filter(), limit=1)[0]
        assert len(parts.store.links(first.id)) == 3


async def test_the_source_opens_in_its_conversation(app: Make) -> None:
    """The turns around it are shown with it pointed at."""
    async with app().run_test(size=NARROW) as pilot:
        await rest(pilot)
        await press(pilot, "o")
        shown = screen_text(pilot.app)
        assert "Conversation talk-0" in shown
        assert "> Ana" in shown
        assert "Marta moved to Porto" in shown


async def test_a_selection_is_exported_with_its_sources(app: Make, tmp_path: Path) -> None:
    """The file is for the user alone and holds turns and memories; an existing file is left alone."""
    file = tmp_path / "out.jsonl"
    async with app().run_test(size=NARROW) as pilot:
        await rest(pilot)
        await press(pilot, "space", "space")
        for told in ("wrote 2 memories", "cannot write"):
            await press(pilot, "x")
            pilot.app.screen.query_one(Input).value = str(file)
            await press(pilot, "enter")
            assert told in said(pilot.app)
    records = [json.loads(line) for line in file.read_text().splitlines()]
    assert [record["type"] for record in records] == ["turn", "turn", "memory", "memory"]
    assert file.stat().st_mode & 0o777 == 0o600


async def test_erasing_needs_the_word_typed_and_is_verified(app: Make, parts: FakeParts) -> None:
    """Anything else erases nothing; with the word the memory, its turn and every trace are gone."""
    first = parts.store.list_memories(Filter(), limit=1)[0]
    async with app().run_test(size=NARROW) as pilot:
        await rest(pilot)
        await press(pilot, "X")
        assert "There is no undo" in screen_text(pilot.app)
        await press(pilot, "y", "enter")
        assert first.id in parts.store.memories_by_id([first.id])
        await press(pilot, "X")
        await type_in(pilot, "purge")
        await press(pilot, "enter")
        assert "verified: nothing is left of it" in said(pilot.app)
        assert len(listed(pilot.app)) == 7
    assert not parts.store.memories_by_id([first.id])
    assert not parts.store.turns_by_id(first.sources)


async def test_backups_are_made_anew_where_that_is_typed(app: Make, parts: FakeParts) -> None:
    """Else they still have what was erased, and that is said."""
    parts.settings.home.backups.mkdir()
    write(parts.settings.home, parts.settings.home.backups / "daily-2026-03-01.zip", NOON)
    async with app().run_test(size=NARROW) as pilot:
        await rest(pilot)
        await press(pilot, "X")
        assert "1 backup anew" in " ".join(screen_text(pilot.app).split())
        await type_in(pilot, "purge")
        await press(pilot, "enter")
        assert "still has it" in said(pilot.app)
        await press(pilot, "X")
        await type_in(pilot, "purge all")
        await press(pilot, "enter")
        assert "verified: nothing is left of it" in said(pilot.app)
    assert [file.name for file in parts.settings.home.backups.iterdir()] == ["daily-2026-03-02.zip"]


async def test_words_are_copied(app: Make) -> None:
    """To the terminal's clipboard."""
    async with app().run_test(size=NARROW) as pilot:
        await rest(pilot)
        await press(pilot, "y")
        assert pilot.app.clipboard == "Miso the cat is afraid of the vacuum cleaner"


async def test_changes_from_outside_appear_by_themselves(app: Make, parts: FakeParts) -> None:
    """Another command's memory is listed without a key, and the cursor stays at its memory."""
    async with app().run_test(size=NARROW) as pilot:
        await rest(pilot)
        rows = pilot.app.screen.query_one("#list", Rows)
        before = rows.current
        parts.assistant.remember(Note(text="Bought a kayak", at=NOON, raw=True))
        pilot.app.look()  # type: ignore[attr-defined]
        await rest(pilot)
        assert listed(pilot.app)[0] == "Bought a kayak"
        assert rows.current == before


async def test_a_store_that_fails_is_told_and_the_screen_stays(app: Make, parts: FakeParts) -> None:
    """Neither an explained error nor another one ends the program."""
    async with app().run_test(size=NARROW) as pilot:
        await rest(pilot)

        def fail(error: Exception) -> None:
            raise error

        screen = pilot.app.screen
        screen.do(lambda: fail(StoreError("the disk is full", hint="make room")))  # type: ignore[attr-defined]
        screen.do(lambda: fail(ZeroDivisionError("oh")))  # type: ignore[attr-defined]
        await rest(pilot)
        assert "the disk is full\nmake room" in said(pilot.app)
        assert "internal error: ZeroDivisionError" in said(pilot.app)
        assert pilot.app.is_running


async def test_what_a_memory_says_commands_no_terminal(app: Make, parts: FakeParts) -> None:
    """Neither escapes nor markup are carried out."""
    evil = replace(memory(50, "[@click=app.quit]x[/] \x1b[2J end"), created_at=NOON, tags=("[b]",))
    parts.store.commit([birth(50, evil)])
    async with app().run_test(size=NARROW) as pilot:
        await rest(pilot)
        shown = screen_text(pilot.app)
        assert "[@click=app.quit]x[/]" in shown
        assert "\x1b" not in shown
