"""The chat screen: replies, citations, what was stored, stopping, sessions."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

import pytest
from prompt_toolkit.history import FileHistory
from textual.pilot import Pilot
from textual.widgets import Markdown, OptionList

from memcli.errors import ModelError
from memcli.models.fake import FakeChatModel
from memcli.ports import Sampling, Task
from memcli.records import Filter, Message, Op
from memcli.slash import COMMANDS
from memcli.tui.app import MemcliApp
from memcli.tui.screens.chat import Chat, cited
from memcli.tui.widgets.writing import Writing
from tests.tui.conftest import FakeParts
from tests.tui.helpers import citing, press, rest, said, screen_text, type_in, until

Make = Callable[[], MemcliApp]
WIDE = (140, 40)
NARROW = (80, 24)


class Endless(FakeChatModel):
    """Never stops by itself."""

    def stream(
        self, messages: Sequence[Message], sampling: Sampling, *, adapter: Task | None = None
    ) -> Iterator[str]:
        """Words for ever."""
        while True:
            time.sleep(0.005)
            yield "word "


class Broken(FakeChatModel):
    """Fails."""

    def stream(
        self, messages: Sequence[Message], sampling: Sampling, *, adapter: Task | None = None
    ) -> Iterator[str]:
        """An explained error."""
        raise ModelError("the model ran out of context", hint="say less")


async def say(pilot: Pilot[None], text: str) -> None:
    """Send a message; the reply may still be on its way."""
    line = writing(pilot)
    line.focus()
    line.put(text)
    await pilot.press("enter")


def writing(pilot: Pilot[None]) -> Writing:
    """Where messages are written."""
    return pilot.app.screen.query_one("#say", Writing)


async def test_a_reply_streams_and_its_citation_opens_the_memory(app: Make, parts: FakeParts) -> None:
    """The reply is Markdown; what it rests on is named; clicking the citation shows the memory's page."""
    parts.__dict__["chat_model"] = FakeChatModel(rule=citing)
    async with app().run_test(size=WIDE) as pilot:
        await press(pilot, "2")
        await say(pilot, "Where is the spare key?")
        await rest(pilot)
        shown = screen_text(pilot.app)
        assert "Ana: Where is the spare key?" in shown
        assert "rests on" in shown
        reply = pilot.app.screen.query(Markdown).last()
        assert "behind the kitchen door [" in shown
        record = "m:0002mem00000"
        reply.post_message(Markdown.LinkClicked(reply, f"memcli:{record[:8]}"))
        await until(pilot, "procedural · active")
        assert pilot.app.current_mode == "memories"


async def test_what_was_stored_is_told_and_can_be_undone(app: Make, parts: FakeParts) -> None:
    """Read back from the history; Ctrl-Z in the writing line takes it back."""
    async with app().run_test(size=WIDE) as pilot:
        await press(pilot, "2")
        await say(pilot, "My dog is called Rex.")
        await rest(pilot)
        assert "+ remembered" in screen_text(pilot.app)
        born = next(c for c in parts.store.log(limit=5) if c.op is Op.ADD)
        await press(pilot, "ctrl+z")
        assert born.memory_id not in {m.id for m in parts.store.list_memories(Filter(), limit=50)}
        assert "undone" in said(pilot.app)
        assert "~ taken back:" in screen_text(pilot.app)


async def test_escape_stops_a_reply_and_keeps_what_was_said(app: Make, parts: FakeParts) -> None:
    """A model that would go on for ever is stopped between two words."""
    parts.__dict__["chat_model"] = Endless()
    async with app().run_test(size=NARROW) as pilot:
        await press(pilot, "2")
        await say(pilot, "tell me everything about Miso")
        await pilot.pause(0.3)
        await say(pilot, "and more")
        assert "the reply is not done yet" in said(pilot.app)
        await press(pilot, "escape")
        assert "(stopped)" in screen_text(pilot.app)
        session = parts.store.sessions(limit=1)[0][0]
        assert parts.store.session_turns(session)[-1].text.startswith("word")


async def test_an_error_of_the_model_is_a_message(app: Make, parts: FakeParts) -> None:
    """It is said where the reply would be, and the chat goes on."""
    parts.__dict__["chat_model"] = Broken()
    async with app().run_test(size=NARROW) as pilot:
        await press(pilot, "2")
        await say(pilot, "hello Miso")
        await rest(pilot)
        assert "not answered: the model ran out of context" in screen_text(pilot.app)
        assert "say less" in said(pilot.app)
        del parts.__dict__["chat_model"]


async def test_an_earlier_session_is_gone_on_with(app: Make, parts: FakeParts) -> None:
    """The list of sessions leads back; what is said next is kept there."""
    async with app().run_test(size=WIDE) as pilot:
        await press(pilot, "2")
        sessions = pilot.app.screen.query_one("#sessions", OptionList)
        sessions.highlighted = sessions.get_option_index("talk-1")
        sessions.action_select()
        await rest(pilot)
        assert "The spare key hangs behind the kitchen door" in screen_text(pilot.app)
        await say(pilot, "thank you")
        await rest(pilot)
        assert [turn.text for turn in parts.store.session_turns("talk-1")][2] == "thank you"


