"""Finds the date expressions of a text and resolves them against the text's own time; knows rules, no words.

Three passes: rules find atoms and the longest win; prefixes and clock times join the atoms beside them ("the week
of 5 June", "tomorrow at 5 pm"); bounds and ranges join last ("since May", "from Monday to Thursday").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from functools import cache
from importlib import import_module
from typing import Final

from memcli.dates import periods
from memcli.dates.grammar import Language, Sight, fold
from memcli.dates.periods import Period
from memcli.dates.span import DateSpan, Preference, Relation
from memcli.records import Precision

LANGUAGES: Final = ("english", "spanish", "german", "french", "portuguese", "chinese")
_SPACED: Final = LANGUAGES[:-1]
_WORD: Final = re.compile(r"\w+")
_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
_MONTHS_DAYS: Final = re.compile(r"(?:,| -| \u2013)? ?(?:on |from )?(?:the )?")
_REACH: Final = 48  # characters before a date that may belong to it
_OPEN_START: Final = 1900
_OPEN_END: Final = 2200


@dataclass(frozen=True, slots=True)
class Atom:
    """A found expression before it becomes a span."""

    first: int
    last: int
    period: Period
    role: str = "date"
    weak: bool = False
    cycle: str = ""
    absolute: bool = False
    name: str = ""
    open_start: bool = False
    open_end: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A text with all that its reading depends on."""

    source: str
    folded: str
    anchor: datetime
    language: Language
    prefer: Preference | None
    day_first: bool

    def sight(self, match: re.Match[str]) -> Sight:
        return Sight(match, self.source, self.anchor, self.language, self.prefer, self.day_first)


def find_dates(
    text: str, anchor: datetime, *, prefer: Preference | None = None, day_first: bool | None = None
) -> list[DateSpan]:
    """All date expressions of a text, in order, resolved against ``anchor`` (when and where it was said).

    ``prefer`` decides where neither year nor tense does. ``day_first`` decides 8/5/2023 (default: by the
    language, month first in English); an unambiguous one such as 25/5/2023 is read as it must be.

    Raises:
        ValueError: ``anchor`` has no offset.
    """
    spans: list[DateSpan] = []
    for reading in readings(text, anchor, prefer=prefer, day_first=day_first):
        spans.extend(span_of(reading, _bounded(reading, atom)) for atom in read_atoms(reading))
    return _without_overlaps(spans)


def readings(
    text: str, anchor: datetime, *, prefer: Preference | None = None, day_first: bool | None = None
) -> Iterator[Reading]:
    """The text as each language that it seems to be in."""
    offset = anchor.utcoffset()
    if offset is None:
        raise ValueError("the anchor needs an offset")
    fixed = anchor.replace(tzinfo=timezone(offset), fold=0)
    folded = fold(text)
    for name in _languages(folded):
        known = language(name)
        yield Reading(text, folded, fixed, known, prefer, known.day_first if day_first is None else day_first)


@cache
def language(name: str) -> Language:
    """A language's tables; each is loaded when a text first needs it."""
    found: Language = import_module(f"memcli.dates.{name}").LANGUAGE
    return found


def atoms(reading: Reading) -> list[Atom]:
    """What the rules find: of overlapping matches the longest, then the earlier rule."""
    words = set(_WORD.findall(reading.folded))
    found = [
        (_first(match) - match.end(), order, match)
        for order, compiled in enumerate(reading.language.compiled)
        if compiled.needs is None or not words.isdisjoint(compiled.needs)
        for match in compiled.expression.finditer(reading.folded)
    ]
    kept: list[Atom] = []
    taken = bytearray(len(reading.source))
    for _, order, match in sorted(found, key=lambda item: item[:2]):
        rule, sight = reading.language.compiled[order].rule, reading.sight(match)
        first, last = _first(match), match.end()
        if any(taken[first:last]) or (rule.cased and _doubtful(sight)):
            continue
        period = _built(rule.build, sight)
        if period is not None:
            absolute = sight.has("year") or sight.has("decade")
            name = sight.raw("holiday") if sight.has("holiday") else ""
            kept.append(Atom(first, last, period, rule.role, rule.weak, rule.cycle, absolute, name))
            taken[first:last] = b"\x01" * (last - first)
    return sorted(kept, key=lambda atom: atom.first)


def join_atoms(reading: Reading, found: list[Atom]) -> list[Atom]:
    """Put clock times and parts of the day to the dates beside them, apply prefixes, drop what stayed weak."""
    joined = _joined(reading, found, _with_clock_or_month)
    applied = [_prefixed(reading, atom) for atom in joined if not atom.weak]
    return _outermost(applied)


