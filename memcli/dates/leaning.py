"""Which way a date points that names no year or week, by what the clause around it says; knows cues, no words.

The cues of a clause vote, each with its weight, and the sum tells the way. First comes one that governs: a frame
of words right before the date ("moved to", "since"), else the verb nearest before it in the clause, else nearest
after it, else, at half its weight, the verb of a clause beside it that has no date of its own, else that there is
no verb. Then the words next to the date and in the clause add theirs. Each language lists the words of its cues.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, TypeAlias

Place: TypeAlias = Literal["frame", "verb", "alone", "before", "after", "clause"]


@dataclass(frozen=True, slots=True)
class Cue:
    """A kind of words that tells the past (weight below 0) or what is to come, and why it does."""

    name: str
    place: Place
    weight: float
    reason: str


CUES: Final = (
    Cue("since", "frame", -4.4, "what lasts since then began before it was told"),
    Cue("lasted", "frame", -3.1, "'was away until Friday': a state told as over ended before it was told"),
    Cue("until", "frame", 2.8, "until, by, due: a bound is told of while it still binds"),
    Cue("arranged", "frame", 2.5, "'moved it to Friday', 'a table for Friday': told of now, set for then"),
    Cue("granted", "frame", 2.2, "'gave me a slot on Friday': the slot is on Friday, not the giving"),
    Cue("purpose", "frame", 1.9, "'bought a dress for the wedding in June': the wedding is in June"),
    Cue("thanks", "frame", -2.6, "nobody thanks for, asks how was, or is sorry about what has not been"),
    Cue("hindsight", "verb", -3.2, "was going to, would have, had gone, went to see: over, whatever follows"),
    Cue("future", "verb", 3.3, "will, am going, have to, remind me, can't wait"),
    Cue("passive", "verb", 1.2, "'is booked': so it stands now"),
    Cue("engaged", "verb", 1.0, "'I've signed up for a course in May': who has just arranged tells of what comes"),
    Cue("perfect", "verb", -0.9, "'I've sold it in May' is past, 'I've signed up for May' is not"),
    Cue("past", "verb", -3.9, "the simple past"),
    Cue("infinitive", "verb", 1.8, "'told to come on Friday': what is to be done is not done yet"),
    Cue("order", "verb", 2.2, "'call mum on Friday'"),
    Cue("participle", "verb", 2.4, "'..., starting in May': a clause that begins so tells a plan"),
    Cue("present", "verb", 3.1, "who tells a date in the present tense ('I've got' too) tells what is arranged"),
    Cue("noun", "alone", 1.5, "'dentist Friday', 'free on Sunday?': a note without a verb is of what comes"),
    Cue("from", "before", 1.7, "'from May': a beginning is told of before it"),
    Cue("stands", "before", 0.7, "'the concert is on Friday'"),
    Cue("ahead", "before", 2.1, "see you, looking forward to"),
    Cue("event", "before", 0.8, "'the exam on Friday': things that are set beforehand are spoken of beforehand"),
    Cue("instead", "after", 2.0, "'Friday then', 'Friday works', 'Friday at 3': settled while they speak"),
    Cue("told", "clause", -0.9, "born, died, already, finally"),
    Cue("planned", "clause", 0.6, "again, next, yet"),
)  # fmt: skip
"""Weights are a hand's guess drawn to 388 labelled dates; ``scripts/fit_leaning.py --fit`` fits them anew."""

WEIGHTS: Final[Mapping[str, float]] = {cue.name: cue.weight for cue in CUES}
_STOPS: Final = ".!?;\n\u3002\uff01\uff1f"
_SENTENCE: Final = 240  # characters each way: a text without stops must not be scanned whole for every date
_BESIDE: Final = 0.5
_APOSTROPHES: Final = str.maketrans("\u2019\u2018", "''")
_NONE: Final = r"(?!)"


