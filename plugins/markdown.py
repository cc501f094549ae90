"""Markdown notes: a vault or any folder (or ZIP, or file) of them in; memories out, one note each or one a topic.

A note is kept as a document, and as a memory that says what it is about: its title and first paragraph. Tags are
those of the front matter and the ``#tags`` of the text; ``[[wikilinks]]`` become links between the memories. Its
What it lists, in at least three words, is a memory of its own with the heading that it stands under. Its
date is the front matter's (``date`` or ``created``), else the one in its name (daily notes), else the file's.
Notes that memcli wrote become the memories that they were written from.

Notes of basic-memory (they have a ``permalink``) say more: each observation (``- [category] words #tag``) is a
memory of its own, tied to its note, and relations (``- requires [[note]]``) are links of that name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from hashlib import blake2b
from pathlib import Path, PurePosixPath
from typing import Any, Final, TypeAlias

from memcli_plugins._markdown_topics import LINKS, OWN, UNSAFE, Topics, front_matter, tie, told
from memcli_plugins._markdown_topics import note as topic_note
from memcli_plugins._markdown_topics import read as read_topic

from memcli import codec
from memcli.errors import BadInputError, UsageError
from memcli.hooks import hookimpl
from memcli.ingest.files import Entry, entries
from memcli.ingest.sound import sound
from memcli.ingest.talk import Talk, moment, now_of, zone_of
from memcli.ingest.text import decode, segments
from memcli.ports import Exportable, Exporter, Imported, Importer
from memcli.records import Kind, Link, Memory, Origin, Precision, Turn, stable_id

Yaml: TypeAlias = Any
FORMAT: Final = "markdown"
HEADLINE_CHARS: Final = 400
MOST_LISTED: Final = 100
"""A note that lists more is a collection; as many facts of one note are none."""
LEAST_WORDS: Final = 3
"""A line of a list with fewer says nothing by itself."""
_NOTES: Final = ("*.md", "*.markdown")
_WIKILINK: Final = re.compile(r"!?\[\[([^\[\]|#^\n]{1,200})(?:[#^][^\[\]|\n]*)?(?:\|([^\[\]\n]*))?\]\]")
_OWN_LINK: Final = re.compile(r"- (?P<relation>.+?) ::(?P<weight>[0-9.e+-]+) \[\[(?P<name>[^\]]+)\]\]")
_TAG: Final = re.compile(r"(?<![\w#/&])#([^\W\d_][\w/-]{0,60})")
_OBSERVATION: Final = re.compile(r"^[ \t]*[-*][ \t]+\[([^\[\]()\n]{2,60})\](?!\()[ \t]+(\S.*)$", re.MULTILINE)
_RELATION: Final = re.compile(r"^[ \t]*[-*][ \t]+([^\[\]\n]{1,60}?)[ \t]+\[\[([^\[\]|#^\n]{1,200})", re.MULTILINE)
_ITEM: Final = re.compile(r"[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?(\S.*)")
_HEADING: Final = re.compile(r"#{1,6}[ \t]+(\S.*)|([^\s#>|-].{0,78}):[ \t]*")
_GOES_ON: Final = re.compile(r"(?<=\S)[ \t]*\n[ \t]+(?![-*+][ \t]|\d{1,3}[.)][ \t]|\s)")
_EMPHASIS: Final = re.compile(r"(\*\*|__|~~|==)(?=\S)(.{1,200}?)(?<=\S)\1")
_CODE: Final = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_FRONT: Final = re.compile(r"---[ \t]*\n(.*?\n)?---[ \t]*(?:\n|\Z)", re.DOTALL)
_ANCHOR: Final = re.compile(r"(?<=[\s\[{,])&\w")
_ALIAS: Final = re.compile(r"(?<=[\s\[{,])\*\w")
_DAY: Final = re.compile(r"(?<!\d)(\d{4}-\d{2}-\d{2})(?!\d)")


class Markdown:
    """Both directions of the format."""

    name = FORMAT
    folder = True

    def read(self, path: Path, options: Mapping[str, str]) -> Iterator[Imported]:
        """Of all notes the names and links are held; of their text, one note's."""
        with entries(path, *_NOTES) as found:
            vault = _Vault(now_of(options), zone_of(options), {}, [])
            for entry in found:
                try:
                    yield vault.take(entry)
                except BadInputError as error:
                    told = error.message.removeprefix(f"{entry.name} ")
                    raise BadInputError(f"{entry.name}: {told}", error.hint) from error
            yield Imported(links=tuple(vault.links()))

    def write(self, path: Path, records: Exportable, options: Mapping[str, str]) -> int:
        """One note a memory, named by its words and id, with its links at the end; or one a topic."""
        by = options.get("by", "memory")
        if by not in ("memory", "topic"):
            raise UsageError(f"notes cannot be by {by}", hint="-o by=memory, or -o by=topic")
        topics = Topics.of(records) if by == "topic" else Topics()
        alone = topics.alone if by == "topic" else records.memories()
        names = {memory.id: _name(memory) for memory in alone} | topics.names
        links: dict[str, list[Link]] = {}
        for link in records.links():
            if link.target in names:
                links.setdefault(link.source, []).append(link)
        path.mkdir(exist_ok=True)
        for title, memories in topics.notes.items():
            ties = [link for memory in memories for link in links.get(memory.id, ())]
            _write(path / f"{title}.md", topic_note(title, memories, ties, names))
        for memory in topics.alone if by == "topic" else records.memories():
            _write(path / f"{names[memory.id]}.md", _note(memory, links.get(memory.id, ()), names))
        return len(names)


