from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from memcli.assistant import Note
from memcli.cli.talk import Leave, Talk, Wrap, learned_lines, printable, reply_text, source_lines
from memcli.errors import NotFoundError, UsageError
from memcli.models.fake import FakeChatModel
from memcli.records import Filter
from memcli.requests import sources
from memcli.slash import COMMANDS, named
from memcli.tui.screens import deeds

if TYPE_CHECKING:
    from tests.chat.conftest import Desk


def silent(_: str) -> None:
    """Listens to no piece."""


def plain(lines: Sequence[Text]) -> str:
    """Lines as they are read."""
    return "\n".join(line.plain for line in lines)


@pytest.mark.parametrize(
    ("typed", "name"), [("/help", "/help"), ("/mem", "/memories"), ("/session", "/session"), ("/u", "/undo")]
)
def test_a_command_may_be_typed_by_its_beginning(typed: str, name: str) -> None:
    """A whole name wins over longer ones that begin alike."""
    assert named(typed) == name


@pytest.mark.parametrize("typed", ["/", "/nothing", "/se", "/HELP"])
def test_a_command_that_is_none_or_several_is_refused(typed: str) -> None:
    """One line says so; nothing is guessed."""
    with pytest.raises(UsageError):
        named(typed)


def test_what_could_command_a_terminal_is_not_printed() -> None:
    """Escape sequences in a memory or a reply stay words."""
    assert printable("a\x1b[2Jb\x07c\x9bd\ne\tf") == "a[2Jbcd\ne\tf"


def test_citations_are_dimmed_and_other_brackets_are_not() -> None:
    """Only an id is a citation."""
    shown = reply_text("Miso [m:7k2q9x] and [sic]")
    assert [shown.plain[span.start : span.end] for span in shown.spans] == ["[m:7k2q9x]"]


def test_both_turns_are_kept_under_a_new_session_of_the_day(desk: Desk) -> None:
    """Each turn is kept verbatim, and what is told of it is read back from the store."""
    talk = desk.talk()
    talk.say("I moved to Lisbon.", silent)
    assert talk.session == "chat-2026-03-02-1"
    assert [turn.text for turn in talk.kept()] == ["I moved to Lisbon.", "All right."]


def test_what_the_service_read_first_is_told_as_well(desk: Desk) -> None:
    """Whoever reads a turn, what was made of it is told; and what an earlier one was made into is not again."""
    talk = desk.talk()
    talk.say("I moved to Lisbon.", silent)
    assert list(talk.assistant.learn())
    assert "Lisbon" in plain(learned_lines(talk.learned()))
    talk.say("Is that so?", silent)
    assert talk.learned() == []


def test_what_was_made_of_what_was_said_is_told_whole(desk: Desk) -> None:
    """Names and dates stand at the end of a sentence; it takes a second line rather than lose them."""
    talk = desk.talk()
    words = "My sister Eleonora is getting married in the old church in Trastevere in Rome on 12 September 2026."
    talk.say(words, silent)
    assert "12 September 2026" in plain(learned_lines(talk.learned()))
    told = plain(talk.command("/remember The plumber who mended the boiler in the cellar is called Tim Radcliffe"))
    assert "Tim Radcliffe" in told


def test_what_still_holds_is_not_told_as_over(desk: Desk) -> None:
    """Until the move it is home, and so says the line."""
    talk = desk.talk()
    talk.say("I live in Ghent.", silent)
    talk.learned()
    list(talk.assistant.learn())
    talk.say("I move to Antwerp in September 2026.", silent)
    list(talk.assistant.learn())
    told = talk.learned()
    assert "~ until 1 Sep 2026 " in plain(learned_lines(told))
    assert "no longer so" not in plain(learned_lines(told))


def test_the_next_session_of_the_day_has_the_next_number(desk: Desk) -> None:
    """Also where two chats began at once: the name is taken at the first message."""
    first, second = desk.talk(), desk.talk()
    first.say("one", silent)
    second.say("two", silent)
    assert (first.session, second.session) == ("chat-2026-03-02-1", "chat-2026-03-02-2")


