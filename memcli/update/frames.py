"""How ends are told, and what a memory must say to be meant by each; pure tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_X: Final = r"(?P<x>(?!it\b|that\b|this\b|them\b)[\w'’. -]+?)"
STOP: Final = (
    r"(?=\W*$|[,.;:!]| (?:and|but|because|since|in|on|at|last|this|for|yesterday|today|after|any ?more|again|now|"
    r"to|when|before|as|so|with|by|until)\b)"
)
_BE: Final = r"(?:is|are|was|were|got|has been|have been|'s)"
_WHOLE: Final = (
    r"(?=\W*$|[,.;:!]| (?:and|but|because|since|in|on|at|last|this|yesterday|today|after|when|as|so)\b)"
)
VERB: Final = r"(?P<v>\w+ing)"
_LOOSE_KINDS: Final = re.compile(
    r"\b(?:takes?|uses?|goes|gets?|works?|commutes?|has|have|drives?|plays?|wakes?|lives?|pays?|eats?|drinks?|"
    r"watches|attends?|sleeps?|cycles|walks|(?:is|are) (?:on|in|at|a|an|the|\w+ing))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Frame:
    """How an end is told, and what the memory that it ends says. ``bare`` lets the end name nothing.

    ``named`` is set where the end names whom or what it is about, so that its own subject may be another.
    """

    told: re.Pattern[str]
    known: re.Pattern[str]
    bare: bool = False
    named: bool = False


def _frame(told: str, known: str, *, bare: bool = False) -> Frame:
    named = bare or told.startswith("^") or "took " in told
    return Frame(
        re.compile(told, re.IGNORECASE), re.compile(rf"(?<!\w)(?:{known})(?!\w)", re.IGNORECASE), bare, named
    )


_HAVING: Final = (
    r"(?!likes|loves|hates|wants|prefers|needs)\w+s (?:with|on|an?|the|their|his|her|\d)|has|have|owns?|drives?|"
    r"rides?|uses?|keeps?|plays?|rents out|is|are|got|bought"
)
_PLANNED: Final = (
    r"(?:is|are) (?:going|flying|planning|training|moving|getting|visiting|having|travel\w+|starting|learning|"
    r"saving|thinking|looking|hosting|meeting|buying|taking|joining|seeing|coming|running|doing|renting)|plans?|"
    r"wants?|hopes?|trip|has (?:an?|booked)|have|pays?|appointment|meeting|wedding|party|reservation|tickets?|"
    r"subscri\w+|membership|will|exam|booked|signed up|flies|comes|goes|visits?|holiday|takes place"
)
PARTNER: Final = r"(?:boyfriend|girlfriend|partner|husband|wife|fianc[eé]e?|spouse)"
_TOGETHER: Final = (
    rf"(?:is|are) (?:now )?(?:dating|seeing|married|engaged|in a relationship|together)|"
    rf"has an? (?:new )?{PARTNER}|"
    rf"lives? with|{PARTNER}(?:'s name)? is (?:called |named )?\w+\W*$|is [\w' ]+?'s (?:\w+ )?{PARTNER}\W*$"
)
TOGETHER: Final = re.compile(rf"(?<!\w)(?:{_TOGETHER})(?!\w)", re.IGNORECASE)
"""What says that two are a couple."""
_OWED: Final = r"owes?|loan|debt|debts"
FRAMES: Final = (
    _frame(
        rf"\b(?:got rid of|sold|gave away|unsubscribed from|scrapped|traded in|handed in|threw out) {_X}{STOP}",
        _HAVING,
    ),
    _frame(rf"\btraded {_X} (?:in )?for\b|\b(?:gave|given|giving|threw|thrown) (?P<x2>[\w' -]+?) away\b", _HAVING),
    _frame(
        rf"\b(?:dropped out of|resigned from|stepped down (?:as|from)|retired from|graduated from|"
        rf"quit|left|gave up|given up|"
        rf"dropped|stopped|(?:was|got|were) (?:laid off|fired|sacked|let go|kicked out) (?:from|of|by)) "
        rf"{_X}{STOP}",
        r"works?|working|plays?|sings?|stud\w+|attends?|member|volunteers?|captain|is (?:a|an|the|in|on|with)|"
        r"has|have|eats?|drinks?|smokes?|does|takes?|learn\w*|trains?|goes|uses?|chairs?|coaches|runs?",
    ),
    _frame(rf"\bmoved out (?:of|from) {_X}{STOP}", r"lives?|living|rents?|renting|shares?|room|flat|apartment"),
    _frame(
        r"^(?P<x>[\w'’. -]+?) (?:has |have |just )*moved out\b(?! of)",
        r"(?:lives?|living|stays?) (?:with|at)|shares?|roommate|flatmate|housemate|lodger|tenant",
    ),
    _frame(
        rf"\b(?:is|are|came|went|weaned|took [\w' ]+?) (?:completely |finally |now )?off (?:the )?"
        rf"(?!(?:on|to|work|in|for)\b){_X}{STOP}",
        r"takes?|taking|is on|are on|injects?|uses?|swallows?",
    ),
    _frame(rf"\b(?:stopped|quit|no longer|done) taking {_X}{STOP}", r"takes?|taking|is on|are on|injects?"),
    _frame(
        rf"\b(?:finished|completed|is done with|got through) (?:reading |watching |writing )?{_X}{STOP}",
        r"is (?:reading|watching|writing|doing|working|taking|studying|knitting|building|painting|playing|"
        r"sewing|learning)|reads|working on|still has",
    ),
    _frame(
        rf"\b(?:found|got|bought|rented|signed for|adopted) (?:back )?{_X}{STOP}",
        r"(?:looking|searching|hunting|saving|waiting|hoping)(?: up)? for|needs? (?:an?|to (?:find|buy|get))|"
        r"wants? (?:an?|to (?:buy|find|get|adopt|rent))|lost|is missing|can't find|cannot find",
    ),
    _frame(
        rf"^{_X} {_BE} (?:now |all |finally |completely |already )*(?:fixed|repaired|mended|sorted|back|healed|"
        rf"gone|over|cured|better|off|replaced|working again|(?:fine|ok|okay|well|normal) again)\b"
        rf"|^(?P<x3>[\w'’. -]+?) (?:has |have )?(?:come|came) (?:off|back)\b"
        rf"|^(?P<x2>[\w'’. -]+?) (?:works|runs|starts|turns on) (?:fine |well )?again\b",
        r"broken|broke|garage|repair|hurts?|sore|has an?|have an?|is in|lost|missing|stolen|sick|ill|doesn't|"
        r"dead|leak\w*|swollen|sprained|does not work|suffers?|wears?",
    ),
    _frame(
        rf"\b(?:got|had|have|has) {_X} (?:fixed|repaired|mended|replaced|back)\b",
        r"broken|broke|garage|repair|lost|missing|stolen|doesn't|dead|leak\w*|is (?:at|with|in)",
    ),
    _frame(rf"\bpaid (?:back |off )?{_X}(?: back\b|{STOP})|\bgave (?P<x2>[\w' -]+?) back\b", _OWED),
    _frame(r"\b(?:paid|gave) (?P<x>[\w' -]+? )?back\b", _OWED, bare=True),
    _frame(
        r"^(?P<x>[\w'’. -]+?) (?:has |have |finally )*(?:arrived|been approved|came (?:back|through)|is here)\b"
        r"|\b(?:received|picked up) (?P<x2>[\w' -]+?)(?=\W*$|[,.;])",
        r"(?:waiting|waits) for|expect(?:s|ing)|ordered|applied for",
    ),
    _frame(
        r"^(?P<x>[\w'’. -]+?) (?:was|were|has been|got|is) (?:now )?(?:extended|prolonged|shortened)\b",
        r"until|till|for",
    ),
    _frame(r"^(?:some(?:body|one)|another \w+) (?:else )?(?P<x>[\w'’ -]+?) (?:now|instead)\b", r"\w+"),
    _frame(
        r"\b(?:found|got|started|has|landed) (?:\w+ ){0,3}?job\b|\b(?:works?|started working) (?:at|as|for)\b",
        r"unemployed|jobless|out of work|between jobs|without a job",
        bare=True,
    ),
    _frame(
        rf"\b(?:cancel+ed|called off|decided against|gave up on|given up on|backed out of|pulled out of|"
        rf"changed \w+ mind about) {_X}{_WHOLE}",
        rf"{_PLANNED}|reads|gets|receives|watches|uses|subscribes",
    ),
    _frame(
        rf"^{_X} {_BE} (?:now |all )?(?:cancel+ed|called off|off)\b|^(?P<x2>[\w'’. -]+?) fell through\b", _PLANNED
    ),
    _frame(rf"(?:\bnot|n't) (?:be )?(?:\w+ing |get |have |take |go |do |move |buy )?{_X} after all\b", _PLANNED),
    _frame(
        r"\b(?:broke|broken|split|splitting|breaking) up\b(?! (?:the|an?|our|their|my|into|between|it|them)\b)"
        r"(?: with (?P<x>[\w' -]+?)(?=\W*$|[,.;]| (?:in|last|after|on)\b))?|"
        r"\b(?:left|dumped) \w+(?=\W*$|[,.;]| (?:for|last|in|on|after)\b)|\bno longer together\b|\bover between\b|"
        r"\bcalled off (?:the|their|our) engagement\b|"
        r"\b(?:divorced|separated)\b(?: from (?P<x2>[\w' -]+))?|\bended (?:it|things|the relationship)\b",
        _TOGETHER,
        bare=True,
    ),
    _frame(
        rf"\bno more {_X}{STOP}|\bno (?P<x2>[\w' -]+?) any ?more\b|\b(?:done with|goodbye|out of the) (?P<x3>"
        rf"[\w' -]+?){STOP}",
        _LOOSE_KINDS.pattern,
    ),
    _frame(
        r"(?:n't|\bnot) (?:need|have|use|wear|take|own|watch|read|play|see|visit) "
        r"(?P<x>[\w' -]+?) any ?(?:more|longer)\b"
        r"|\bno longer (?:needs?|has|have|uses?|wears?|takes?|owns?|watch(?:es)?|sees?) "
        r"(?P<x2>[\w' -]+?)(?=\W*$|[,.;])",
        rf"wears?|needs?|{_LOOSE_KINDS.pattern}",
    ),
    _frame(
        r"\b(?:switched|changed|converted|migrated|moved) (?:over )?from (?P<x>[\w' -]+?) to\b"
        r"|instead of (?:(?:tak|us|go|hav|drink|eat|driv|rid|study|do|play)\w*ing )?(?P<x2>[\w' -]+)",
        r"\w+",
    ),
)
