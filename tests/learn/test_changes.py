"""Plain statements that change what was said before, and such as do not, through the real store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from memcli.config import Settings
from memcli.models.fake import FakeEmbedder
from memcli.paths import Home
from memcli.records import Change, Origin, Priority, Role, Turn, Work, new_id
from memcli.wiring import Parts

FIRST = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = timedelta(days=18)
TABLE = Path(__file__).parent.parent / "data" / "operations" / "changes.tsv"
CASES = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines()]
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


@pytest.mark.parametrize(("before", "after", "outcome"), CASES, ids=[f"{a} {b}" for a, b, _ in CASES])
def test_a_plain_change_closes_what_it_means_and_nothing_else(
    parts: Parts, before: str, after: str, outcome: str
) -> None:
    """Sold, left, cancelled, found, mended, moved, switched: the old memory ends. Beside a like one it stays."""
    number = [f"{a} {b}" for a, b, _ in CASES].index(f"{before} {after}")
    speaker = f"Ana{chr(97 + number // 26)}{chr(97 + number % 26)}"
    first = told(parts, speaker, before, FIRST, f"{speaker}-1")
    old = {c.memory_id: c.after for c in first if c.after is not None and c.link is None}
    assert old
    later = after.startswith(SHORT)
    told(parts, speaker, after, FIRST + LATER, f"{speaker}-{1 if later else 2}")
    now = parts.store.memories_by_id(list(old))
    same = all(now[i].text == m.text and now[i].valid_to == m.valid_to for i, m in old.items())
    assert ("stays" if same else "ends") == outcome