def test_a_session_that_is_resumed_shows_its_end_and_goes_on(desk: Desk) -> None:
    """The model is shown what was said before."""
    desk.talk("trip").say("We leave on Friday.", silent)
    again = desk.talk("trip")
    assert "We leave on Friday." in plain(again.latest_turns())
    again.say("When do we leave?", silent)
    messages, _ = desk.model.asked[-1]
    assert [m.content for m in messages[1:3]] == ["We leave on Friday.", "All right."]


def test_a_model_is_shown_no_secret_of_what_was_said(desk: Desk) -> None:
    """A turn keeps the words as said, so an answer might tell them: the notes hold only that there was one."""
    desk.talk("first").say("My alarm PIN is 4711 since May.", silent)
    desk.talk("second").say("Tell me of the alarm PIN.", silent)
    shown = " ".join(message.content for message in desk.model.asked[-1][0])
    assert "alarm PIN is [secret: code]" in shown
    assert "4711" not in shown


def test_a_private_talk_stores_nothing_and_still_follows_the_conversation(desk: Desk) -> None:
    """Not a turn, not an answer, not the home itself; the model is still shown what was said before."""
    talk = desk.talk(private=True)
    talk.say("My secret is blue.", silent)
    talk.say("What is it?", silent)
    messages, _ = desk.model.asked[-1]
    assert "My secret is blue." in [m.content for m in messages]
    assert talk.kept() == []
    assert not desk.home.exists()


@pytest.mark.parametrize("line", ["/remember tea", "/undo", "/forget m:abc"])
def test_a_private_talk_refuses_commands_that_would_store_something(desk: Desk, line: str) -> None:
    """The promise of a private chat has no exceptions."""
    with pytest.raises(UsageError, match="private"):
        desk.talk(private=True).command(line)


def test_remember_undo_redo_and_forget_change_what_is_remembered(desk: Desk) -> None:
    """Each tells the memory that it changed."""
    talk = desk.talk()
    store = talk.assistant.store
    assert "My sister lives in Porto." in plain(talk.command("/remember My sister lives in Porto."))
    (memory,) = store.list_memories(Filter(), limit=5)
    assert "My sister lives in Porto." in plain(talk.command(f"/forget {memory.id[:8]}"))
    assert store.list_memories(Filter(), limit=5) == []
    assert "My sister lives in Porto." in plain(talk.command("/undo"))
    assert "~ done again" in plain(talk.command("/redo"))
    assert store.list_memories(Filter(), limit=5) == []
    talk.command("/undo")
    assert [m.text for m in store.list_memories(Filter(), limit=5)] == ["My sister lives in Porto."]


def test_undo_takes_back_what_was_done_to_the_memory_it_is_given(desk: Desk) -> None:
    """Not what was done last; and what a memory took the place of is there again."""
    talk = desk.talk()
    store = talk.assistant.store
    for told in ("I live in Porto.", "I live in Lisbon now.", "My sister is called Marta."):
        talk.assistant.remember(Note(text=told))
    moved = next(m for m in store.list_memories(Filter(), limit=5) if "Lisbon" in m.text)
    lines = plain(talk.command(f"/undo {moved.id[2:8]}"))
    assert [lines.count(word) for word in ("undone", "Porto", "Lisbon")] == [2, 1, 1]
    standing = " ".join(m.text for m in store.list_memories(Filter(), limit=5))
    assert [word in standing for word in ("Porto", "Marta", "Lisbon")] == [True, True, False]


def test_memories_lists_the_latest_or_those_that_fit(desk: Desk) -> None:
    """With a query, the best comes first."""
    talk = desk.talk()
    talk.command("/remember The key is under the mat.")
    talk.command("/remember Miso the cat hates the vacuum cleaner.")
    assert plain(talk.command("/memories")).count("\n") == 1
    assert "Miso" in plain(talk.command("/memories vacuum")).splitlines()[0]


