"""What a clause owes to its neighbours: the question a fragment answers, whom "you" means; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from memcli.extract.rewrite import capitalised, subject_of
from memcli.extract.sentences import sentences
from memcli.records import Origin, Role, Turn

_YOU: Final = re.compile(r"\by(?:ou|a)(?:r|rs|rself)?\b|\bu\b|\bur\b", re.IGNORECASE)
_FRAGMENT_WORDS: Final = 9
_OWN_QUESTION: Final = (
    (r"what(?:'s| is| was) your (?:full |first |last )?name\b", "My name is {}"),
    (r"what(?:'s| is) (?:your )(?P<x>[\w\s'-]+?)(?:'s)? (?:called|named|name)\b", "My {x} is called {}"),
    (r"what(?:'s| is| are) the names? of your (?P<x>[\w\s'-]+?)\W*$", "My {x} is called {}"),
    (r"(?:what|when|where|which|who)(?:'s| is| are) your (?P<x>[\w\s'-]+?)\W*$", "My {x} is {}"),
    (r"where (?:do|are) you (?:currently )?(?:live|living|based)\b", "I live in {}"),
    (r"where (?:do|are) you (?:currently )?(?:work|working)\b", "I work at {}"),
    (r"where (?:are|do) you (?:come )?from\b", "I'm from {}"),
    (r"where did you grow up\b", "I grew up in {}"),
    (r"how old are you\b", "I'm {} years old"),
    (r"how old is your (?P<x>[\w\s'-]+?)\W*$", "My {x} is {} years old"),
    (r"what do you do(?: for (?:a living|work))?\W*$|what(?:'s| is) your (?:job|profession)", "I work as {}"),
    (r"(?:what|which) [\w\s]+? do you (?P<v>speak|drive|play|use|prefer|study|teach|own)\b", "I {v} {}"),
    (r"what do you (?P<v>prefer|drive|study|teach|play|use|drink|drive)\b", "I {v} {}"),
    (r"when (?:is|are) (?:you|your) (?P<x>[\w\s'-]+?)\W*$", "My {x} is {}"),
    (r"when (?:were you born|is your birthday)\b", "My birthday is {}"),
)
_YES_NO: Final = (
    (
        r"are you (?P<x>(?:allergic|married|single|engaged|vegan|vegetarian|left-handed|from|a|an|retired|"
        r"pregnant|diabetic|lactose)\b[^?]*)",
        "I am {n}{x}",
    ),
    (
        r"do you (?P<v>have|own|like|smoke|drink|speak|play|eat|drive|prefer|use|live|work)\b(?P<x>[^?]*)",
        "I {d}{v}{x}",
    ),
)
_QUESTIONS: Final = tuple((re.compile(p, re.IGNORECASE), t) for p, t in _OWN_QUESTION)
_POLAR: Final = tuple((re.compile(p, re.IGNORECASE), t) for p, t in _YES_NO)
_LEAD_IN: Final = re.compile(
    r"^(?:it'?s|it is|that'?s|that is|she'?s|he'?s|they'?re|um+|uh+|well|oh|in|at|from|about|just)\b[,\s]*",
    re.IGNORECASE,
)
_SELF: Final = re.compile(r"\b(?:i|i'\w+|my|we|our|you|your)\b|\?", re.IGNORECASE)
_YES: Final = re.compile(
    r"^(?:yes|yeah|yep|yup|i do|i am|indeed|correct|right)\b[\s,.!]*(?:i (?:do|am))?\W*$", re.IGNORECASE
)
_NO: Final = re.compile(
    r"^(?:no|nope|nah|not at all|i don'?t|i'?m not)\b[\s,.!]*(?:i (?:don'?t|do not)|i'?m not)?\W*$", re.IGNORECASE
)


def as_statement(text: str, before: Sequence[Turn], speaker: str) -> str | None:
    """A short reply to a question about the speaker, as a statement of its own; None if it is none.

    "What's your dog's name?" - "Rex." gives "My dog is called Rex".
    """
    asked = _question(before, speaker)
    reply = text.strip().replace("’", "'")
    if not asked or len(reply.split()) > _FRAGMENT_WORDS:
        return None
    yes, no = bool(_YES.match(reply)), bool(_NO.match(reply))
    if yes or no:
        return _polar(asked, yes=yes)
    said = _LEAD_IN.sub("", _LEAD_IN.sub("", reply)).strip(" .!")
    if not said or _SELF.search(reply) or not any(c.isalnum() for c in said):
        return None
    for pattern, shape in _QUESTIONS:
        if match := pattern.search(asked):
            return _fitted(shape.format(said, **match.groupdict()))
    return None


def unaddressed(clause: str, listener: str) -> str:
    """A clause without the name of the one it is said to: "Boots is dead, Ana" tells nothing of Ana."""
    name = re.escape(listener)
    return re.sub(rf"^{name},\s+(?=\w)|,\s*{name}(?=\W*$)", "", clause) if listener else clause


def own_words(fact: str, turn: Turn, before: Sequence[Turn]) -> str:
    """A model's fact, of the one who said it where it tells of a listener whom the turn does not mention."""
    other = listener_of(turn, before)
    if not other or _YOU.search(turn.text) or {turn.speaker, other} < {each.speaker for each in before}:
        return fact
    name = re.compile(rf"\b{re.escape(other)}\b", re.IGNORECASE)
    if name.match(fact) is None or name.search(turn.text):
        return fact
    return capitalised(subject_of(turn.speaker)) + fact[len(other) :]


def listener_of(turn: Turn, before: Sequence[Turn]) -> str:
    """The other person of a conversation between people; empty where the assistant listens."""
    others = [t.speaker for t in before if t.speaker != turn.speaker]
    return (
        others[-1] if others and before[-1].role is Role.USER and all(t.role is Role.USER for t in before) else ""
    )


def _question(before: Sequence[Turn], speaker: str) -> str | None:
    """The last thing asked of the speaker by someone else."""
    if not before or before[-1].speaker == speaker or before[-1].origin is Origin.RECALLED:
        return None
    said = sentences(before[-1].text.replace("’", "'"))
    return said[-1] if said and said[-1].rstrip().endswith("?") else None


def _polar(asked: str, *, yes: bool) -> str | None:
    for pattern, shape in _POLAR:
        match = pattern.search(asked)
        if match and not re.search(r"\bor\b|\bany\b", asked if yes else ""):
            parts = {name: value.rstrip(" ?.!") for name, value in match.groupdict().items()}
            return _own(shape.format(n="" if yes else "not ", d="" if yes else "don't ", **parts))
    return None


def _own(text: str) -> str:
    return re.sub(r"\byour\b", "my", text)


def _fitted(text: str) -> str:
    """Mend what the shapes cannot know: an article before a trade, "years old" said twice."""
    text = re.sub(
        r"\b(years? old)(?: years? old)+|\b(\d+) years? years old", lambda m: m[1] or f"{m[2]} years old", text
    )
    return re.sub(
        r"\bI work as (?:as )?(?!a\b|an\b|the\b)(\w)",
        lambda m: f"I work as {'an' if m[1] in 'aeiouAEIOU' else 'a'} {m[1]}",
        text,
    )
