"""English date words and rules; pure tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from memcli.dates import build as b
from memcli.dates import digits
from memcli.dates import operators as op
from memcli.dates.english_cues import WORDS as CUES
from memcli.dates.grammar import Language, Prefix, Rule
from memcli.dates.numeric import CLOCKS, NUMERIC

_MONTHS: Final = "january february march april may june july august september october november december".split()
_DAYS: Final = "monday tuesday wednesday thursday friday saturday sunday".split()
_ONES: Final = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
).split()
_ORDINALS: Final = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
_UNITS: Final = "day week weekend fortnight month quarter year decade hour minute".split()

WORDS: Final[Mapping[str, Mapping[str, int | str]]] = {
    "dayword": {"today": 0, "yesterday": -1, "tomorrow": 1, "tmrw": 1}
    | {f"{the}day before yesterday": -2 for the in ("the ", "")}
    | {f"{the}day after tomorrow": 2 for the in ("the ", "")},
    "part": {name: name for name in ("morning", "afternoon", "evening", "night")},
    "rel": {"last": -1, "past": -1, "previous": -1, "this past": -1, "this last": -1}
    | {"this": 0, "current": 0, "next": 1, "upcoming": 1},
    "yearrel": {"last year": -1, "this year": 0, "next year": 1},
    "weekday": {name: i for i, name in enumerate(_DAYS)},
    "abbr": {"mon": 0, "tue": 1, "tues": 1, "wed": 2, "weds": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4}
    | {"sat": 5, "sun": 6},
    "month": {name: i + 1 for i, name in enumerate(_MONTHS)}
    | {name[:3]: i + 1 for i, name in enumerate(_MONTHS)}
    | {"sept": 9},
    "unit": {f"{name}{s}": name for name in _UNITS for s in ("", "s")}
    | {"min": "minute", "mins": "minute", "hrs": "hour", "wks": "week", "yrs": "year"},
    "num": {name: i + 1 for i, name in enumerate(_ONES)}
    | {"a": 1, "an": 1, "a couple": 2, "a couple of": 2, "couple": 2, "couple of": 2}
    | {"thirty": 30, "forty": 40, "fifty": 50, "a hundred": 100},
    "vague": {"a few": "few", "few": "few", "some": "few", "several": "several"},
    "season": {"spring": "spring", "summer": "summer", "autumn": "autumn", "fall": "autumn", "winter": "winter"},
    "third": {"early": 0, "mid": 1, "middle": 1, "late": 2, "beginning": 0, "start": 0, "end": 2},
    "nth": {name: i + 1 for i, name in enumerate(_ORDINALS[:5])}
    | {"1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5, "last": -1},
    "quarter": {"first": 1, "second": 2, "third": 3, "fourth": 4, "1": 1, "2": 2, "3": 3, "4": 4}
    | {"1st": 1, "2nd": 2, "3rd": 3, "4th": 4},
    "day": {name: i + 1 for i, name in enumerate(_ORDINALS)}
    | {f"twenty{dash}{name}": i + 21 for i, name in enumerate(_ORDINALS[:9]) for dash in "- "}
    | {"thirtieth": 30, "thirty-first": 31},
    "decade": {"twenties": 20, "thirties": 30, "forties": 40, "fifties": 50, "sixties": 60, "seventies": 70}
    | {"eighties": 80, "nineties": 90},
    "holiday": {f"{name}{day}": "christmas" for name in ("christmas", "xmas") for day in ("", " day")}
    | {f"{name} eve": "christmas_eve" for name in ("christmas", "xmas")}
    | {f"new year{s} eve": "new_years_eve" for s in ("", "'s", "s")}
    | {f"new year{s} day": "new_year" for s in ("", "'s", "s")}
    | {"new year's": "new_year", "new year": "new_year", "halloween": "halloween", "easter sunday": "easter"}
    | {"easter": "easter", "easter monday": "easter_monday", "good friday": "good_friday"}
    | {f"valentine{s}": "valentine" for s in ("'s", "'s day", "s", "s day", "")}
    | {"thanksgiving": "thanksgiving", "thanksgiving day": "thanksgiving", "black friday": "black_friday"}
    | {
        "4th of july": "july_4",
        "fourth of july": "july_4",
        "independence day": "july_4",
        "juneteenth": "juneteenth",
    }
    | {"boxing day": "boxing_day", "memorial day": "memorial_day", "labor day": "us_labor_day"}
    | {"mother's day": "mothers_day", "mothers day": "mothers_day", "father's day": "fathers_day"}
    | {"fathers day": "fathers_day", "labour day": "labour_day", "mlk day": "mlk_day"}
    | {f"{saint} patrick's day": "st_patrick" for saint in ("st", "st.", "saint")},
    "half": {"am": 0, "a.m": 0, "a.m.": 0, "pm": 1, "p.m": 1, "p.m.": 1},
    "noon": {"noon": 12, "midday": 12, "midnight": 0},
}


_D: Final = r"(?P<day>(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?)"
_D2: Final = r"(?P<day2>(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?)"
_NOT_A_YEAR: Final = (
    r"(?![,.:]\d| ?%| (?:words|people|steps|miles|dollars|euros|km|meters|calories|times|of them))"
)
_Y: Final = rf"(?:(?:,? | of |, of )<year>{_NOT_A_YEAR}|(?: of|,)? <yearrel>)"
_NTH: Final = r"(?P<day>(?:[1-9]|[12]\d|3[01])(?:st|nd|rd|th))"
_NTH2: Final = r"(?P<day2>(?:[1-9]|[12]\d|3[01])(?:st|nd|rd|th))"
_WD: Final = r"(?:(?:<!weekday>|<!abbr>\.?),? (?:the )?)?"
_M: Final = r"<month>(?:\.(?=,? ?\d))?"
_PART: Final = r"(?: <part>)?"
_LONG: Final = r"(?P<unit>week|weekend|fortnight|month|quarter|year|decade)"
_TO: Final = r"(?: ?[-\u2013] ?| to | until | till | through )"
_AT: Final = (
    r"(?P<lead>(?:in|due|since|until|till|during|from|before|after|through|around|back in|between) (?:the )?)"
)
_THIRD: Final = r"(?P<lead>(?:early|mid|late)(?: in)?[- ]|(?:end|start|beginning|middle) of (?:the )?)"
_ABOUT: Final = r"(?:(?:about|around|roughly|almost|nearly|exactly|just|over) )?"
_HOUR: Final = r"(?P<hour>[01]?\d|2[0-3])"
_MIN: Final = r"(?P<minute>[0-5]\d)"
_EARLY: Final = r"(?P<early> (?:in the (?:early )?morning|at night))?"
_NOT_DAYS: Final = r"(?<!black )(?<!good )(?<!ash )(?<!tgi )(?<!palm )(?<!cyber )(?<!casual )"
_WHEN: Final = r"(?P<lead>(?:on|by|since|until|till|from|before|after) )"
_UNTIL: Final = r"(?P<lead>(?:at|by|until|till|since|around|from|before|after|to) )"
_OVER: Final = r"(?P<lead>(?:at|in|on|over|during|around|for|by|until|till|before|after|of|from|since) )"
_MOVED: Final = (
    r"(?:moved?|postponed?|rescheduled?|push(?:ed)?|delay(?:ed)?|deferr?(?:ed)?|shift(?:ed)?|extend(?:ed)?|brought|"
    r"bring|put|chang(?:ed?)|switch(?:ed)?|swap(?:ped)?)"
)
_STOP: Final = (
    r"(?=$|[.,;!?)]| (?:at|with|and|after|before|in|i|we|he|she|they|for|to|because|when|so|but|from)\b)"
)

_DAY_RULES: Final = (
    Rule(r"<dayword>(?: (?:in the |at )?<part>)?", b.day_word),
    Rule(r"(?:earlier|later) today", b.today),
    Rule(r"this <part>", b.day_part(0)),
    Rule(r"tonight", b.day_part(0)),
    Rule(r"last (?:night|evening)", b.day_part(-1)),
    Rule(r"(?:in the|at) <part>", b.weak_part, role="part", weak=True),
    Rule(r"the other (?:day|night|evening|afternoon|morning)", b.other_day),
    Rule(rf"<rel> <weekday>{_PART}", b.weekday_english),
    Rule(rf"<rel> <abbr>{_PART}", b.weekday_english, cased=True),
    Rule(r"(?:a )?week on <weekday>", b.weekday_week),
    Rule(r"(?:on )?<weekday> week(?! ?end|s)", b.weekday_week),
    Rule(rf"(?:this )?(?:up)?coming <weekday>{_PART}", b.weekday_coming(1)),
    Rule(rf"{_NOT_DAYS}<weekday>{_PART}", b.weekday_bare, cycle="week"),
    Rule(rf"(?P<lead>(?:on|by|until|till|since) )<abbr>{_PART}", b.weekday_bare, cycle="week", cased=True),
    Rule(r"(?P<abbr>tues?|weds|thurs?|fri)", b.weekday_bare, cycle="week"),
    Rule(r"<abbr>(?=,? (?:at )?\d{1,2}(?:[:.]\d\d)? ?[ap]m\b)", b.weekday_bare, cycle="week"),
    Rule(r"<weekday>,? (?:of )?<rel> week", b.weekday_calendar),
    Rule(rf"<rel> week,? (?:on )?<weekday>{_PART}", b.weekday_calendar),
    Rule(r"<num> weeks? ago,? (?:on )?<weekday>", b.weekday_weeks_ago),
    Rule(r"<num> weeks? ago <dayword>", b.day_weeks_ago),
    Rule(r"<num> (?:<weekday>)s ago", b.weekdays_ago),
    Rule(r"(?:the )?<weekday> before last", b.weekdays_ago),
    Rule(r"the (?:night|evening) before last", b.day_part(-2)),
    Rule(r"(?:<!weekday>|<!abbr>),? the (?P<day>(?:[1-9]|[12]\d|3[01])(?:st|nd|rd|th))(?! of)", b.day_of_month),
    Rule(rf"(?P<lead>{_MOVED}\b[^.!?;\n]{{0,48}}? to )the {_NTH}{_STOP}", b.day_of_month, cycle="month"),
    Rule(rf"{_WHEN}the {_NTH}{_STOP}", b.day_of_month, cycle="month"),
    Rule(rf"(?:(?:from|between) )?(?:the )?{_NTH}(?:{_TO}| and )(?:the )?{_NTH2}{_STOP}",
         b.days_of_month, cycle="month"),
)  # fmt: skip

_UNIT_RULES: Final = (
    Rule(r"(?:the |this )past (?P<unit>week|month|quarter|year|decade|hour)", b.stretch(-1)),
    Rule(rf"(?:the )?<rel> {_LONG}", b.unit_relative),
    Rule(rf"{_OVER}the (?P<unit>weekend)", b.unit_by_tense),
    Rule(rf"(?:the )?{_LONG} after next", b.unit_shifted(2)),
    Rule(rf"(?:the )?{_LONG} before last", b.unit_shifted(-2)),
    Rule(rf"(?<!half ){_ABOUT}<num> <unit> (?:ago|back)", b.counted(-1)),
    Rule(rf"{_ABOUT}<vague> <unit> (?:ago|back)", b.vague(-1)),
    Rule(r"half a year ago", b.fixed("month", -6)),
    Rule(r"half an hour ago", b.fixed("minute", -30)),
    Rule(r"in half an hour", b.fixed("minute", 30)),
    Rule(rf"in {_ABOUT}(?!a minute|a day|an hour|one day)<num> <unit>(?:'s?)?(?: time| from now)?(?! of | old)",
         b.counted(1)),
    Rule(r"<num> <unit> from (?:now|today)", b.counted(1)),
    Rule(r"in <vague> <unit>(?:'? time)?(?! of )", b.vague(1)),
    Rule(r"<vague> <unit> from now", b.vague(1)),
    Rule(r"(?:the |these )?(?:last|past|previous) <num> <unit>", b.stretch(-1)),
    Rule(r"(?:the |these )?(?:last|past|previous) <vague> <unit>", b.stretch(-1)),
    Rule(r"(?:the )?next <num> <unit>", b.stretch(1)),
    Rule(r"(?:the )?next <vague> <unit>", b.stretch(1)),
    Rule(r"within (?:the next )?<num> <unit>", b.stretch(1)),
    Rule(rf"for {_ABOUT}<num> <unit> (?:now|already)", b.stretch(-1)),
    Rule(rf"(?<!for )(?!(?:an?|per) ){_ABOUT}(?!(?:an?|per) )<num> <unit> (?:now|already)", b.stretch(-1)),
    Rule(r"(?P<lead>been (?:about |almost )?)<num> <unit> (?:now|already)", b.stretch(-1)),
    Rule(r"(?P<lead>(?:have|has|ve|been)\b[^.!?;]{0,60}? )for <num> (?P<unit>days|weeks|months|years?|decades?)",
         b.stretch(-1)),
    Rule(r"earlier (?:this|in the) (?P<unit>week|month|year)", b.week_so_far(-1)),
    Rule(r"later (?:this|in the) (?P<unit>week|month|year)", b.week_so_far(1)),
    Rule(r"(?:the )?<third> of the (?P<unit>week|month|year)", b.third_of_unit),
)  # fmt: skip

_YEARLY_RULES: Final = (
    Rule(rf"{_WD}(?:the )?{_D} (?:of )?{_M}{_Y}", b.date),
    Rule(rf"{_WD}(?:the )?{_D} (?:of )?{_M}", b.date, cased=True, cycle="year"),
    Rule(rf"{_WHEN}{_WD}(?:the )?{_D} (?:of )?{_M}", b.date, cycle="year"),
    Rule(rf"(?:the )?<day> of {_M}{_Y}?", b.date, cycle="year", cased=True),
    Rule(rf"{_WD}{_M} (?:the )?{_D}(?:st|nd|rd|th)?{_Y}", b.date),
    Rule(rf"{_WD}{_M} (?:the )?{_D}(?![:.,]\d| ?(?:am|pm)\b)", b.date, cycle="year", cased=True),
    Rule(rf"{_WHEN}{_M} (?:the )?{_D}(?![:.,]\d)", b.date, cycle="year"),
    Rule(rf"{_M} (?:the )?<day>{_Y}?", b.date, cycle="year", cased=True),
    Rule(rf"{_D}{_TO}{_D2} (?:of )?{_M}{_Y}?", b.date_range),
    Rule(rf"(?:between|from) (?:the )?{_D}(?:{_TO}| and )(?:the )?{_D2} (?:of )?{_M}{_Y}?", b.date_range),
    Rule(rf"(?:(?:between|from) )?(?:the )?{_D} (?:of )?{_M}{_TO}(?:the )?{_NTH2}{_STOP}",
         b.date_range, cased=True),
    Rule(rf"(?:(?:between|from) )?{_M} {_D}(?:{_TO}| and ){_D2}{_Y}?(?![:.,]\d)", b.date_range, cased=True),
    Rule(rf"{_M}{_Y}", b.month),
    Rule(rf"{_AT}{_M}", b.month, cycle="year"),
    Rule(rf"(?P<lead>for )(?!(?:april|may|june|jan|mar)\b){_M}", b.month, cycle="year"),
    Rule(rf"{_THIRD}{_M}", b.month, cycle="year"),
    Rule(rf"(?<!ed )(?P<lead>by ){_M}", b.by_then(b.month), cycle="year"),
    Rule(rf"(?P<lead>(?:from|between|since) <!month>(?: [12]\d\d\d)?(?:{_TO}| and )){_M}{_Y}?",
         b.month, cycle="year"),
    Rule(rf"<rel> {_M}", b.month, cased=True),
    Rule(rf"(?:the )?<nth> (?:<weekday>|weekend) (?:of|in) {_M}{_Y}?", b.nth_weekday),
    Rule(rf"(?:the )?<nth> week (?:of|in) {_M}{_Y}?", b.nth_week),
    Rule(r"(?:the )?<rel> <season>", b.season),
    Rule(r"<num> (?:<season>)s ago", b.seasons_ago),
    Rule(rf"(?:the )?<season>{_Y}", b.season),
    Rule(r"(?P<lead>(?:in|over|during|since|until|before|after|early|mid|late|end of|for|all) (?:the )?)"
         r"(?!fall)<season>",
         b.season, cycle="year"),
    Rule(r"(?P<lead>in )(?:the )?(?P<season>fall)(?! of\b)", b.season, cycle="year"),
    Rule(r"(?<!ed )(?P<lead>by )(?:the )?<season>", b.by_then(b.season), cycle="year"),
    Rule(r"<rel> <holiday>", b.holiday),
    Rule(rf"<holiday>{_Y}", b.holiday),
    Rule(rf"{_OVER}(?:the )?<holiday>(?! (?:tree|party|song|movie|card|gift|dinner|cookie)s?\b)",
         b.holiday, cycle="year"),
    Rule(rf"q(?P<quarter>[1-4])(?:{_Y}|(?<=in q\d)|(?<=by q\d))", b.quarter),
    Rule(rf"(?:the )?<quarter> quarter{_Y}", b.quarter),
)  # fmt: skip

_YEAR_RULES: Final = (
    Rule(rf"(?P<lead>(?:in|since|until|till|before|after|during|by|around|circa|from|early|mid|late|end of|"
         rf"start of|beginning of|middle of|through)(?: in)?[- ](?:the year )?)"
         rf"(?P<year>(?:18|19|20)\d\d){_NOT_A_YEAR}(?!-\d)",
         b.year),
    Rule(rf"(?P<lead>(?:from|between) (?:18|19|20)\d\d(?:{_TO}| and ))(?P<year>(?:18|19|20)\d\d)", b.year),
    Rule(r"between (?P<year>(?:18|19|20)\d\d) and (?P<year2>(?:18|19|20)\d\d)", b.year_range),
    Rule(r"(?P<lead>(?:in|since|until|back in|of) )'(?P<year>\d\d)(?!')", b.year),
    Rule(rf"(?P<lead>(?:my|our|his|her|their) )(?P<year>(?:19|20)\d\d)(?= [a-z]){_NOT_A_YEAR}", b.year),
    Rule(r"the year (?P<year>(?:18|19|20)\d\d)", b.year),
    Rule(r"(?P<lead>\()(?P<year>(?:18|19|20)\d\d)(?=\))", b.year),
    Rule(rf"(?:from )?(?P<year>(?:19|20)\d\d){_TO}(?P<year2>(?:19|20)\d\d)", b.year_range),
    Rule(r"(?:the )?(?P<decade>(?:18|19|20)\d0)'?s", b.decade),
    Rule(r"the '?(?P<decade>\d0)'?s", b.decade),
    Rule(r"(?P<lead>(?:early|mid|late)[- ])'?(?P<decade>\d0)'?s", b.decade),
    Rule(r"the <decade>", b.decade),
)  # fmt: skip

_RECURRING_RULES: Final = tuple(
    Rule(pattern, b.recurring, role="recurring")
    for pattern in (
        r"(?:every|each) (?:other |single |second |last |first )?"
        r"(?:<!weekday>s?|<!abbr>|<!part>|<!season>|<!month>|<!holiday>)(?: <!part>)?"
        r"(?:(?:,|,? and|,? or) (?:<!weekday>s?|<!abbr>)(?: <!part>)?)*",
        r"(?:every|each) (?:other |single |second |<num> )?(?:<!unit>)",
        r"(?:<!weekday>)s",
        r"(?:<!weekday>) (?:mornings|afternoons|evenings|nights)",
        r"(?:(?:<!weekday>|<!abbr>)(?:,? and |, ?| )){2,}(?:<!weekday>|<!abbr>)",
        r"(?:<!weekday>|<!abbr>) ?(?:-|\u2013|to) ?(?:<!abbr>)",
        rf"(?:an?|any) (?:(?:free|quiet|normal|sunny|rainy) )?(?:<!weekday>){_STOP}",
        r"(?:the )?(?:<!nth>) (?:<!weekday>) (?:of|in) (?:the|each|every) month",
        r"(?:every |the )?(?:first|second|third|fourth|1st|2nd|3rd|4th)(?: and (?:third|fourth|last))? <!weekday>"
        r"(?! (?:of|in) )",
        r"(?:on |at )(?:weekends|weekdays|weeknights)",
        r"(?:once|twice|three times|a few times|several times) (?:a|every|each) <!unit>",
    )
)

_CLOCK_RULES: Final = (
    Rule(rf"{_HOUR}(?:[:.]{_MIN})? ?<half>", digits.clock, role="clock"),
    Rule(rf"{_UNTIL}(?P<hour>[1-6]):{_MIN}{_EARLY}", digits.spoken_clock, role="clock"),
    Rule(rf"{_UNTIL}{_HOUR}:{_MIN}", digits.clock, role="clock"),
    Rule(
        rf"(?P<lead>(?:at|by|until|till|around|before|after) ){_HOUR} o'clock{_EARLY}",
        digits.spoken_clock,
        role="clock",
    ),
    Rule(rf"(?P<lead>at ){_HOUR}(?![\d%/]|[:.,]\d){_EARLY}", digits.spoken_clock, role="clock", weak=True),
    Rule(r"(?P<lead>(?:at|by|until|till|around|before|after|since) )<noon>", digits.clock, role="clock"),
)  # fmt: skip

_NOT_OFTEN: Final = r"(?<!days )(?<!hours )(?<!times )(?<!nights )(?<!once )(?<!twice )"
_PREFIXES: Final = (
    Prefix(r"for <num> <unit> (?:from|starting|beginning)(?: on| from)? (?:the )?", op.lasting),
    Prefix(r"(?:the )?(?P<unit>week|weekend|month|year) (?:of|beginning|starting)(?: on)? (?:the )?", op.week_of),
    Prefix(
        r"(?:the )?(?P<unit>day|week|weekend|month|year) (?:before|prior to|preceding) (?:the )?",
        op.unit_beside(-1),
    ),
    Prefix(r"(?:the )?(?P<unit>day|week|weekend|month|year) (?:after|following) (?:the )?", op.unit_beside(1)),
    Prefix(r"(?:the )?<weekday> (?:before|prior to|preceding) (?:the )?", op.weekday_beside(-1)),
    Prefix(r"(?:the )?<weekday> (?:after|following) (?:the )?", op.weekday_beside(1)),
    Prefix(r"(?:the )?<weekday> of ", op.weekday_beside(0)),
    Prefix(r"<num> <unit> (?:before|prior to|ahead of) (?:the )?", op.counted_beside(-1)),
    Prefix(rf"{_NOT_OFTEN}<num> <unit> (?:after|from|following) (?:the )?", op.counted_beside(1)),
    Prefix(r"(?:the )?(?P<third>early|mid|late)(?:-| in | )(?:the )?", op.third_of),
    Prefix(r"(?:the )?(?P<third>beginning|start|middle|end) of (?:the )?", op.third_of),
    Prefix(r"(?:the )?<part> of (?:the )?", op.part_of),
)

LANGUAGE: Final = Language(
    name="english",
    markers=frozenset(
        """the and is was in on at to of i my it we you for with that this have had has did will he she they
        are be ago last next yesterday today tomorrow since until between week weeks month months
        year years days monday tuesday wednesday thursday friday saturday sunday january february
        may june july august october december march just got went not but so our his her from by
        what when how""".split()
    ),
    words=WORDS,
    rules=(
        *_DAY_RULES, *_UNIT_RULES, *_YEARLY_RULES, *_YEAR_RULES, *_RECURRING_RULES, *_CLOCK_RULES, *CLOCKS,
        *NUMERIC,
        Rule(rf"{_WHEN}(?!24/7)(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}})(?![/\d])", digits.numeric_short),
    ),
    prefixes=_PREFIXES,
    cues=CUES,
    since=r"(?:ever )?since (?:about |around |back in |the |in |on )?|"
    r"(?:starting|beginning) (?:from |on |in |the )?",
    until=r"(?:until|till|til|up to|by|no later than) (?:the |about |around |in |on )?",
    after=r"after (?:the )?",
    before=r"(?:before|prior to) (?:the )?",
    join=r"(?: ?[-\u2013\u2014] ?| (?:to|until|till|through|and) (?:the )?)",
    between=r"(?:between|from) (?:the )?",
    begins=r"(?:from|as of)(?: about| around)? (?:the )?",
    moved=rf"{_MOVED}\b[^.!?;]{{0,60}}? from (?:the )?",
    clock_gap=r"(?:,? ?(?:at|around|about|by|from|@|on|in|of|-)? ?(?:the )?)",
    doubtful=frozenset({"may", "march", "mar", "sat", "sun", "wed", "mon", "second", "dec", "jan"}),
    day_first=False,
)  # fmt: skip
