"""What a statement says is over, and which memory that is: sold, left, found, mended, called off; pure tables.

Each frame pairs how an end is told with what the memory must say to be meant by it: "sold the Golf" ends "drives a
Golf" and not "likes the Golf of Naples". A slot that is filled otherwise is ``rivals``' business.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from memcli.entities import RELATIONS
from memcli.records import Candidate, Kind, Memory
from memcli.text import fold, terms
from memcli.update.rivals import Neighbour
from memcli.update.similar import Sense, sense_of
from memcli.update.slots import canonical

_X: Final = r"(?P<x>(?!it\b|that\b|this\b|them\b)[\w'’. -]+?)"
_STOP: Final = (
    r"(?=\W*$|[,.;:!]| (?:and|but|because|since|in|on|at|last|this|for|yesterday|today|after|any ?more|again|now|"
    r"to|when|before|as|so|with|by|until)\b)"
)
_BE: Final = r"(?:is|are|was|were|got|has been|have been|'s)"
_WHOLE: Final = (
    r"(?=\W*$|[,.;:!]| (?:and|but|because|since|in|on|at|last|this|yesterday|today|after|when|as|so)\b)"
)
_VERB: Final = r"(?P<v>\w+ing)"
_FILLING: Final = frozenset(
    terms(
        "trip visit flight holiday vacation membership subscription contract plan plans idea account band club "
        "team school job company room place society group old new own whole thing anything anyone nothing ever "
        "back being having doing really finally"
    )
)
VALUES: Final = frozenset(
    terms(
        "monday mon tuesday tue wednesday wed thursday thu friday fri saturday sat sunday sun january "
        "february march april may june july august september october november december morning evening "
        "afternoon night noon midnight summer winter spring autumn weekend week month year day hour minute "
        "once twice time half quarter one two three four five six seven eight nine ten eleven twelve "
        "thirteen fourteen fifteen twenty thirty forty fifty hundred thousand first third early late end "
        "beginning start level euro dollar pound"
    )
)
"""Words that are a value or the unit of one: a fact that differs in these alone is another reading of the same."""
CHANGED: Final = re.compile(
    r"\b(?:now(?:adays)?|these days|instead|no longer|any ?more|from now on|as of|went (?:up|down)|gone (?:up|"
    r"down)|raised|moved|switched|changed|after all|only)\b",
    re.IGNORECASE,
)
HAPPENED: Final = re.compile(
    r"\b(?:was|were|\w{2,}ed|went|got|bought|sold|saw|took|made|had|gave|left|came|found|lost|won|met|ran|wrote)\b"
)
"""Words that tell of what happened once."""
_UNSAID: Final = frozenset(
    "a an the now nowadays only just is are has have had their they user users instead these days was".split()
)
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
_BOND: Final = r"(?:boyfriend|girlfriend|partner|husband|wife|fianc\w+)"
_TOGETHER: Final = (
    rf"(?:is|are) (?:now )?(?:dating|seeing|married|engaged|in a relationship|together)|has an? (?:new )?{_BOND}|"
    rf"lives? with|{_BOND}(?:'s name)? is (?:called |named )?\w+\W*$"
)
_FRAMES: Final = (
    _frame(
        rf"\b(?:got rid of|sold|gave away|unsubscribed from|scrapped|traded in|handed in|threw out) {_X}{_STOP}",
        _HAVING,
    ),
    _frame(rf"\btraded {_X} (?:in )?for\b|\b(?:gave|given|giving|threw|thrown) (?P<x2>[\w' -]+?) away\b", _HAVING),
    _frame(
        rf"\b(?:dropped out of|resigned from|stepped down (?:as|from)|retired from|graduated from|"
        rf"quit|left|gave up|given up|"
        rf"dropped|stopped|(?:was|got|were) (?:laid off|fired|sacked|let go|kicked out) (?:from|of|by)) "
        rf"{_X}{_STOP}",
        r"works?|working|plays?|sings?|stud\w+|attends?|member|volunteers?|captain|is (?:a|an|the|in|on|with)|"
        r"has|have|eats?|drinks?|smokes?|does|takes?|learn\w*|trains?|goes|uses?|chairs?|coaches|runs?",
    ),
    _frame(rf"\bmoved out (?:of|from) {_X}{_STOP}", r"lives?|living|rents?|renting|shares?|room|flat|apartment"),
    _frame(
        r"^(?P<x>[\w'’. -]+?) (?:has |have |just )*moved out\b(?! of)",
        r"(?:lives?|living|stays?) (?:with|at)|shares?|roommate|flatmate|housemate|lodger|tenant",
    ),
    _frame(
        rf"\b(?:is|are|came|went|weaned|took [\w' ]+?) (?:completely |finally |now )?off (?:the )?"
        rf"(?!(?:on|to|work|in|for)\b){_X}{_STOP}",
        r"takes?|taking|is on|are on|injects?|uses?|swallows?",
    ),
    _frame(rf"\b(?:stopped|quit|no longer|done) taking {_X}{_STOP}", r"takes?|taking|is on|are on|injects?"),
    _frame(
        rf"\b(?:finished|completed|is done with|got through) (?:reading |watching |writing )?{_X}{_STOP}",
        r"is (?:reading|watching|writing|doing|working|taking|studying|knitting|building|painting|playing|"
        r"sewing|learning)|reads|working on|still has",
    ),
    _frame(
        rf"\b(?:found|got|bought|rented|signed for|adopted) (?:back )?{_X}{_STOP}",
        r"(?:looking|searching|hunting|saving|waiting|hoping)(?: up)? for|needs? (?:an?|to (?:find|buy|get))|"
        r"wants? (?:an?|to (?:buy|find|get|adopt|rent))|lost|is missing|can't find|cannot find",
    ),
    _frame(
        rf"^{_X} {_BE} (?:now |all |finally |completely |already )*(?:fixed|repaired|mended|sorted|back|healed|"
        rf"gone|over|cured|better|off|replaced|working again)\b"
        rf"|^(?P<x2>[\w'’. -]+?) (?:works|runs|starts|turns on) again\b",
        r"broken|broke|garage|repair|hurts?|sore|has an?|have an?|is in|lost|missing|stolen|sick|ill|doesn't|"
        r"dead|leak\w*|swollen|sprained|does not work|suffers?|wears?",
    ),
    _frame(
        rf"\b(?:got|had|have|has) {_X} (?:fixed|repaired|mended|replaced|back)\b",
        r"broken|broke|garage|repair|lost|missing|stolen|doesn't|dead|leak\w*|is (?:at|with|in)",
    ),
    _frame(rf"\b(?:paid|gave) {_X} back\b|\bpaid (?:back|off) (?P<x2>[\w' -]+?){_STOP}", r"owes?|loan|debt|debts"),
    _frame(
        rf"\b(?:cancel+ed|called off|decided against|gave up on|given up on|backed out of|pulled out of|"
        rf"changed \w+ mind about) {_X}{_WHOLE}",
        _PLANNED,
    ),
    _frame(
        rf"^{_X} {_BE} (?:now |all )?(?:cancel+ed|called off|off)\b|^(?P<x2>[\w'’. -]+?) fell through\b", _PLANNED
    ),
    _frame(rf"(?:\bnot|n't) (?:be )?(?:\w+ing |get |have |take |go |do |move |buy )?{_X} after all\b", _PLANNED),
    _frame(
        r"\b(?:broke|broken|split|splitting|breaking) up\b(?! (?:the|an?|our|their|my|into|between|it|them)\b)"
        r"(?: with (?P<x>[\w' -]+?)(?=\W*$|[,.;]| (?:in|last|after|on)\b))?|"
        r"\b(?:divorced|separated)\b(?: from (?P<x2>[\w' -]+))?|\bended (?:it|things|the relationship)\b",
        _TOGETHER,
        bare=True,
    ),
    _frame(
        rf"\bno more {_X}{_STOP}|\bno (?P<x2>[\w' -]+?) any ?more\b|\b(?:done with|goodbye|out of the) (?P<x3>"
        rf"[\w' -]+?){_STOP}",
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
_INSTEAD: Final = re.compile(
    r"\b(?:switched|changed|moved|migrated) (?:over )?to (?P<new>[\w' -]+?) for (?P<what>[\w' -]+)", re.IGNORECASE
)
_OPENS: Final = re.compile(
    rf"^(?:(?:The user|[A-ZÀ-Þ][\w-]+)['’]s? (?:(?:\w+er|best|big|little|new|old|twin|ex|late) )?"
    rf"(?P<kin>{RELATIONS})\b ?)?(?!(?:The|It|This|That|There|They|He|She|We|You|My|Their|His|Her|On|In|At|Since|"
    rf"From|For|No|Not|Now|Some|One|Two|Both|All|After|Before|When)\b)(?P<name>[A-ZÀ-Þ][\w-]+)?"
)
_GOING_ON: Final = re.compile(r"\b(?:is|are|has|have)\b")
_STOPPED: Final = re.compile(
    rf"\b(?:stopped|quit|gave up|given up|no longer|done) {_VERB}(?: (?:to |in |at |on |for |with |the |a |an )*"
    rf"(?P<x>[\w' -]+?))?{_STOP}",
    re.IGNORECASE,
)


def ended(candidate: Candidate, active: Iterable[Neighbour]) -> Memory | None:
    """The memory that the candidate says is over: of those that fit, the one whose words it names most of."""
    told = [(frame, named) for frame in _FRAMES for named in _objects(frame, candidate)]
    stopped, instead = _STOPPED.search(candidate.text), _INSTEAD.search(candidate.text)
    if not (told or stopped or instead):
        return None
    held = [n.memory for n in active if n.memory.about == candidate.about and _may_end(n, candidate)]
    fitting = [(share, memory) for memory in held if (share := _fit(candidate, memory, told)) > 0]
    best = max(fitting, key=lambda pair: pair[0], default=None)
    return best[1] if best else None


def revalued(candidate: Candidate, active: Iterable[Neighbour]) -> Memory | None:
    """The memory that says the same but for a number, a day or a time, where the words say that this is new."""
    if not CHANGED.search(candidate.evidence):
        return None
    held = [n.memory for n in active if n.memory.about == candidate.about and _may_end(n, candidate)]
    new, value = _frame_of(candidate.text, candidate.about)
    for memory in held:
        old, before = _frame_of(memory.text, memory.about)
        if len(new) >= 2 and new == old and value and before and value != before:
            return memory
    return None


def _frame_of(text: str, about: str) -> tuple[frozenset[str], frozenset[str]]:
    """The stems of a fact's words without its values, in any order, and its values."""
    words = [word.removesuffix("'s") for word in re.findall(r"[\w'’]+", fold(text))]
    stems = {stem: word for word in words for stem in (terms(word) or [word])}
    own = frozenset(fold(about).split()) | _UNSAID
    values = frozenset(stem for stem in stems if stem in VALUES or stem[0].isdigit())
    return frozenset(stem for stem in stems if stem not in values and stem not in own), values


