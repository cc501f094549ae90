"""Whether a message of a chat asks for something, and whether memory is likely to hold it; pure.

The bound is of the learned ranker's scores. Of twenty questions to a memory of twelve facts, the best hit of those
that it answers scored 6.6 to 12.1; of small talk and general knowledge one scored 8.5, the others -0.1 to 5.3.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from memcli.records import Hit

ANSWERABLE: Final = 6.0
_ASKS: Final = re.compile(r"[?？]\W*$")


def asks_memory(text: str, hits: Sequence[Hit]) -> bool:
    """Whether a message is a question whose best hit, of ``hits`` best first, may well answer it."""
    return bool(_ASKS.search(text)) and bool(hits) and hits[0].score >= ANSWERABLE
