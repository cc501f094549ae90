"""What a chat begins with, kept as the model read it: the same replies, and nothing left of what is purged."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from memcli.config import Settings
from memcli.erasure import Scope
from memcli.models import open_chat
from memcli.models.engine import LlamaEngine
from memcli.models.prefixes import Beginning, Prefixes
from memcli.ports import FixedClock, Sampling
from memcli.records import Kind, Message
from memcli.requests import Note
from memcli.store import Store
from memcli.wiring import Parts

LINES = " ".join(f"My neighbour number {n} keeps {n} hens." for n in range(20))
OPENING = (Message("system", "You answer briefly."), Message("user", LINES), Message("assistant", "I see."))
ASK = (*OPENING, Message("user", "How many hens has neighbour number 7?"))
GREEDY = Sampling(max_tokens=8)
STATE = b"state" * 1_000
FIRST = Beginning("model", (1, 2, 3), "who one is")


@pytest.fixture
def engine(settings: Settings) -> Iterator[LlamaEngine]:
    """The default model as the settings open it."""
    with_files = open_chat(settings)
    assert isinstance(with_files, LlamaEngine)
    yield with_files
    with_files.close()


def fresh_reply(settings: Settings, *, prepared: bool = True, keep: bool = True) -> str:
    """The reply of a process of its own."""
    model = open_chat(settings)
    if prepared:
        model.prepare(OPENING, keep=keep)
    reply = "".join(model.stream(ASK, GREEDY))
    model.close()
    return reply


@pytest.mark.model
def test_a_kept_beginning_gives_the_same_reply(settings: Settings) -> None:
    """Evaluated, read from its file, or not prepared at all; the file is the user's alone."""
    plain = fresh_reply(settings, prepared=False)
    assert not list(settings.home.prefixes.glob("*"))
    assert fresh_reply(settings) == plain
    (file,) = settings.home.prefixes.iterdir()
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    before = file.read_bytes()
    assert fresh_reply(settings) == plain
    assert file.read_bytes() == before


@pytest.mark.model
def test_a_file_is_read_instead_of_evaluating(settings: Settings, engine: LlamaEngine) -> None:
    """Another beginning's state under this one's name would be believed: so it is the file that was used."""
    engine.prepare(OPENING)
    right = "".join(engine.stream(ASK, GREEDY))
    other = (replace(OPENING[0], content="You are a pirate. Say only: arr!"), *OPENING[1:])
    (file,) = settings.home.prefixes.iterdir()
    engine.prepare(other)
    (wrong,) = settings.home.prefixes.iterdir()
    assert wrong != file, "a beginning that changed takes the place of the one before"
    wrong.rename(file)
    assert fresh_reply(settings) != right


@pytest.mark.model
@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "foreign"])
def test_a_damaged_file_is_none(settings: Settings, damage: str) -> None:
    """The beginning is evaluated again, and the file mended."""
    right = fresh_reply(settings)
    (file,) = settings.home.prefixes.iterdir()
    whole = file.read_bytes()
    flipped = whole[:-5] + bytes([whole[-5] ^ 1]) + whole[-4:]
    file.write_bytes({"cut": whole[:-9], "flipped": flipped, "empty": b"", "foreign": b"GGUF" * 9}[damage])
    assert fresh_reply(settings) == right
    assert file.read_bytes() == whole


@pytest.mark.model
def test_nothing_is_written_where_nothing_may_be(settings: Settings) -> None:
    """In private, with no room for it, or for a beginning too short to be worth it; the reply is the same."""
    right = fresh_reply(settings, prepared=False)
    assert fresh_reply(settings, keep=False) == right
    assert fresh_reply(replace(settings, prefix_mb=0)) == right
    assert fresh_reply(replace(settings, prefix_mb=1)) == right
    model = open_chat(settings)
    model.prepare(OPENING[:1])
    model.close()
    assert not list(settings.home.prefixes.glob("*"))


@pytest.mark.model
def test_a_purge_takes_what_a_chat_began_with(settings: Settings, parts: Parts) -> None:
    """The verifier finds the words of a profile line in the file, and after the purge it does not."""
    line = "Ana hides the zanzibarian parrot of Quillfeather in the cellar."
    made = parts.assistant.remember(Note(line, kind=Kind.CORE, raw=True))
    memory = made.changes[0].memory_id
    parts.assistant.tag(memory, ["profile"])
    for number in range(12):
        parts.assistant.tag(
            parts.assistant.remember(Note(f"Ana likes hens of breed {number}.", raw=True)).changes[0].memory_id,
            ["profile"],
        )
    parts.assistant.settings = replace(settings, profile_lines=40)
    parts.assistant.warm()
    (file,) = settings.home.prefixes.iterdir()
    store: Store = parts.store
    plan = store.plan_purge(Scope(ids=(memory,)))
    traces = store.traces(plan)
    found = {finding.place for finding in store.verify(traces).findings}
    assert f"cache/prefixes/{file.name}" in found
    store.purge(plan)
    assert store.verify(traces).erased
    parts.assistant.warm()
    assert list(settings.home.prefixes.iterdir()), "the next chat keeps its own"
    assert store.verify(traces).erased


@pytest.fixture
def parts(settings: Settings) -> Iterator[Parts]:
    """Real parts."""
    made = Parts(settings, FixedClock())
    yield made
    made.close()


def test_a_purge_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    """What was being evaluated when the cache was emptied is not written afterwards."""
    folder = tmp_path / "prefixes"
    prefixes = Prefixes(folder, 10_000)

    def purged_meanwhile() -> bytes:
        shutil.rmtree(folder)
        return STATE

    prefixes.keep(FIRST, purged_meanwhile)
    assert not folder.exists()
    prefixes.keep(FIRST, lambda: STATE)
    assert prefixes.read(FIRST) == STATE
    assert FIRST.words.encode() in (folder / FIRST.name).read_bytes()


def test_the_folder_stays_within_its_size(tmp_path: Path) -> None:
    """Of several models' files those go that were not used for longest; what was cut off goes too."""
    prefixes = Prefixes(tmp_path, 12_000)
    second, third = replace(FIRST, by="another"), replace(FIRST, by="a third")
    prefixes.keep(FIRST, lambda: STATE)
    prefixes.keep(second, lambda: STATE)
    for number, each in enumerate((FIRST, second)):  # a file system's clock may be too coarse to tell them apart
        os.utime(tmp_path / each.name, (number, number))
    assert prefixes.read(FIRST) == STATE
    (tmp_path / f"{FIRST.name}.1").write_bytes(b"half")
    prefixes.keep(third, lambda: STATE)
    assert prefixes.read(second) is None
    assert prefixes.read(FIRST) == prefixes.read(third) == STATE
    prefixes.keep(FIRST, lambda: b"x" * 20_000)
    assert {file.name for file in tmp_path.iterdir()} == {FIRST.name, third.name}


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    """The beginning is evaluated all the same."""
    (tmp_path / "file").write_text("in the way")
    prefixes, evaluated = Prefixes(tmp_path / "file" / "prefixes", 10_000), []

    def evaluate() -> bytes:
        evaluated.append(True)
        return STATE

    prefixes.keep(FIRST, evaluate)
    assert evaluated
    assert prefixes.read(FIRST) is None
