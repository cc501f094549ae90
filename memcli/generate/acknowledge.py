"""What a small model's chat says to what asks nothing: fixed words, by what became of the message; pure.

Of fifteen statements told to the embedded model among seven notes it answered all with one sentence, about the
first; told to it alone, one in three with condolences; and a bare "yes" with a letter. A larger model says what it
likes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from memcli.records import Change, Op

HEARD: Final = "I see."
REMEMBERING: Final = "Got it, I'll remember that."
CHANGED: Final = "Got it, I've changed that."
WAITS: Final = "That waits in the inbox for your word."
_PLEASANTRIES: Final = (
    (r"thanks?\b|thank you|thx|ty\b|cheers|appreciated", "You're welcome."),
    (r"bye|goodbye|see (?:you|ya)|good ?night|take care|later|ciao", "Goodbye."),
    (r"hi+\b|hello|hey+|hiya|yo\b|good (?:morning|afternoon|evening|day)|morning|howdy", "Hello."),
    (r"", "OK."),
)


def pleasantry(text: str) -> str:
    """What to say to a greeting, thanks, a yes or a no."""
    return next(reply for words, reply in _PLEASANTRIES if re.search(rf"\b(?:{words})", text, re.IGNORECASE))


def acknowledged(made: Sequence[Change]) -> str:
    """What to say to a statement, by what was made of it."""
    ops = {change.op for change in made if change.link is None}
    if ops - {Op.ADD, Op.QUARANTINE}:
        return CHANGED
    return REMEMBERING if Op.ADD in ops else WAITS if ops else HEARD
