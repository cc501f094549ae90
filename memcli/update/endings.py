"""What a statement says is over, and which memory that is: sold, left, found, mended, called off; pure tables.

Each frame pairs how an end is told with what the memory must say to be meant by it: "sold the Golf" ends "drives a
Golf" and not "likes the Golf of Naples". A slot that is filled otherwise is ``rivals``' business.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from memcli.entities import RELATIONS
from memcli.records import Candidate, Kind, Memory
from memcli.terms import fold, terms
from memcli.update.frames import FRAMES, STOP, VERB, Frame
from memcli.update.rivals import Neighbour
from memcli.update.similar import Sense, coverage, sense_of
from memcli.update.slots import canonical

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
        "once twice time half quarter second fourth fifth one two three four five six seven eight nine ten "
        "eleven twelve "
        "thirteen fourteen fifteen twenty thirty forty fifty hundred thousand first third early late end "
        "beginning start level euro dollar pound"
    )
)
"""Words that are a value or the unit of one: a fact that differs in these alone is another reading of the same."""
_ENDING_WORDS: Final = frozenset(
    terms(
        "anymore any more longer stopped quit gave given up done now cancelled off doesn isn aren don didn "
        "hasn haven won wasn can anything anyone nothing used"
    )
)
SHARE: Final = 0.6
"""How much of a fact the words that end it have, 0..1."""
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
_OF_A_THING: Final = re.compile(
    r"^(?:the|our|[\w' -]+?['’]s) (?P<what>[\w -]+?) (?:is|are|was|were|got|has|have|starts|begins|leaves|"
    r"takes place) ",
    re.IGNORECASE,
)
_DEEDS: Final = {
    "flight": re.compile(r"\bfl(?:y|ies|ying)\b", re.IGNORECASE),
    "wedding": re.compile(r"\b(?:getting|gets?|will be) married\b|\bmarr(?:ies|ying)\b", re.IGNORECASE),
    "trip": re.compile(r"\b(?:is|are) (?:going|travel+ing|flying) (?:on holiday )?to\b", re.IGNORECASE),
}
"""What a plan is called that is told by what is done."""
_PUT_OFF: Final = re.compile(
    r"\b(?:moved|postponed|rescheduled|pushed|shifted|delayed|brought forward|put off|now|instead|changed)\b",
    re.IGNORECASE,
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
_LEVEL: Final = re.compile(
    r"\b(?:is|are) (?:now )?(?:down|up|back) to (?P<number>[\d.,]+|\w+) (?P<unit>[a-z]+)s?\b(?P<rest>.*)",
    re.IGNORECASE,
)
"""Another amount of what was counted before: "is down to one cup of coffee a day"."""
_TO_DO: Final = re.compile(
    r"\b(?:needs?|wants?|plans?|hopes?|intends?|has|have|must|should|would like|is going|are going)(?: \w+)?? "
    r"(?:to )?(?P<verb>[a-z]+) (?P<rest>.+)",
    re.IGNORECASE,
)
_DONE: Final = {
    "bought": "buy", "saw": "see", "went": "go", "got": "get", "wrote": "write", "sold": "sell", "made": "make",
    "took": "take", "met": "meet", "sent": "send", "paid": "pay", "found": "find", "built": "build", "ran": "run",
    "told": "tell", "read": "read", "learnt": "learn", "did": "do", "gave": "give", "brought": "bring",
    "spoke": "speak",
}  # fmt: skip
"""What was to be done, by how it is told once it is."""
_NO_MORE: Final = re.compile(
    r"\b(?:doesn't|does not|don't|do not) (?P<v>[a-z]+) any ?(?:more|longer)(?=\W*$|,| (?:because|since|due)\b)|"
    r"\bno longer (?P<v2>[a-z]{4,}s)(?=\W*$)",
    re.IGNORECASE,
)
"""A deed that is over, whatever it was done to."""
_UNDONE: Final = re.compile(
    r"\b(?:nearly|almost)\b|\b(?:was|were|been) (?:thinking|tempted|considering|planning|about to|going to)\b.*"
    r"\bbut\b|\b(?:haven't|havent|hasn't|hasnt|isn't|isnt|wouldn't|wouldnt|not|never|won't|wont) (?:\w+ )?"
    r"(?:given? up|giving up|quit\w*|sold|sell\w*|stopp\w+|cancel\w*|dropp\w+|leav\w+|retir\w+|mov(?:ed|ing)|"
    r"finish\w*|split\w*)\b(?!.*\b(?:any ?more|after all)\b)",
    re.IGNORECASE,
)
"""What did not come to be, in words of what is over."""
_STOPPED: Final = re.compile(
    rf"\b(?:stopped|quit|gave up|given up|no longer|done) {VERB}(?: (?:to |in |at |on |for |with |the |a |an )*"
    rf"(?P<x>[\w' -]+?))?{STOP}",
    re.IGNORECASE,
)


def ended(candidate: Candidate, active: Iterable[Neighbour]) -> Memory | None:
    """The memory that the candidate says is over: of those that fit, the one whose words it names most of."""
    if is_undone(candidate.evidence):
        return None
    told = [(frame, named) for frame in FRAMES for named in _objects(frame, candidate)]
    others = (_STOPPED, _INSTEAD, _NO_MORE, HAPPENED)
    if not (told or any(pattern.search(candidate.text) for pattern in others)):
        return None
    held = [n.memory for n in active if n.memory.about == candidate.about and _may_end(n, candidate)]
    fitting = [(share, memory) for memory in held if (share := _fit(candidate, memory, told)) > 0]
    best = max(fitting, key=lambda pair: pair[0], default=None)
    return best[1] if best else None


def is_undone(said: str) -> bool:
    """Is it of an end that did not come ("nearly sold the caravan", "haven't given up on it")?"""
    return bool(_UNDONE.search(said))


def revalued(candidate: Candidate, active: Iterable[Neighbour]) -> Memory | None:
    """The memory that says the same but for a number, a day or a time, where the words say that this is new."""
    if not (CHANGED.search(candidate.evidence) or _LEVEL.search(candidate.text)):
        return None
    held = [n.memory for n in active if n.memory.about == candidate.about and _may_end(n, candidate)]
    if (level := _LEVEL.search(candidate.text)) is not None:
        return _leveled(level, candidate, held)
    new, value = _frame_of(candidate.text, candidate.about)
    for memory in held:
        old, before = _frame_of(memory.text, memory.about)
        if len(new) >= 2 and new == old and value and before and value != before:
            return memory
    return None


def _leveled(level: re.Match[str], candidate: Candidate, held: Sequence[Memory]) -> Memory | None:
    """The only memory of the same person that counts the same unit otherwise, and has the other words."""
    counted = re.compile(
        rf"(?P<number>[\d.,]+|\w+) {re.escape(level['unit'].removesuffix('s'))}s?\b", re.IGNORECASE
    )
    rest = frozenset(terms(level["rest"])) - VALUES - _FILLING
    meant = [
        memory
        for memory in held
        if (old := counted.search(memory.text))
        and fold(old["number"]) != fold(level["number"])
        and same_subject(candidate, memory)
        and rest <= sense_of(memory.text, memory.about).content
    ]
    return meant[0] if len(meant) == 1 else None


def _done(candidate: Candidate, memory: Memory, old: Sense) -> bool:
    """Is it what was still to be done ("needs to renew the passport"), told as done?"""
    todo = _TO_DO.search(memory.text)
    new = sense_of(candidate.text, candidate.about)
    if todo is None or new.negative or _TO_DO.search(candidate.text) or not same_subject(candidate, memory):
        return False
    told = {stem for word in re.findall(r"\w+", fold(candidate.text)) for stem in terms(_DONE.get(word, word))}
    wanted = frozenset(terms(f"{todo['verb']} {todo['rest']}")) - frozenset(terms(memory.about)) - _FILLING
    past = any(
        word in _DONE or word.endswith("ed")
        for word in re.findall(r"\w+", fold(candidate.text))
        if set(terms(_DONE.get(word, word))) & set(terms(todo["verb"]))
    )
    return past and len(wanted) >= 2 and wanted <= told and bool(old.content)


def _frame_of(text: str, about: str) -> tuple[frozenset[str], frozenset[str]]:
    """The stems of a fact's words without its values, in any order, and its values."""
    words = [word.removesuffix("'s") for word in re.findall(r"[\w'’]+", fold(text))]
    stems = {stem: word for word in words for stem in (terms(word) or [word])}
    own = frozenset(fold(about).split()) | _UNSAID
    values = frozenset(stem for stem in stems if stem in VALUES or stem == "once" or stem[0].isdigit())
    return frozenset(stem for stem in stems if stem not in values and stem not in own), values


