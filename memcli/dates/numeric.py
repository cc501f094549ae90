"""Dates and times written in digits, which every language shares; pure tables."""

from __future__ import annotations

from typing import Final

from memcli.dates import digits
from memcli.dates.grammar import Rule

_FREE: Final = r"(?<![/\d.:-])"  # not inside a longer number, path or version
_A: Final = r"(?P<a>\d{1,2})"
_B: Final = r"(?P<b>\d{1,2})"
_TIME: Final = r"(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)"

NUMERIC: Final = (
    Rule(rf"{_FREE}(?P<iso>)(?P<year>\d{{4}})-{_A}-{_B}(?![-/.]?\d)", digits.numeric),
    Rule(rf"{_FREE}(?P<iso>)(?P<year>\d{{4}})/{_A}/{_B}(?![-/.]?\d)", digits.numeric),
    Rule(rf"{_FREE}(?P<year>\d{{4}})-{_A}-{_B}[t ]{_TIME}(?::[0-5]\d)?", digits.iso_instant),
    Rule(rf"{_FREE}{_A}/{_B}/(?P<year>\d{{4}}|\d{{2}})(?![/\d.-])", digits.numeric),
    Rule(rf"{_FREE}{_A}-{_B}-(?P<year>\d{{4}})(?![-/.]?\d)", digits.numeric),
    Rule(rf"{_FREE}{_A}\.{_B}\.(?P<year>\d{{4}})(?!\.?\d)", digits.numeric_day_first),
    Rule(rf"{_FREE}(?P<year>(?:19|20)\d\d)-(?P<a>0[1-9]|1[0-2])(?![-\d/])", digits.iso_month),
)

CLOCKS: Final = (Rule(rf"(?<![\d:.]){_TIME}(?::[0-5]\d)?(?![:\d])", digits.clock, role="clock", weak=True),)
