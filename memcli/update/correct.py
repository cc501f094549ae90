"""A correction that names only the new value ("no, it's Tuesday"), put into the memory it means; pure."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from difflib import SequenceMatcher
from typing import Final

from memcli.dates import DateSpan, find_dates, format_span
from memcli.records import Candidate, Memory, Precision, Stance
from memcli.terms import fold
from memcli.update.contrast import contrast, swapped
from memcli.update.slots import Slot, slots_of

_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY: Final = re.compile(r"\b(mon|tue|wed|thu|fri|sat|sun)(?:day|sday|nesday|rsday|urday)?s?\b", re.IGNORECASE)
_WHOLE: Final = re.compile(
    r"^(?P<said>.+?)(?:, (?:and )?not|(?P<instead>,? (?:instead of|rather than))) "
    r"(?:in |on |at |to |for |with |by |from |the |an? )*(?P<old>[^,.;]+?)[.!]*$",
    re.IGNORECASE,
)
_SMALL: Final = frozenset("a an the in on at to for with by from of is are was were it".split())
_NO_MODIFIER: Final = "of|at|in|on|for|with|to|from|the|an?|and|or|who|that|by|as|is|was"
_LEAD: Final = re.compile(
    r"^(?:it'?s|it is|it was|that'?s|that is|he'?s|she'?s|they'?re|his name is|her name is|the name is|to|in|on|"
    r"at|called|named)\s+",
    re.IGNORECASE,
)
_NUMBER: Final = r"(?:\d[\d.,]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_HOUR: Final = re.compile(
    r"\bat (?P<hour>(?:half past |quarter (?:past|to) )?(?:one|two|three|four|five|six|seven|eight|nine|ten|"
    r"eleven|twelve|noon|midnight))\b",
    re.IGNORECASE,
)
MOST: Final = 4
_PUT_OFF: Final = re.compile(
    r"\b(?:pushed|put|moved) (?:\w+ )?(?:back|off)\b|\b(?:postponed|delayed)\b", re.IGNORECASE
)
_QUANTITY: Final = re.compile(rf"\b(?P<number>{_NUMBER}) (?P<unit>[a-z]{{2,}})\b(?<!am)(?<!pm)", re.IGNORECASE)
_MEASURE: Final = re.compile(r"^\W*(?P<number>\d[\d.,]*) ?(?P<unit>[a-zµ%°]{1,4})\W*$", re.IGNORECASE)
_DAYS: Final = (
    r"(?P<first>\d{1,2})(?:st|nd|rd|th)?(?P<to> (?:to|until|till|and) | ?[-–] ?)(?:the )?"
    r"(?P<last>\d{1,2})(?:st|nd|rd|th)?"
)
_RANGE: Final = re.compile(rf"^(?:(?:from|the|between) )*{_DAYS}(?:$|,| instead)", re.IGNORECASE)
_RANGE_HELD: Final = re.compile(rf"(?<![\d:.]){_DAYS}(?![\d:.]*\d)", re.IGNORECASE)
_FIGURE: Final = re.compile(rf"^\W*(?P<number>(?:\d[\d.,]*\d|\d)(?: and a half)?|{_NUMBER})\W*$", re.IGNORECASE)
_FIGURES: Final = re.compile(r"(?<![\w:.,/-])\d(?:[\d.,]*\d)?(?![\w:/-]|[.,]\d)(?! (?:years?|months?)\b)")
_PROPER: Final = re.compile(r"[A-ZÀ-Þ][\w'’-]+(?: [A-ZÀ-Þ][\w'’-]+)?")
LIKE: Final = 0.6
"""How alike two names are of which one is put in the place of the other, 0..1."""
_CLAUSE: Final = re.compile(
    r"(?:i|we|you|he|she|they|nobody|everyone|the \d\w*)\b|.*\b(?:is|are|was|were|has|had|been|can't|don't)\b",
    re.IGNORECASE,
)
"""A sentence of its own is nobody's value."""
_DEADLINE: Final = re.compile(r"(?:by|until|till|before) ", re.IGNORECASE)
_SMALL_FIRST: Final = re.compile(rf"^(?:(?:an?|the|{_NUMBER})\b)", re.IGNORECASE)
_ARTICLE: Final = re.compile(r"\b(?:an?|the) $", re.IGNORECASE)
_DAY: Final = re.compile(
    r"^\W*(?:(?:it'?s|it is|on|for)\s+)*(?:the )?(?P<day>\d{1,2})(?:st|nd|rd|th)\W*$", re.IGNORECASE
)
_ALONE: Final = re.compile(
    rf"^\W*(?:(?:it'?s|it is|on|at|for|by|the|next|this|coming)\s+)*(?:(?:mon|tue|wed|thu|fri|sat|sun)"
    rf"(?:day|sday|nesday|rsday|urday)?s?|{_NUMBER}(?:st|nd|rd|th)?)\W*$",
    re.IGNORECASE,
)
_MONTH: Final = re.compile(
    r"\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b",
    re.IGNORECASE,
)
_OF_A_DAY: Final = re.compile(rf"\b\d{{1,2}}\b|{_WEEKDAY.pattern}", re.IGNORECASE)
_CLOCK: Final = re.compile(
    r"^\W*(?:(?:it'?s|it is|at|for)\s+)*\d{1,2}(?::\d\d)?\s*(?:am|pm|a\.m\.|p\.m\.|o'clock)?\W*$", re.IGNORECASE
)


