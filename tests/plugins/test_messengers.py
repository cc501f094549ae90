"""WhatsApp and Telegram: whose words they are, and when they were said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from memcli.errors import BadInputError
from memcli.records import Origin
from tests.plugins.conftest import Json, as_json, as_zip, bring

Write = Callable[[str, str], Path]

ANDROID = """03/04/2026, 09:15 - Messages and calls are end-to-end encrypted. Tap to learn more.
03/04/2026, 09:15 - Ana: Shall we meet?
04/04/2026, 18:00 - Rui: Yes: at the bridge
bring the keys
04/04/2026, 18:01 - Ana: <Media omitted>
"""
IPHONE = (
    "[1/2/26, 9:15:02\u202fAM] Ana: \u200eHello\r\n[1/2/26, 9:16:00\u202fPM] Rui: \u200eimage omitted\r\n"
    "[1/13/26, 12:05:00\u202fAM] Rui: Hi\r\n"
)


def test_androids_form_is_read_with_its_further_lines(written: Write) -> None:
    """What the program tells, and media that are not there, are left out."""
    turns = bring("whatsapp", written("WhatsApp Chat with Ana.txt", ANDROID), zone="Europe/Lisbon", me="Rui").turns
    assert [(turn.speaker, turn.text, turn.origin) for turn in turns] == [
        ("Ana", "Shall we meet?", Origin.DOCUMENT),
        ("Rui", "Yes: at the bridge\nbring the keys", Origin.DIRECT_USER),
    ]
    assert turns[0].at.isoformat() == "2026-04-03T09:15:00+01:00"
    assert turns[0].session == "WhatsApp Chat with Ana"


def test_iphones_zip_is_read_and_its_american_dates_are_seen(tmp_path: Path) -> None:
    """The thirteenth month does not exist."""
    turns = bring("whatsapp", as_zip(tmp_path / "WhatsApp Chat - Ana.zip", {"_chat.txt": IPHONE})).turns
    assert [(turn.text, turn.at.isoformat()[:16]) for turn in turns] == [
        ("Hello", "2026-01-02T09:15"), ("Hi", "2026-01-13T00:05"),
    ]  # fmt: skip
    assert turns[0].session == "WhatsApp Chat - Ana"


@pytest.mark.parametrize(
    ("lines", "days"),
    [
        (["01/02/2026, 10:00 - A: x", "02/02/2026, 10:00 - A: y"], ["2026-02-01", "2026-02-02"]),
        (["02/01/2026, 10:00 - A: x", "02/02/2026, 10:00 - A: y", "02/13/2026, 10:00 - A: z"], ["2026-02-01"]),
        (["2026-02-01, 10:00 - A: x"], ["2026-02-01"]),
        (["1.2.2026 klo 10.00 - A: x"], ["2026-02-01"]),
        (["05.02.26, 10:00 - A: x"], ["2026-02-05"]),
    ],
)
def test_the_order_of_day_and_month_is_the_one_that_fits(
    written: Write, lines: list[str], days: list[str]
) -> None:
    """Days come first where both fit."""
    found = bring("whatsapp", written("chat.txt", "\n".join(lines) + "\n")).turns
    assert [f"{turn.at:%Y-%m-%d}" for turn in found][: len(days)] == days


def test_the_same_words_in_the_same_minute_are_two_messages(written: Write) -> None:
    """And the same two when read again."""
    file = written("chat.txt", "01/02/2026, 10:00 - A: yes\n01/02/2026, 10:00 - A: yes\n")
    assert len({turn.id for turn in bring("whatsapp", file).turns}) == 2
    assert bring("whatsapp", file).turns == bring("whatsapp", file).turns


@pytest.mark.parametrize(
    ("text", "options", "told"),
    [
        ("hello\n", {}, "line 1 does not begin with a time"),
        ("99/99/2026, 10:00 - A: x\n", {}, "no such day"),
        ("01/02/2026, 10:00 - A: x\n", {"order": "ydm"}, "not an order"),
        ("01/02/2026, 10:00 - A: x\n", {"zone": "Mars/Base"}, "no time zone"),
    ],
)
def test_what_is_no_whatsapp_chat_is_refused(
    written: Write, text: str, options: dict[str, str], told: str
) -> None:
    """One clear line."""
    with pytest.raises(BadInputError, match=told):
        bring("whatsapp", written("chat.txt", text), **options)


def message(own_id: int, words: Json, **more: Json) -> dict[str, Json]:
    """A Telegram message two hours east of Greenwich."""
    return {
        "id": own_id, "type": "message", "date": "2026-01-05T12:00:00", "date_unixtime": "1767607200",
        "from": "Ana", "from_id": "user7", "text": words,
    } | more  # fmt: skip


CHAT = {
    "name": "Ana",
    "type": "personal_chat",
    "id": 42,
    "messages": [
        {"id": 1, "type": "service", "action": "phone_call"},
        message(2, "Hello"),
        message(3, ["see ", {"type": "link", "text": "example.org"}, "!"], **{"from": "Rui", "from_id": "user9"}),
        message(4, "", photo="(File not included)"),
    ],
}


def test_one_telegram_chat_is_read_with_offsets(tmp_path: Path) -> None:
    """The local time tells the offset; formatted words are put together."""
    turns = bring("telegram", as_json(tmp_path / "result.json", CHAT), me="Rui").turns
    assert [(turn.speaker, turn.text, turn.origin) for turn in turns] == [
        ("Ana", "Hello", Origin.DOCUMENT), ("Rui", "see example.org!", Origin.DIRECT_USER),
    ]  # fmt: skip
    assert turns[0].at == datetime(2026, 1, 5, 12, tzinfo=timezone(timedelta(hours=2)))
    assert turns[0].at.utcoffset() == timedelta(hours=2)
    assert (turns[0].session, turns[0].source_id) == ("Ana (42)", "42/2")


def test_an_export_of_everything_knows_who_the_user_is(tmp_path: Path) -> None:
    """By their id."""
    whole = {"personal_information": {"user_id": 9}, "chats": {"about": "…", "list": [CHAT, {"id": 1}]}}
    turns = bring("telegram", as_json(tmp_path / "result.json", whole)).turns
    assert [turn.origin for turn in turns] == [Origin.DOCUMENT, Origin.DIRECT_USER]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"name": "x"}, "neither"),
        ([1], "neither"),
        ({"name": "x", "messages": [{"type": "message"}]}, "message 1: it has no id"),
        ({"name": "x", "messages": [5]}, "not an object"),
        ({"name": "x", "messages": [{"id": 1, "type": "message", "date": "x"}]}, "not a time"),
    ],
)
def test_what_is_no_telegram_export_is_refused(tmp_path: Path, value: Json, told: str) -> None:
    """One clear line."""
    with pytest.raises(BadInputError, match=told):
        bring("telegram", as_json(tmp_path / "result.json", value))