def read_atoms(reading: Reading) -> list[Atom]:
    """All but the last pass: what since, until, before and after make of the dates is left to the caller."""
    return join_ranges(reading, join_atoms(reading, atoms(reading)))


def join_ranges(reading: Reading, found: list[Atom]) -> list[Atom]:
    """Join the two ends of ranges."""
    return _joined(reading, found, _range)


def _joined(reading: Reading, found: list[Atom], join: Callable[[Reading, Atom, Atom], Atom | None]) -> list[Atom]:
    """Each atom made one with the one before it where the two are."""
    joined: list[Atom] = []
    for atom in found:
        merged = join(reading, joined[-1], atom) if joined else None
        if merged is None:
            joined.append(atom)
        else:
            joined[-1] = merged
    return joined


def span_of(reading: Reading, atom: Atom) -> DateSpan:
    """An atom as the span that callers see."""
    start, end = atom.period.start, atom.period.end
    today = periods.day(reading.anchor)
    relation = Relation.PRESENT
    if atom.period.precision is Precision.INSTANT:
        relation = Relation.FUTURE if start > reading.anchor else Relation.PAST
    elif end <= today.start or (atom.open_end and start < today.start):
        relation = Relation.PAST
    elif start >= today.end or start > reading.anchor:
        relation = Relation.FUTURE
    return DateSpan(
        reading.source[atom.first : atom.last], atom.first, atom.last, start, end, atom.period.precision, relation,
        atom.absolute, atom.role == "recurring", atom.open_start, atom.open_end,
    )  # fmt: skip


def _languages(folded: str) -> list[str]:
    """The languages to read a text in: by its commonest words, English if they do not tell."""
    words = set(_WORD.findall(folded))
    chosen = ["chinese"] if _HAN.search(folded) else []
    scores = {name: len(words & language(name).markers) for name in _SPACED}
    best = max(scores.values())
    if best == 0 or scores["english"] == best:
        return [*chosen, "english"]
    return [*chosen, *[name for name in _SPACED if scores[name] == best]]


def _first(match: re.Match[str]) -> int:
    """Where the expression begins: after the words that only vouch for it."""
    return match.end("lead") if "lead" in match.re.groupindex else match.start()


def _doubtful(sight: Sight) -> bool:
    """Is the name of the month or weekday also a common word, and written as one?"""
    names = [sight.raw(group) for group in ("month", "weekday", "abbr") if sight.has(group)]
    return any(name.islower() and name in sight.language.doubtful for name in names)


def _built(build: object, *arguments: object) -> Period | None:
    """A builder's period; None where the calendar has no such day, or ends before it."""
    try:
        period = build(*arguments) if callable(build) else None
    except (ValueError, OverflowError, IndexError, StopIteration):
        return None
    return period if isinstance(period, Period) and period.start < period.end else None


def _with_clock(reading: Reading, one: Atom, two: Atom) -> Atom | None:
    """A day and a clock time, in either order, as one instant; a day and a part of it as that part."""
    day, other = (one, two) if one.role == "date" else (two, one)
    if day.role != "date" or other.role not in {"clock", "part"} or day.period.precision is not Precision.DAY:
        return None
    if not reading.language.gap.fullmatch(reading.folded, one.last, two.first):
        return None
    of = periods.midnight(day.period.start)
    shift = of - periods.midnight(other.period.start)
    if other.role == "clock":
        shift += _half_day(other.period.start + shift, day.period)
    period = Period(other.period.start + shift, other.period.end + shift, other.period.precision)
    return replace(day, first=one.first, last=two.last, period=period, weak=False)


def _with_clock_or_month(reading: Reading, one: Atom, two: Atom) -> Atom | None:
    return _with_clock(reading, one, two) or _in_month(reading, one, two)


def _in_month(reading: Reading, month: Atom, days: Atom) -> Atom | None:
    """Days by their numbers, in the month told right before them: "in June, from the 15th to the 22nd"."""
    if days.cycle != "month" or month.period.precision is not Precision.MONTH:
        return None
    if not _MONTHS_DAYS.fullmatch(reading.folded, month.last, days.first):
        return None
    start = month.period.start + (days.period.start.day - 1) * periods.DAY
    period = Period(start, start + (days.period.end - days.period.start), days.period.precision)
    return replace(days, first=month.first, period=period) if period.end <= month.period.end else None


def _half_day(start: datetime, part: Period) -> timedelta:
    """By how much a time said of a part of the day misses it: "tonight at 8", "tomorrow morning at 5"."""
    halves = [timedelta(hours=12 * half) for half in (0, 1, -1)]
    none = timedelta()
    return min(halves, key=lambda half: max(part.start - start - half, start + half - part.end, none))


