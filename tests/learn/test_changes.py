"""Plain statements that change what was said before, and such as do not, through the real store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from memcli.config import Settings
from memcli.models.fake import FakeEmbedder
from memcli.paths import Home
from memcli.records import Change, Filter, Origin, Priority, Role, Turn, Work, new_id
from memcli.wiring import Parts

FIRST = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = timedelta(days=18)
AT_ONCE = timedelta(minutes=1)
NAMES = ("changes.tsv", "plain.tsv", "plain3.tsv")
TABLES = [Path(__file__).parent.parent / "data" / "operations" / name for name in NAMES]
CASES = [
    (before, after, outcome, bool(now))
    for table in TABLES
    for line in table.read_text(encoding="utf-8").splitlines()
    for before, after, outcome, *now in [line.split("\t")]
]
IDS = [f"{before} {after}" for before, after, *_ in CASES]
MISSED = "missed"
"""An end that no rule hears yet."""
SHORT = ("It's", "No,", "Not ", "Sorry", "Actually")
"""How a correction begins that is said right after, in the same conversation."""


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    """One home for all cases; each is told by a person of its own."""
    root = tmp_path_factory.mktemp("changes")
    made = Parts(Settings(home=Home(root, root), flush_rows=100_000))
    made.embedder = FakeEmbedder()
    yield made
    made.close()


def told(parts: Parts, speaker: str, words: str, at: datetime, session: str) -> tuple[Change, ...]:
    """What comes of a person's words, noted on request."""
    position = len(parts.store.session_turns(session))
    turn = Turn(new_id("t"), session, position, Role.USER, speaker, words, at, Origin.DIRECT_USER)
    work = Work(turn.id, Priority.NOTE, asked=True)
    parts.store.add_turns([turn], [work])
    return parts.learner.learn(work).changes


@pytest.mark.parametrize(("before", "after", "outcome", "now"), CASES, ids=IDS)
def test_a_plain_change_closes_what_it_means_and_nothing_else(
    parts: Parts, before: str, after: str, outcome: str, *, now: bool
) -> None:
    """Sold, left, cancelled, found, mended, moved, switched: the old memory ends. Beside a like one it stays."""
    number = IDS.index(f"{before} {after}")
    speaker = f"Ana{chr(97 + number // 26)}{chr(97 + number % 26)}"
    first = told(parts, speaker, before, FIRST, f"{speaker}-1")
    old = {c.memory_id: c.after for c in first if c.after is not None and c.link is None}
    assert old
    same_talk = now or after.startswith(SHORT)
    told(parts, speaker, after, FIRST + (AT_ONCE if now else LATER), f"{speaker}-{1 if same_talk else 2}")
    held = parts.store.memories_by_id(list(old))
    same = all(held[i].text == m.text and held[i].valid_to == m.valid_to for i, m in old.items())
    assert ("stays" if same else "ends") == outcome.replace(MISSED, "stays")


@pytest.mark.parametrize(
    ("after", "left"),
    [
        ("We broke up", ["Ana and their partner broke up.", "Ana's ex-husband Karl works at the post office."]),
        (
            "Karl and I got divorced",
            ["Ana and Karl got divorced.", "Ana's ex-husband Karl works at the post office."],
        ),
    ],
)
def test_who_parts_has_an_ex(parts: Parts, after: str, left: list[str]) -> None:
    """Every memory of the couple ends, however long ago it was told, and what is so of the other stays so."""
    speaker = f"Ana{'x' if after.startswith('We') else 'y'}"
    for n, words in enumerate(
        ("My husband Karl works at the post office", "I'm married to Karl", "I live with my husband Karl in Porto")
    ):
        told(parts, speaker, words, FIRST, f"{speaker}-{n}")
    told(parts, speaker, after, FIRST + LATER, f"{speaker}-9")
    held = [m.text for m in parts.store.list_memories(Filter(), limit=9999) if m.about == speaker]
    assert sorted(held) == [text.replace("Ana", speaker) for text in left]


@pytest.mark.parametrize(
    ("before", "kept"),
    [
        ("My flight to Lisbon is on 25 March", "Ana's flight to Lisbon is on 4 April 2026."),
        ("I'm flying to Lisbon on 25 March", "Ana is flying to Lisbon on 4 April 2026."),
        ("I have a flight to Lisbon on 25 March", "Ana has a flight to Lisbon on 4 April 2026."),
    ],
)
def test_another_date_moves_the_event_that_is_ahead(parts: Parts, before: str, kept: str) -> None:
    """Weeks later and among other things, and what else was said of it stays."""
    speaker = f"Bea{chr(97 + len(before) % 26)}"
    told(parts, speaker, before, FIRST, f"{speaker}-1")
    told(parts, speaker, "My dentist appointment is on 27 March", FIRST, f"{speaker}-1")
    told(parts, speaker, "Actually my flight is on 4 April", FIRST + LATER, f"{speaker}-2")
    held = [m.text for m in parts.store.list_memories(Filter(), limit=9999) if m.about == speaker]
    assert sorted(held) == sorted(
        [f"{speaker}'s dentist appointment is on 27 March 2026.", kept.replace("Ana", speaker)]
    )