def _may_end(near: Neighbour, candidate: Candidate) -> bool:
    """Can it still end? What happened cannot, what was never so cannot, nor what was told after the end."""
    memory = near.memory
    sense = sense_of(memory.text, memory.about)
    ahead = memory.event_at is not None and memory.event_at > candidate.said_at
    later = near.said_at is not None and candidate.said_at < near.said_at
    going_on = memory.event_at is None and bool(_GOING_ON.search(memory.text))
    lasting = (memory.kind is not Kind.EPISODIC or ahead or going_on) and not later
    return lasting and memory.valid_to is None and not (sense.negative or sense.past)


def _fit(candidate: Candidate, memory: Memory, told: Sequence[tuple[Frame, frozenset[str]]]) -> float:
    """How much of the memory the end names, 0..1 and a little; 0 where it means something else."""
    old = sense_of(memory.text, memory.about)
    for frame, named in told:
        meant = named <= old.content and (named or (frame.bare and _same_pair(candidate, old)))
        if not (_is_named(frame, candidate, memory) or same_subject(candidate, memory)):
            continue
        if meant and frame.known.search(memory.text):
            return 0.1 + len(named) / max(1, len(old.content))
    return 0.1 if _stopped(candidate, memory, old) or _instead(candidate, memory, old) else 0.0