def of_that_thing(candidate: Candidate, active: Sequence[Neighbour]) -> list[Memory]:
    """The memories that give the thing which a dated statement is about another date: "my flight", "the race"."""
    match = _OF_A_THING.match(candidate.text)
    what = frozenset(terms(match["what"])) if match and candidate.event_at is not None else frozenset()
    dated = [n.memory for n in active if what and n.memory.about == candidate.about and n.memory.event_at]
    own = subject_of(candidate.text, candidate.about) <= what
    return [m for m in dated if (own or same_subject(candidate, m)) and what <= _things(m)]


def _things(memory: Memory) -> frozenset[str]:
    """What a memory speaks of; whoever flies has a flight."""
    called = {term for noun, deed in _DEEDS.items() if deed.search(memory.text) for term in terms(noun)}
    return sense_of(memory.text, memory.about).content | called


def moved(candidate: Candidate, active: Sequence[Neighbour]) -> Memory | None:
    """The only event still ahead that a new date can mean, where the words say that it is new."""
    if not _PUT_OFF.search(candidate.evidence):
        return None
    meant = [memory for memory in of_that_thing(candidate, active) if _is_ahead(memory, candidate)]
    return meant[0] if len(meant) == 1 and candidate.event_at != meant[0].event_at else None


def _is_ahead(memory: Memory, candidate: Candidate) -> bool:
    end = memory.event_end or memory.event_at
    return end is not None and end > candidate.said_at