def is_value_alone(text: str) -> bool:
    """Is a correction nothing but a weekday, a day or a number, which fits whatever has one?"""
    return bool(_ALONE.match(text))


def corrected(memory: Memory, candidate: Candidate) -> Memory | None:
    """The memory with the value that ``candidate`` corrects, or None where it cannot be meant."""
    fragment = candidate.text.strip().rstrip(".")
    attempts = [_ranged, _swapped, _measured, _counted, _clocked, _dated, _weekly]
    if not find_dates(fragment, candidate.said_at) and contrast(fragment) is None:
        attempts += [_valued, _numbered, _renamed]
    for attempt in attempts:
        if (after := attempt(memory, candidate, fragment)) is not None and after.text != memory.text:
            return after
    return None


def set_right(memory: Memory, candidate: Candidate) -> Memory | None:
    """The memory with one value for another, where a whole sentence denies the old one ("in Oslo, not in Bergen").

    What else the memory says stays: a name that the sentence leaves out is not lost.
    """
    match = _WHOLE.match(candidate.text)
    if match is None or (match["instead"] and candidate.stance is not Stance.CORRECTS):
        return None
    if not re.search(rf"\b{re.escape(match['old'])}\b", memory.text, re.IGNORECASE):
        return None
    known = set(re.findall(r"[\w'’]+", memory.text.lower()))
    words = re.findall(r"[\w'’.:-]+", match["said"])
    new = [word for word in words if word.lower() not in known and word.lower() not in _SMALL]
    kept = [word for word in words if word not in new]
    at = match["said"].find(" ".join(new)) if new else -1
    part = match["old"][:1].isdigit() and len(new) != len(match["old"].split())
    if at < 0 or part or len(kept) < 2:
        return None
    whole = _complement(memory.text, match, " ".join(new))
    text = whole or _put(memory.text, match["old"], " ".join(new))
    return replace(
        memory,
        text=text,
        event_at=candidate.event_at or memory.event_at,
        event_end=candidate.event_end if candidate.event_at else memory.event_end,
        event_precision=candidate.event_precision if candidate.event_at else memory.event_precision,
        sources=tuple(dict.fromkeys((*memory.sources, *candidate.sources))),
    )


def _complement(text: str, told: re.Match[str], new: str) -> str | None:
    """The memory with another whole complement, where the word denied has others before it that go with it.

    "Is a cargo airline pilot", of a teacher, becomes "is a teacher".
    """
    what = re.search(rf"\b(?:is|was) (?P<what>(?:an? |the )?{re.escape(new)})$", told["said"], re.IGNORECASE)
    held = re.search(
        rf"(?:(?<=\bis )|(?<=\bwas ))an? (?:(?!(?:{_NO_MODIFIER})\b)[\w'-]+ ){{1,4}}{re.escape(told['old'])}\b"
        r"(?: (?:at|for|with) [^,.;]+)?",
        text,
        re.IGNORECASE,
    )
    return text[: held.start()] + what["what"] + text[held.end() :] if what and held else None


