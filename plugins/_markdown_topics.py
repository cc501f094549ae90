"""Markdown notes of several memories, one note a topic: how they are grouped, written and read; knows no vault.

A topic is what a summary holds, else a memory's first tag, else whom it is about. Each memory is followed by a
block id (``^m-7k2q9x4ab3cd``), which Obsidian can link to and which tells where its words end; the front matter
has its other fields. A memory whose words hold such a line has a note of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Final, TypeAlias

from memcli import codec
from memcli.ports import Exportable
from memcli.records import Kind, Link, Memory

Yaml: TypeAlias = Any
OWN: Final = "memcli"
LINKS: Final = "%% memcli: links %%"
HOLDS: Final = "holds"
UNSAFE: Final = re.compile(r"[^\w -]+")
_TITLE_CHARS: Final = 60
_MARK: Final = re.compile(r"^(?:\^m-\S+|%% memcli: links %%)[ \t]*$", re.MULTILINE)
_LINK: Final = re.compile(
    r"- \^m-(?P<source>\S+) (?P<relation>.+?) ::(?P<weight>[0-9.e+-]+) \[\[(?P<name>[^\]]+)\]\]"
)
_FIELDS: Final = {each.name: each.default for each in fields(Memory)}


def told(memory: Memory) -> dict[str, Yaml]:
    """A memory's fields but its words; one at its default is left out."""
    values = codec.encode(memory)
    return {
        name: value for name, value in values.items() if name != "text" and getattr(memory, name) != _FIELDS[name]
    }


def front_matter(front: Mapping[str, Yaml]) -> str:
    """The head of a note."""
    import yaml

    head = yaml.safe_dump(dict(front), allow_unicode=True, sort_keys=False, width=1_000_000)
    return f"---\n{head}---\n"


@dataclass(slots=True)
class Topics:
    """The memories by topic, and the name that each can be linked by."""

    notes: dict[str, list[Memory]] = field(default_factory=dict)
    alone: list[Memory] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, records: Exportable) -> Topics:
        """All memories are held: a note is written whole."""
        memories = {memory.id: memory for memory in records.memories()}
        topics, titles = cls(), _Titles()
        holder: dict[str, str] = {}
        for link in records.links():
            summary = memories.get(link.source)
            if link.relation == HOLDS and summary is not None and summary.kind is Kind.INSIGHT:
                holder.setdefault(link.target, link.source)
                holder.setdefault(link.source, link.source)
        for memory in memories.values():
            if _MARK.search(memory.text):
                topics.alone.append(memory)
                continue
            summary = memories.get(holder.get(memory.id, ""))
            title = titles.of(summary.id, summary) if summary else titles.of(_subject(memory), None)
            topics.notes.setdefault(title, []).append(memory)
            topics.names[memory.id] = f"{title}#^{_block(memory.id)}"
        return topics


@dataclass(slots=True)
class _Titles:
    """A file's name for each topic, no two alike though capitals may not count."""

    given: dict[str, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def of(self, key: str, summary: Memory | None) -> str:
        if key not in self.given:
            words = key if summary is None else ", ".join(summary.keywords) or summary.text
            title = " ".join(UNSAFE.sub(" ", words.replace(",", " ")).split())[:_TITLE_CHARS].strip() or "notes"
            name, number = title, 1
            while name.lower() in self.taken:
                number += 1
                name = f"{title} {number}"
            self.taken.add(name.lower())
            self.given[key] = name
        return self.given[key]


def _subject(memory: Memory) -> str:
    return memory.tags[0] if memory.tags else memory.about


def _block(memory_id: str) -> str:
    return f"m-{memory_id.removeprefix('m:')}"


def note(title: str, memories: Sequence[Memory], links: Sequence[Link], names: Mapping[str, str]) -> str:
    """A topic's note."""
    tags = list(dict.fromkeys(tag for memory in memories for tag in memory.tags))
    front = {"tags": tags, OWN: {"topic": title, "memories": [told(memory) for memory in memories]}}
    body = "".join(f"{memory.text}\n\n^{_block(memory.id)}\n\n" for memory in memories)
    tail = "".join(f"- ^{_block(each.source)} {tie(each, names)}\n" for each in links)
    return f"{front_matter(front)}# {title}\n\n{body}" + (f"{LINKS}\n{tail}" if tail else "")


def tie(link: Link, names: Mapping[str, str]) -> str:
    """A link as a note tells it, but for where it starts."""
    return f"{link.relation} ::{link.weight!r} [[{names[link.target]}]]"


@dataclass(frozen=True, slots=True)
class Told:
    """What a topic's note tells: fields with the words, links by source and name, and words that are new in it."""

    memories: tuple[Mapping[str, Yaml], ...]
    links: tuple[tuple[str, str, str, float], ...]
    rest: str


def read(own: Mapping[str, Yaml], body: str) -> Told:
    """A note back; a memory whose block id is gone was taken out by whoever edited the note."""
    listed = own.get("memories")
    body, _, tail = body.rpartition(LINKS) if LINKS in body else (body, "", "")
    at = 0
    if heading := re.match(r"\s*#[^\n]*\n+", body):
        at = heading.end()
    found = []
    for values in listed if isinstance(listed, list) else ():
        mark = f"\n\n^{_block(str(values.get('id')))}\n" if isinstance(values, dict) else ""
        end = body.find(mark, at) if mark else -1
        if end >= 0:
            found.append({**values, "text": body[at:end].strip("\n")})
            at = end + len(mark)
    return Told(tuple(found), tuple(_links(tail)), body[at:].strip())


def _links(tail: str) -> Iterator[tuple[str, str, str, float]]:
    for line in tail.splitlines():
        if link := _LINK.fullmatch(line.strip()):
            yield f"m:{link['source']}", link["name"], link["relation"], float(link["weight"])