def _objects(frame: Frame, candidate: Candidate) -> list[frozenset[str]]:
    match = frame.told.search(candidate.text)
    return [] if match is None else [_named(match, candidate)]


def _named(match: re.Match[str], candidate: Candidate) -> frozenset[str]:
    """The words of what ended; those that any such thing has count only where there are no others."""
    said = next((value for value in match.groupdict().values() if value), "")
    words = frozenset(terms(canonical(said))) - frozenset(terms(candidate.about)) - frozenset(terms("user others"))
    return words - _FILLING or words


def _same_pair(candidate: Candidate, old: Sense) -> bool:
    """Does the end of a bond name nobody, or somebody whom the memory names?"""
    firm = sense_of(candidate.text, candidate.about).firm
    names = {name for name in firm if not (name[0].isdigit() or set(terms(name)) <= VALUES)}
    return not names or not old.firm or bool(names & old.firm)


def _is_named(frame: Frame, candidate: Candidate, memory: Memory) -> bool:
    """Does the end say itself whom it is about: by what has ended, or with "and" ("Tom and Ana broke up")?"""
    if not frame.bare:
        return frame.named
    opens = _subject(candidate.text, candidate.about)
    joint = re.search(rf"\band (?:{re.escape(candidate.about)}|the user)\b", candidate.text, re.IGNORECASE)
    return bool(not opens or joint or opens & set(re.findall(r"\w+", fold(memory.text))))


