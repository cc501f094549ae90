"""Spanish date words and rules, over folded text (no accents); pure tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from memcli.dates import build as b
from memcli.dates import digits
from memcli.dates import operators as op
from memcli.dates.grammar import Language, Prefix, Rule
from memcli.dates.leaning import CueWords
from memcli.dates.numeric import CLOCKS, NUMERIC

_MONTHS: Final = (
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
).split()
_DAYS: Final = "lunes martes miercoles jueves viernes sabado domingo".split()
_NUMBERS: Final = "un dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince".split()
WORDS: Final[Mapping[str, Mapping[str, int | str]]] = {
    "dayword": {"hoy": 0, "ayer": -1, "anteayer": -2, "antier": -2, "antes de ayer": -2, "pasado manana": 2}
    | {"manana": 1},
    "part": {"manana": "morning", "tarde": "afternoon", "noche": "night", "madrugada": "morning"},
    "rel": {"pasado": -1, "pasada": -1, "anterior": -1, "ultimo": -1, "ultima": -1, "este": 0, "esta": 0}
    | {"proximo": 1, "proxima": 1, "siguiente": 1, "que viene": 1},
    "weekday": {name: i for i, name in enumerate(_DAYS)},
    "month": {name: i + 1 for i, name in enumerate(_MONTHS)} | {"setiembre": 9},
    "unit": {"dia": "day", "dias": "day", "semana": "week", "semanas": "week", "mes": "month", "meses": "month"}
    | {"ano": "year", "anos": "year", "hora": "hour", "horas": "hour", "minuto": "minute", "minutos": "minute"}
    | {"fin de semana": "weekend", "fines de semana": "weekend", "trimestre": "quarter", "decada": "decade"},
    "num": {name: i + 1 for i, name in enumerate(_NUMBERS)} | {"una": 1, "veinte": 20, "un par de": 2},
    "vague": {"unos": "few", "unas": "few", "unos pocos": "few", "unas pocas": "few", "varios": "several"}
    | {"varias": "several", "algunos": "few", "algunas": "few"},
    "season": {"primavera": "spring", "verano": "summer", "otono": "autumn", "invierno": "winter"},
    "third": {"principios": 0, "comienzos": 0, "inicios": 0, "mediados": 1, "finales": 2, "fines": 2},
    "holiday": {"navidad": "christmas", "nochebuena": "christmas_eve", "nochevieja": "new_years_eve"}
    | {"ano nuevo": "new_year", "halloween": "halloween", "san valentin": "valentine", "pascua": "easter"}
    | {"reyes": "epiphany"},
    "decade": {"noventa": 90, "ochenta": 80, "setenta": 70, "sesenta": 60},
    "noon": {"mediodia": 12, "medianoche": 0},
}

_D: Final = r"(?P<day>0?[1-9]|[12]\d|3[01]|primero)"
_Y: Final = r"(?: (?:de |del )?<year>)"
_LONG: Final = r"(?P<unit>semana|fin de semana|mes|ano|trimestre|decada)"
_PART: Final = r"(?:,? (?:por|en|a) la <part>)?"
_PASSED: Final = r"(?:el |la |los )?"

RULES: Final = (
    Rule(rf"(?<!la )(?<!una )<dayword>{_PART}", b.day_word),
    Rule(r"esta <part>", b.day_part(0)),
    Rule(r"anoche", b.day_part(-1)),
    Rule(r"(?:por|en|a) la <part>", b.weak_part, role="part", weak=True),
    Rule(r"el otro dia", b.other_day),
    Rule(rf"(?:el )?<weekday> <rel>{_PART}", b.weekday_strict),
    Rule(rf"(?:el )?<rel> <weekday>{_PART}", b.weekday_strict),
    Rule(rf"(?:el )?<weekday>{_PART}", b.weekday_bare, cycle="week"),
    Rule(rf"{_PASSED}{_LONG} <rel>", b.unit_relative),
    Rule(rf"{_PASSED}<rel> {_LONG}", b.unit_relative),
    Rule(r"(?P<lead>(?:en|durante) )el (?P<unit>fin de semana)", b.unit_by_tense),
    Rule(r"hace (?:ya )?(?:como |unos )?<num> <unit>", b.counted(-1)),
    Rule(r"hace <vague> <unit>", b.vague(-1)),
    Rule(r"<num> <unit> atras", b.counted(-1)),
    Rule(r"(?:dentro de|en) <num> <unit>", b.counted(1)),
    Rule(r"(?:dentro de|en) <vague> <unit>", b.vague(1)),
    Rule(r"(?:los|las) (?:ultimos|ultimas|pasados|pasadas) <num> <unit>", b.stretch(-1)),
    Rule(r"(?:los|las) (?:proximos|proximas) <num> <unit>", b.stretch(1)),
    Rule(rf"(?:el )?(?:<!weekday>,? )?(?:el )?(?:dia )?{_D} de <month>{_Y}?", b.date, cycle="year"),
    Rule(rf"(?:del |el )?{_D} (?:al|a|y el|-) (?P<day2>\d{{1,2}}) de <month>{_Y}?", b.date_range),
    Rule(rf"<month>{_Y}", b.month),
    Rule(r"(?P<lead>(?:en|desde|hasta|durante|de|a|para) )<month>(?! \d)", b.month, cycle="year"),
    Rule(r"(?:el )?<month> <rel>", b.month),
    Rule(r"(?:el |la )?<season> <rel>", b.season),
    Rule(rf"(?:el |la )?<season>{_Y}", b.season),
    Rule(r"(?P<lead>(?:en|durante|desde) )(?:el |la )?<season>", b.season, cycle="year"),
    Rule(rf"(?P<lead>(?:en|por|desde|el dia de) )(?:el |la )?<holiday>{_Y}?", b.holiday, cycle="year"),
    Rule(r"(?P<lead>(?:en|desde|hasta|de|durante) (?:el ano )?)(?P<year>(?:19|20)\d\d)(?![.,]\d)", b.year),
    Rule(r"los (?:anos )?<decade>", b.decade),
    Rule(r"los anos (?P<decade>\d0)", b.decade),
    Rule(r"(?:cada|todos los|todas las) (?:<!weekday>|<!unit>|<!part>s?)", b.recurring, role="recurring"),
    Rule(r"los (?:lunes|martes|miercoles|jueves|viernes|sabados|domingos)(?! \d)", b.recurring, role="recurring"),
    Rule(
        r"(?P<lead>a las? )(?P<hour>[01]?\d|2[0-3])(?::(?P<minute>[0-5]\d))?(?! ?\d)", digits.clock, role="clock"
    ),
    Rule(r"(?P<lead>(?:al?|hasta) (?:la )?)<noon>", digits.clock, role="clock"),
    *CLOCKS,
    *NUMERIC,
)

_CUES: Final = CueWords(
    {
        "hindsight": r"\b(?:iba|ibas|íbamos|iban) a\b",
        "future": r"\b(?:voy|vas|va|vamos|van) a\b|\b\w{3,}(?:ré|rás|rá|remos|rán)\b|\b(?:quiero|quieres|"
        r"queremos|"
        r"espero|esperamos|tengo que|tenemos que|hay que|debo|pienso|recu[eé]rdame|acu[eé]rdate|no olvides|"
        r"nos vemos)\b",
        "past": r"\b(?:he|has|ha|hemos|han) (?:\w+[ai]do|hecho|visto|puesto|dicho|escrito|roto|muerto|vuelto)\b|"
        r"\b(?:fui|fue|fuimos|fueron|hice|hizo|hicimos|tuv\w+|estuv\w+|era|eran|estaba|ten[ií]a|hab[ií]a|"
        r"vine|vino|dij\w+|"
        r"pude|pudo|quise|puse|puso|di|dio|vi|vio|vimos|(?:comi|conoci|compre|empece|termine|llegue|llego|"
        r"sali|case|nacio|"
        r"murio)|\w{2,}(?:é|í|ó|aste|iste|aron|ieron|amos|imos))\b",
        "present": r"\b(?:hago|haces|hacemos|soy|eres|es|somos|son|estoy|est[aá]s?|estamos|est[aá]n|tengo|tienes|"
        r"tiene|tenemos|"
        r"tienen|hay|"
        r"puedo|puedes|puede|podemos|empie[zc]\w+|comienz\w+|salgo|sale|viajo|llego|llega|vuelvo|vuelve|"
        r"viene|vienen|vengo|"
        r"abre|cierra|termina|acaba|toca|juego|quedamos|me \w+o)\b",
        "since": r"\bdesde (?:el |la )?",
        "until": r"\bhasta (?:el |la )?",
        "arranged": r"\b(?:cambi|mov|aplaz|pospus|retras|adelant|pas|reserv|reprogram|qued|"
        r"pus)\w*\b[^,;:]*\b(?:al?|para) ",
        "thanks": r"\bgracias por (?:el |la |lo del )?",
    },
    joint=r"[,:()\"¿¡]| (?:y|pero|porque|que|cuando|si) ",
    dated=r"\b(?:lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado|domingo|ayer|ma[ñn]ana)\b",
)

LANGUAGE: Final = Language(
    name="spanish",
    markers=frozenset(
        """el la los las de del que y en un una por con para se lo es fue fui muy me mi yo hace ayer hoy manana
        anoche anteayer antier semana semanas pasado pasada proximo proxima mes ano anos dia dias
        lunes martes miercoles jueves viernes sabado domingo enero febrero marzo abril mayo junio
        julio agosto septiembre octubre noviembre diciembre desde hasta este esta hemos estuve
        dentro verano invierno navidad al nos tengo voy vamos""".split()
    ),
    words=WORDS,
    rules=RULES,
    prefixes=(
        Prefix(r"(?:la )?(?P<unit>semana) del? (?:el )?", op.week_of),
        Prefix(r"(?:a )?<third> del? (?:el )?", op.third_of),
        Prefix(r"(?:la )?(?P<unit>semana) antes del? (?:el )?", op.unit_beside(-1)),
    ),
    cues=_CUES,
    since=r"desde (?:hace |el |la )?",
    until=r"hasta (?:el |la )?",
    after=r"despues del? (?:el |la )?",
    before=r"antes del? (?:el |la )?",
    join=r"(?: ?[-\u2013\u2014] ?| (?:a|al|hasta|y) (?:el |la )?)",
    between=r"(?:entre|desde|del?) (?:el |la )?",
    begins=r"a partir del? (?:el )?",
    moved=r"(?:cambi|mov|pas|aplaz|adelant)\w+\b[^.!?;]{0,60}? (?:del?|desde) (?:el )?",
    clock_gap=r",? ?(?:a las? |al? |de )?",
)
