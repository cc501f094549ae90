"""Attributes of which a subject has one value at a time, read from a fact's wording; pure tables.

A slot is what makes two facts rivals: "Ana lives in Porto" and "Ana moved to Lisbon" fill the same one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from memcli.terms import fold, terms


@dataclass(frozen=True, slots=True)
class Slot:
    """``subject``'s ``attribute`` is ``value``; ``holds`` is False where the fact denies it.

    ``past`` marks what was so and is over ("used to live in Porto").
    """

    subject: str
    attribute: str
    value: str
    holds: bool = True
    past: bool = False

    @property
    def key(self) -> tuple[str, str]:
        return self.subject, self.attribute


_OPENING: Final = re.compile(r"^(?:on|in|since) (?:[^,]+, |(?:\d+ )?\w+ \d{4},? )", re.IGNORECASE)
_ADVERBS: Final = (
    r"(?:\s+(?:really|still|now|currently|also|just|recently|finally|always|usually|actually|mostly|officially|"
    r"absolutely|already|both))*"
)
_ADVERB_TAIL: Final = re.compile(_ADVERBS + "$", re.IGNORECASE)
_TRADE: Final = (
    r"(?:\w+[ -]){0,3}?(?:nurse|teacher|engineer|developer|programmer|doctor|lawyer|designer|manager|analyst|"
    r"accountant|architect|artist|writer|instructor|detective|officer|postman|policeman|policewoman|carer|"
    r"midwife|cleaner|"
    r"gardener|painter|tailor|hairdresser|barber|salesman|salesperson|shopkeeper|hunter|sailor|captain|priest|"
    r"pastor|"
    r"monk|poet|author|composer|conductor|diver|fisherman|forester|florist|jeweller|logger|miner|roofer|"
    r"bricklayer|"
    r"welder|builder|guide|steward|stewardess|flight attendant|travel agent|estate agent|civil servant|"
    r"social worker|"
    r"chef|cook|pilot|driver|student|professor|scientist|researcher|consultant|plumber|electrician|carpenter|"
    r"farmer|journalist|editor|"
    r"photographer|musician|dentist|pharmacist|therapist|psychologist|vet|veterinarian|mechanic|barista|waiter|"
    r"waitress|librarian|"
    r"firefighter|police officer|soldier|baker|butcher|translator|director|founder|ceo|cto|intern|paramedic|"
    r"surgeon|physicist|chemist|"
    r"biologist|economist|bartender|receptionist|secretary|technician|tutor|coach|trainer|judge|actor|actress|"
    r"singer|dancer|freelancer|realtor)"
)
_NUMBER_WORD: Final = (
    r"(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ -](?:one|two|three|four|five|six|seven|"
    r"eight|nine))?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen)"
)
_Shape = tuple[re.Pattern[str], str]


def _shape(attribute: str, verb: str) -> _Shape:
    return re.compile(rf" {verb}", re.IGNORECASE), attribute


_PLACE: Final = r"(?P<v>.+)"
_SHAPES: Final[tuple[_Shape, ...]] = (
    _shape(
        "home",
        rf"(?:lives?|is living|are living|resides?|is based|are based|has been living|have been living|has lived|"
        rf"have lived) (?:with [\w' ]+? )?(?:in|at|near) {_PLACE}",
    ),
    _shape(
        "home",
        rf"(?:has |have )?(?:moved|moves|relocated|emigrated|settled|settled down|(?:is|are) moving|moved back) "
        rf"(?:to|in|into) (?!in with|on\b|the |a new|(?:their|his|her) new){_PLACE}",
    ),
    _shape("home", rf"(?:lived|used to live|was living|formerly lived|previously lived) (?:in|at|near) {_PLACE}"),
    _shape(
        "employer",
        r"(?:works?|is working|has been working|has worked|worked|used to work|was working|is employed)"
        r"(?: part-time| full-time)? (?:at|"
        r"for) (?P<v>.+)",
    ),
    _shape(
        "employer",
        r"(?:started|began|got|has|accepted|took|found)(?: a| an| their)?(?: \w+){0,2} (?:job|position|role|"
        r"work|"
        r"working) (?:at|with|for) (?P<v>.+)",
    ),
    _shape(
        "employer",
        r"(?:quit|left|resigned|got fired|was fired|was laid off|got laid off|was let go|was sacked|retired)"
        r"(?: their)?(?: job| position)? "
        r"(?:(?:at|with|from) (?P<v>.+)|(?P<v2>(?-i:[A-Z]).*))",
    ),
    _shape(
        "employer", r"(?:joined|was hired by|got hired by|got hired at|is an? [\w ]+ (?:at|for)) (?P<v>[A-Z].*)"
    ),
    _shape(
        "job",
        r"(?:works?|is working|worked|used to work|started working|got a job) as (?:an? |"
        r"the )?(?P<v>.+?)(?: (?:at|for|in|with) .+)?$",
    ),
    _shape(
        "job",
        rf"(?:is|was|became|used to be|is now|has become|got promoted to|was promoted to) (?:now )?(?:an? |"
        rf"the )?(?!\w+ to\b)(?P<v>{_TRADE})\b.*",
    ),
    _shape("name", r"(?:'s)?(?: full| first)? name is (?P<v>.+)"),
    _shape("called", r"(?:is called|is named|goes by|wants to be called) (?P<v>.+)"),
    _shape(
        "age",
        r"(?:is|turned|just turned|turns|is now|will be|has turned) (?P<v>\d{1,3})(?: years? old)?(?:\W*$|"
        r" (?:on|"
        r"in|today|now|last|this|yesterday)\b.*)",
    ),
    _shape(
        "age",
        rf"(?:is|turned|just turned|turns|is now|has turned) (?P<v>{_NUMBER_WORD})(?: years? old)?(?:\W*$|"
        r" (?:on \d+|in \d{4}|today|now|last|this|yesterday)\b.*)",
    ),
    _shape(
        "age",
        r"is (?P<v>(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) (?:years?|months?|"
        r"weeks?)) old",
    ),
    _shape("birthday", r"(?:was born|were born) (?:on|in) (?P<v>.+)"),
    _shape(
        "bond",
        r"(?:is|are|was|got|became|gets|is now|used to be) (?:now )?(?P<v>single|married|engaged|divorced|"
        r"widowed|"
        r"separated|in a relationship|dating|seeing someone)\b.*",
    ),
    _shape("bond", r"(?P<v>broke up|split up|separated)\b(?! (?:the|an?|our|their|my|into|between|it|them)\b).*"),
    _shape("bond", r"(?:has|got|found)(?: got)? an? (?:new )?(?P<v>girlfriend|boyfriend|partner)\b.*"),
    _shape(
        "diet",
        r"(?:is|are|was|became|went|turned|is now|has been|have been|used to be|stopped being) (?:an? )?(?:now |"
        r"strictly |strict )?(?P<v>vegetarian|vegan|pescatarian|flexitarian|carnivore|omnivore|keto|"
        r"gluten-free)\b.*",
    ),
    _shape("diet", r"(?:eats|started eating|is eating) (?P<v>meat)\b.*"),
    _shape("vehicle", r"(?:drives?|is driving|used to drive|drove) (?:an? |the )?(?P<v>.+)"),
    _shape(
        "studies",
        r"(?:study|studies|is studying|studied|majors in|is majoring in|used to study) (?P<v>(?!for\b|every|"
        r"in the|with|hard)[\w ]+?)(?: (?:at|in) [A-Z].*)?$",
    ),
    _shape(
        "school",
        r"(?:studies|is studying|attends|goes to|went to)(?: \w+)? (?:at |"
        r"school at )?(?P<v>[A-Z][\w ]*(?:University|College|School|Institute|MIT|ETH).*)",
    ),
    (
        re.compile(
            r"'s (?:home|house|residence|place|apartment) is (?:now )?(?:in|at|near) (?P<v>.+)", re.IGNORECASE
        ),
        "home",
    ),
    _shape("weight", r"weighs? (?P<v>.+)"),
    _shape("height", r"is (?P<v>[\d.,]+ ?(?:cm|m|meters|metres|feet|ft)\b.*)(?: tall)?"),
    _shape("team", r"(?:plays for|is playing for) (?P<v>.+)"),
    _shape("bank", r"banks with (?P<v>.+)"),
    _shape(
        "language of answers",
        r"wants the assistant to (?:always |never )?(?:answer|reply|respond|speak|write) in (?P<v>.+)",
    ),
)
_FAVOURITE: Final = re.compile(
    r"^(?P<s>.+?)'s (?:new |current |all-time )?favou?rite (?P<a>[\w ]+?) (?:is|are|was|used to be|"
    r"has become) (?:now )?(?P<v>.+)$",
    re.IGNORECASE,
)
_OWNED: Final = re.compile(
    r"^(?P<s>.+?['’]s? (?:new |current |old |former )?(?P<a>[\w' -]+?)|The (?P<a2>[\w ]+?)) "
    r"(?P<x>(?:was|were|got|has been|have been|is|are) (?:now )?(?:moved|rescheduled|postponed|put off|pushed|"
    r"shifted|"
    r"delayed|brought)(?: back| forward| out| off)? (?:to|until|till|for)|used to be|is now|is|are|was|were|"
    r"will be|"
    r"leaves|starts|begins|moved to) (?:now )?(?:called |named |on |at |in )?(?P<v>.+)$"
)
_COUNT: Final = re.compile(
    r"^(?P<s>.+?) (?:has|have|owns?)(?: now| got)? (?P<v>one|two|three|four|five|six|seven|eight|nine|ten|\d+) "
    r"(?P<a>[\w-]+(?: [\w-]+)??)(?= now| and| with| called| named| in |,|$)(?! (?:ago|later))",
    re.IGNORECASE,
)
_TASTE: Final = re.compile(
    rf"^(?P<s>.+?){_ADVERBS} (?P<n>(?:doesn't|does not|don't|do not|didn't|no longer|can't|cannot|"
    rf"never)(?: really| even| actually)? )?"
    rf"(?P<x>loves?|likes?|enjoys?|adores?|prefers?|hates?|dislikes?|stand|detests?|despises?|"
    rf"is (?:really )?(?:fond of|into|a (?:big |huge )?fan of)|"
    rf"can't stand|is (?:not|no longer) (?:into|fond of|a fan of)|drinks?|eats?|smokes?|plays?|uses?|wears?|"
    rf"stopped (?:liking|loving|eating|drinking|playing|"
    rf"using|smoking|wearing)|quit (?:eating|drinking|playing|using|smoking)|gave up|gave up (?:eating|drinking|"
    rf"playing|using|smoking)|used to (?:like|love|hate|enjoy|drink|eat|smoke|play))"
    rf"(?: (?P<v>.+))?$",
    re.IGNORECASE,
)
_LIKES: Final = re.compile(
    r"^(?:loves?|likes?|enjoys?|adores?|prefers?|is (?:really )?(?:fond|into|a))", re.IGNORECASE
)
_DISLIKES: Final = re.compile(
    r"^(?:hates?|dislikes?|stand|detests?|despises?|can't stand|is (?:not|no longer))", re.IGNORECASE
)
_OVER: Final = re.compile(r"^(?:stopped|quit|gave up)", re.IGNORECASE)
_PAST: Final = re.compile(
    r"\b(?:used to|formerly|previously|was living|worked|lived|drove|studied|was an?|were|was)\b", re.IGNORECASE
)
_NOT: Final = re.compile(
    r"\b(?:no longer|not|never|doesn't|don't|isn't|aren't|didn't|stopped|quit|left|resigned|fired|laid off|"
    r"let go|sacked|retired from|gave up|sold)\b",
    re.IGNORECASE,
)
_LET_GO: Final = re.compile(r"\b(?:fired|laid off|let go|sacked)\b", re.IGNORECASE)
_BOND: Final = dict.fromkeys(
    ("dating", "seeing someone", "girlfriend", "boyfriend", "partner"), "in a relationship"
)
_DENIAL: Final = re.compile(
    r" (?:no longer|not|never|doesn't|does not|don't|do not) (?!to\b)|(?<=\bis)n't |(?<=\bare)n't ", re.IGNORECASE
)
_TRAILING: Final = re.compile(
    r"(?:,? (?:and|but|because|which|who|where|since|with|after|before|for (?:\d+|\w+) (?:years?|months?)|"
    r"as an?|"
    r"from|"
    r"on (?:\d+|(?:mon|tue|wed|thu|fri|sat|sun)\w*|the weekend)|in (?:\d{4}|the (?:week|summer|spring|"
    r"autumn|fall|"
    r"winter)|january|february|march|april|may|june|"
    r"july|august|september|october|november|december)|at (?:the moment|\d+)|last|next|this|now|until|to be|"
    r"to study|any ?more|any longer|again|"
    r"these days|instead|every|so much|a lot|very much|at all|too)\b.*|[,(;].*)$",
    re.IGNORECASE,
)
_GENERIC_ATTRIBUTES: Final = frozenset(
    "birthday address email phone number password job boss manager car dog cat pet hometown nickname pronouns "
    "appointment meeting exam flight "
    "interview deadline surgery party wedding class lesson dentist doctor therapist name size timezone "
    "anniversary office desk salary rent "
    "landlord vet gp hairdresser barber accountant lawyer nanny babysitter childminder cleaner gardener "
    "mechanic "
    "midwife tutor mentor supervisor roommate flatmate teacher coach bank insurance laptop computer editor "
    "team hobby goal plate code "
    "train bus session call "
    "conference event trip reservation delivery checkup presentation visit shift concert game match workshop "
    "network wife husband "
    "girlfriend boyfriend partner fiance fiancee company employer school university major title role "
    "budget".split()
)


def canonical(text: str) -> str:
    """The text with everyday synonyms made one: "mum" and "mother", "a nut allergy" and "allergic to nut"."""
    plain = _ALLERGY.sub(r"is allergic to \1", text.replace("’", "'"))
    return _SYNONYM.sub(lambda match: _SYNONYMS[match.group().lower()], plain)


_ALLERGY: Final = re.compile(r"\b(?:has|have) an? ([\w-]+) allergy\b", re.IGNORECASE)
_SYNONYMS: Final = {
    **dict.fromkeys(("mum", "mom", "mummy", "mama"), "mother"),
    **dict.fromkeys(("dad", "daddy", "papa"), "father"),
    **dict.fromkeys(("gf",), "girlfriend"),
    **dict.fromkeys(("bf",), "boyfriend"),
    **dict.fromkeys(("kids", "kid", "children"), "child"),
    **dict.fromkeys(("flat",), "apartment"),
    **dict.fromkeys(("favorite",), "favourite"),
}
_SYNONYM: Final = re.compile(rf"\b(?:{'|'.join(_SYNONYMS)})\b", re.IGNORECASE)


def slots_of(text: str) -> tuple[Slot, ...]:
    """The slots that an English fact in the third person fills; () where it fills none."""
    plain = canonical(text).strip().rstrip(".")
    readers: tuple[Callable[[str], Slot | None], ...] = (_favourite, _possessed, _held_by, _counted, _taste)
    found = [slot for reader in readers if (slot := reader(plain)) is not None]
    positive = _DENIAL.sub(" ", plain)
    shaped = (_shaped(positive, pattern, attribute, denied=positive != plain) for pattern, attribute in _SHAPES)
    found += [slot for slot in shaped if slot is not None]
    return tuple({slot.key: slot for slot in reversed(found)}.values())


def _shaped(positive: str, pattern: re.Pattern[str], attribute: str, *, denied: bool) -> Slot | None:
    match = pattern.search(positive)
    if match is None:
        return None
    subject = _ADVERB_TAIL.sub("", _OPENING.sub("", positive[: match.start()]))
    held = "v" if match["v"] is not None else "v2"
    value, said = _value(match[held]), positive[match.start() : match.start(held)]
    if not value or not _is_subject(subject):
        return None
    holds = not denied and not _NOT.search(said)
    past = bool(_PAST.search(said)) and not _LET_GO.search(said)
    return Slot(_subject(subject), attribute, _BOND.get(value, value), holds, past)


def _favourite(text: str) -> Slot | None:
    match = _FAVOURITE.match(text)
    if match is None:
        return None
    past = " used to be " in text or " was " in text
    return Slot(_subject(match["s"]), f"favourite {_noun(match['a'])}", _value(match["v"]), past=past)


def _possessed(text: str) -> Slot | None:
    """The attribute is the noun itself: "Ana's phone number is 5", "The meeting was moved to Monday"."""
    match = _OWNED.match(text)
    if match is None:
        return None
    noun = (match["a"] or match["a2"]).strip()
    head = re.sub(r" (?:with|at|for|of|about) .*", "", _noun(noun)).split()[-1:] or [""]
    if head[0] not in _GENERIC_ATTRIBUTES or "favo" in noun:
        return None
    if re.match(r"(?:an? |the )?(?:very|so|really|great|nice|good|bad|not|\w+ing\b)", match["v"]):
        return None
    past = match["x"] in ("used to be",)
    value = match["v"].strip()
    tail = value if head[0] in EVENTS or head[0] == "birthday" else _value(value)
    owner = "" if match["a"] is None else re.sub(r"['’]s? [^'’]*$", "", match["s"])
    return Slot(_subject(owner), _noun(noun), fold(tail), past=past)


EVENTS: Final = frozenset(
    "appointment meeting exam flight interview deadline surgery party wedding class lesson train bus "
    "session call "
    "conference event trip "
    "reservation delivery checkup presentation visit shift concert game match workshop".split()
)


def _held_by(text: str) -> Slot | None:
    """Read "Sarah is Ana's manager" like "Ana's manager is Sarah"."""
    match = re.match(
        r"^(?P<v>[A-Z]\w+(?: [A-Z]\w+)?)(?: from [\w ]+)? is (?:now )?(?P<s>[\w ]+)'s (?:new )?"
        r"(?P<a>[\w ]+?)(?: now)?$",
        text,
    )
    if match is None or match["a"].split()[-1] not in _GENERIC_ATTRIBUTES:
        return None
    return Slot(_subject(match["s"]), _noun(match["a"]), fold(match["v"]))


def _counted(text: str) -> Slot | None:
    match = _COUNT.match(text)
    return (
        Slot(_subject(match["s"]), f"number of {' '.join(terms(match['a'])[-1:])}", fold(match["v"]))
        if match and _is_subject(match["s"])
        else None
    )


def _taste(text: str) -> Slot | None:
    match = _TASTE.match(text)
    if match is None or not _is_subject(match["s"]):
        return None
    verb, obj = match["x"], _value(match["v"] or "")
    what = " ".join(terms(obj)) or "itself"
    likes, dislikes, over = _LIKES.match(verb), _DISLIKES.match(verb), _OVER.match(verb)
    denied = bool(match["n"]) and not re.fullmatch(r"(?:can't|cannot) ", match["n"], re.IGNORECASE)
    past = verb.lower().startswith("used to")
    bare = re.sub(r"^(?:stopped|quit|gave up|used to)\s*", "", verb, flags=re.IGNORECASE)
    if likes or dislikes or re.match(r"(?:lik|lov|hat|enjoy)", bare):
        negative = bool(dislikes or re.match("hat", bare))
        return Slot(_subject(match["s"]), f"taste for {what}", "", negative == (denied or bool(over)), past)
    root = "".join(terms(bare)) or ("itself" if over else bare)
    if root == "smoke" and not obj:  # whoever quits smoking smokes no pipe either
        what = ""
    attribute = f"habit of {what}" if over and not bare else f"habit of {root} {what}"
    return Slot(_subject(match["s"]), attribute, "", not (denied or over), past)


def _is_subject(text: str) -> bool:
    """Is this short enough to be who a fact is about, rather than a clause of its own?"""
    return 0 < len(text.split()) <= 6 and not re.search(
        r"\b(?:that|when|because|said|told|thinks?|and they|but|used to|was|is|are|were|has|have)\b",
        text,
        re.IGNORECASE,
    )


def _subject(text: str) -> str:
    first = re.split(r" and |, ", fold(text.strip().replace("’", "'")))[0]
    return first.removeprefix("the ").removesuffix("'s").removesuffix(" just").strip()


def _noun(text: str) -> str:
    words = re.sub(r"^(?:new|current|old|former)\s+", "", fold(text).strip())
    return words.replace("mobile ", "").replace("cell ", "")


def _value(text: str) -> str:
    trimmed = f" {text}"
    for _ in range(3):
        trimmed = _TRAILING.sub("", trimmed).strip(" ,")
    return re.sub(r"^(?:the|an?) ", "", fold(trimmed))
