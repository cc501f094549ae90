"""What form of answer a question asks for, told by its words; pure."""

from __future__ import annotations

import re
from typing import Final

_AUXILIARY: Final = r"(?:is|are|was|were|does|did|do|has|had|have|will|would|can|could|should|s)"
_LIST_QUESTION: Final = re.compile(
    r"\b(?:all|every|each|how many|how often|list|names? of|what are|what were|who are|who were)\b"
    r"|\bwhich\s+(?:\w+\s+){0,2}have\b|\b(?:what|which)\s+(?:\w+\s+)?(?:people|children)\b"
    rf"|\b(?:what|which)\s+(?!{_AUXILIARY}\b)(?:\w+\s+)?(?!{_AUXILIARY}\b)\w{{2,}}[^\Wsui]s\b",
    re.IGNORECASE,
)


def asks_for_list(question: str) -> bool:
    """Whether the answer is likely to be several things: "which books", "how many", "all the"."""
    return _LIST_QUESTION.search(question) is not None