async def test_a_private_chat_stores_nothing(app: Make, parts: FakeParts) -> None:
    """Neither turns nor memories, and the screen says so."""
    before = parts.store.stats().turns
    async with app().run_test(size=NARROW) as pilot:
        await press(pilot, "2", "ctrl+t")
        assert "private: nothing is stored" in screen_text(pilot.app)
        await say(pilot, "My dog is called Rex.")
        await rest(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, Chat)
        assert screen.query(Markdown)
    assert parts.store.stats().turns == before


def test_citations_become_links() -> None:
    """Ids only; other brackets are left as they are."""
    assert cited("So [m:0001ab] it [1] is") == "So [\\[m:0001ab\\]](memcli:m:0001ab) it [1] is"


@pytest.mark.parametrize("keys", [["alt+enter"], ["ctrl+j"], ["backslash", "enter"]], ids=str)
async def test_a_message_may_have_several_lines(app: Make, parts: FakeParts, keys: list[str]) -> None:
    """Enter alone sends; what other terminals can tell from it begins another line."""
    async with app().run_test(size=NARROW) as pilot:
        await press(pilot, "2")
        await type_in(pilot, "one")
        await press(pilot, *keys)
        await type_in(pilot, "two")
        assert writing(pilot).text == "one\ntwo"
        await press(pilot, "enter")
        assert "Ana: one" in screen_text(pilot.app)
        assert writing(pilot).text == ""
    session = parts.store.sessions(limit=1)[0][0]
    assert parts.store.session_turns(session)[0].text == "one\ntwo"


async def test_the_arrow_keys_bring_back_what_was_typed_here_and_in_the_light_chat(
    app: Make, parts: FakeParts
) -> None:
    """Both keep it in one file, for the user alone; what was begun is not lost."""
    home = parts.settings.home
    FileHistory(str(home.chat_history)).store_string("typed\nbefore")
    async with app().run_test(size=NARROW) as pilot:
        await press(pilot, "2")
        await say(pilot, "hello Miso")
        await rest(pilot)
        await type_in(pilot, "begun")
        await press(pilot, "up")
        assert writing(pilot).text == "hello Miso"
        await press(pilot, "up", "up")
        assert writing(pilot).text == "typed\nbefore"
        await press(pilot, "down", "down", "down")
        assert writing(pilot).text == "begun"
    assert next(iter(FileHistory(str(home.chat_history)).load_history_strings())) == "hello Miso"


async def test_what_is_typed_in_a_private_chat_is_not_kept(app: Make, parts: FakeParts) -> None:
    """Nor does a command store anything there."""
    async with app().run_test(size=NARROW) as pilot:
        await press(pilot, "2", "ctrl+t")
        await say(pilot, "my secret")
        await rest(pilot)
        await say(pilot, "/remember my secret")
        assert "this chat is private" in said(pilot.app)
    assert not parts.settings.home.chat_history.exists()


async def test_slash_commands_do_what_the_keys_do(app: Make, parts: FakeParts) -> None:
    """As in the light chat; a beginning is enough, and Tab completes it."""
    async with app().run_test(size=WIDE) as pilot:
        await press(pilot, "2")
        await say(pilot, "/rem The boat is blue.")
        await rest(pilot)
        assert "+ remembered" in screen_text(pilot.app)
        kept = parts.store.list_memories(Filter(), limit=1)[0]
        assert kept.text == "The boat is blue."
        await say(pilot, f"/forget {kept.id[:8]}")
        await rest(pilot)
        assert kept.id not in {m.id for m in parts.store.list_memories(Filter(), limit=50)}
        for line, text in (("/undo", "active"), ("/redo", "archived")):
            await say(pilot, line)
            await rest(pilot)
            assert parts.store.memories_by_id([kept.id])[kept.id].status == text
        await say(pilot, "/memories bicycle")
        await rest(pilot)
        assert pilot.app.current_mode == "memories"
        assert "Rides to work by bicycle" in screen_text(pilot.app)


async def test_slash_commands_are_told_and_completed(app: Make) -> None:
    """Tab goes as far as is certain; one without what it needs does nothing."""
    async with app().run_test(size=WIDE) as pilot:
        await press(pilot, "2")
        await say(pilot, "/nothing")
        assert "there is no command /nothing" in said(pilot.app)
        await say(pilot, "/forget")
        assert "/forget needs ID..." in said(pilot.app)
        writing(pilot).put("/priv")
        await press(pilot, "tab")
        assert writing(pilot).text == "/private "
        writing(pilot).put("/se")
        await press(pilot, "tab")
        assert writing(pilot).text == "/session"
        await say(pilot, "/help")
        await rest(pilot)
        assert all(name in screen_text(pilot.app) for name in COMMANDS)


async def test_what_was_near_is_shown_where_the_model_cites_nothing(app: Make, parts: FakeParts) -> None:
    """Poor words of a small model do not hide what was found."""
    parts.__dict__["chat_model"] = FakeChatModel(["Green."])
    async with app().run_test(size=WIDE) as pilot:
        await press(pilot, "2")
        await say(pilot, "Where is the spare key?")
        await rest(pilot)
        assert "not cited, but near: " in screen_text(pilot.app)
        await say(pilot, "/why")
        await rest(pilot)
        assert "0 cited" in screen_text(pilot.app)