def _swapped(memory: Memory, candidate: Candidate, fragment: str) -> Memory | None:
    """The one value for the other; a date takes the event with it."""
    first = fragment.partition(" ")[0]
    said = fragment if first in candidate.evidence else fragment[:1].lower() + fragment[1:]
    text = swapped(memory.text, said)
    if text is None:
        return None
    told = find_dates(memory.text, candidate.said_at), find_dates(text, candidate.said_at)
    old, new = ([span for span in spans if not span.recurring][:1] for spans in told)
    if memory.event_at is None or not (old and new) or old[0].start == new[0].start:
        return replace(memory, text=text)
    when = new[0]
    return replace(memory, text=text, event_at=when.start, event_end=when.end, event_precision=when.precision)


def _dated(memory: Memory, candidate: Candidate, fragment: str) -> Memory | None:
    """A weekday, date or time in place of the memory's date; a weekday means the nearest one to it."""
    spans = [s for s in find_dates(memory.text, candidate.said_at) if not s.recurring]
    if not spans:
        return None
    old, deadline = spans[0], _DEADLINE.match(spans[0].text)
    if deadline is not None:
        old, fragment = _last_day(old, deadline.end()), _DEADLINE.sub("", fragment, count=1)
    new = _new_span(fragment, old, candidate)
    if new is None:
        return None
    if _PUT_OFF.search(candidate.evidence) and not new.absolute:
        new = _after(new, old)
    new = _ahead(new, old, candidate)
    named = _MONTH.search(new.text) and not re.search(r"\d{4}", old.text)
    shown = new.text if named and _MONTH.search(old.text) else format_span(new)
    text = _preposed(memory.text[: old.first], old, new) + shown + memory.text[old.last :]
    if deadline is not None:
        held = new.end if memory.valid_to == old.end else memory.valid_to
        return replace(memory, text=text, event_end=new.end, valid_to=held)
    return replace(memory, text=text, event_at=new.start, event_end=new.end, event_precision=new.precision)


def _last_day(deadline: DateSpan, lead: int) -> DateSpan:
    """The day that a deadline names, without its ``lead`` ("by ")."""
    first, start = deadline.first + lead, deadline.end - timedelta(days=1)
    return replace(deadline, first=first, start=start, precision=Precision.DAY, open_start=False)


def likely_dated(memory: Memory, candidate: Candidate) -> bool:
    """Has a memory a day of the month that a correction names? It is meant before what was said since."""
    told = [s for s in find_dates(candidate.text, candidate.said_at) if _MONTH.search(s.text)]
    held = find_dates(memory.text, candidate.said_at)
    return any(
        one.precision is two.precision is Precision.DAY and one.start.month == two.start.month
        for one in told
        for two in held
    )


def _ahead(new: DateSpan, old: DateSpan, candidate: Candidate) -> DateSpan:
    """A day without a year in place of one that is still to come is still to come."""
    if new.absolute or not new.start < candidate.said_at < old.start or not _MONTH.search(new.text):
        return new
    try:
        return replace(
            new, start=new.start.replace(year=new.start.year + 1), end=new.end.replace(year=new.end.year + 1)
        )
    except ValueError:  # 29 February
        return new


def _after(new: DateSpan, old: DateSpan) -> DateSpan:
    """The same day or month in the first year that is later than what it puts off."""
    for year in range(old.start.year, old.start.year + 2):
        try:
            start = new.start.replace(year=year)
            end = new.end.replace(year=year + new.end.year - new.start.year)
        except ValueError:  # 29 February
            continue
        if new.start < old.start <= start:
            return replace(new, start=start, end=end)
    return new


def _preposed(before: str, old: DateSpan, new: DateSpan) -> str:
    """The words before a date with the preposition that another kind of date needs: in May, on 5 May."""
    if old.precision is new.precision or not re.search(r"\b(?:in|on)(?: the)? $", before):
        return before
    preposition = "on" if new.precision in (Precision.DAY, Precision.INSTANT) else "in"
    return re.sub(r"\b(?:in|on)(?: the)? $", f"{preposition} ", before)


