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
_OWN: Final = re.compile(
    r"^\W*(?:(?:and|so|but|hey|hi)\b\W*)*(?:(?:am|was|do|did|have) I (?!need\b|look\b|sound\b|make\b)\w+"
    r"|(?:what|who|when|where|which)(?:['’]s| is| are| was| were) my\b)",
    re.IGNORECASE,
)
_ASKS: Final = re.compile(r"[?？]\W*$")


def only_memory_knows(text: str) -> bool:
    """Whether a message asks what is true of the user: whoever has no note of it can only make it up."""
    return bool(_ASKS.search(text) and _OWN.match(text))


def asks_memory(text: str, hits: Sequence[Hit]) -> bool:
    """Whether a message is a question whose best hit, of ``hits`` best first, may well answer it."""
    if not hits or not _ASKS.search(text):
        return False
    return hits[0].score >= ANSWERABLE and hits[0].features.get(SIMILARITY, 0.0) >= ALIKE