@hookimpl
def memcli_importers() -> Sequence[Importer]:
    """Markdown notes."""
    return [Markdown()]


@hookimpl
def memcli_exporters() -> Sequence[Exporter]:
    """Markdown notes."""
    return [Markdown()]


@dataclass(slots=True)
class _Vault:
    """The notes' memories by name, and who links to whom by name; the links are known when all are read."""

    now: datetime
    zone: tzinfo
    ids: dict[str, str]
    wanted: list[tuple[str, str, str, float]]

    def take(self, entry: Entry) -> Imported:
        front, body = _split(entry)
        own = front.get(OWN)
        if isinstance(own, dict) and str(own.get("id", "")).startswith("m:"):
            return self._own(entry, own, body)
        if isinstance(own, dict) and "topic" in own:
            return self._topic(entry, own, body)
        return self._note(entry, front, body)

    def links(self) -> Iterator[Link]:
        """Those whose note is there; a link to a note that was never written leads nowhere."""
        seen: set[tuple[str, str, str]] = set()
        for source, name, relation, weight in self.wanted:
            target = self.ids.get(_key(name)) or self.ids.get(_key(name.rpartition("/")[2]))
            if target and target != source and (source, target, relation) not in seen:
                seen.add((source, target, relation))
                yield Link(source, target, relation, weight)

    def _named(self, entry: Entry, memory_id: str) -> None:
        path = PurePosixPath(entry.name).with_suffix("")
        self.ids.setdefault(_key(path.name), memory_id)
        self.ids[_key(path.as_posix())] = memory_id

    def _own(self, entry: Entry, values: dict[str, Yaml], body: str) -> Imported:
        text, _, tail = body.rpartition(LINKS) if LINKS in body else (body, "", "")
        memory = sound(codec.decode(Memory, {**values, "text": text.strip("\n")}))
        self._named(entry, memory.id)
        for line in tail.splitlines():
            if found := _OWN_LINK.fullmatch(line.strip()):
                self.wanted.append((memory.id, found["name"], found["relation"], float(found["weight"])))
        return Imported(memories=(memory,))

    def _topic(self, entry: Entry, own: dict[str, Yaml], body: str) -> Imported:
        """The memories of a note that memcli wrote for a topic; what was added to it is a note of its own."""
        told = read_topic(own, body)
        memories = tuple(sound(codec.decode(Memory, values)) for values in told.memories)
        title = PurePosixPath(entry.name).with_suffix("")
        for memory in memories:
            block = f"#^m-{memory.id.removeprefix('m:')}"
            self.ids |= {_key(f"{name}{block}"): memory.id for name in (title.as_posix(), title.name)}
        self.wanted += told.links
        more = self._note(entry, {}, told.rest) if told.rest else Imported(learn=False)
        return replace(more, memories=(*memories, *more.memories))

    def _note(self, entry: Entry, front: dict[str, Yaml], body: str) -> Imported:
        at, precision = self._date(entry, front)
        turns, name = _turns(entry, body, at), PurePosixPath(entry.name).stem
        title = str(front.get("title") or name)
        memory = Memory(
            id=stable_id("m", FORMAT, entry.name),
            text=_headline(title, body),
            kind=Kind.SEMANTIC,
            created_at=self.now,
            updated_at=self.now,
            event_at=at if precision else None,
            event_precision=precision,
            trust=Origin.DOCUMENT,
            tags=_tags(front, body),
            sources=tuple(turn.id for turn in turns[:1]),
            made_by=FORMAT,
        )
        for each in (name, *_aliases(front)):
            self.ids.setdefault(_key(each), memory.id)
        self._named(entry, memory.id)
        bare, basic = _CODE.sub("", body), "permalink" in front
        self.wanted += _wanted(memory.id, bare, typed=basic)
        told = tuple(_observations(memory, title, bare) if basic else _listed(memory, title, front, bare))
        ties = tuple(Link(each.id, memory.id, "observed in" if basic else "listed in") for each in told)
        return Imported(turns=turns, memories=(memory, *told), links=ties, learn=False)

    def _date(self, entry: Entry, front: dict[str, Yaml]) -> tuple[datetime, Precision | None]:
        """When the note was written, and how exactly its event is known if it has one."""
        told = front.get("date") or front.get("created")
        named = _DAY.search(PurePosixPath(entry.name).stem)
        if told is None and named is None:
            return min(entry.modified, self.now), None
        value = told if told is not None else named[1] if named else ""
        if isinstance(value, date) and not isinstance(value, datetime):
            value = value.isoformat()
        at = moment(value.isoformat() if isinstance(value, datetime) else value, self.zone)
        whole_day = (at.hour, at.minute, at.second) == (0, 0, 0)
        return at, Precision.DAY if whole_day else Precision.INSTANT


