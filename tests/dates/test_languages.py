"""Spanish, German, French, Portuguese and Chinese, said on Monday 8 May 2023 at 13:56."""

from __future__ import annotations

from collections.abc import Callable

import pytest

SPANISH = [
    ("Ayer fui al cine con Ana", "2023-05-07"),
    ("anteayer comimos en casa", "2023-05-06"),
    ("anoche no dormí", "2023-05-07T18/24"),
    ("mañana voy al médico", "2023-05-09"),
    ("pasado mañana nos vamos", "2023-05-10"),
    ("mañana por la mañana a las 10", "2023-05-09T10:00"),
    ("la semana pasada compré un coche", "2023-05-01..2023-05-07"),
    ("el viernes pasado vimos una película", "2023-05-05"),
    ("el próximo martes tengo examen", "2023-05-09"),
    ("hace dos semanas me mudé", "2023-04-24..2023-04-30"),
    ("hace tres años", "2020"),
    ("dentro de tres días", "2023-05-11"),
    ("el mes que viene", "2023-06"),
    ("el año pasado", "2022"),
    ("el 3 de mayo de 2021 nació mi hija", "2021-05-03"),
    ("en junio de 2022", "2022-06"),
    ("vivo aquí desde 2019", "since 2019-01-01"),
    ("el verano pasado", "2022-06-01..2022-08-31"),
    ("el fin de semana pasado", "2023-05-06..2023-05-07"),
    ("todos los lunes voy al gimnasio", "every"),
    ("a finales de marzo de 2023", "2023-03-21..2023-03-31"),
]
GERMAN = [
    ("Gestern war ich im Kino", "2023-05-07"),
    ("gestern Abend war ich im Kino", "2023-05-07T18/24"),
    ("vorgestern habe ich gekocht", "2023-05-06"),
    ("übermorgen fahre ich nach Rom", "2023-05-10"),
    ("letzten Freitag habe ich getanzt", "2023-05-05"),
    ("nächsten Dienstag um 15 Uhr", "2023-05-09T15:00"),
    ("letzte Woche war ich krank", "2023-05-01..2023-05-07"),
    ("nächsten Monat fahre ich nach Rom", "2023-06"),
    ("vor zwei Wochen", "2023-04-24..2023-04-30"),
    ("vor drei Jahren", "2020"),
    ("in drei Tagen bin ich da", "2023-05-11"),
    ("am 3. Mai 2021 wurde sie geboren", "2021-05-03"),
    ("am 3.5.2021 wurde sie geboren", "2021-05-03"),
    ("ich wohne hier seit 2019", "since 2019-01-01"),
    ("letztes Jahr war ich in Wien", "2022"),
    ("letzten Sommer war ich am Meer", "2022-06-01..2022-08-31"),
    ("am Wochenende war ich am See", "2023-05-06..2023-05-07"),
    ("jeden Montag gehe ich schwimmen", "every"),
    ("Ende März 2023 war ich dort", "2023-03-21..2023-03-31"),
    ("heute Morgen war ich müde", "2023-05-08T06/12"),
]
FRENCH = [
    ("Hier je suis allé au cinéma", "2023-05-07"),
    ("hier soir nous avons dîné", "2023-05-07T18/24"),
    ("avant-hier", "2023-05-06"),
    ("après-demain je pars", "2023-05-10"),
    ("vendredi dernier nous avons dansé", "2023-05-05"),
    ("mardi prochain", "2023-05-09"),
    ("la semaine dernière j'ai lu", "2023-05-01..2023-05-07"),
    ("le mois prochain", "2023-06"),
    ("il y a deux semaines", "2023-04-24..2023-04-30"),
    ("il y a trois ans", "2020"),
    ("dans trois jours", "2023-05-11"),
    ("le 3 mai 2021", "2021-05-03"),
    ("le 1er janvier 2022", "2022-01-01"),
    ("depuis 2019 j'habite ici", "since 2019-01-01"),
    ("l'année dernière", "2022"),
    ("l'été dernier nous étions à Nice", "2022-06-01..2022-08-31"),
    ("le week-end dernier", "2023-05-06..2023-05-07"),
    ("demain matin à 9h30", "2023-05-09T09:30"),
    ("tous les lundis je nage", "every"),
]
PORTUGUESE = [
    ("Ontem fui ao cinema", "2023-05-07"),
    ("anteontem", "2023-05-06"),
    ("ontem à noite dormi mal", "2023-05-07T18/24"),
    ("depois de amanhã eu viajo", "2023-05-10"),
    ("na semana passada comprei um carro", "2023-05-01..2023-05-07"),
    ("na sexta-feira passada", "2023-05-05"),
    ("há duas semanas", "2023-04-24..2023-04-30"),
    ("três anos atrás", "2020"),
    ("daqui a três dias", "2023-05-11"),
    ("no mês que vem", "2023-06"),
    ("no ano passado", "2022"),
    ("em 3 de maio de 2021", "2021-05-03"),
    ("moro aqui desde 2019", "since 2019-01-01"),
    ("no verão passado", "2022-06-01..2022-08-31"),
    ("no fim de semana passado", "2023-05-06..2023-05-07"),
    ("amanhã às 10h", "2023-05-09T10:00"),
]
CHINESE = [
    ("昨天我去了健身房", "2023-05-07"),
    ("前天晚上我们吃了火锅", "2023-05-06T18/24"),
    ("后天我要出差", "2023-05-10"),
    ("後天我要出差", "2023-05-10"),
    ("昨晚没睡好", "2023-05-07T18/24"),
    ("今晚见", "2023-05-08T18/24"),
    ("上周五我们见面了", "2023-05-05"),
    ("下星期一开会", "2023-05-15"),
    ("下周一下午3点开会", "2023-05-15T15:00"),
    ("上个月我搬家了", "2023-04"),
    ("下个月", "2023-06"),
    ("上周", "2023-05-01..2023-05-07"),
    ("去年我结婚了", "2022"),
    ("明年夏天", "2024-06-01..2024-08-31"),
    ("三天前", "2023-05-05"),
    ("两个星期前", "2023-04-24..2023-04-30"),
    ("十年前", "2013"),
    ("5月3日", "2023-05-03"),
    ("2021年5月3日", "2021-05-03"),
    ("2021年5月", "2021-05"),
    ("2019年毕业", "2019"),
    ("五月三号", "2023-05-03"),
    ("从周一到周五", "2023-05-08..2023-05-12"),
    ("每天跑步", "every"),
]


@pytest.mark.parametrize(("text", "expected"), [*SPANISH, *GERMAN, *FRENCH, *PORTUGUESE, *CHINESE])
def test_the_languages_are_read_as_english_is(text: str, expected: str, dates: Callable[..., str]) -> None:
    """The common expressions of each language."""
    assert dates(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Ich bin hier und warte auf dich",  # German "here", French "yesterday"
        "la mañana es fresca en el monte pero la tarde no",
        "Er ist sieben Jahre alt und mag Autos",
        "ein paar Minuten mit dir",
        "C'est la première fois que je mange ça",
        "il a sept ans et il est grand",
        "Eu tenho duas irmãs e um gato",
        "他有三个孩子",
    ],
)
def test_words_that_only_look_like_dates_elsewhere_are_left(text: str, dates: Callable[..., str]) -> None:
    """False friends between languages, ages and counts."""
    assert dates(text) == ""
