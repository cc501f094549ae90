"""Telegram Desktop's export as JSON: ``result.json`` of one chat or of all, its folder, or a ZIP of it.

Options: ``me`` is the name that the user goes by there; an export of everything tells it. Only the user's own
messages are their words, others' are trusted as documents are. ``zone`` is for exports without exact times.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from typing import Any, Final, TypeAlias

from memcli.errors import BadInputError
from memcli.hooks import hookimpl
from memcli.ingest import json_stream
from memcli.ingest.files import Entry, entries, reading
from memcli.ingest.talk import Talk, moment, zone_of
from memcli.ports import Imported, Importer
from memcli.records import Origin

Json: TypeAlias = Any
FORMAT: Final = "telegram"
_ONE: Final = "messages"
_ALL: Final = "chats.list"
_LONGEST_OFFSET: Final = timedelta(hours=15)


class Telegram:
    """``ports.Importer``."""

    name = FORMAT

    def read(self, path: Path, options: Mapping[str, str]) -> Iterator[Imported]:
        """Of one chat some hundred messages at a time are in memory; of an export of all, one chat."""
        with entries(path, "result*.json", hint="export it from Telegram Desktop as JSON") as found:
            for entry in found:
                yield from _read(entry, options)


@hookimpl
def memcli_importers() -> Sequence[Importer]:
    """Telegram's export."""
    return [Telegram()]


def _read(entry: Entry, options: Mapping[str, str]) -> Iterator[Imported]:
    head, place = json_stream.head(entry, (_ONE, _ALL))
    own = head.get("personal_information.user_id")
    me = _Me(options.get("me", ""), f"user{own}" if own is not None else "", zone_of(options))
    if place == _ONE:
        yield from _chat(head, json_stream.elements(entry, f"{_ONE}.item"), me)
    elif place == _ALL:
        for chat in json_stream.elements(entry, f"{_ALL}.item"):
            if isinstance(chat, dict) and isinstance(chat.get(_ONE), list):
                yield from _chat(chat, iter(chat[_ONE]), me)
    else:
        raise BadInputError(f"{entry.name} has neither `{_ONE}` nor `{_ALL}`")


@dataclass(frozen=True, slots=True)
class _Me:
    """Who the user is there, by name or id, and where their clock stood."""

    name: str
    own_id: str
    zone: tzinfo

    def said(self, message: dict[str, Json]) -> bool:
        return (bool(self.name) and message.get("from") == self.name) or (
            bool(self.own_id) and message.get("from_id") == self.own_id
        )


def _chat(head: Mapping[str, Json], messages: Iterator[Json], me: _Me) -> Iterator[Imported]:
    chat = str(head.get("id") or head.get("name") or FORMAT)
    talk = Talk(FORMAT, f"{head.get('name') or head.get('type') or 'chat'} ({chat})")
    for number, message in enumerate(messages, 1):
        with reading(f"{talk.session}, message {number}"):
            _take(talk, message, chat, me)
        if talk.full:
            yield talk.give()
    yield talk.give()


def _take(talk: Talk, message: Json, chat: str, me: _Me) -> None:
    if not isinstance(message, dict):
        raise BadInputError("it is not an object")
    if message.get("type") != "message":
        return
    if message.get("id") is None:
        raise BadInputError("it has no id")
    origin = Origin.DIRECT_USER if me.said(message) else Origin.DOCUMENT
    speaker = str(message.get("from") or message.get("from_id") or "someone")
    own_id = f"{chat}/{message['id']}"
    talk.say(_text(message.get("text")), _at(message, me.zone), own_id, speaker=speaker, origin=origin)


def _text(value: Json) -> str:
    """The words; formatted parts are objects between them."""
    if isinstance(value, str):
        return value
    parts = value if isinstance(value, list) else []
    return "".join(part if isinstance(part, str) else str(part.get("text") or "") for part in parts if part)


def _at(message: dict[str, Json], zone: tzinfo) -> datetime:
    """The instant, with the offset by which the export's local time differs from it."""
    local = moment(message.get("date"), UTC)
    told = message.get("date_unixtime")
    if told is None:
        return local.replace(tzinfo=zone)
    instant = moment(int(told) if str(told).isdigit() else told)
    offset = timedelta(minutes=15) * round((local - instant) / timedelta(minutes=15))
    return instant.astimezone(timezone(offset)) if abs(offset) <= _LONGEST_OFFSET else instant