@dataclass(frozen=True, eq=False)
class CueWords:
    """A language's words: a pattern for each cue that it has.

    ``neither`` looks like a verb and is none. ``joint`` parts clauses; ``dated`` words give a clause a date of its
    own; ``slight`` words name nothing: a date with these alone is told of nobody.
    """

    patterns: Mapping[str, str]
    neither: str = _NONE
    joint: str = r"[,:()\"]| [-\u2013\u2014] "
    dated: str = _NONE
    slight: str = r"\b\w{1,3}\b"

    @cached_property
    def verbs(self) -> re.Pattern[str]:
        """All kinds of verb groups, each a named group; the first kind that fits at a place wins."""
        kinds = [f"(?P<{name}>{pattern})" for name, pattern in self._at("verb").items()]
        return re.compile("|".join([self.neither, *kinds]))

    @cached_property
    def frames(self) -> Mapping[str, re.Pattern[str]]:
        """What ends where the date begins, and governs it."""
        return {name: re.compile(f"(?:{pattern})$") for name, pattern in self._at("frame").items()}

    @cached_property
    def before(self) -> Mapping[str, re.Pattern[str]]:
        """What ends where the date begins."""
        return {name: re.compile(f"(?:{pattern})$") for name, pattern in self._at("before").items()}

    @cached_property
    def after(self) -> Mapping[str, re.Pattern[str]]:
        """What begins where the date ends."""
        return {name: re.compile(pattern) for name, pattern in self._at("after").items()}

    @cached_property
    def anywhere(self) -> Mapping[str, re.Pattern[str]]:
        """What stands anywhere in the clause."""
        return {name: re.compile(pattern) for name, pattern in self._at("clause").items()}

    @cached_property
    def small(self) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
        """The joints, the dated and the slight words."""
        return re.compile(self.joint), re.compile(self.dated), re.compile(self.slight)

    def _at(self, place: Place) -> dict[str, str]:
        return {
            cue.name: self.patterns[cue.name] for cue in CUES if cue.place == place and cue.name in self.patterns
        }


def leaning(words: CueWords, text: str, first: int, last: int) -> float:
    """How far what is said around ``text[first:last]`` points ahead (above 0) or back; 0 if it says nothing."""
    low = max(0, first - _SENTENCE)
    seen = _spoken(text[low : last + _SENTENCE])
    return sum(WEIGHTS[name] * share for name, share in votes(words, seen, first - low, last - low))


def votes(words: CueWords, text: str, first: int, last: int) -> Iterator[tuple[str, float]]:
    """The cues that speak of the date, each with the share of its weight that it has."""
    own, others = _clauses(words, text, first, last)
    before, after = text[own[0] : first], text[last : own[1]]
    frames = (name for name, pattern in words.frames.items() if pattern.search(before))
    kind = next(frames, None) or _governing(words, text, own, (first, last))
    if kind is not None:
        yield kind, 1.0
    else:
        yield from _without_verb(words, text, own, (first, last), others)
    yield from ((name, 1.0) for name, pattern in words.before.items() if pattern.search(before))
    yield from ((name, 1.0) for name, pattern in words.after.items() if pattern.match(after))
    yield from ((name, 1.0) for name, pattern in words.anywhere.items() if pattern.search(text, *own))


def _spoken(text: str) -> str:
    """Small letters and plain apostrophes, accents kept: "casé" is over, "caso" is not."""
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text).translate(_APOSTROPHES)


def _clauses(words: CueWords, text: str, first: int, last: int) -> tuple[tuple[int, int], list[tuple[int, int]]]:
    """Where the clause of a date begins and ends, and the other clauses of its sentence, the nearest first."""
    start = max(text.rfind(c, 0, first) + 1 for c in _STOPS)
    end = min([at for c in _STOPS if (at := text.find(c, last)) >= 0], default=len(text))
    edges = [start]
    for joint in words.small[0].finditer(text, start, end):
        if joint.end() <= first or joint.start() >= last:
            edges += [joint.start(), joint.end()]
    spans = list(zip(edges[::2], [*edges[1::2], end], strict=True))
    own = next(span for span in spans if span[0] <= first <= span[1])
    others = [span for span in spans if span != own]
    return own, sorted(others, key=lambda span: max(own[0] - span[1], span[0] - own[1]))


def _governing(words: CueWords, text: str, own: tuple[int, int], date: tuple[int, int]) -> str | None:
    """The kind of the verb that begins nearest before the date, else of the first after it."""
    found = [m for m in words.verbs.finditer(text, *own) if m.lastgroup]
    before = [m.lastgroup for m in found if m.start() < date[0]]
    after = [m.lastgroup for m in found if m.start() >= date[1]]
    return before[-1] if before else after[0] if after else None


def _without_verb(
    words: CueWords, text: str, own: tuple[int, int], date: tuple[int, int], others: list[tuple[int, int]]
) -> Iterator[tuple[str, float]]:
    """What speaks for a clause without a verb: one beside it, a later one only if the date comes first."""
    _, dated, slight = words.small
    before = slight.sub("", text[own[0] : date[0]])
    fronted = not re.search(r"\w", before)
    for span in others:
        kind = None if dated.search(text, *span) else _governing(words, text, span, (span[0], span[0]))
        if kind and (fronted or span[1] <= own[0]):
            yield kind, _BESIDE
            return
    if not fronted or re.search(r"\w", slight.sub("", text[date[1] : own[1]])):
        yield "noun", 1.0