def _prefixed(reading: Reading, atom: Atom) -> Atom:
    """The atom with the prefixes before it applied, innermost first; an article is taken along."""
    if atom.role != "date":
        return atom
    for _ in range(3):
        for pattern, build in reading.language.operators:
            match = pattern.search(reading.folded, max(0, atom.first - _REACH), atom.first)
            period = _built(build, reading.sight(match), atom.period) if match else None
            if match and period:
                atom = replace(atom, first=match.start(), period=period, cycle="", name="")
                break
        else:
            break
    return atom


def _outermost(found: list[Atom]) -> list[Atom]:
    """Drop atoms that a prefix of a later one has swallowed."""
    kept: list[Atom] = []
    for atom in found:
        while kept and kept[-1].last > atom.first:
            kept.pop()
        kept.append(atom)
    return kept


def _range(reading: Reading, one: Atom, two: Atom) -> Atom | None:
    if "recurring" in {one.role, two.role} or one.open_start or one.open_end:
        return None
    if not reading.language.joins.fullmatch(reading.folded, one.last, two.first):
        return None
    if reading.language.bounds["moved"].search(reading.folded, max(0, one.first - 2 * _REACH), one.first):
        return None
    before = reading.language.bounds["between"].search(reading.folded, max(0, one.first - _REACH), one.first)
    gap = reading.folded[one.last : two.first].strip()
    if before is None and (
        gap in {"and", "y", "und", "et", "e"} or one.period.precision is not two.period.precision
    ):
        return None
    start, end = _ordered(reading.anchor, one, two)
    if end.end <= start.start:
        return None
    precision = Precision.RANGE
    first = before.start() if before else one.first
    return Atom(first, two.last, Period(start.start, end.end, precision), absolute=two.absolute, open_start=False)


def _ordered(anchor: datetime, one: Atom, two: Atom) -> tuple[Period, Period]:
    """The ends of a range with the first put before the second where it comes round every week or year."""
    start, end = one.period, two.period
    if one.cycle == "week" and start.start >= end.start:
        if start.start > anchor and start.end - periods.WEEK <= anchor:
            end = Period(end.start + periods.WEEK, end.end + periods.WEEK, end.precision)
        else:
            start = Period(start.start - periods.WEEK, start.end - periods.WEEK, start.precision)
    if one.cycle == "year" and not one.absolute:
        moved = _in_year(start, end.start.year)
        start = moved if moved.start < end.start else _in_year(start, end.start.year - 1)
    return start, end


def _in_year(of: Period, y: int) -> Period:
    months = 12 * (y - of.start.year)
    return Period(
        periods.shifted(of.start, "month", months), periods.shifted(of.end, "month", months), of.precision
    )


def _bounded(reading: Reading, atom: Atom) -> Atom:
    """A date opened by the word before it."""
    if atom.role == "recurring":
        return atom
    for name in ("since", "until", "after", "before", "begins"):
        match = reading.language.bounds[name].search(reading.folded, max(0, atom.first - _REACH), atom.first)
        if match is None or (name == "begins" and not _begins(reading, atom)):
            continue
        opened = _opened(reading.anchor, atom.period, name)
        if opened is None:
            return atom
        period, forward = opened
        return replace(atom, first=match.start(), period=period, open_end=forward, open_start=not forward)
    return atom


def _begins(reading: Reading, atom: Atom) -> bool:
    """Is "from Monday" a beginning? One gone by ("bread from last Monday") is none, nor one left for another."""
    left = reading.language.bounds["moved"].search(reading.folded, max(0, atom.first - 2 * _REACH), atom.first)
    return left is None and atom.period.start > reading.anchor and atom.period.precision is not Precision.RANGE


def _opened(anchor: datetime, of: Period, bound: str) -> tuple[Period, bool] | None:
    """The opened period, and whether it is its end that is open."""
    if bound in {"since", "after", "begins"}:
        start = of.end if bound == "after" else of.start
        end = anchor if start < anchor else anchor.replace(year=_OPEN_END, month=1, day=1)
        return (Period(start, end, Precision.RANGE), True) if start < end else None
    end = of.end if bound == "until" else of.start
    start = anchor if end > anchor else periods.midnight(anchor).replace(year=_OPEN_START, month=1, day=1)
    return (Period(start, end, Precision.RANGE), False) if start < end else None


def _without_overlaps(spans: list[DateSpan]) -> list[DateSpan]:
    """In order; where two languages read the same words, the longer reading."""
    kept: list[DateSpan] = []
    taken = bytearray(max((span.last for span in spans), default=0))
    for span in sorted(spans, key=lambda s: (s.first - s.last, s.first)):
        if not any(taken[span.first : span.last]):
            kept.append(span)
            taken[span.first : span.last] = b"\x01" * (span.last - span.first)
    return sorted(kept, key=lambda s: s.first)
