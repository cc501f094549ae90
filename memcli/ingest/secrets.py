"""Secrets in what people say and paste: keys, tokens, cards, accounts, passwords and PINs; pure tables and checks.

Keys and tokens are known by their shape, numbers by their check digits, and what has neither by the words around
it. A plain word after "my password is" counts only where nothing goes on after it: "my password is wrong" gives
nothing away. No library is used: those that are light know source code, not prose; those that know prose bring
models. Other packages' redactors are asked too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from memcli.third_party import bring_plugins

MASK: Final = "[secret: {}]"
_Check: TypeAlias = Callable[[re.Match[str]], bool]
_MASKED: Final = re.compile(r"\[secret: ([^\]]*)\]")


@dataclass(frozen=True, slots=True)
class Secret:
    """A stretch of a text and what kind of secret it is."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Masked:
    """A text with its secrets replaced by their kinds, and what they were, in order."""

    text: str
    secrets: tuple[tuple[str, str], ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """What was left out."""
        return tuple(kind for kind, _ in self.secrets)

    def restored(self, text: str) -> str:
        """A text made of the masked one, with the secrets back in their places."""
        left = list(self.secrets)

        def value(found: re.Match[str]) -> str:
            for number, (kind, secret) in enumerate(left):
                if kind == found[1]:
                    del left[number]
                    return secret
            return found[0]

        return _MASKED.sub(value, text)


def is_secret(text: str) -> bool:
    """Does a text hold a secret, or the place of one that was taken out?"""
    return _MASKED.search(text) is not None or bool(find(text))


def mask(text: str) -> Masked:
    """The text without its secrets."""
    found = find(text)
    if not found:
        return Masked(text)
    pieces, at = [], 0
    for secret in found:
        pieces += [text[at : secret.start], MASK.format(secret.kind)]
        at = secret.end
    values = tuple((secret.kind, text[secret.start : secret.end]) for secret in found)
    return Masked("".join((*pieces, text[at:])), values)


def find(text: str) -> list[Secret]:
    """The secrets in a text, in order; where two overlap, the one that begins first and reaches furthest."""
    every = [
        Secret(match.start("v"), match.end("v"), kind)
        for kind, pattern, holds in _RULES
        for match in pattern.finditer(text)
        if not _MASKED.match(text, match.start("v")) and holds(match)
    ]
    every += [Secret(*span) for span in _others(text)]
    kept: list[Secret] = []
    for secret in sorted(every, key=lambda one: (one.start, -one.end)):
        if not kept or secret.start >= kept[-1].end:
            kept.append(secret)
    return kept


def _others(text: str) -> list[tuple[int, int, str]]:
    if not bring_plugins():
        return []
    from memcli import hooks

    return hooks.secrets_in(text)


# -- checks ----------------------------------------------------------------------------------------------------


def _always(_: re.Match[str]) -> bool:
    return True


def _luhn(digits: str) -> bool:
    """The check digit of card numbers (ISO/IEC 7812-1, annex B)."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


_NETWORKS: Final = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}"
    r"|3(?:0[0-5]|[68]\d)\d{11}|6(?:011|5\d\d|4[4-9]\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|62\d{14,17}"
)
_NUMBERED: Final = re.compile(
    r"(?:order|tracking|invoice|parcel|shipment|ticket|isbn|imei|booking|reference|serial|case|meter|barcode|ean|"
    r"customer|member(?:ship)?|loyalty)\s*(?:no\.?|number|nr\.?|id|#|code|is|:|\s)*$",
    re.IGNORECASE,
)


def _card(match: re.Match[str]) -> bool:
    """A length and beginning that a card network has given out, the check digit, and no other name for it."""
    digits = re.sub(r"\D", "", match["v"])
    if not _NETWORKS.fullmatch(digits) or len(set(digits)) == 1 or not _luhn(digits):
        return False
    return not _NUMBERED.search(match.string[max(0, match.start() - 40) : match.start()])


def _iban(match: re.Match[str]) -> bool:
    """ISO 13616: the remainder by 97 is 1, letters counting from 10."""
    code = re.sub(r"\s", "", match["v"])
    moved = code[4:] + code[:4]
    length = _IBAN_LENGTHS.get(code[:2])
    return len(code) == length and int("".join(str(int(letter, 36)) for letter in moved)) % 97 == 1


_IBAN_LENGTHS: Final = dict(
    pair
    for length, countries in (
        (15, "NO"), (16, "BE"), (18, "DK FI FO GL NL SD"), (19, "MK SI"), (20, "AT BA EE KZ LT LU XK"),
        (21, "CH HR LI LV"), (22, "BG BH CR DE GB GE IE ME RS VA"), (23, "AE GI IL IQ TL"),
        (24, "AD CZ ES MD PK RO SA SE SK TN VG"), (25, "LY PT ST"), (26, "IS TR"), (27, "FR GR IT MC MR SM"),
        (28, "AL AZ BY CY DO GT HU LB PL"), (29, "BR EG PS QA UA"), (30, "JO KW MU"), (31, "MT SC"),
    )
    for pair in ((country, length) for country in countries.split())
)  # fmt: skip

_IDLE: Final = frozenset(
    """
    a about all also always an and another any as at available back bad because bigger blank broken by case changed
    common complex confusing correct currently different difficult due easy empty encrypted enough exactly expired
    fine for forgotten from gone good hard hashed here hidden in incorrect insecure invalid just kept known leaked
    long longer lost mandatory memorable missing my necessary needed never new no not nothing nowhere obvious
    off often old on only optional ours out outdated over pretty private probably public really required reset
    right safe same saved secret secure set shared short shown simple something somewhere stale still stolen
    stored strange strong stuck sufficient temporary that the their there this to too unchanged under unique
    unknown unsafe up updated useless valid very visible weak what where which wrong your yours managed
    """.split()
)


def _password(match: re.Match[str]) -> bool:
    """Something no dictionary has, something in quotes, or a plain word that ends the sentence."""
    value = match["v"]
    if match.string[max(match.start("v") - 1, 0)] in "\"'`“‘«":
        return True
    plain = value.strip(".,;:!?").lower()
    if plain in _IDLE or plain.endswith(("n't", "'s")) or len(plain) < 3:
        return False
    if re.search(r"[\d@#$%^&*_+=~<>\\|]|[a-z][A-Z]|\w[!?-]\w", value):
        return True
    if plain.endswith(("ed", "ing", "ly")) and match["by"].strip() not in (":", "="):
        return False
    return bool(re.match(r"\s*(?:[.,;!?)\n]|$|and\b|but\b|in case\b)", match.string[match.end("v") :]))


def _mixed(match: re.Match[str]) -> bool:
    """Letters and digits, or very long: a key, not a word."""
    value = match["v"]
    return bool(re.search(r"\d", value) and re.search(r"[A-Za-z]", value)) or len(value) >= 24


# -- rules -----------------------------------------------------------------------------------------------------

_BY: Final = (
    r"(?P<by>\s*(?:is|are|was|=|:|->|→|ist|es|est|é|è|lautet|war|era)\s+(?:now |still |currently |actually |"
    r"jetzt |ahora |agora )?|\s*[:=]\s*|\s*'s\s+|\s+to\s+(?:be )?|是|为|：)"
)
_FOR: Final = r"(?:\s+(?:for|of|to|on|at|in|from|für|vom|del?|da|do|du|pour)\s+(?:[\w'’.@-]+\s?){1,4}?)?"
_VALUE: Final = (
    r"[\"'`“‘«]?(?P<v>(?<=[\"'`“‘«])[^\"'`”’»\n]{3,64}"
    r"|[^\s\"'`“”‘’«»]{3,64}?(?=[.,;)]*(?:\s|$|[\"'`”’»])))"
)
_PASSWORD_NAMES: Final = (
    "pass(?:word|code|phrase|wd)", "pwd", "passwort", "kennwort", "contraseña", "mot de passe", "senha",
    "密码", "口令",
)  # fmt: skip
_PASSWORD_WORD: Final = f"(?:{'|'.join(_PASSWORD_NAMES)})"
_CODE_WORD: Final = (
    r"(?:(?:\bpin|puk|cvv|cvc|cvv2|geheimzahl|tan|otp)(?:[ -](?:code|number|nummer))?"
    r"|(?:door|gate|alarm|safe|access|security|entry|garage|unlock|lock|locker|building|voicemail|vault|phone|"
    r"verification|authentication|2fa|two-factor|one-time|recovery|backup|sim|bike lock|key ?box)(?:'s)? "
    r"(?:code|pin|combination|combo)|combination(?: (?:to|of|for) [\w' ]{2,30}?)?"
    r"|código (?:de la puerta|pin)|türcode)"
)
_KEY_WORD: Final = (
    r"(?:api[ _-]?key|access[ _-]?(?:token|key)|auth(?:entication)?[ _-]?token|secret[ _-]?(?:access[ _-]?)?key|"
    r"client[ _-]?secret|bearer[ _-]?token|private[ _-]?token|licen[cs]e key|encryption key|personal access token)"
)
_KEYS: Final = (
    r"sk-(?:proj-|ant-|or-)?[\w-]{20,}", r"[sr]k_(?:live|test)_[0-9A-Za-z]{16,}", r"gh[pousr]_[0-9A-Za-z]{36,}",
    r"github_pat_\w{22,}", r"glpat-[\w-]{20,}", r"xox[abeprs]-[0-9A-Za-z-]{10,}", r"(?:AKIA|ASIA)[0-9A-Z]{16}",
    r"AIza[\w-]{35}", r"ya29\.[\w-]{20,}", r"npm_[0-9A-Za-z]{36}", r"pypi-AgE[\w-]{50,}", r"hf_[0-9A-Za-z]{30,}",
    r"SG\.[\w-]{16,32}\.[\w-]{16,64}", r"dop_v1_[0-9a-f]{64}", r"shp(?:at|ss|ca|pa)_[0-9a-fA-F]{32}",
    r"SK[0-9a-f]{32}", r"key-[0-9a-f]{32}", r"\d{8,10}:AA[\w-]{33}", r"AGE-SECRET-KEY-1[0-9A-Z]{58}",
    r"https://hooks\.slack\.com/services/T\w+/B\w+/\w+", r"EAACEdEose0cBA\w+", r"sq0(?:atp|csp)-[\w-]{22,}",
)  # fmt: skip


_BLOCK: Final = (
    r"(?P<v>-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----.*?"
    r"(?:-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----|\Z))"
)
_SETTING: Final = (
    r"\b[A-Z0-9_]*(?:SECRET|TOKEN|PASSWORD|PASSWD|API_?KEY|ACCESS_KEY)[A-Z0-9_]*\s*=\s*[\"']?(?P<v>[^\s\"']{6,})"
)
_SEED: Final = (
    r"\b(?:seed|recovery|mnemonic|backup)\s+(?:phrase|words?)\b[^:.\n]{0,20}?(?:is|are|:)\s*[\"']?"
    r"(?P<v>(?:[a-z]{3,8}[\s,]+){11,23}[a-z]{3,8})"
)
_BACKWARDS: Final = (
    r"\b(?:use|used|type|enter|try|with)\s+(?P<by>)[\"'`]?(?P<v>[^\s\"'`]{4,64})[\"'`]?"
    rf"\s+as (?:the|my|a|your) (?:\w+ )?{_PASSWORD_WORD}"
)
_CODE_FIRST: Final = (
    rf"(?<![\w.-])(?P<v>\d{{3,8}})\s+is\s+(?:the|my|our|her|his|their)\s+(?:\w+ ){{0,2}}?{_CODE_WORD}\b"
)
_DIGITS: Final = r"[\"'`]?(?P<v>\d(?:[ -]?\d){2,9})(?![\w-]|\.\d)"


def _rules() -> Iterator[tuple[str, str, int, _Check]]:
    """(kind, pattern with the secret as group ``v``, flags, check)."""
    any_case = re.IGNORECASE
    yield "private key", _BLOCK, re.DOTALL, _always
    yield "API key", rf"(?<![\w-])(?P<v>{'|'.join(_KEYS)})(?![\w])", 0, _always
    yield "token", r"\b(?P<v>eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?)", 0, _always
    yield "token", r"\b(?:bearer|basic)\s+(?P<v>[\w.~+/-]{16,}=*)", any_case, _mixed
    yield "password", r"\b[a-z][a-z0-9+.-]*://[^\s/:@]+:(?P<v>[^\s/@]{3,})@", any_case, _always
    yield "key", _SETTING, 0, _always
    yield "card number", r"(?<![\w.#-])(?P<v>\d(?:[ -]?\d){12,18})(?![\w-])", 0, _card
    yield "IBAN", r"\b(?P<v>[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?)\b", 0, _iban
    social = r"(?<![\d-])(?P<v>(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4})(?![\d-])"
    yield "social security number", social, 0, _always
    yield "password", rf"{_PASSWORD_WORD}{_FOR}{_BY}{_VALUE}", any_case, _password
    yield "password", _BACKWARDS, any_case, _password
    yield "password", r"\b(?:pass|pw)\s*[:=]\s*(?P<by>)(?P<v>[^\s,;]{4,64})", any_case, _password
    yield "code", rf"\b{_CODE_WORD}{_FOR}{_BY}{_DIGITS}", any_case, _always
    yield "code", _CODE_FIRST, any_case, _always
    yield "API key", rf"{_KEY_WORD}{_FOR}{_BY}[\"'`]?(?P<v>[\w./+=~-]{{8,}})", any_case, _mixed
    yield "recovery phrase", _SEED, any_case, _always


_RULES: Final = tuple((kind, re.compile(pattern, flags), holds) for kind, pattern, flags, holds in _rules())