def same_subject(candidate: Candidate, memory: Memory) -> bool:
    """Is it the same person's: their own, or that of one whom both name, by name or by what they are to them?"""
    new, old = _subject(candidate.text, candidate.about), _subject(memory.text, memory.about)
    if not (new and old):
        return not (new or old)
    return bool(new & old) or new <= set(re.findall(r"\w+", fold(memory.text)))


def _subject(text: str, about: str) -> frozenset[str]:
    """Whom a fact opens with, other than the one it is about: "sister" and "Clara" of "Ana's sister Clara is"."""
    match = _OPENS.match(text)
    if match is None:
        return frozenset()
    words = [fold(word) for word in (match["kin"], match["name"]) if word]
    return frozenset(words) - frozenset(fold(about).split()) - _UNSAID


def _stopped(candidate: Candidate, memory: Memory, old: Sense) -> bool:
    """Is it what somebody stopped doing ("stopped going to the gym")?"""
    match = _STOPPED.search(candidate.text)
    if match is None:
        return False
    if not same_subject(candidate, memory):
        return False
    root = _root(match["v"])
    verbs = {_root(word) for word in re.findall(r"[a-z]+", memory.text.lower())}
    named = frozenset(terms(match["x"] or "")) - frozenset(terms(candidate.about)) - _FILLING
    return root in verbs and bool(named) and named <= old.content


def _root(verb: str) -> str:
    bare = re.sub(r"(?:ing|es|s)$", "", verb.lower())
    return re.sub(r"(\w)\1$", r"\1", bare).rstrip("e")


def _instead(candidate: Candidate, memory: Memory, old: Sense) -> bool:
    """Is it what served the same purpose before ("switched to Obsidian for notes")?"""
    match = _INSTEAD.search(candidate.text)
    if match is None or not re.search(r"\buses? ", memory.text):
        return False
    purpose = frozenset(terms(match["what"])) - frozenset(terms(candidate.about))
    return bool(purpose) and purpose <= old.content and not frozenset(terms(match["new"])) <= old.content
