"""How one says that something is over: which stance a clause takes, and what may end a fact; pure tables."""

from __future__ import annotations

import re
from typing import Final

from memcli.records import Stance

_PAST_STATE: Final = re.compile(
    r"\b(?:used to (?!.*\b(?:being|seeing|it)\b)|formerly|previously|back when|in the past)\b", re.IGNORECASE
)
_ENDED: Final = re.compile(
    r"\bno longer\b|\b(?:n't|not|never)\b.*\b(?:any ?more|any longer)\b|\b(?:stopped|quit|gave up|given up|"
    r"done with)\b(?! by\b)|"
    r"\b(?:am|'m) not .* any ?more\b|\b(?:cancel+ed|called off)\b|"
    r"\b(?:broken?|split) up\b(?! (?:the|an?|our|their|my|into|between|it|them)\b)|"
    r"\b(?:(?:got|are|were|am|'m|'re) (?:now )?divorced|fell through|dropped out of|got rid of|traded in|"
    r"moved out|"
    r"over between|no longer together)\b|\b(?:left|dumped) me(?=\W*$|[,.;!]| (?:for|last|in|on|yesterday|"
    r"after)\b)|"
    r"\b(?:i|we|he|she|they|my|our|[A-Z]\w+)\b.* (?:sold|left) (?:my|our|his|her|their|the)\b|"
    r"^(?:i'm|i am|i came) (?:completely |finally |now )?off (?:the |my )?"
    r"(?!to\b|on\b|work|today|tomorrow|this)\w{4,}|"
    r"\bno more [\w' ]+ for (?:me|us)\b|(?:\bnot|n't)\b.* after all\b",
    re.IGNORECASE,
)
_TURNED: Final = re.compile(
    r"\bused to\b.*\b(?:but|and|,) (?:now\b|these days|nowadays|not any ?more)|\bused to\b.*\bbut\b.*\bnow\b",
    re.IGNORECASE,
)
"""What was so and is not now, both said in one breath."""
_MAY_END: Final = re.compile(
    r"\b(?:fine|ok|okay|well|better|normal|healthy) again\b|\bworks? (?:fine |well )?again\b|"
    r"\b(?:is|are|'s|'m|am) (?:finally |now )?(?:back|home|out|over|gone|fixed|repaired|healed|better|down to|"
    r"up to)\b|"
    r"\b(?:come|came|comes|has come) (?:back|off|out)\b|\b(?:has|have|was|were|got|been) (?:\w+ )?(?:repaired|"
    r"fixed|mended|"
    r"replaced|extended|prolonged|sorted|finished|approved)\b|"
    r"\b(?:arrived|arrives|back|instead|now)\W*$|\b(?:left|dumped) (?:me|him|her|them)(?=\W*$|[,.;!]| (?:for|"
    r"last|in|on|"
    r"yesterday|after|because)\b)|\bover between\b|\bno longer\b|\b(?:am|'m|are|'re|is) done with\b|"
    r"\bmoved away\b|\b(?:is|are|'s) (?:now |all )?off\W*$|\bfell through\b|"
    r"\bpaid\b.* back\b|\b(?:sold|lost|renamed|replaced|cancel+ed|renewed|finished)\b",
    re.IGNORECASE,
)
_CALLED_OFF: Final = re.compile(
    r"^(?!it\b|that\b|this\b)[\w' -]+ (?:is|are|'s|was|were|got|has been) (?:now |all )?"
    r"(?:off|cancel+ed|called off)\W*$",
    re.IGNORECASE,
)
_OF_NOTHING: Final = re.compile(
    r"^(?:it|that|this|i'll|we'll|you|(?:i'm|i am|we're|we are) (?:\w+ )?(?:back|home|out|better|done|over it|"
    r"\w+ again|here))\b(?!.* (?:from|at|on|with) \w)|^(?:it|that|this|you|i'll|they)\b",
    re.IGNORECASE,
)
"""Words of a clause that is worth no memory by itself, and may tell that something known is over."""


def stance_of(text: str) -> Stance:
    """Whether a clause states something, says that it ended, or tells of the past."""
    return Stance.ENDS if _ENDED.search(text) else Stance.PAST if _PAST_STATE.search(text) else Stance.STATES


def is_turned(text: str) -> bool:
    """Does a sentence say in one breath what was so, and what is now?"""
    return bool(_TURNED.search(text))


def is_called_off(text: str) -> bool:
    """Does a clause say of a thing that it names that it will not be ("the Lisbon trip is off")?"""
    return bool(_CALLED_OFF.match(text))


def may_end(text: str) -> bool:
    """Could a clause tell that something known is over, whatever else it is worth?"""
    return bool(_MAY_END.search(text) and not _OF_NOTHING.search(text))
