"""Portuguese date words and rules, over folded text (no accents); pure tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from memcli.dates import build as b
from memcli.dates import digits
from memcli.dates import operators as op
from memcli.dates.grammar import Language, Prefix, Rule
from memcli.dates.leaning import CueWords
from memcli.dates.numeric import CLOCKS, NUMERIC

_MONTHS: Final = "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro".split()
_DAYS: Final = "segunda terca quarta quinta sexta".split()
_NUMBERS: Final = "um dois tres quatro cinco seis sete oito nove dez onze doze treze catorze quinze".split()

WORDS: Final[Mapping[str, Mapping[str, int | str]]] = {
    "dayword": {"hoje": 0, "ontem": -1, "anteontem": -2, "amanha": 1, "depois de amanha": 2},
    "part": {"manha": "morning", "tarde": "afternoon", "noite": "night", "madrugada": "morning"},
    "rel": {"passado": -1, "passada": -1, "ultimo": -1, "ultima": -1, "anterior": -1}
    | {"proximo": 1, "proxima": 1, "que vem": 1, "seguinte": 1, "este": 0, "esta": 0, "neste": 0, "nesta": 0},
    "weekday": {f"{name}{feira}": i for i, name in enumerate(_DAYS) for feira in ("-feira", " feira", "")}
    | {"sabado": 5, "domingo": 6},
    "month": {name: i + 1 for i, name in enumerate(_MONTHS)},
    "unit": {"dia": "day", "dias": "day", "semana": "week", "semanas": "week", "mes": "month", "meses": "month"}
    | {"ano": "year", "anos": "year", "hora": "hour", "horas": "hour", "minuto": "minute", "minutos": "minute"}
    | {"fim de semana": "weekend", "final de semana": "weekend", "fins de semana": "weekend"},
    "num": {name: i + 1 for i, name in enumerate(_NUMBERS)} | {"uma": 1, "duas": 2, "vinte": 20, "um par de": 2},
    "vague": {"alguns": "few", "algumas": "few", "uns": "few", "umas": "few", "varios": "several"}
    | {"varias": "several", "poucos": "few", "poucas": "few"},
    "season": {"primavera": "spring", "verao": "summer", "outono": "autumn", "inverno": "winter"},
    "third": {"inicio": 0, "comeco": 0, "meados": 1, "final": 2, "fim": 2, "finais": 2},
    "holiday": {"natal": "christmas", "vespera de natal": "christmas_eve", "ano novo": "new_year"}
    | {"pascoa": "easter", "halloween": "halloween", "reveillon": "new_years_eve"},
    "noon": {"meio-dia": 12, "meia-noite": 0},
}

_D: Final = r"(?P<day>0?[1-9]|[12]\d|3[01])"
_Y: Final = r"(?: (?:de )?<year>)"
_LONG: Final = r"(?P<unit>semana|fim de semana|final de semana|mes|ano)"
_PART: Final = r"(?:,? (?:de|a|da|pela) <part>)?"
_THE: Final = r"(?:[oa] |n[oa] )?"
_FULL: Final = r"(?P<weekday>(?:segunda|terca|quarta|quinta|sexta)[- ]feira|sabado|domingo)"
_SHORT: Final = r"(?P<weekday>segunda|terca|quarta|quinta|sexta)"

RULES: Final = (
    Rule(rf"<dayword>{_PART}", b.day_word),
    Rule(r"(?:hoje|esta|nesta) (?:a )?<part>", b.day_part(0)),
    Rule(r"ontem (?:a )?noite", b.day_part(-1)),
    Rule(r"(?:de|a|da|pela) <part>", b.weak_part, role="part", weak=True),
    Rule(r"(?:n?o )?outro dia", b.other_day),
    Rule(rf"{_THE}<weekday> <rel>{_PART}", b.weekday_strict),
    Rule(rf"{_THE}<rel> <weekday>{_PART}", b.weekday_strict),
    Rule(rf"(?:n[oa] )?{_FULL}{_PART}", b.weekday_bare, cycle="week"),
    Rule(rf"(?:na|ate) {_SHORT}{_PART}(?! \w*(?:vez|parte|fila))", b.weekday_bare, cycle="week"),
    Rule(rf"{_THE}{_LONG} <rel>", b.unit_relative),
    Rule(rf"{_THE}<rel> {_LONG}", b.unit_relative),
    Rule(r"(?P<lead>no )(?P<unit>fim de semana|final de semana)", b.unit_by_tense),
    Rule(r"(?:ha|faz) (?:cerca de )?<num> <unit>(?: atras)?", b.counted(-1)),
    Rule(r"(?:ha|faz) <vague> <unit>(?: atras)?", b.vague(-1)),
    Rule(r"<num> <unit> atras", b.counted(-1)),
    Rule(r"<vague> <unit> atras", b.vague(-1)),
    Rule(r"(?:daqui a|dentro de|em) <num> <unit>", b.counted(1)),
    Rule(r"(?:daqui a|dentro de) <vague> <unit>", b.vague(1)),
    Rule(r"(?:n?[oa]s) (?:ultimos|ultimas) <num> <unit>", b.stretch(-1)),
    Rule(r"(?:n?[oa]s) (?:proximos|proximas) <num> <unit>", b.stretch(1)),
    Rule(rf"(?:<!weekday>,? )?(?:dia )?{_D} de <month>{_Y}?", b.date, cycle="year"),
    Rule(rf"(?:de )?{_D} (?:a|ate|e|-) (?P<day2>\d{{1,2}}) de <month>{_Y}?", b.date_range),
    Rule(rf"<month>{_Y}", b.month),
    Rule(r"(?P<lead>(?:em|desde|ate|durante|de) )<month>(?! \d)", b.month, cycle="year"),
    Rule(r"<month> <rel>", b.month),
    Rule(rf"{_THE}<season> <rel>", b.season),
    Rule(rf"{_THE}<season>{_Y}", b.season),
    Rule(r"(?P<lead>(?:n[oa]|durante [oa]|desde [oa]) )<season>", b.season, cycle="year"),
    Rule(rf"(?P<lead>(?:n[oa]|em|desde [oa]) )<holiday>{_Y}?", b.holiday, cycle="year"),
    Rule(r"(?P<lead>(?:em|desde|ate|de|durante) )(?P<year>(?:19|20)\d\d)(?![.,]\d)", b.year),
    Rule(r"os anos (?P<decade>\d0)", b.decade),
    Rule(
        r"(?:as|aos) (?:(?:segunda|terca|quarta|quinta|sexta)s(?:-feiras)?|sabados|domingos)|"
        r"(?:cada|todos os|todas as|toda|todo) (?:<!weekday>s?|<!unit>|<!part>s?)",
        b.recurring,
        role="recurring",
    ),
    Rule(r"(?P<lead>as )(?P<hour>[01]?\d|2[0-3])(?::(?P<minute>[0-5]\d)|h)", digits.clock, role="clock"),
    Rule(r"(?P<lead>ao )<noon>", digits.clock, role="clock"),
    *CLOCKS,
    *NUMERIC,
)

_CUES: Final = CueWords(
    {
        "hindsight": r"\b(?:ia|ias|[ií]amos|iam) (?=\w+r\b)",
        "future": r"\b(?:vou|vais|vai|vamos|v[aã]o|(?!ser)\w{3,}(?:rei|r[aá]s|rá|remos|r[aã]o)|ser[aá]|"
        r"quero|queremos|espero|"
        r"tenho (?:que|de)|preciso|devo|lembra\w*|n[aã]o te esque[cç]as)\b",
        "past": r"\b(?:fui|foi|fomos|foram|estive|esteve|estava|era|tinha|tive|teve|fiz|fez|fizemos|vi|viu|"
        r"vimos|vim|veio|disse|"
        r"pus|conheci|sai|sa[ií]|nasci|(?!(?:sei|lei|rei|sou|vou|estou|ou)\b)\w{2,}(?:ei|ou|aste|este|iste|"
        r"aram|eram|iram|"
        r"[aá]mos|emos))\b(?<!temos)(?<!nos)(?<!este)|\bfizeste\b",
        "present": r"\b(?:fa[cç]o|fazes|fazemos|sou|[eé]s|é|somos|s[aã]o|estou|est[aá]s?|estamos|est[aã]o|"
        r"tenho|tens|"
        r"tem|temos|"
        r"t[eê]m|h[aá]|come[cç][oa]|parto|"
        r"chego|chega|volto|volta|viajo|mudo|abre|fecha|acaba|(?:me|eu) \w+o)\b|\b\w+[oa]-(?:me|nos|se)\b",
        "since": r"\bdesde (?:[oa] )?",
        "until": r"\bat[eé] (?:[oa]o? )?",
        "arranged": r"\b(?:mud|adi|marc|remarc|reserv|pass|troc)\w*\b[^,;:]*\b(?:para|pra)(?: [oa])? ",
        "thanks": r"\bobrigad[oa] (?:por|pel[oa]) ",
    },
    joint=r"[,:()\"]| (?:e|mas|porque|que|quando|se) ",
    dated=r"\b(?:segunda|ter[cç]a|quarta|quinta|sexta|s[aá]bado|domingo|ontem|amanh[aã])\b",
)

LANGUAGE: Final = Language(
    name="portuguese",
    markers=frozenset(
        """o a os as aos de do da que e em um uma no na nos por com para se foi fui muito eu nao ontem hoje amanha
        anteontem semana semanas passado passada proximo proxima mes ano anos dia dias segunda terca
        quarta quinta sexta feira sabado domingo janeiro fevereiro marco abril maio junho julho
        agosto setembro outubro novembro dezembro desde ate ha faz atras daqui vem este esta meu
        minha vou vamos ao verao inverno natal""".split()
    ),
    words=WORDS,
    rules=RULES,
    prefixes=(
        Prefix(r"(?:a |na )?(?P<unit>semana) d[eo] (?:dia )?", op.week_of),
        Prefix(r"(?:no |o |em )?<third> d[eoa] ", op.third_of),
    ),
    cues=_CUES,
    since=r"desde (?:[oa] )?",
    until=r"ate (?:[oa]o? )?",
    after=r"depois d[eoa] ",
    before=r"antes d[eoa] ",
    join=r"(?: ?[-\u2013\u2014] ?| (?:a|ate|e) )",
    between=r"(?:entre|de|desde) ",
    begins=r"a partir d[eao] ",
    moved=r"(?:mud|adi|pass|remarc|troc)\w+\b[^.!?;]{0,60}? d[eao] ",
    clock_gap=r",? ?(?:as |ao |de )?",
)
