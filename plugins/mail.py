"""Mail: an mbox file, or a Maildir folder. Letters are documents; the user's own, told by ``me``, their words.

One thread is one session. What a letter quotes of earlier ones, signatures and attachments are left out. Options:
``me`` is the user's address, or several with commas between.
"""

from __future__ import annotations

import mailbox
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from hashlib import blake2b
from html.parser import HTMLParser
from pathlib import Path
from typing import Final, TypeAlias

from memcli.errors import BadInputError
from memcli.hooks import hookimpl
from memcli.ingest.files import reading
from memcli.ingest.talk import Talk
from memcli.ports import Imported, Importer
from memcli.records import Origin, Turn

FORMAT: Final = "mbox"
LETTERS_AT_ONCE: Final = 200
LARGEST_LETTER: Final = 32 * 1024**2
_REPLY: Final = re.compile(r"^\s*((re|fwd?|aw|wg|sv|antw|tr|rv)(\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_SIGNATURE: Final = re.compile(r"^-- ?$", re.MULTILINE)
_QUOTE: Final = re.compile(
    r"^(?:On\s.{0,200}?wrote:|Am\s.{0,200}?schrieb.{0,80}?:|Le\s.{0,200}?écrit\s?:)\s*$\n?(?=\n*>)",
    re.MULTILINE | re.DOTALL,
)
_BLOCKS: Final = frozenset("p div br li tr h1 h2 h3 h4 h5 h6 blockquote".split())
_SILENT: Final = frozenset("script style head title".split())
Letter: TypeAlias = "Message[str, str]"


class Mail:
    """``ports.Importer``."""

    name = FORMAT

    def read(self, path: Path, options: Mapping[str, str]) -> Iterator[Imported]:
        """One letter at a time is in memory."""
        mine = frozenset(each.strip().lower() for each in options.get("me", "").split(",") if each.strip())
        letters = _Reading(mine)
        for number, letter in enumerate(_letters(path), 1):
            with reading(f"letter {number}"):
                letters.take(letter)
            if number % LETTERS_AT_ONCE == 0:
                yield letters.give()
        yield letters.give()


@hookimpl
def memcli_importers() -> Sequence[Importer]:
    """Mail."""
    return [Mail()]


def _letters(path: Path) -> Iterator[Letter]:
    box: mailbox.Mailbox[mailbox.Message]
    if path.is_dir():
        if not all((path / name).is_dir() for name in ("cur", "new")):
            raise BadInputError(f"{path} is no Maildir: it has no folders `cur` and `new`")
        box = mailbox.Maildir(path, create=False)
    else:
        with path.open("rb") as file:
            if file.read(5) != b"From ":
                raise BadInputError(f"{path.name} is no mbox: it does not begin with `From `")
        box = mailbox.mbox(path, create=False)
    try:
        for key in sorted(box.keys()):
            if len(raw := box.get_bytes(key)) > LARGEST_LETTER:
                raise BadInputError(f"a letter is larger than {LARGEST_LETTER:,} bytes")
            yield mailbox.Message(raw)
    finally:
        box.close()


@dataclass(slots=True)
class _Reading:
    """The letters since the last batch, and how far each thread has come."""

    mine: frozenset[str]
    positions: Counter[str] = field(default_factory=Counter)
    turns: list[Turn] = field(default_factory=list)

    def take(self, letter: Letter) -> None:
        subject = _REPLY.sub("", _header(letter, "Subject")).strip() or "no subject"
        body, own_id = _body(letter), _own_id(letter)
        session = f"{subject[:80]} ({_thread(letter, own_id)})"
        talk = Talk(FORMAT, session, self.positions[session])
        name, address = parseaddr(_header(letter, "From"))
        origin = Origin.DIRECT_USER if address.lower() in self.mine else Origin.DOCUMENT
        text = f"{subject}\n\n{body}" if body else subject
        talk.say(text, _sent(letter), own_id, speaker=name or address or "someone", origin=origin)
        self.positions[session] = talk.position
        self.turns += talk.turns

    def give(self) -> Imported:
        done, self.turns = tuple(self.turns), []
        return Imported(turns=done)


def _header(letter: Letter, name: str) -> str:
    """A header in words; one that lies about its encoding is taken as it stands."""
    raw = str(letter.get(name) or "")
    try:
        told = str(make_header(decode_header(raw)))
    except (LookupError, ValueError, MessageError):
        told = raw
    return " ".join(told.encode("utf-8", "replace").decode().split())


def _own_id(letter: Letter) -> str:
    told = _header(letter, "Message-ID")
    if told:
        return told
    words = "\x1f".join(
        (_header(letter, "Date"), _header(letter, "From"), _header(letter, "Subject"), _body(letter))
    )
    return blake2b(words.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _thread(letter: Letter, own_id: str) -> str:
    """A short name for the letter that began it all."""
    earlier = (_header(letter, "References") or _header(letter, "In-Reply-To")).split()
    return blake2b((earlier or [own_id])[0].encode(), digest_size=3).hexdigest()


def _sent(letter: Letter) -> datetime:
    """The date it tells, else the one of the last server that passed it on."""
    for told in (letter.get("Date"), *(str(each).rpartition(";")[2] for each in letter.get_all("Received") or ())):
        try:
            at = parsedate_to_datetime(str(told).strip())
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    raise BadInputError("it tells no date")


def _body(letter: Letter) -> str:
    """The first plain text, else the first HTML as text."""
    parts = [part for part in letter.walk() if not part.is_multipart() and not part.get_filename()]
    for kind in ("text/plain", "text/html"):
        for part in parts:
            if part.get_content_type() == kind:
                text = _decoded(part)
                return _own_words(_of_html(text) if kind == "text/html" else text)
    return ""


def _decoded(part: Letter) -> str:
    raw = part.get_payload(decode=True)
    data = raw if isinstance(raw, bytes) else str(raw).encode("utf-8", "replace")
    try:
        return data.decode(part.get_content_charset() or "utf-8")
    except (LookupError, UnicodeDecodeError):
        return data.decode("latin-1")


def _own_words(text: str) -> str:
    unified = _SIGNATURE.split(text.replace("\r\n", "\n"))[0]
    lines = _QUOTE.sub("", unified).splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith(">")).strip()


class _Plain(HTMLParser):
    """The words of an HTML page, a line for each block."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        if tag in _BLOCKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(self._silent - (tag in _SILENT), 0)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(" ".join(data.split()) + " " if data.strip() else "")


def _of_html(page: str) -> str:
    parser = _Plain()
    parser.feed(page)
    lines = "".join(parser.words).splitlines()
    return "\n".join(line.strip() for line in lines if line.strip())
