"""German date words and rules, over folded text (no umlauts); pure tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from memcli.dates import build as b
from memcli.dates import digits
from memcli.dates import operators as op
from memcli.dates.grammar import Language, Prefix, Rule
from memcli.dates.leaning import CueWords
from memcli.dates.numeric import CLOCKS, NUMERIC

_MONTHS: Final = "januar februar marz april mai juni juli august september oktober november dezember".split()
_DAYS: Final = "montag dienstag mittwoch donnerstag freitag samstag sonntag".split()
_NUMBERS: Final = "ein zwei drei vier funf sechs sieben acht neun zehn elf zwolf".split()
_ENDINGS: Final = ("e", "en", "er", "es", "em")

WORDS: Final[Mapping[str, Mapping[str, int | str]]] = {
    "dayword": {"heute": 0, "gestern": -1, "vorgestern": -2, "morgen": 1, "ubermorgen": 2, "uebermorgen": 2},
    "part": {"morgen": "morning", "fruh": "morning", "vormittag": "morning", "nachmittag": "afternoon"}
    | {"abend": "evening", "nacht": "night"},
    "rel": {f"{stem}{end}": -1 for stem in ("letzt", "vergangen", "vorig") for end in _ENDINGS}
    | {f"{stem}{end}": 1 for stem in ("nachst", "naechst", "kommend") for end in _ENDINGS}
    | {f"dies{end}": 0 for end in _ENDINGS},
    "weekday": {name: i for i, name in enumerate(_DAYS)} | {"sonnabend": 5},
    "month": {name: i + 1 for i, name in enumerate(_MONTHS)} | {"maerz": 3, "janner": 1},
    "unit": {"tag": "day", "tage": "day", "tagen": "day", "woche": "week", "wochen": "week", "monat": "month"}
    | {"monate": "month", "monaten": "month", "jahr": "year", "jahre": "year", "jahren": "year", "jahres": "year"}
    | {"stunde": "hour", "stunden": "hour", "minute": "minute", "minuten": "minute", "quartal": "quarter"}
    | {"wochenende": "weekend", "wochenenden": "weekend", "monats": "month", "jahrzehnt": "decade"},
    "num": {name: i + 1 for i, name in enumerate(_NUMBERS)}
    | {"eine": 1, "einen": 1, "einem": 1, "einer": 1, "fuenf": 5, "zwanzig": 20},
    "vague": {"ein paar": "few", "einigen": "few", "einige": "few", "wenigen": "few", "mehreren": "several"},
    "season": {"fruhling": "spring", "fruhjahr": "spring", "sommer": "summer", "herbst": "autumn"}
    | {"winter": "winter"},
    "third": {"anfang": 0, "mitte": 1, "ende": 2},
    "holiday": {"weihnachten": "christmas", "heiligabend": "christmas_eve", "silvester": "new_years_eve"}
    | {"neujahr": "new_year", "ostern": "easter", "karfreitag": "good_friday", "pfingsten": "pentecost"}
    | {"halloween": "halloween", "valentinstag": "valentine"},
    "noon": {"mittag": 12, "mitternacht": 0},
}

_D: Final = r"(?P<day>0?[1-9]|[12]\d|3[01])\."
_Y: Final = r"(?: <year>)"
_LONG: Final = r"(?P<unit>woche|wochenende|monat|jahr|quartal|jahrzehnt)"
_PART: Final = r"(?:,? ?<part>)?"
_AM: Final = r"(?:am |im |in der |an )?"

RULES: Final = (
    Rule(r"<dayword>(?:,? ?(?:am )?<part>)?", b.day_word),
    Rule(r"heute (?:am )?<part>", b.day_part(0)),
    Rule(r"(?:letzte nacht|gestern nacht)", b.day_part(-1)),
    Rule(r"(?:am|in der) <part>", b.weak_part, role="part", weak=True),
    Rule(r"neulich", b.other_day),
    Rule(rf"{_AM}<rel> <weekday>{_PART}", b.weekday_strict),
    Rule(rf"(?:am )?<weekday>{_PART}", b.weekday_bare, cycle="week"),
    Rule(rf"{_AM}<rel> {_LONG}", b.unit_relative),
    Rule(r"(?P<lead>(?:am|ubers) )(?P<unit>wochenende)", b.unit_by_tense),
    Rule(r"vor (?:etwa |rund |fast )?<num> <unit>", b.counted(-1)),
    Rule(r"vor <vague> <unit>", b.vague(-1)),
    Rule(r"in (?:etwa )?<num> <unit>", b.counted(1)),
    Rule(r"in <vague> <unit>", b.vague(1)),
    Rule(r"(?:die |den )?letzten <num> <unit>", b.stretch(-1)),
    Rule(r"(?:die |den )?nachsten <num> <unit>", b.stretch(1)),
    Rule(r"seit <num> <unit>", b.stretch(-1)),
    Rule(rf"(?:am |den )?(?:<!weekday>,? (?:den |dem )?)?{_D} ?<month>{_Y}?", b.date, cycle="year"),
    Rule(rf"{_D} (?:bis(?: zum)?|-|und) (?P<day2>\d{{1,2}})\. ?<month>{_Y}?", b.date_range),
    Rule(rf"<month>{_Y}", b.month),
    Rule(r"(?P<lead>(?:im|seit|bis|ab|von|vor|nach|anfang|mitte|ende) )<month>(?! \d)", b.month, cycle="year"),
    Rule(r"(?:im )?<rel> <month>", b.month),
    Rule(rf"{_AM}<rel> <season>", b.season),
    Rule(rf"<season>{_Y}", b.season),
    Rule(r"(?P<lead>(?:im|seit dem|uber den) )<season>", b.season, cycle="year"),
    Rule(r"<rel> <holiday>", b.holiday),
    Rule(rf"(?P<lead>(?:an|zu|uber|seit|vor|nach|bis) )<holiday>{_Y}?", b.holiday, cycle="year"),
    Rule(rf"<holiday>{_Y}", b.holiday),
    Rule(
        r"(?P<lead>(?:im jahre? |in |seit |bis |vor |nach |anfang |mitte |ende ))"
        r"(?P<year>(?:19|20)\d\d)(?![.,]\d)",
        b.year,
    ),
    Rule(r"(?:die|den) (?P<decade>\d0)er(?:n|-?jahren?)?", b.decade),
    Rule(r"jede[nrs]? (?:<!weekday>|<!unit>|<!part>)", b.recurring, role="recurring"),
    Rule(r"(?:<!weekday>)(?:(?:morgen|vormittag|mittag|nachmittag|abend)s|s)", b.recurring, role="recurring"),
    Rule(
        r"(?P<lead>um )(?P<hour>[01]?\d|2[0-3])(?:[:.](?P<minute>[0-5]\d))?(?: uhr)?", digits.clock, role="clock"
    ),
    Rule(r"(?P<lead>(?:am|um) )<noon>", digits.clock, role="clock"),
    *CLOCKS,
    *NUMERIC,
)

_CUES: Final = CueWords(
    {
        "hindsight": r"\b(?:wollte|wollten|sollte|sollten)\b",
        "future": r"\b(?:werde|wirst|wird|werden|will|willst|wollen|m[oö]chte|m[oö]chten|muss|musst|"
        r"m[uü]ssen|soll|sollst|sollen|"
        r"kann|kannst|k[oö]nnen|darf|erinner\w*|vergiss|freue mich|plane|planen|hoffe)\b",
        "past": r"\b(?:habe?|hast|hat|haben|habt|bin|bist|ist|sind)\b[^,;:]*?\b(?:\w*ge\w{2,}(?:t|en)|\w{3,}iert|"
        r"(?:be|ver|er)\w{3,}(?:t|en))\b|"
        r"\b(?:war|warst|waren|hatte\w*|ging\w*|sah|kam|kamen|wurde\w*|fuhr\w*|traf\w*|gab|bekam\w*|begann|"
        r"schrieb|starb|"
        r"blieb\w*|fand|machte\w*|arbeitete\w*|heiratete\w*|kaufte\w*|spielte\w*|feierte\w*|wohnte\w*|"
        r"besuchte\w*|musste\w*|"
        r"konnte\w*)\b",
        "present": r"\b(?:bin|bist|ist|sind|habe?|hast|hat|haben|gehen?|geht|fahren?|f[aä]hrt|flieg\w+|"
        r"treffen?|komm\w+|"
        r"ziehen?|zieht|fangen?|f[aä]ngt|beginn\w+|heirat\w+|arbeite|machen?|macht|gibt|findet|[oö]ffnet|"
        r"endet|startet|"
        r"spielen?|reisen?|besuch\w+|feiern?|ich \w+e|\w+e ich)\b",
        "since": r"\bseit (?:dem |der )?",
        "until": r"\bbis (?:zum |zur |am )?",
        "from": r"\bab (?:dem )?",
        "arranged": r"\b(?:termin\w*|tisch\w*|treffen|pr[uü]fung|fl[uü]ge?|karten|tickets?|verschob\w*|"
        r"verleg\w*)\b[^,;:]*"
        r"\b(?:auf|f[uü]r)(?: den| die)? ",
        "thanks": r"\b(?:danke f[uü]r|wie war\b.*) ",
    },
    joint=r"[,:()\"]| (?:und|aber|weil|dass|wenn|denn) ",
    dated=r"\b(?:\w+tag|mittwoch|sonnabend|gestern|morgen)\b",
)

LANGUAGE: Final = Language(
    name="german",
    markers=frozenset(
        """der die das und ist war ich du wir sie es ein eine nicht mit von zu im am den dem auf fur habe hat
        bin haben waren wird werde gestern heute morgen vorgestern ubermorgen woche wochen letzte
        letzten letztes nachste nachsten nachstes monat jahr jahre jahren tagen vor seit bis montag
        dienstag mittwoch donnerstag freitag samstag sonntag januar februar marz mai juni juli
        oktober dezember sommer wochenende weihnachten ostern silvester neulich""".split()
    ),
    words=WORDS,
    rules=RULES,
    prefixes=(
        Prefix(r"(?:die |der |in der )?(?P<unit>woche) (?:vom|des) ", op.week_of),
        Prefix(r"(?P<third>anfang|mitte|ende) (?:der |des )?", op.third_of),
    ),
    cues=_CUES,
    since=r"(?:seit|ab) (?:dem |der )?",
    until=r"bis (?:zum |zur |am )?",
    after=r"nach (?:dem |der )?",
    before=r"vor (?:dem |der )?",
    join=r"(?: ?[-\u2013\u2014] ?| (?:bis|und) (?:zum |zur |am )?)",
    between=r"(?:zwischen|von|vom) (?:dem )?",
    moved=r"(?:verschob|verleg|verschieb)\w+\b[^.!?;]{0,60}? vo[mn] ",
    clock_gap=r",? ?(?:um |am |in der )?",
)
