"""English verb forms that the change from first to third person needs; knows words, no sentences; pure."""

from __future__ import annotations

import re
from typing import Final

PAST: Final = frozenset(
    "was were had did went took saw got made came knew gave found told felt became left kept began met ran "
    "brought "
    "wrote sat stood lost paid spoke grew drew drove broke spent rose bought wore chose fell sold built sent "
    "caught "
    "taught thought won fought flew ate drank sang swam rode slept woke threw hid forgot forgave froze hung held "
    "heard laid led lent lit meant rang said shook shot shone showed shrank slid sought stole stuck struck swore "
    "tore understood withdrew began bit bled blew bound bred dealt dug dreamt fed fled learnt leapt leant "
    "overcame "
    "quit put cut hit let set shut hurt cost bet split spread proved sewed burnt spilt spoilt used underwent "
    "outgrew undertook upset rebuilt relearnt retook redid".split()
)
BASE_LIKE_PAST: Final = frozenset(
    "need feed bleed breed speed succeed proceed exceed seed weed heed embed".split()
)
MODALS: Final = frozenset(
    "can could will would shall should may might must ought cannot can't couldn't won't wouldn't shan't shouldn't "
    "mightn't mustn't didn't wasn't weren't hadn't".split()
)
ADVERBS: Final = frozenset(
    "also just never always usually often still already even only once ever sometimes both then now actually "
    "really not soon seldom rarely kind sort all too again almost first maybe each together no longer".split()
)
BASE: Final = frozenset(
    "live work love like hate prefer own drive play study teach speak run swim cook bake paint write read sing "
    "dance "
    "volunteer practise practice coach collect grow raise have go take do make want need hope plan try enjoy use "
    "eat "
    "drink sleep wake walk cycle bike hike ski surf climb travel commute care help manage lead build design code "
    "sell buy rent attend visit watch follow keep know think feel believe miss meet meditate train lift garden "
    "knit "
    "sew draw photograph blog stream suffer take avoid struggle wear weigh stay start finish get see hear find "
    "support dislike adore can't am was look pay save spend spend give share".split()
) - {"can't", "am", "was"}
_IRREGULAR: Final = {
    "am": "is",
    "are": "is",
    "have": "has",
    "do": "does",
    "go": "goes",
    "don't": "doesn't",
    "haven't": "hasn't",
    "ain't": "isn't",
}
_SAME_FORM: Final = frozenset("quit put cut hit let set shut hurt cost bet split spread read".split())
_HABIT: Final = re.compile(
    r"\b(?:every|usually|often|always|never|sometimes|daily|weekly|each|mostly|rarely)\b", re.I
)
_OBJECT_ONCE: Final = re.compile(r"\bread (?:a|an|the|this|that|about|your|it)\b", re.I)


def third_singular(verb: str, clause: str) -> str:
    """The third person singular of a verb; past forms and modals stay (``clause`` decides "read")."""
    low = verb.lower().replace("’", "'")
    if low in _IRREGULAR:
        return _IRREGULAR[low]
    if low in MODALS or _is_past(low, clause):
        return verb
    if re.search(r"(?:s|x|z|ch|sh|[^aeiou]o)$", low):
        return verb + "es"
    return verb[:-1] + "ies" if re.search(r"[^aeiou]y$", low) else verb + "s"


def plural(verb: str) -> str:
    """The form that goes with "they"."""
    return {"am": "are", "was": "were", "wasn't": "weren't"}.get(verb.lower(), verb)


def is_adverb(word: str) -> bool:
    """May this word stand between a subject and its verb?"""
    low = word.lower()
    return low in ADVERBS or (
        low.endswith("ly") and low not in {"fly", "rely", "apply", "reply", "supply", "comply"}
    )


def had_or_would(following: str) -> str:
    """What ``'d`` stands for before a word: "I'd been" and "I'd like"."""
    low = following.lower()
    participle = low in {
        "been",
        "gone",
        "seen",
        "taken",
        "known",
        "given",
        "done",
        "written",
        "better",
        "forgotten",
    }
    return "had" if participle or low in PAST - {"put", "let", "set"} or low.endswith("ed") else "would"


def _is_past(verb: str, clause: str) -> bool:
    if verb in _SAME_FORM:
        if _HABIT.search(clause):
            return False
        return verb != "read" or bool(_OBJECT_ONCE.search(clause))
    return verb in PAST or (verb.endswith("ed") and verb not in BASE_LIKE_PAST)
