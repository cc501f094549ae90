"""Text, tables and notes: documents in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from memcli.errors import BadInputError
from memcli.records import Origin, Precision, Role
from tests.plugins.conftest import as_zip, bring

Write = Callable[[str, str], Path]


def test_a_text_is_cut_into_pieces_of_a_document(written: Write) -> None:
    """At paragraphs, in order; the file's name is the session's."""
    paragraphs = [f"Paragraph {number}. " + "word " * 150 for number in range(6)]
    turns = bring("text", written("diary.txt", "\n\n".join(paragraphs))).turns
    assert len(turns) > 1
    assert all(len(turn.text) <= 2_000 for turn in turns)
    assert " ".join(" ".join(turn.text for turn in turns).split()) == " ".join(" ".join(paragraphs).split())
    assert {(turn.session, turn.origin) for turn in turns} == {("diary", Origin.DOCUMENT)}
    assert [turn.position for turn in turns] == list(range(len(turns)))


def test_of_a_changed_text_only_what_is_new_is_new(written: Write) -> None:
    """By the words of each piece."""
    before = {turn.id for turn in bring("text", written("a.txt", "x " * 990 + "\n\n" + "y " * 500)).turns}
    after = bring("text", written("a.txt", "x " * 990 + "\n\n" + "z " * 500)).turns
    assert [turn.id in before for turn in after] == [True, False]


def test_folders_and_zips_of_texts_are_read_by_name(tmp_path: Path, written: Write) -> None:
    """Hidden files and links out of the folder are not."""
    written("notes/b.txt", "bee")
    written("notes/sub/a.txt", "ay")
    written("notes/.hidden.txt", "no")
    written("notes/picture.png", "no")
    outside = written("secret.txt", "no")
    (tmp_path / "notes" / "link.txt").symlink_to(outside)
    assert [(t.session, t.text) for t in bring("text", tmp_path / "notes").turns] == [
        ("b.txt", "bee"), ("sub/a.txt", "ay"),
    ]  # fmt: skip
    assert bring("text", as_zip(tmp_path / "z.zip", {"1.txt": "one", "x/2.txt": "two"})).texts == ["one", "two"]


@pytest.mark.parametrize(
    ("table", "options", "expected"),
    [
        ("text\nhello\n", {}, ("hello", "user", "t", Role.USER, Origin.DOCUMENT)),
        ("Date;Author;Message\n2026-01-05;Ana;hi\n", {}, ("hi", "Ana", "t", Role.USER, Origin.DOCUMENT)),
        ("content\trole\tsession\nhi\tassistant\ts\n", {},
         ("hi", "assistant", "s", Role.ASSISTANT, Origin.ASSISTANT)),
        ('x,who\n"a, ""b""\nc",Bo\n', {"text": "x", "speaker": "who"},
         ('a, "b"\nc', "Bo", "t", Role.USER, Origin.DOCUMENT)),
    ],
)  # fmt: skip
def test_a_table_is_read_by_its_columns_names(
    written: Write, table: str, options: dict[str, str], expected: tuple[object, ...]
) -> None:
    """The usual ones, or those that are told."""
    (turn,) = bring("csv", written("t.csv", table), **options).turns
    assert (turn.text, turn.speaker, turn.session, turn.role, turn.origin) == expected


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("a,b\n1,2\n", "no column holds the words"),
        ("text,date\nx,soon\n", "row 2: 'soon' is not a time"),
        ('text\n"unfinished\n', "is not a table"),
        ("text,role\nx,king\n", "row 2: 'king' is not a role"),
        ("id,text,kind,created_at,updated_at\nm:1,x,king,2026-01-01T00:00:00Z,2026-01-01T00:00:00Z\n", "row 2"),
        ("text\n" + "x" * 200_000 + "\n", "is not a table"),
    ],
)
def test_what_is_no_table_is_refused(written: Write, table: str, told: str) -> None:
    """One clear line that names the row."""
    with pytest.raises(BadInputError, match=told):
        bring("csv", written("t.csv", table))


CAT = """---
title: Miso
tags: [pets, "#home"]
aliases: [the cat]
date: 2026-01-05
---
# Miso

Miso is a **cat** that lives with [[Ana|my sister]]. #animals/cats