def _new_span(fragment: str, old: DateSpan, candidate: Candidate) -> DateSpan | None:
    weekday = _WEEKDAY.search(fragment)
    found = find_dates(fragment, candidate.said_at)
    of_a_day = old.precision in (Precision.DAY, Precision.INSTANT) and _OF_A_DAY.search(old.text)
    if is_value_alone(fragment) and not of_a_day:
        return None  # a month has no weekday
    if weekday is not None and len(fragment.split()) <= 4:
        shift = (_WEEKDAYS.index(weekday.group(1).lower()) - old.start.weekday() + 3) % 7 - 3
        return replace(old, start=old.start + timedelta(days=shift), end=old.end + timedelta(days=shift))
    if (day := _DAY.match(fragment)) is not None:
        return _on_day(old, int(day["day"]))
    if not found:
        return None
    new = found[0]
    if _CLOCK.match(fragment) and new.precision is Precision.INSTANT:
        start = old.start.replace(hour=new.start.hour, minute=new.start.minute)
        return replace(new, start=start, end=start + (new.end - new.start))
    return new


def _on_day(old: DateSpan, day: int) -> DateSpan | None:
    """Another day of the same month; None where the month has no such day."""
    try:
        start = old.start.replace(day=day)
    except ValueError:
        return None
    return replace(old, start=start, end=start + (old.end - old.start))


def _counted(memory: Memory, candidate: Candidate, fragment: str) -> Memory | None:
    """A number in place of the memory's number of the same things ("45 euros" for "40 euros")."""
    match = _QUANTITY.search(fragment)
    if match is None or any(not span.recurring for span in find_dates(match.group(), candidate.said_at)):
        return None  # "20 September" counts nothing
    old = re.search(rf"\b{_NUMBER}(?= {re.escape(match['unit'])}\b)", memory.text, re.IGNORECASE)
    if old is None:
        return _of_another_number(memory, match)
    number = match["number"] if old.group()[:1].isupper() else match["number"].lower()
    return replace(memory, text=_put(memory.text, old.group(), number))


def _of_another_number(memory: Memory, new: re.Match[str]) -> Memory | None:
    """Two of what was one ("a coffee", "one coffee"), or the other way round."""
    one = re.escape(re.sub(r"e?s$", "", new["unit"]))
    old = re.search(rf"\b(?:{_NUMBER}|an?) (?P<kind>(?:\w+ )?){one}e?s?\b", memory.text, re.IGNORECASE)
    if old is None or len(new["unit"]) <= MOST - 1:
        return None
    told = f"{new['number'].lower()} {old['kind']}{new['unit']}"
    return replace(memory, text=memory.text[: old.start()] + told + memory.text[old.end() :])


def _measured(memory: Memory, _candidate: Candidate, fragment: str) -> Memory | None:
    """A number with its unit in place of the only one of that unit: "100mg" for "50 mg"."""
    match = _MEASURE.match(fragment)
    unit = re.escape(match["unit"]) if match else ""
    held = list(re.finditer(rf"\b\d[\d.,]*(?= ?{unit}\b)", memory.text, re.IGNORECASE)) if match else []
    if match is None or len(held) != 1 or unit.lower() in ("st", "nd", "rd", "th", "am", "pm"):
        return None
    return replace(memory, text=memory.text[: held[0].start()] + match["number"] + memory.text[held[0].end() :])


def _weekly(memory: Memory, _candidate: Candidate, fragment: str) -> Memory | None:
    """A weekday in place of the only one of what comes again: "every Sunday" for "every Saturday"."""
    new, old = _WEEKDAY.fullmatch(fragment.strip(" .!")), list(_WEEKDAY.finditer(memory.text))
    if new is None or len(old) != 1 or memory.event_at is not None:
        return None
    ending = "s" if old[0].group().endswith("days") else ""
    day = new.group().capitalize().removesuffix("s") + ending
    return replace(memory, text=memory.text[: old[0].start()] + day + memory.text[old[0].end() :])


def _ranged(memory: Memory, candidate: Candidate, fragment: str) -> Memory | None:
    """From one figure to another in place of the memory's: other days of the same month, other hours."""
    new = _RANGE.match(candidate.evidence.strip()) or _RANGE.match(fragment)  # as said, without a month
    old = _RANGE_HELD.search(memory.text)
    if new is None or old is None:
        return None
    text = f"{memory.text[: old.start()]}{new['first']}{old['to']}{new['last']}{memory.text[old.end() :]}"
    if memory.event_at is None or memory.event_end is None:
        return replace(memory, text=text)
    first, last = (timedelta(days=int(new[end]) - int(old[end])) for end in ("first", "last"))
    return replace(memory, text=text, event_at=memory.event_at + first, event_end=memory.event_end + last)


