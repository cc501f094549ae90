"""Which language a sentence is in, and whether it speaks of its speaker; knows a few words of each; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Tongue:
    """What has to be known of a language to keep its speaker's statements and leave the rest.

    ``common`` are words that tell the language, ``first`` finds the first person, ``unreal`` what is only imagined
    or asked, ``idle`` what says nothing lasting.
    """

    common: frozenset[str]
    first: re.Pattern[str]
    unreal: re.Pattern[str]
    idle: re.Pattern[str]


def _tongue(common: str, first: str, unreal: str, idle: str) -> Tongue:
    return Tongue(
        common=frozenset(common.split()),
        first=re.compile(rf"(?<!\w)(?:{first})(?!\w)", re.IGNORECASE),
        unreal=re.compile(rf"(?<!\w)(?:{unreal})(?!\w)", re.IGNORECASE),
        idle=re.compile(rf"^[¡\s]*(?:{idle})(?!\w)", re.IGNORECASE),
    )


TONGUES: Final[Mapping[str, Tongue]] = {
    "es": _tongue(
        "el la los las de que y en un una es mi mis me con por para del al se lo soy estoy tengo vivo muy pero "
        "como "
        "años ayer hoy hermana hermano hijo hija trabajo desde esta este no sí gracias hola",
        r"yo|soy|estoy|tengo|vivo|trabajo|estudio|nací|prefiero|odio|mis?|nuestr[oa]s?|me|fui|voy|hablo|como|"
        r"juego|"
        r"compré|empecé|dejé|quiero|necesito|conozco|uso|toco|hemos|fuimos|vamos|tenemos|vivimos|llevo|cumplo",
        r"si|ojalá|quizás?|tal vez|a lo mejor|imagina|imagínate|supongamos|podría|sería|me gustaría saber|acaso",
        r"hola|gracias|vale|claro|buenos|buenas|genial|perfecto|adiós|ja(?:ja)+|de acuerdo|qué|cómo|dónde|cuándo|"
        r"estoy (?:bien|cansad[oa]|feliz|contento|contenta)|me alegro|puedes|podrías|dime|explícame|ayúdame",
    ),
    "de": _tongue(
        "der die das und ist ich nicht ein eine einen mein meine meinen mit auf für von zu im am bei seit wohne "
        "habe "
        "bin sie wir auch aber war heute gestern sehr schwester bruder jahre arbeite danke hallo",
        r"ich|mein(?:e[mnrs]?)?|mir|mich|wir|unser(?:e[mnrs]?)?|uns",
        r"wenn|falls|vielleicht|angenommen|stell dir vor|könnte|würde|hätte|wäre",
        r"hallo|danke|gerne?|genau|okay|super|toll|guten|tschüss|haha\w*|was|wie|wo|wann|warum|kannst du|könntest|"
        r"ich (?:bin (?:müde|froh|glücklich)|freue mich)\W*$|erkläre?|sag|hilf",
    ),
    "fr": _tongue(
        "le la les de des et est un une je mon ma mes j'ai suis dans pour avec que qui pas sur au aux du en ne ai "
        "depuis habite travaille très soeur sœur frère ans hier aujourd'hui nous mais merci bonjour c'est",
        r"je|j'\w+|j’\w+|mon|ma|mes|moi|me|m'\w+|nous|notre|nos",
        r"si|peut-être|imagine|imaginons|supposons|pourrais|pourrait|serait|aurais|aimerais savoir",
        r"bonjour|salut|merci|d'accord|oui|non|super|parfait|haha\w*|qu'est-ce|comment|où|quand|pourquoi|peux-tu|"
        r"pourrais-tu|dis-moi|explique|aide-moi|je suis (?:fatiguée?|contente?|heureux|heureuse)\W*$",
    ),
    "pt": _tongue(
        "o os as um uma de que e em é meu minha meus minhas com por para do da no na eu não sou tenho moro muito "
        "mas "
        "anos ontem hoje irmã irmão filho filha trabalho desde nós estou obrigado obrigada olá",
        r"eu|sou|estou|tenho|moro|trabalho|estudo|nasci|prefiro|odeio|adoro|gosto|meus?|minhas?|noss[oa]s?|me|fui|"
        r"vou|"
        r"falo|comprei|comecei|deixei|quero|preciso|uso|fomos|vamos|temos|moramos|chamo-me",
        r"se|talvez|quem sabe|imagina|imagine|suponha|poderia|seria|gostaria de saber|oxalá|tomara",
        r"olá|oi|obrigad[oa]|claro|bom dia|boa (?:tarde|noite)|ótimo|perfeito|tchau|(?:kk)+k*|o que|como|onde|"
        r"quando|"
        r"por que|podes|pode|poderia|diz-me|me diga|explica|ajuda|estou (?:cansad[oa]|feliz|bem)\W*$",
    ),
    "zh": Tongue(
        common=frozenset(),
        first=re.compile(r"我(?!们走|懂|知道了|明白)"),
        unreal=re.compile(r"如果|假如|也许|可能|要是|想象|假设|或许"),
        idle=re.compile(
            r"^(?:你好|谢谢|好的|嗯|是的|对|哈哈|再见|请|帮我|我(?:很|好|太)?(?:累|开心|高兴|困)了?[。！]?$)"
        ),
    ),
}
_ENGLISH: Final = frozenset(
    "the a an and is are was i my me to of in on it that this with for have has at not but we you he she they be "
    "i'm "
    "i've do from as so his her our im by up about just our will can what".split()
)
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
_OTHER_SCRIPT: Final = re.compile(
    r"[\u0400-\u04ff\u0590-\u06ff\u0900-\u097f\u0e00-\u0e7f\u3040-\u30ff\uac00-\ud7af]"
)
UNKNOWN: Final = "und"


def language_of(text: str) -> str:
    """The language's code: one of ``TONGUES``, ``en`` when nothing says otherwise, ``und`` for another script."""
    if len(_OTHER_SCRIPT.findall(text)) * 3 > len(text):
        return UNKNOWN
    if len(_HAN.findall(text)) * 3 > len(text):
        return "zh"
    words = [word.lower().replace("’", "'") for word in _WORD.findall(text)]
    counts = {code: sum(w in tongue.common for w in words) for code, tongue in TONGUES.items()}
    best = max(counts, key=lambda code: counts[code])
    certain = counts[best] >= 2 or (len(words) <= 3 and any(not w.isascii() for w in words))
    return best if certain and counts[best] > sum(w in _ENGLISH for w in words) else "en"


def speaks_of_self(sentence: str, language: str) -> bool:
    """Does a sentence in one of ``TONGUES`` state something about its speaker that may last?"""
    tongue = TONGUES.get(language)
    if tongue is None or sentence.rstrip().endswith(("?", "？")):
        return False
    said = sentence.strip()
    long_enough = len(said) >= 5 if language == "zh" else len(_WORD.findall(said)) >= 3
    return bool(
        long_enough
        and tongue.first.search(said)
        and not tongue.unreal.search(said)
        and not tongue.idle.match(said)
    )