def _may_end(near: Neighbour, candidate: Candidate) -> bool:
    """Can it still end? What happened cannot, what was never so cannot, nor what was told after the end."""
    memory = near.memory
    sense = sense_of(memory.text, memory.about)
    ahead = memory.event_at is not None and memory.event_at > candidate.said_at
    later = near.said_at is not None and candidate.said_at < near.said_at
    going_on = memory.event_at is None and bool(_GOING_ON.search(memory.text))
    lasting = (memory.kind is not Kind.EPISODIC or ahead or going_on) and not later
    running = memory.valid_to is not None and memory.valid_to > candidate.said_at
    over = memory.valid_to is not None and not running
    return (lasting or (running and not later)) and not over and not (sense.negative or sense.past)


def _fit(candidate: Candidate, memory: Memory, told: Sequence[tuple[Frame, frozenset[str]]]) -> float:
    """How much of the memory the end names, 0..1 and a little; 0 where it means something else."""
    old = sense_of(memory.text, memory.about)
    for frame, named in told:
        meant = named <= _things(memory) and (named or (frame.bare and _same_pair(candidate, old)))
        if not (_is_named(frame, candidate, memory) or same_subject(candidate, memory)):
            continue
        if meant and frame.known.search(memory.text):
            return 0.1 + len(named) / max(1, len(old.content))
    others = (_stopped, _instead, _done)
    return 0.1 if any(ends(candidate, memory, old) for ends in others) else 0.0


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
    opens = subject_of(candidate.text, candidate.about)
    joint = re.search(rf"\band (?:{re.escape(candidate.about)}|the user)\b", candidate.text, re.IGNORECASE)
    return bool(not opens or joint or opens & set(re.findall(r"\w+", fold(memory.text))))


def same_subject(candidate: Candidate, memory: Memory) -> bool:
    """Is it the same person's: their own, or that of one whom both name, by name or by what they are to them?"""
    new, old = subject_of(candidate.text, candidate.about), subject_of(memory.text, memory.about)
    if not (new and old):
        return not (new or old)
    return bool(new & old) or new <= set(re.findall(r"\w+", fold(memory.text)))


def subject_of(text: str, about: str) -> frozenset[str]:
    """Whom a fact opens with, other than the one it is about: "sister" and "Clara" of "Ana's sister Clara is"."""
    match = _OPENS.match(text)
    if match is None:
        return frozenset()
    words = [fold(word) for word in (match["kin"], match["name"]) if word]
    return frozenset(words) - frozenset(fold(about).split()) - _UNSAID


def _stopped(candidate: Candidate, memory: Memory, old: Sense) -> bool:
    """Is it what somebody stopped doing ("stopped going to the gym")?"""
    match = _STOPPED.search(candidate.text)
    if (bare := _NO_MORE.search(candidate.text)) is not None and same_subject(candidate, memory):
        words = re.findall(r"[a-z]+", memory.text.lower())
        return _root(bare["v"] or bare["v2"]) in {_root(word) for word in words}
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


def as_ended(sense: Sense) -> Sense:
    """What "used to be so, but now" denies is what was so."""
    return replace(sense, slots=tuple(replace(s, holds=False, past=False) if s.past else s for s in sense.slots))


def names_what_ends(ending: Sense, old: Sense) -> bool:
    """Is most of the old fact in the words that end it, or all that these words name in the old fact?"""
    named = ending.content - _ENDING_WORDS
    whole = len(named) >= 2 and named <= old.content and ending.firm <= old.firm
    shared = old.content & ending.content
    telling = len(shared - VALUES) >= 2 or shared == old.content  # "the third floor" is anybody's
    return len(old.content) >= 2 and (whole or (telling and coverage(old, ending) >= SHARE))
