"""A model's answer to facts: a JSON list read leniently, a strict grammar for when that fails; pure."""

from __future__ import annotations

import json
import re
from typing import Final

from memcli.errors import ModelError

MAX_FACTS: Final = 8
MAX_FACT_CHARS: Final = 200
_LIST: Final = re.compile(r"\[.*\]", re.DOTALL)

GRAMMAR: Final = rf"""root ::= "[]" | "[" fact ("," " "? fact){{0,{MAX_FACTS - 1}}} "]"
fact ::= "\"" char{{1,{MAX_FACT_CHARS}}} "\""
char ::= [^"\\\x00-\x1F\x7F] | "\\" ["\\/nt]
"""
"""GBNF of a list of short strings. Greedy decoding of a small model loops, hence the bounds."""


class UnreadableError(ModelError):
    """The model's answer is no list of facts."""


def facts_of(answer: str) -> list[str]:
    """The facts of an answer; [] only if the model said ``[]``.

    Raises:
        UnreadableError: there is no list in it, or not one of strings.
    """
    match = _LIST.search(answer)
    if match is None:
        raise UnreadableError(f"the model gave no list of facts: {answer[:80]!r}")
    try:
        read = json.loads(match.group())
    except json.JSONDecodeError as error:
        raise UnreadableError(f"the model's list is not valid JSON: {error.msg}") from error
    facts = [
        item if isinstance(item, str) else item.get("text") if isinstance(item, dict) else None for item in read
    ]
    if any(not isinstance(fact, str) for fact in facts):
        raise UnreadableError("the model's list holds something other than facts")
    kept = [" ".join(str(fact).split())[:MAX_FACT_CHARS] for fact in facts]
    return list(dict.fromkeys(fact for fact in kept if fact))[:MAX_FACTS]
