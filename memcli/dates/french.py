"""French date words and rules, over folded text (no accents); pure tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from memcli.dates import build as b
from memcli.dates import digits
from memcli.dates import operators as op
from memcli.dates.grammar import Language, Prefix, Rule
from memcli.dates.leaning import CueWords
from memcli.dates.numeric import CLOCKS, NUMERIC

_MONTHS: Final = "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre".split()
_DAYS: Final = "lundi mardi mercredi jeudi vendredi samedi dimanche".split()
_NUMBERS: Final = "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze".split()

WORDS: Final[Mapping[str, Mapping[str, int | str]]] = {
    "dayword": {"aujourd'hui": 0, "hier": -1, "avant-hier": -2, "demain": 1, "apres-demain": 2},
    "part": {"matin": "morning", "apres-midi": "afternoon", "soir": "evening", "nuit": "night"},
    "rel": {"dernier": -1, "derniere": -1, "passe": -1, "passee": -1, "prochain": 1, "prochaine": 1},
    "this": {"ce": 0, "cette": 0, "cet": 0},
    "weekday": {name: i for i, name in enumerate(_DAYS)},
    "month": {name: i + 1 for i, name in enumerate(_MONTHS)},
    "unit": {"jour": "day", "jours": "day", "semaine": "week", "semaines": "week", "mois": "month", "an": "year"}
    | {"ans": "year", "annee": "year", "annees": "year", "heure": "hour", "heures": "hour", "minute": "minute"}
    | {"minutes": "minute", "week-end": "weekend", "weekend": "weekend", "week-ends": "weekend"}
    | {"trimestre": "quarter", "decennie": "decade"},
    "num": {name: i + 1 for i, name in enumerate(_NUMBERS)} | {"une": 1, "vingt": 20},
    "vague": {"quelques": "few", "plusieurs": "several"},
    "season": {"printemps": "spring", "ete": "summer", "automne": "autumn", "hiver": "winter"},
    "third": {"debut": 0, "mi": 1, "fin": 2},
    "holiday": {"noel": "christmas", "reveillon de noel": "christmas_eve", "paques": "easter"}
    | {"saint-sylvestre": "new_years_eve", "nouvel an": "new_year", "halloween": "halloween"}
    | {"saint-valentin": "valentine", "14 juillet": "july_14"},
    "noon": {"midi": 12, "minuit": 0},
    "day": {"1er": 1, "premier": 1},
}

_D: Final = r"(?P<day>0?[1-9]|[12]\d|3[01]|1er|premier)"
_Y: Final = r"(?: <year>)"
_LONG: Final = r"(?P<unit>semaine|week-end|weekend|mois|an|annee|trimestre|decennie)"
_PART: Final = r"(?: (?:au )?<part>)?"
_THE: Final = r"(?:le |la |l'|au )?"

RULES: Final = (
    Rule(rf"<dayword>{_PART}", b.day_word),
    Rule(r"(?:ce|cet|cette) <part>", b.day_part(0)),
    Rule(r"(?:la nuit derniere|hier soir)", b.day_part(-1)),
    Rule(r"(?:le|au|dans la|du) <part>", b.weak_part, role="part", weak=True),
    Rule(r"l'autre jour", b.other_day),
    Rule(rf"{_THE}<weekday> <rel>{_PART}", b.weekday_strict),
    Rule(r"le (?:<!weekday>)", b.recurring, role="recurring"),
    Rule(rf"{_THE}<weekday>{_PART}", b.weekday_bare, cycle="week"),
    Rule(rf"{_THE}{_LONG} <rel>", b.unit_relative),
    Rule(r"(?:ce|cette|cet) (?P<unit>semaine|week-end|weekend|mois|annee|trimestre)(?:-ci)?", b.unit_shifted(0)),
    Rule(r"il y a (?:environ |a peu pres )?<num> <unit>", b.counted(-1)),
    Rule(r"il y a <vague> <unit>", b.vague(-1)),
    Rule(r"dans (?:environ )?<num> <unit>", b.counted(1)),
    Rule(r"dans <vague> <unit>", b.vague(1)),
    Rule(r"(?:les |ces )<num> (?:derniers|dernieres) <unit>", b.stretch(-1)),
    Rule(r"(?:les |ces )<num> (?:prochains|prochaines) <unit>", b.stretch(1)),
    Rule(r"depuis <num> <unit>", b.stretch(-1)),
    Rule(rf"(?:le )?(?:<!weekday> )?{_D} <month>{_Y}?", b.date, cycle="year"),
    Rule(rf"(?:du )?{_D} (?:au|et le|-) (?P<day2>\d{{1,2}}) <month>{_Y}?", b.date_range),
    Rule(rf"<month>{_Y}", b.month),
    Rule(
        r"(?P<lead>(?:en|depuis|des|jusqu'en|debut|mi-|fin|avant|apres|au mois de) ?)<month>(?! \d)",
        b.month,
        cycle="year",
    ),
    Rule(r"<month> <rel>", b.month),
    Rule(rf"{_THE}<season> <rel>", b.season),
    Rule(rf"{_THE}<season>{_Y}", b.season),
    Rule(r"(?:cet|ce) <season>", b.season),
    Rule(r"(?P<lead>(?:en|au|pendant l'|depuis l') ?)<season>", b.season, cycle="year"),
    Rule(rf"(?P<lead>(?:a|pour|depuis|au|avant|le) (?:la )?)<holiday>{_Y}?", b.holiday, cycle="year"),
    Rule(rf"<holiday>(?:{_Y}| <rel>)", b.holiday),
    Rule(
        r"(?P<lead>(?:en|depuis|jusqu'en|avant|apres|debut|mi-|fin|l'annee) ?)(?P<year>(?:19|20)\d\d)(?![.,]\d)",
        b.year,
    ),
    Rule(r"les annees (?P<decade>\d0)", b.decade),
    Rule(r"(?:chaque|tous les|toutes les) (?:<!weekday>s?|<!unit>|<!part>s?)", b.recurring, role="recurring"),
    Rule(
        r"(?P<lead>(?:a|vers|des) )(?P<hour>[01]?\d|2[0-3]) ?(?:h|heures?|:)(?: ?(?P<minute>[0-5]\d))?",
        digits.clock,
        role="clock",
    ),
    Rule(r"(?P<lead>a )<noon>", digits.clock, role="clock"),
    *CLOCKS,
    *NUMERIC,
)

_NO_DAY: Final = r"(?!lundi|mardi|mercredi|jeudi|vendredi|samedi)"
_CUES: Final = CueWords(
    {
        "hindsight": r"\b(?:allai\w+|devai\w+|voulai\w+)\b",
        "future": r"\b(?:vais|vas|va|allons|allez|vont|\w{3,}(?:rai|ras|rons|rez|ront)|sera|ira|veux|veut|"
        r"voulons|dois|doit|"
        r"devons|peux|peut|pouvons|rappelle\w*|n'oublie|faut|esp[eè]re|esp[eé]rons)\b|h[aâ]te de\b",
        "past": rf"\b(?:ai|as|a|avons|avez|ont)(?: pas| d[eé]j[aà]| tous| toutes)? {_NO_DAY}\w+(?:[eé]e?s?|"
        rf"i|is|it|u|us|ue|ert)\b|"
        r"\b(?:suis|es|est|sommes|[eê]tes|sont)(?: pas| d[eé]j[aà]| tous| toutes)? "
        r"(?:all|arriv|rentr|mari|tomb|rest|entr|mont|pass|part|sort|ven|reven|deven|descend|n|"
        r"mort)(?:[eéiu]?e?s?)\b|"
        r"\b(?:[eé]tai\w+|avai\w+)\b",
        "present": r"\b(?:suis|es|est|sommes|[eê]tes|sont|ai|as|a|avons|avez|ont|pars|part|partons|"
        r"commence\w*|arrive\w*|"
        r"rentre\w*|viens|vient|reprends?|finis|finit|fais|fait|(?:je|on|on se|je me|il|"
        r"elle) (?!ne\b)\w+[es]|j'\w+e)\b",
        "since": r"\bdepuis (?:le |la |l')?",
        "until": r"\b(?:jusqu'(?:[aà]|au|en)|d'ici(?: [aà]| au)?) (?:la )?",
        "from": r"\b[aà] partir (?:de|du) ",
        "arranged": r"\b(?:d[eé]plac\w*|report\w*|d[eé]cal\w*|avanc\w*|r[eé]serv\w*|rendez-vous|billets?|"
        r"fix[eé]\w*|pr[eé]v\w*)"
        r"\b[^,;:]*\b(?:[aà]|au|pour)(?: le| la)? ",
        "thanks": r"\bmerci pour ",
    },
    joint=r"[,:()\"]| (?:et|mais|parce que|que|quand|si) ",
    dated=r"\b(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|hier|demain)\b",
)

LANGUAGE: Final = Language(
    name="french",
    markers=frozenset(
        """le la les l de des du et est un une que qui je j tu il elle nous vous ils dans en au aux pour avec
        pas suis ai a avons etait ce cette hier demain avant aujourd hui semaine semaines dernier
        derniere prochain prochaine mois an ans jours lundi mardi mercredi jeudi vendredi samedi
        dimanche janvier fevrier mars avril mai juin juillet aout septembre octobre novembre
        decembre depuis jusqu ete hiver noel soir matin chaque""".split()
    ),
    words=WORDS,
    rules=RULES,
    prefixes=(
        Prefix(r"(?:la )?(?P<unit>semaine) du ", op.week_of),
        Prefix(r"(?P<third>debut|mi|fin)[- ](?:de |du |d')?", op.third_of),
    ),
    cues=_CUES,
    since=r"depuis (?:le |la |l')?|des (?:le |la )?",
    until=r"jusqu'(?:a |au |en |a la )|d'ici (?:a |au |la )?",
    after=r"apres (?:le |la |l')?",
    before=r"avant (?:le |la |l')?",
    join=r"(?: ?[-\u2013\u2014] ?| (?:a|au|et|jusqu'a|jusqu'au) (?:le )?)",
    between=r"(?:entre|de|du) (?:le )?",
    begins=r"a partir d(?:e |u |')",
    moved=r"(?:deplac|report|decal|avanc|chang)\w+\b[^.!?;]{0,60}? (?:de|du) (?:le )?",
    clock_gap=r",? ?(?:a |vers |au |dans la )?",
)