def test_why_tells_what_was_cited_shown_and_found(desk: Desk) -> None:
    """The three lists are kept apart."""
    desk.model = FakeChatModel(["Under the mat [1]."])
    talk = desk.talk()
    with pytest.raises(NotFoundError):
        talk.command("/why")
    talk.command("/remember The key is under the mat.")
    talk.say("Where is the key?", silent)
    told = plain(talk.command("/why"))
    assert "1 cited" in told
    assert any(line.startswith("cited") and "under the mat" in line for line in told.splitlines())
    found = talk.sources()
    assert found is not None
    assert found.cited
    assert [hit.text for hit in found.hits] == ["The key is under the mat."]


def test_what_was_near_is_told_where_the_model_cites_nothing(desk: Desk) -> None:
    """What shares a word with the question, once, and never memcli's own words; small talk has none."""
    talk = desk.talk()
    talk.command("/remember The key is under the mat.")
    talk.say("Where is the key?", silent)
    found = talk.sources()
    assert found is not None
    assert not found.cited
    assert [hit.text for hit in found.hits] == ["The key is under the mat."]
    assert plain(list(source_lines(found))).startswith("nearby:  m:")
    talk.say("Hello there!", silent)
    assert talk.sources() is None


def test_nothing_is_near_where_the_model_was_shown_nothing(desk: Desk) -> None:
    """What only tells something is acknowledged without a look at the notes."""
    talk = desk.talk()
    talk.command("/remember I moved to Porto last spring.")
    answer = talk.say("I began the cello last week.", silent).answer
    assert sources(answer) is not None
    assert sources(replace(answer, injected=())) is None


def test_session_goes_on_with_another_and_new_begins_one(desk: Desk) -> None:
    """What was said stays in the session it was said in."""
    talk = desk.talk("work")
    talk.say("The report is due.", silent)
    assert "trip" in plain(talk.command("/session trip"))
    assert "The report is due." in plain(talk.command("/session work"))
    talk.command("/new")
    assert talk.session == "chat-2026-03-02-1"
    assert "work" in plain(talk.command("/sessions"))


def test_private_begins_a_chat_that_stores_nothing_and_ends_it(desk: Desk) -> None:
    """What may be stored is told, and refused meanwhile."""
    talk = desk.talk()
    assert "private" in plain(talk.command("/private"))
    talk.say("My code is 4711.", silent)
    with pytest.raises(UsageError, match="private"):
        talk.command("/remember it")
    assert "chat-" in plain(talk.command("/private"))
    assert not talk.assistant.store.sessions(limit=5)


@pytest.mark.parametrize("name", COMMANDS)
def test_both_front_ends_do_every_command(name: str) -> None:
    """The table says what there is; neither leaves one out."""
    changes = COMMANDS[name].act is not None
    assert changes or (name in deeds.DEEDS and hasattr(Talk, f"_{name[1:]}"))


def test_exit_leaves_and_help_tells_every_command(desk: Desk) -> None:
    """Nothing that can be typed is missing from the help."""
    talk = desk.talk()
    told = plain(talk.command("/help"))
    assert all(name in told for name in COMMANDS)
    with pytest.raises(Leave):
        talk.command("/exit")


@pytest.mark.parametrize("name", [name for name, command in COMMANDS.items() if command.needs])
def test_a_command_without_what_it_needs_says_so(desk: Desk, name: str) -> None:
    """Nothing is remembered or forgotten by mistake."""
    with pytest.raises(UsageError, match="needs"):
        desk.talk().command(name)


@given(st.text(alphabet="ab \n\u6f22[", max_size=80), st.integers(1, 20), st.lists(st.integers(0, 80), max_size=5))
def test_wrapping_changes_spaces_only(text: str, width: int, cuts: list[int]) -> None:
    """However a text is cut into pieces, all of its words come out in order, whole, at most a width long."""
    wrap = Wrap(width)
    edges = [0, *sorted(cuts), len(text)]
    shown = "".join(wrap.feed(text[a:b]) for a, b in pairwise(edges)) + wrap.finish()
    assert "".join(shown.split()) == "".join(text.split())
    for line in shown.split("\n"):
        assert cell_len(line) <= width or " " not in line.strip()
