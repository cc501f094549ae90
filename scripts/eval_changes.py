"""Plain changes in a home with other memories: how many close what they mean, and how many close nothing else.

    python scripts/eval_changes.py tests/data/operations/unseen.tsv

Each line of the table is told in a home of its own: what was so, twelve other things over three days, and more
than two weeks later, in another conversation, what may change it. With a fourth column, ``now``, it is told right
after, in the same conversation, and the twelve came before. Nobody mends a rule on ``unseen.tsv`` and its like.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from memcli.config import Settings
from memcli.models.fake import FakeEmbedder
from memcli.paths import Home
from memcli.records import Change, Origin, Priority, Role, Turn, Work, new_id
from memcli.wiring import Parts

FIRST: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER: Final = timedelta(days=18)
AT_ONCE: Final = ("It's", "No,", "Not ", "Sorry")
"""How a correction begins that belongs to the conversation of what it corrects."""
RIGHT_AFTER: Final = "now"
A_MOMENT: Final = timedelta(minutes=1)
OTHERS: Final = (
    "I was born in Tampere.",
    "I have a degree in history.",
    "My favourite season is autumn.",
    "I bought new curtains last week.",
    "I collect old maps.",
    "My grandmother taught me to knit.",
    "I have a scar on my chin.",
    "I like rye bread.",
    "My uncle Bo has a farm.",
    "I dream of seeing the northern lights.",
    "My neighbour Inga waters my plants.",
    "The hairdresser at the corner is expensive.",
)


def tell(parts: Parts, speaker: str, words: str, at: datetime, session: str) -> tuple[Change, ...]:
    """What comes of words that somebody asked to remember."""
    position = len(parts.store.session_turns(session))
    turn = Turn(new_id("t"), session, position, Role.USER, speaker, words, at, Origin.DIRECT_USER)
    work = Work(turn.id, Priority.NOTE, asked=True)
    parts.store.add_turns([turn], [work])
    return parts.learner.learn(work).changes


def outcome(parts: Parts, speaker: str, before: str, after: str, when: str = "") -> str:
    """Whether what was told first "ends" or "stays" as it was."""
    at_once = when == RIGHT_AFTER
    first = () if at_once else tell(parts, speaker, before, FIRST, f"{speaker}-1")
    for number, words in enumerate(OTHERS):
        day = 1 + number // 4
        tell(parts, speaker, words, FIRST + timedelta(days=day), f"{speaker}-other-{day}")
    if at_once:
        first = tell(parts, speaker, before, FIRST + LATER - A_MOMENT, f"{speaker}-1")
    old = {c.memory_id: c.after for c in first if c.after is not None and c.link is None}
    session = f"{speaker}-{1 if at_once or after.startswith(AT_ONCE) else 2}"
    tell(parts, speaker, after, FIRST + LATER, session)
    now = parts.store.memories_by_id(list(old))
    same = all(now[i].text == m.text and now[i].valid_to == m.valid_to for i, m in old.items())
    return "stays" if same else "ends"


def main(table: str) -> None:
    """Print how many of each kind came out as they should; those that did not are not shown."""
    cases = [line.split("\t") for line in Path(table).read_text(encoding="utf-8").splitlines()]
    right: Counter[str] = Counter()
    for before, after, expected, *when in cases:
        with tempfile.TemporaryDirectory() as folder:
            parts = Parts(Settings(home=Home(Path(folder), Path(folder)), flush_rows=100_000))
            parts.embedder = FakeEmbedder()
            right[expected] += outcome(parts, "Ana", before, after, *when) == expected
            parts.close()
    for kind, count in Counter(expected for _, _, expected, *_ in cases).items():
        print(f"{kind}: {right[kind]} of {count}")


if __name__ == "__main__":
    main(sys.argv[1])
