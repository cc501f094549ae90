"""Whether a message of a chat asks for something, and whether memory is likely to hold it; pure.

The bounds are of the learned ranker's scores and the default embedder's cosines. Of thirty questions to a memory
of twelve facts, the best hits of the fourteen that it answers scored 6.8 to 14.3, at a cosine of .41 to .90; those
of sixteen others (small talk, general knowledge) 1.5 to 5.8, but for three, of which one came to a cosine of .41
too ("What should I cook tonight?": the favourite dish) and the others to .13 and .28.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from memcli.records import SIMILARITY, Hit

ANSWERABLE: Final = 6.0
ALIKE: Final = 0.34
_ASKS: Final = re.compile(r"[?？]\W*$")


def asks_memory(text: str, hits: Sequence[Hit]) -> bool:
    """Whether a message is a question whose best hit, of ``hits`` best first, may well answer it."""
    if not hits or not _ASKS.search(text):
        return False
    return hits[0].score >= ANSWERABLE and hits[0].features.get(SIMILARITY, 0.0) >= ALIKE
