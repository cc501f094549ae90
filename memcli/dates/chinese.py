"""Chinese date words and rules, simplified and traditional; pure tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from memcli.dates import build as b
from memcli.dates import digits
from memcli.dates.grammar import Language, Rule
from memcli.dates.leaning import CueWords
from memcli.dates.numeric import CLOCKS, NUMERIC

_DIGITS: Final = "一二三四五六七八九十"

WORDS: Final[Mapping[str, Mapping[str, int | str]]] = {
    "dayword": {"今天": 0, "今日": 0, "昨天": -1, "昨日": -1, "前天": -2, "大前天": -3}
    | {"明天": 1, "明日": 1, "后天": 2, "後天": 2, "大后天": 3, "大後天": 3},
    "part": {"早上": "morning", "早晨": "morning", "上午": "morning", "下午": "afternoon", "傍晚": "evening"}
    | {"晚上": "evening", "夜里": "night", "夜裡": "night"},
    "rel": {"上": -1, "这": 0, "這": 0, "本": 0, "下": 1}
    | {"上个": -1, "上個": -1, "这个": 0, "這個": 0, "下个": 1, "下個": 1},
    "yearword": {"去年": -1, "前年": -2, "大前年": -3, "今年": 0, "明年": 1, "后年": 2, "後年": 2},
    "weekday": {name: i for i, name in enumerate("一二三四五六日")} | {"天": 6},
    "month": {str(i): i for i in range(1, 13)}
    | {name: i + 1 for i, name in enumerate(_DIGITS)}
    | {"十一": 11, "十二": 12},
    "day": {name: i + 1 for i, name in enumerate(_DIGITS)}
    | {f"十{name}": i + 11 for i, name in enumerate(_DIGITS[:9])}
    | {"二十": 20, "三十": 30, "三十一": 31}
    | {f"二十{name}": i + 21 for i, name in enumerate(_DIGITS[:9])},
    "unit": {"天": "day", "日": "day", "周": "week", "週": "week", "星期": "week", "礼拜": "week", "禮拜": "week"}
    | {"月": "month", "年": "year", "小时": "hour", "小時": "hour", "分钟": "minute", "分鐘": "minute"}
    | {"周末": "weekend", "週末": "weekend", "季度": "quarter"},
    "num": {name: i + 1 for i, name in enumerate(_DIGITS)} | {"两": 2, "兩": 2, "十一": 11, "十二": 12},
    "vague": {"几": "few", "幾": "few"},
    "season": {"春天": "spring", "夏天": "summer", "秋天": "autumn", "冬天": "winter"},
    "third": {"初": 0, "中": 1, "底": 2},
    "holiday": {"圣诞节": "christmas", "聖誕節": "christmas", "平安夜": "christmas_eve", "元旦": "new_year"}
    | {"情人节": "valentine", "情人節": "valentine", "万圣节": "halloween", "萬聖節": "halloween"}
    | {"劳动节": "labour_day", "勞動節": "labour_day"},
    "yearrel": {"去年": -1, "今年": 0, "明年": 1},
}

_D: Final = r"(?P<day>3[01]|[12]\d|0?[1-9]|<!day>)[日号號]"
_Y: Final = r"(?:<year>年|<yearrel>)"
_WEEK: Final = r"(?:周|週|星期|礼拜|禮拜)"
_LONG: Final = r"(?P<unit>周末|週末|周|週|星期|礼拜|禮拜|月|季度)"

RULES: Final = (
    Rule(r"<dayword>(?:的?<part>)?", b.day_word),
    Rule(r"昨晚|昨夜", b.day_part(-1)),
    Rule(r"今晚|今夜", b.day_part(0)),
    Rule(r"今早", b.this_morning),
    Rule(r"前几天|前幾天|前些天|那天", b.other_day),
    Rule(rf"<rel>{_WEEK}<weekday>(?:<part>)?", b.weekday_calendar),
    Rule(rf"{_WEEK}(?P<weekday>[一二三四五六日天])(?![个個])(?:<part>)?", b.weekday_bare, cycle="week"),
    Rule(rf"<rel>{_LONG}(?![一二三四五六日天])", b.unit_relative),
    Rule(r"(?<!个)(?P<unit>周末|週末)", b.unit_by_tense),
    Rule(r"<yearword>", b.year_word),
    Rule(r"(?<![\d.第])<num>(?:个|個)?<unit>(?:以|之)?前", b.counted(-1)),
    Rule(r"(?<![\d.第])<num>(?:个|個)?<unit>(?:以|之)?[后後]", b.counted(1)),
    Rule(r"<vague>(?:个|個)?<unit>(?:以|之)?前", b.vague(-1)),
    Rule(r"<vague>(?:个|個)?<unit>(?:以|之)?[后後]", b.vague(1)),
    Rule(r"(?:过去|最近|過去)(?:的)?<num>(?:个|個)?<unit>", b.stretch(-1)),
    Rule(r"(?:未来|未來|接下来)(?:的)?<num>(?:个|個)?<unit>", b.stretch(1)),
    Rule(rf"{_Y}?(?<![\d.])<month>月{_D}", b.date, cycle="year"),
    Rule(rf"{_Y}<month>月(?:份)?(?![\d一二三四五六七八九十])", b.month),
    Rule(r"(?<![\d.个個一二三四五六七八九十])<month>月(?:份)?(?![\d一二三四五六七八九十])", b.month, cycle="year"),
    Rule(r"(?<!\d)(?P<year>(?:19|20)\d\d)年", b.year),
    Rule(r"(?P<decade>\d0)年代", b.decade),
    Rule(rf"{_Y}<season>", b.season),
    Rule(r"<season>", b.season, cycle="year"),
    Rule(rf"{_Y}?<holiday>", b.holiday, cycle="year"),
    Rule(
        rf"每(?:个|個)?(?:{_WEEK}[一二三四五六日天]|天|日|周|週|星期|月|年|<!part>)", b.recurring, role="recurring"
    ),
    Rule(r"(?P<hour>[01]?\d|2[0-3])[点點](?:(?P<minute>[0-5]\d)分?)?", digits.clock, role="clock", weak=True),
    *CLOCKS,
    *NUMERIC,
)

_CUES: Final = CueWords(
    {
        "future": r"要|会|會|将|將|打算|准备|準備|计划|計劃|想|提醒|记得|記得|需要|应该|應該|必须|必須",
        "past": r"了|过|過|曾",
        "present": r"做(?![了过過])|是|有|在(?!家)|开始|開始",
        "arranged": r"(?:改|推迟|推遲|推|延期|延|挪|调|調)(?:到|至|在)|(?:订|訂|约|約|买|買)了?",
        "since": r"(?:自从|自從)",
    },
    joint=r"[，、：（）]|但是|但|因为|因為|所以",
    dated=r"昨|今|明|周[一二三四五六日]",
    slight=r"[在于的呢吗吧]",
)

LANGUAGE: Final = Language(
    name="chinese",
    markers=frozenset(),
    words=WORDS,
    rules=RULES,
    prefixes=(),
    cues=_CUES,
    since=r"(?:自从|自從|从|從|自)",
    join=r"(?: ?[-\u2013\u2014~] ?|到|至|和)",
    between=r"(?:从|從|自|在)?",
    clock_gap=r"的? ?",
    spaced=False,
)
