"""WhatsApp's "export chat": the text file, or the ZIP that holds it, in the forms of Android and of iPhones.

The file tells neither time zone nor whether 3/4 is in March or April: option ``zone`` names the one, ``order``
(``dmy``, ``mdy`` or ``ymd``) the other; without it the order is the one in which the messages' times rise.
Option ``me`` is the user's name there: only those messages are their words, others are trusted as documents are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from hashlib import blake2b
from pathlib import Path
from typing import Final

from memcli.errors import BadInputError
from memcli.hooks import hookimpl
from memcli.ingest.files import Entry, entries
from memcli.ingest.talk import Talk, name_of, zone_of
from memcli.ports import Imported, Importer
from memcli.records import Origin

FORMAT: Final = "whatsapp"
LONGEST_LINE: Final = 1024**2
ORDERS: Final = ("dmy", "mdy", "ymd")
SAMPLE: Final = 5_000
_INVISIBLE: Final = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_START: Final = re.compile(
    r"\[?(?P<a>\d{1,4})[./-](?P<b>\d{1,2})[./-](?P<c>\d{1,4}),?(?:\s\w{2,4})?\s"
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2}))?(?:\s?(?P<half>[ap])\.?\s?m\.?)?"
    r"(?:\]|\s[-–])\s(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_SAID: Final = re.compile(r"(?P<speaker>[^:\n]{1,100}): (?P<text>.*)", re.DOTALL)
_LEFT_OUT: Final = re.compile(r"<[^<>\n]{3,40}>|(image|video|audio|sticker|GIF|document) omitted")


class WhatsApp:
    """``ports.Importer``."""

    name = FORMAT

    def read(self, path: Path, options: Mapping[str, str]) -> Iterator[Imported]:
        """Some hundred messages at a time are in memory."""
        with entries(path, "*.txt", hint="give what WhatsApp's export wrote") as found:
            for entry in found:
                own = Path(entry.name).stem
                session = name_of(options, path) if own == "_chat" or path.is_file() else own
                yield from _read(
                    entry, _Chat(session, options.get("me", ""), _order(entry, options), zone_of(options))
                )


@hookimpl
def memcli_importers() -> Sequence[Importer]:
    """WhatsApp's export."""
    return [WhatsApp()]


@dataclass(slots=True)
class _Chat:
    """What is known of the chat, and how often each message came already: it has no id of its own."""

    session: str
    me: str
    order: str
    zone: tzinfo
    seen: Counter[str] = field(default_factory=Counter)

    def take(self, talk: Talk, start: re.Match[str]) -> None:
        """What the program tells by itself, such as who joined, has no speaker and is left out."""
        said = _SAID.fullmatch(start["rest"].rstrip("\n"))
        if said is None or _LEFT_OUT.fullmatch(said["text"].strip()):
            return
        at, speaker = _at(start, self.order, self.zone), said["speaker"].strip()
        if at is None:
            raise BadInputError(f"{start[0][:30]!r} has no such day or time", hint="give -o order=dmy, mdy or ymd")
        told = f"{at.replace(tzinfo=None).isoformat()}\x1f{speaker}\x1f{said['text']}"
        digest = blake2b(told.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
        self.seen[digest] += 1
        origin = Origin.DIRECT_USER if speaker == self.me else Origin.DOCUMENT
        own_id = f"{self.session}/{digest}/{self.seen[digest]}"
        talk.say(said["text"], at, own_id, speaker=speaker, origin=origin)


def _read(entry: Entry, chat: _Chat) -> Iterator[Imported]:
    talk = Talk(FORMAT, chat.session)
    for message in _messages(entry):
        chat.take(talk, message)
        if talk.full:
            yield talk.give()
    yield talk.give()


def _messages(entry: Entry) -> Iterator[re.Match[str]]:
    """The messages with their further lines; the first line of a chat begins with a time."""
    whole: list[str] = []
    for number, line in _lines(entry):
        if _START.match(line):
            yield from _joined(whole)
            whole = [line]
        elif whole:
            whole.append(line)
        elif line.strip():
            raise BadInputError(
                f"{entry.name}, line {number} does not begin with a time: is it a WhatsApp export?"
            )
    yield from _joined(whole)


def _joined(lines: Sequence[str]) -> Iterator[re.Match[str]]:
    start = _START.fullmatch("".join(lines)) if lines else None
    if start:
        yield start


def _lines(entry: Entry) -> Iterator[tuple[int, str]]:
    with entry.open() as stream:
        number = 0
        while raw := stream.readline(LONGEST_LINE):
            number += 1
            try:
                line = raw.decode("utf-8")
            except UnicodeDecodeError as error:
                raise BadInputError(f"{entry.name}, line {number} is not UTF-8 text") from error
            yield (
                number,
                _INVISIBLE.sub("", line).replace("\u202f", " ").replace("\u00a0", " ").replace("\r\n", "\n"),
            )


def _order(entry: Entry, options: Mapping[str, str]) -> str:
    """The order that fits most of the first messages and goes back in time least; days first if they tie."""
    told = options.get("order")
    if told is not None and told not in ORDERS:
        raise BadInputError(f"{told!r} is not an order", hint=f"orders: {', '.join(ORDERS)}")
    if told:
        return told
    starts = [start for start, _ in zip(_messages(entry), range(SAMPLE), strict=False)]
    american = any(start["half"] for start in starts)
    preferred = ("mdy", "dmy", "ymd") if american else ORDERS
    return min(preferred, key=lambda order: _wrongs(starts, order))


def _wrongs(starts: Sequence[re.Match[str]], order: str) -> int:
    """How many messages have no such day, or are earlier than the one before."""
    wrong, before = 0, None
    for start in starts:
        at = _at(start, order, None)
        if at is None:
            wrong += len(starts)
            continue
        wrong += before is not None and at < before
        before = at
    return wrong


def _at(start: re.Match[str], order: str, zone: tzinfo | None) -> datetime | None:
    parts = dict(zip(order, (start["a"], start["b"], start["c"]), strict=True))
    year, hour = int(parts["y"]), int(start["hour"])
    if start["half"]:
        hour = hour % 12 + (12 if start["half"].lower() == "p" else 0)
    try:
        return datetime(
            year + 2000 if len(parts["y"]) == 2 else year, int(parts["m"]), int(parts["d"]),
            hour, int(start["minute"]), int(start["second"] or 0), tzinfo=zone,
        )  # fmt: skip
    except ValueError:
        return None
