"""First-person English to the third person with the subject set by rule; knows no memory and no model; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from memcli.extract.verbs import BASE, MODALS, PAST, had_or_would, is_adverb, plural, third_singular

UNNAMED: Final = frozenset({"user", "me", ""})
_TOKEN: Final = re.compile(r"\w+(?:['’]\w+)*|\W+")
_QUOTE: Final = re.compile(r"[\"“][^\"”]*[\"”]")
_AND_ME: Final = re.compile(
    r"^((?:my|our)\s+[\w\s'’-]+?|[A-Z]\w+(?:,? and [A-Z]\w+)?),?\s+and\s+(?:I|me)\s+(?=\w)", re.IGNORECASE
)
_PARTED: Final = re.compile(
    r"^we(?P<have>'ve)?(?= (?:(?:just|recently|finally|have|sadly) )*(?:broke|broken|split) up\b"
    r"(?:\W*$|[,;]| (?:last|in|on|after|because|yesterday|today|recently|when|over|for good|\w+ \w+ ago|"
    r"this (?:week|month|year|morning|summer|spring|autumn|winter))\b))",
    re.IGNORECASE,
)
"""Two who part are the speaker and one other."""
_MEANT: Final = re.compile(
    r"^we(?P<have>'ve)? (?P<deed>.+?)(?: though)?, (?P<who>(?-i:[A-Z]\w+ and [A-Z]\w+)),? I mean\W*$",
    re.IGNORECASE,
)
"""Whom "we" was a slip for."""
_SHORT: Final = {"m": "am", "ve": "have", "ll": "will", "re": "are"}
_JOINERS: Final = frozenset({"and", "or", "but", "then"})
_PLACE_WORDS: Final = frozenset({"to", *MODALS, "do", "does", "don't", "doesn't"})


def subject_of(speaker: str) -> str:
    """How a memory names its speaker: by name, or "the user" where there is none."""
    return "the user" if speaker.strip().lower() in UNNAMED else speaker.strip()


def capitalised(text: str) -> str:
    """The text as the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """The text with a capital and a full stop, inner space tidied."""
    tidy = re.sub(r"\s+([,.;:!?])", r"\1", " ".join(text.split())).strip(" ,;:-–—")
    return capitalised(tidy.rstrip(".!… ") + ".") if tidy else ""


def third_person(clause: str, speaker: str, listener: str = "") -> str:
    """What ``speaker`` says of themselves, said about them: "I love my dog" -> "Ana loves their dog".

    After its first mention the speaker is "they". ``listener`` names whom "you" means; without it "you" stays.
    """
    name = subject_of(speaker)
    clause = _MEANT.sub(lambda m: f"{m['who']}{' have' if m['have'] else ''} {m['deed']}", clause)
    clause = _PARTED.sub(lambda m: "My partner and I have" if m["have"] else "My partner and I", clause)
    joint = _AND_ME.match(clause)
    rewriter = _Rewriter(clause=clause, name=name, listener=listener)
    if joint is None:
        return rewriter.run(clause)
    other = re.sub(r"^(?:my|our)\b", "their", joint.group(1), flags=re.IGNORECASE)
    rewriter.named = rewriter.many = rewriter.pending = True
    return f"{name} and {other} " + rewriter.run(clause[joint.end() :])


@dataclass
class _Rewriter:
    """One pass over a clause's tokens; ``pending`` waits for the verb of the subject just written."""

    clause: str
    name: str
    listener: str = ""
    named: bool = False
    many: bool = False
    pending: bool = False
    finite: bool = False
    out: list[str] = field(default_factory=list)

    def run(self, text: str) -> str:
        tokens: list[str] = []
        last = 0
        for quote in _QUOTE.finditer(text):
            tokens += [*_TOKEN.findall(text[last : quote.start()]), quote.group()]
            last = quote.end()
        tokens += _TOKEN.findall(text[last:])
        for index, token in enumerate(tokens):
            self._take(token, tokens[index + 1 :])
        return "".join(self.out)

    def _take(self, token: str, rest: list[str]) -> None:
        if not token[:1].isalnum():
            if token.startswith((".", "!", "?", ";")):
                self.pending = False
            self.out.append(token)
            return
        stem, _, tail = token.replace("’", "'").partition("'")
        low = stem.lower()
        if low in ("i", "we") and tail in ("", "m", "ve", "ll", "d", "re"):
            self._subject(low, tail, rest)
        elif (other := self._pronoun(low, tail)) is not None:
            self.pending = False
            self.named = self.named or low in ("me", "us")
            self.out.append(other)
        else:
            self.out.append(self._word(token, rest))

    def _subject(self, low: str, tail: str, rest: list[str]) -> None:
        if self.named:
            self.out.append("they")
            self.many = True
        else:
            self.out.append(self.name if low == "i" else f"{self.name} and others")
            self.many = low == "we"
        self.named = True
        self.pending = not tail
        if tail:
            verb = had_or_would(_next_word(rest)) if tail == "d" else _SHORT[tail]
            self.out.append(" " + self._agree(verb))

    def _agree(self, verb: str) -> str:
        return plural(verb) if self.many else third_singular(verb, self.clause)

    def _pronoun(self, low: str, tail: str) -> str | None:
        if tail:
            return None
        named = self.named
        forms = {
            "my": "their" if named else f"{self.name}'s",
            "our": "their" if named else f"{self.name}'s",
            "mine": "theirs" if named else f"{self.name}'s",
            "ours": "theirs" if named else f"{self.name}'s",
            "me": "them" if named else self.name,
            "us": "them" if named else f"{self.name} and others",
            "myself": "themselves",
            "ourselves": "themselves",
        }
        if self.listener:
            forms |= {"you": self.listener, "your": f"{self.listener}'s", "yours": f"{self.listener}'s"}
        return forms.get(low)

    def _word(self, token: str, rest: list[str]) -> str:
        low = token.lower().replace("’", "'")
        if self.pending:
            if is_adverb(low) and not _ends_clause(rest):
                return token
            self.pending = False
            self.finite = not self.many and low not in _PLACE_WORDS
            return self._agree(token)
        if low in _PLACE_WORDS:
            self.finite = False
        if self.finite and low in BASE and low not in PAST and self._joined():
            return third_singular(token, self.clause)
        return token

    def _joined(self) -> bool:
        """Does this word continue the subject's verbs: "works at Bosch and live(s) in Berlin"?"""
        before = [piece for piece in self.out if piece.strip()]
        words = [piece for piece in before if piece[:1].isalnum()]
        while words and is_adverb(words[-1]) and words[-1].lower() not in _JOINERS:
            words.pop()
        return bool(words) and words[-1].lower() in _JOINERS


def _next_word(rest: list[str]) -> str:
    return next((token for token in rest if token[:1].isalnum() and not is_adverb(token)), "")


def _ends_clause(rest: list[str]) -> bool:
    return not any(token[:1].isalnum() for token in rest)