def _numbered(memory: Memory, candidate: Candidate, fragment: str) -> Memory | None:
    """A bare number in place of the only one that the memory has outside its dates; an age needs its word."""
    match = _FIGURE.match(_stripped(fragment))
    dated = [(span.first, span.last) for span in find_dates(memory.text, candidate.said_at)]
    held = [
        each
        for each in _FIGURES.finditer(memory.text)
        if not any(first <= each.start() < last for first, last in dated)
    ]
    if match is None or len(held) != 1 or any(slot.attribute == "age" for slot in slots_of(memory.text)):
        return None
    old, number = held[0], match["number"]
    digits = [len(re.sub(r"\D", "", each)) or 1 for each in (old.group(), number)]
    if abs(digits[0] - digits[1]) > 1:
        return None
    return replace(memory, text=memory.text[: old.start()] + number + memory.text[old.end() :])


def _renamed(memory: Memory, candidate: Candidate, fragment: str) -> Memory | None:
    """A name in place of the one that it is nearly: "Aliens" for "Alien", "Steven" for "Stephen"."""
    value, own = _stripped(fragment), {fold(word) for word in candidate.about.split()}
    if not _PROPER.fullmatch(value):
        return None
    names = [each.group() for each in _PROPER.finditer(memory.text) if fold(each.group()) not in own]
    alike = {name: SequenceMatcher(None, fold(name), fold(value)).ratio() for name in names}
    name = max(alike, key=lambda each: alike[each], default="")
    near = bool(name) and alike[name] >= LIKE and fold(name) != fold(value)
    return replace(memory, text=_put(memory.text, name, value)) if near else None


def _clocked(memory: Memory, _candidate: Candidate, fragment: str) -> Memory | None:
    """An hour in words in place of the memory's: "at eight" for "at seven"."""
    new = _HOUR.search(fragment) if len(fragment.split()) <= MOST else None
    old = _HOUR.search(memory.text)
    if new is None or old is None:
        return None
    return replace(memory, text=memory.text[: old.start("hour")] + new["hour"] + memory.text[old.end("hour") :])


def _valued(memory: Memory, _candidate: Candidate, fragment: str) -> Memory | None:
    """A bare value in place of the memory's slot value, if both are names or both are numbers."""
    value = _SMALL_FIRST.sub(lambda m: m.group().lower(), _stripped(fragment))
    slots = [s for s in slots_of(memory.text) if s.value]
    if not slots or len(value.split()) > 5 or _CLAUSE.match(value):
        return None
    folded = fold(memory.text)
    old = slots[0].value
    at = folded.find(old)
    if at < 0 or len(folded) != len(memory.text):
        return None
    before = memory.text[at : at + len(old)]
    number = bool(re.match(rf"{_NUMBER}\b", value, re.IGNORECASE))
    if number and (before.split()[1:] != value.split()[1:] or not _is_of_its_sort(slots[0], value)):
        return None
    alike = (
        bool(re.match(rf"{_NUMBER}\b", before, re.IGNORECASE)) is number
        and before[:1].isupper() <= value[:1].isupper()
    )
    lead = _ARTICLE.sub("", memory.text[:at]) if re.match(r"(?:an?|the) ", value) else memory.text[:at]
    return replace(memory, text=lead + value + memory.text[at + len(old) :]) if alike else None


def _is_of_its_sort(slot: Slot, value: str) -> bool:
    """Can a bare number be another reading of a slot's? An age needs its word; a year is no count."""
    digits = [len(re.sub(r"\D", "", text.split()[0])) or 1 for text in (slot.value, value)]
    return slot.attribute != "age" and abs(digits[0] - digits[1]) <= 1


def _stripped(text: str) -> str:
    while (shorter := _LEAD.sub("", text.strip())) != text:
        text = shorter
    return text.strip(" .!")


def _put(text: str, old: str, new: str) -> str:
    return re.sub(rf"\b{re.escape(old)}\b", lambda _: new, text, count=1, flags=re.IGNORECASE)