See [[Vet#Hours]] and ![[photo.png]]; `#not-a-tag [[Nobody]]`.
"""


def test_a_vault_is_memories_with_tags_dates_and_links(tmp_path: Path, written: Write) -> None:
    """What is code is not searched for them; notes that were never written are not linked to."""
    written("vault/Pets/Cat.md", CAT)
    written("vault/Vet.md", "Dr. Silva. Ask about [[the cat]].\r\n")
    written("vault/2026-02-03.md", "Saw [[Pets/Cat]] today.")
    written("vault/.obsidian/workspace.md", "no")
    found = bring("markdown", tmp_path / "vault")
    daily, cat, vet = found.memories
    assert cat.text == "Miso: Miso is a cat that lives with my sister. #animals/cats"
    assert cat.tags == ("pets", "home", "animals/cats")
    assert (f"{cat.event_at:%Y-%m-%d}", cat.event_precision) == ("2026-01-05", Precision.DAY)
    assert f"{daily.event_at:%Y-%m-%d}" == "2026-02-03"
    assert vet.event_at is None
    names = {cat.id: "cat", vet.id: "vet", daily.id: "daily"}
    assert {(names[link.source], names[link.target]) for link in found.links} == {
        ("cat", "vet"), ("vet", "cat"), ("daily", "cat"),
    }  # fmt: skip
    assert {memory.trust for memory in found.memories} == {Origin.DOCUMENT}
    turn = next(turn for turn in found.turns if turn.id == cat.sources[0])
    assert turn.text.startswith("# Miso")
    assert not any(part.learn for part in found.parts if part.turns)


@pytest.mark.parametrize(
    ("note", "told"),
    [
        ("---\ntitle: [unfinished\n---\nx", "front matter is not YAML"),
        ("---\na: !!python/object/apply:os.system [true]\n---\nx", "front matter is not YAML"),
        ("---\na: &a [x, x]\nb: [*a, *a]\n---\nx", "refers to itself"),
        ("---\ndate: someday\n---\nx", "'someday' is not a time"),
        ("---\nmemcli: {id: 'm:x', kind: king}\n---\nx", "not a memory record"),
    ],
)
def test_a_note_with_hostile_front_matter_is_refused(written: Write, note: str, told: str) -> None:
    """One clear line that names the note; nothing in it is ever run."""
    with pytest.raises(BadInputError, match=told) as refused:
        bring("markdown", written("vault/note.md", note).parent)
    assert "note.md" in refused.value.message


LISTS = """Health:
- [ ] Blood test in March
- [x] I take **levothyroxine** every
  morning #pills
- [a page](https://example.org) to read later
- milk

## House

Rooms:
- the kitchen is yellow

Who to call?
1. The landlord is called [[Tim Radcliffe|Tim]]
2. The landlord is called [[Tim Radcliffe|Tim]]

```
- this is some code
```
"""


def test_what_a_note_lists_are_memories_of_their_own_under_their_heading(written: Write) -> None:
    """Each once, without boxes and marks; a word or two say nothing by themselves."""
    whole = bring("markdown", written("Me.md", LISTS))
    assert [memory.text for memory in whole.memories] == [
        "Me: Health: Blood test in March; I take levothyroxine every morning #pills;"
        " [a page](https://example.org) to read later; milk",
        "Me, Health: Blood test in March",
        "Me, Health: I take levothyroxine every morning",
        "Me, Rooms: the kitchen is yellow",
        "Me, House: The landlord is called Tim",
    ]
    assert [memory.tags for memory in whole.memories] == [("pills",), (), ("pills",), (), ()]
    assert {(link.target, link.relation) for link in whole.links} == {(whole.memories[0].id, "listed in")}


def test_a_list_that_is_a_collection_stays_one_note(written: Write) -> None:
    """A hundred lines are data, not that many facts."""
    lines = "\n".join(f"- word number {number}" for number in range(101))
    assert len(bring("markdown", written("Words.md", lines)).memories) == 1


def test_a_note_without_words_is_its_name(written: Write) -> None:
    """An empty note says that it was thought of."""
    found = bring("markdown", written("Idea.md", ""))
    assert [memory.text for memory in found.memories] == ["Idea"]
    assert found.turns == []