def _turns(entry: Entry, body: str, at: datetime) -> tuple[Turn, ...]:
    """A note's words, piece by piece; a piece that stays the same is the same turn in every import."""
    talk = Talk(FORMAT, entry.name)
    for piece in segments(body.strip()):
        digest = blake2b(piece.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
        talk.say(piece, at, f"{entry.name}/{digest}", speaker="note", origin=Origin.DOCUMENT)
    return tuple(talk.turns)


def _wanted(memory_id: str, body: str, *, typed: bool) -> Iterator[tuple[str, str, str, float]]:
    """The links that a note asks for; ``typed`` ones may say what they mean (basic-memory's relations)."""
    relations = {found[2].strip(): found[1].strip() for found in _RELATION.finditer(body)} if typed else {}
    for found in _WIKILINK.finditer(body):
        target = found[1].strip()
        yield memory_id, target, relations.get(target, "links to"), 1.0


def _observations(note: Memory, title: str, body: str) -> Iterator[Memory]:
    """What a note of basic-memory states, line by line; the category and the tags are tags."""
    for found in _OBSERVATION.finditer(body):
        category, words = found[1].strip(), found[2].strip()
        text = f"{title}: {_TAG.sub('', words).strip()}"
        tags = tuple(dict.fromkeys((category, *_TAG.findall(words))))
        yield replace(note, id=stable_id("m", FORMAT, note.id, category, words), text=text, tags=tags)


def _listed(note: Memory, title: str, front: dict[str, Yaml], body: str) -> list[Memory]:
    """What a note lists, each once, as a sentence that says under which heading it stands."""
    found: dict[str, Memory] = {}
    heading = section = ""
    for line in _GOES_ON.sub(" ", body).splitlines():
        if item := _ITEM.fullmatch(line):
            words = _plain(_TAG.sub("", item[1]))
            text = f"{title}, {heading}: {words}" if heading and heading != title else f"{title}: {words}"
            alone = text == note.text or re.match(r"\[(?!\[)", item[1])  # an address, or a mark of another program
            if not alone and len(words.split()) >= LEAST_WORDS and len(text) <= HEADLINE_CHARS:
                own = stable_id("m", FORMAT, note.id, heading, words)
                found[own] = replace(note, id=own, text=text, tags=_tags(front, item[1]))
        elif named := _HEADING.fullmatch(line.rstrip()):
            heading = _plain(named[1] or named[2]).rstrip(":")
            section = heading if named[1] else section
        elif line.strip():
            heading = section  # "Health:" heads the list right below it
    return list(found.values()) if len(found) <= MOST_LISTED else []


def _plain(line: str) -> str:
    """A line without what only a reader of Markdown understands."""
    words = _WIKILINK.sub(lambda found: found[2] or found[1], line)
    return " ".join(_EMPHASIS.sub(r"\2", words).split())


def _split(entry: Entry) -> tuple[dict[str, Yaml], str]:
    """The front matter and the rest; front matter is data, it can name no Python object."""
    import yaml

    text = decode(entry.bytes(), entry.name).replace("\r\n", "\n")
    found = _FRONT.match(text)
    if found is None:
        return {}, text
    head = found[1] or ""
    if _ANCHOR.search(head) and _ALIAS.search(head):
        raise BadInputError("its front matter refers to itself, which can make it endless")
    try:
        front = yaml.safe_load(head)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise BadInputError(f"its front matter is not YAML: {str(error).splitlines()[0]}") from error
    return {str(key): value for key, value in front.items()} if isinstance(front, dict) else {}, text[
        found.end() :
    ]


def _headline(title: str, body: str) -> str:
    """The title and the first paragraph that is text."""
    paragraphs = (part.strip() for part in re.split(r"\n\s*\n", _CODE.sub("", body)))
    lines = ([line for line in part.splitlines() if not line.startswith("#")] for part in paragraphs)
    first = next((_in_one_line(kept) for kept in lines if any(kept)), "")
    return segments(f"{title}: {first}" if first and first != title else title, HEADLINE_CHARS)[0]


def _in_one_line(lines: Sequence[str]) -> str:
    """A paragraph on one line, what it lists parted by semicolons."""
    told = ""
    for line in lines:
        item = _ITEM.fullmatch(line)
        between = "" if not told else "; " if item and not told.endswith(":") else " "
        told += between + _plain(item[1] if item else line)
    return told


def _tags(front: dict[str, Yaml], body: str) -> tuple[str, ...]:
    told = front.get("tags") or front.get("tag") or ()
    listed = re.split(r"[,\s]+", told) if isinstance(told, str) else told if isinstance(told, list) else ()
    found = [str(tag).lstrip("#").strip() for tag in listed] + _TAG.findall(_CODE.sub("", body))
    return tuple(dict.fromkeys(tag for tag in found if tag))


def _aliases(front: dict[str, Yaml]) -> list[str]:
    told = front.get("aliases") or ()
    return [told] if isinstance(told, str) else [str(each) for each in told] if isinstance(told, list) else []


def _key(name: str) -> str:
    return name.strip().removesuffix(".md").lower()


def _name(memory: Memory) -> str:
    words = UNSAFE.sub(" ", memory.text[:60]).split()
    return f"{' '.join(words)[:50].strip()} {memory.id.removeprefix('m:')}".strip()


def _note(memory: Memory, links: Sequence[Link], names: Mapping[str, str]) -> str:
    date = (memory.event_at or memory.created_at).isoformat()
    head = front_matter({"tags": list(memory.tags), "date": date, OWN: told(memory)})
    tail = "".join(f"- {tie(link, names)}\n" for link in links)
    return f"{head}{memory.text}\n" + (f"\n{LINKS}\n{tail}" if tail or LINKS in memory.text else "")


def _write(path: Path, note: str) -> None:
    path.write_text(note, encoding="utf-8", newline="\n")
