"""What English says around a date that is to come, or gone by; pure tables."""

from __future__ import annotations

from typing import Final

from memcli.dates.leaning import CueWords


def _any(words: str) -> str:
    """Words as alternatives; what is one alternative of several words is written with underscores."""
    return "|".join(word.replace("_", " ") for word in words.split())


_BASE: Final = _any(
    """add answer apply ask attend babysit be become begin bring build buy call cancel catch celebrate change
    check clean climb collect come cook cover defend deliver do drive drop email face fetch finish fix fly get
    give go hand have help host join keep launch learn leave let lift look make marry meet move order pack
    paint pay perform phone pick plan plant play post preach present print put race read rehearse renew repair
    rest return ride ring run see sell send sing sit speak spend start stay study submit swap swim take talk
    teach tell text train travel try turn visit walk wash watch wear work write"""
)
_GONE: Final = _any(
    """was were wasn'?t weren'?t had hadn'?t did didn'?t went saw met got came made took gave said told found left
    felt began bought brought built broke caught chose drew drove ate fell flew grew heard held kept knew led
    lost paid ran sang sent slept spent spoke stood swam taught thought threw understood won wore wrote became
    woke rode rang sold hid shook sank sat lay stole stuck bit blew dug drank fed fought forgot forgave
    forbade froze hung lent lit meant shot shut spilt tore wept quit snuck swore struck swept crept fled rose
    slid spun knelt learnt burnt hit gone begun written seen taken given born ridden eaten driven fallen grown
    known shown spoken thrown worn chosen broken stolen beaten"""
)
_ALIKE: Final = _any(
    "set put cut hit read let(?!_(?:me|us|you)_know) split beat cost spread"
)  # in the past as in the present
_NOT_GONE: Final = _any(
    """need feed speed indeed excited supposed interested wicked hundred tired red bed shed wed bored scared
    worried naked sacred seed weed breed embed ahmed javed khaled mohammed fred alfred ted jared saeed"""
)
_ED: Final = (
    r"(?<!\ba )(?<!\bon )(?<!\bof )(?<!\bin )(?<!the )(?<!my )(?<!with )"
    rf"(?!(?:{_NOT_GONE}|married(?! on| in| him| her)|retired(?! on| in))\b)[a-z]{{2,}}ed"
)
_DONE: Final = rf"(?: (?:be|get|have|being)(?= ))?(?: (?:{_GONE}|{_ED}))?"
_ARRANGE: Final = _any(
    """offered gave hired granted promised moved moving move postponed postpone rescheduled reschedule pushed
    pushing push delayed deferred shifted shift extended extend brought prolonged put booked booking book
    reserved reserve arranged arrange set setting got get made make down swapped swap changed change switched
    switch scheduled schedule planned signed transferred confirmed fixed agreed invited invite entered
    enrolled registered off orders order ordered tickets ticket"""
)
_EVENT: Final = _any(
    """appointment appt exam test retest deadline interview flight wedding concert gig match game race marathon
    meeting party surgery operation op scan mri check-?up presentation talk course class trip holiday opening
    premiere ceremony hearing audition viewing visit dentist doctor vet dinner lunch birthday baby slot
    session call start_date last_day first_day show exhibition festival funeral recital tournament contest
    bash prom ball play defence defense"""
)
_NOT_ING: Final = _any(
    """morning evening wedding meeting thing king ring spring string building something anything nothing
    everything during opening training viewing sibling painting amazing interesting boring exciting being
    according hearing reading recording closing fencing"""
)
_ING: Final = rf"(?!(?:{_NOT_ING})\b)[a-z]{{2,}}ing"
_ADVERB: Final = (
    r"(?: (?:not|just|also|still|only|now|all|probably|definitely|actually|finally|already|never|really))*"
)
_BE: Final = (
    r"(?:\b(?:is|are|am|isn'?t|aren'?t|im|hes|shes|theyre|whats|whos|be)|'(?:m|re)|"
    r"\bits(?= (?:on|in|at|a|the|my|our|off|not|due)\b)|\b(?:it|he|she|that|there|here|who|what|where|when|how)'s|"
    r"'s(?= (?:on|in|at|a|an|the|off|back|due|not|my|our|just|now|still|only|[a-z]{2,}ing)\b))"
)
_HAVE: Final = r"(?:\b(?:ive|weve|theyve|youve|have|has|had|haven'?t|hasn'?t|hadn'?t)|'(?:ve|s|d))"
_WHO: Final = r"(?:(?:i|we|they|he|she|who)|^\W*(?:you|it))"

WORDS: Final = CueWords(
    {
        # told of as over, whatever else the words look like: "was going to go", "would have come"
        "hindsight": r"(?:\b(?:was|were|wasn'?t|weren'?t) (?:going|supposed|meant|due|about|hoping|planning)|"
        r"(?:\b(?:would|should|could|might|must)|'d)(?: not)?(?:'ve| have)|"
        r"\b(?:couldn'?t|could (?:hardly|barely|only))|"
        rf"{_HAVE}{_ADVERB} been(?! (?:given|asked|told|offered|invited|booked|moved|called|put|set))|"
        rf"(?:\bhad|'d){_ADVERB} (?:{_GONE}|{_ED})|"
        r"\b(?:went|came|had|used|managed|tried|wanted|got|needed|forgot|began|started|meant|failed)"
        rf"(?= to (?:{_BASE})\b)|"
        rf"\b(?:was|were|been){_ADVERB} [a-z]{{2,}}ing)(?: to (?:{_BASE}))?\b",
        # what is still to be done
        "future": r"\b(?:won'?t|shall|gonna|wanna|gotta|let's|lets|must|should|might|can|can'?t|cannot)\b|"
        rf"(?:\bwill|'ll|\bill(?= (?:{_BASE})\b))(?: have(?: been)?)?\b|\bsee y(?:ou|a)\b|"
        rf"{_BE}{_ADVERB} (?:going|due|about|supposed|meant|hoping|planning|thinking|to){_DONE}\b|"
        rf"{_BE}(?: (?:i|we|they|you|he|she|it))?{_ADVERB} {_ING}{_DONE}\b|"
        r"\b(?:wants?|hopes?|hoping|plans?|planning|needs?|have|has|ought|means?|intend|got|like|love)"
        rf"(?: \w+)? to (?:{_BASE})\b|"
        r"\b(?:could|would) (?:you|we|it|they|he|she)\b|\bwould\b|"
        rf"'d (?:{_BASE}|like|love)\b|"
        r"\b(?:remind|don'?t (?:let|forget)|remember to|thinking (?:of|about)|looking forward|excited|"
        r"hopefully)\b",
        "engaged": rf"{_HAVE}{_ADVERB} (?:booked|signed up|registered|enrolled|applied|"
        r"been (?:asked|invited|offered|given|called up|booked|moved|put))\b",
        "perfect": rf"{_HAVE}{_ADVERB} (?!got\b)(?:been )?"
        rf"(?:{_GONE}|{_ED}|put|set|cut|become|come|run|read|hit)\b",
        "past": rf"\b(?:did|didn'?t)(?: \w+)? (?:{_BASE})\b|"
        r"\b(?:was|were|did|had|wasn'?t|weren'?t) (?:i|we|they|you|he|she|it)\b|"
        rf"\b(?:{_GONE}|{_ED})\b|"
        rf"\b(?:{_WHO}|you|it) (?:{_ALIKE})\b|"
        rf"\b(?:the|my|our|his|her|their) \w+ (?:{_ALIKE})\b",
        "infinitive": rf"\bto (?:{_BASE}){_DONE}\b",
        "order": rf"(?:^|(?<=[,.!?:;] )|(?<=^and )|(?<=^so )|(?<= and )|(?<=please )|(?<=pls ))"
        rf"(?:{_BASE})\b(?! (?:was|is|were|at)\b)",
        "participle": rf"(?:^|(?<=[,.!?:;] )|(?<= and ))(?:{_ING}|off to)\b",
        "passive": rf"\b(?:gets?|being|get) (?:{_ED}|put|set)\b|"
        rf"(?:\b(?:is|are|am|isn'?t|aren'?t)|'(?:m|re)|\bit's){_ADVERB} (?:set|put|{_ED})\b",
        "present": rf"{_HAVE}{_ADVERB} got\b|\b(?:have|has) (?:i|we|they|you|he|she) (?:got|planned|booked)\b|"
        rf"{_BE}(?!\w)|\b(?:do|does|don'?t|doesn'?t)\b|"
        rf"\b{_WHO} (?:still |also |only |just |always )?"
        rf"(?!(?:{_GONE}|could|on|in|at|by|to|for|and|or|from|{_ED})\b)[a-z]+\b|"
        r"\b(?:starts?|begins?|opens?|closes?|ends|finishes|arrives?|leaves|lands?|departs?|comes?|goes|flies|fly|"
        r"moves|returns?|expires?|stops?|retires|turns|visits|plays|launches|resumes?|has|have|gets?|sees|meets|"
        r"needs?|wants?|expects?|arrive|operate|works for|takes|brings|runs|hosts)\b",
        "since": r"\b(?:ever )?since (?:(?:the|my|our|his|her)(?: \w+){1,2} (?:in|on) )?"
        r"(?:about |around |back in |the |early |late )*",
        "until": r"\b(?:until|till|til|up to|no later than|(?<!ed )by|(?<!was )(?<!were )due(?: on| by| in|"
        r" back)?) (?:the )?(?:end of |start of )?",
        "from": r"\b(?:from|as of|starting|beginning)(?: on| in)? (?:the )?",
        "arranged": rf"\b(?:{_ARRANGE})\b[^,;:]*\b(?:to|for|until|till|onto|from)(?: the)? ",
        "granted": rf"\bbooked\b[^,;:]* (?:{_EVENT})s? (?:in |for )(?:the )?|"
        r"\b(?:signed up for|registered for|entered)(?: [\w'-]+){1,6} (?:on |in )(?:the )?|"
        r"\b(?:gave|given|offered|got|entered|enrolled|signed up|registered|applied|bought|have|has|'ve|"
        rf"get|getting)\b[^,;:]* (?:{_EVENT})s? (?:on |in |for |at )(?:the )?",
        "stands": r"(?:\b(?:is|are|starts|begins|opens|takes place)|'s)(?: now| only| just)? "
        r"(?:on |in )?(?:the )?",
        "purpose": r"^(?!.*\b(?:was|were|went|came|flew|drove|met|thanks|stayed|home)\b).*\b"
        rf"for (?:the|my|our|his|her|their|a|an|\w+'s)(?: [\w'-]+){{0,2}} (?:{_EVENT}) (?:on |in )(?:the )?",
        "thanks": r"\b(?:thanks|thank you|cheers|sorry|how was|how were|how did)\b.*",
        "ahead": r"\b(?:looking forward to|can'?t wait for|plans? for(?: the)?|"
        r"roll on|see you(?: on)?|till|before|this time) ",
        "event": rf"(?:^| )(?:{_EVENT})s?(?:'s| is| are)? (?:on |in )?(?:the )?",
        "instead": r" (?:now|then|instead|again|next|works|if|or|at least)\b|,? (?:at )?\d|"
        r"'s (?:the|a|my|our|off|fine)\b",
        "told": r"\b(?:born|died|ago|already|finally|yesterday|just now|last|back in)\b",
        "planned": r"\b(?:yet|again|tomorrow|upcoming|next)\b",
        "lasted": r"^(?!.*(?:'ll|'(?:ve|s) got|\b(?:will|won'?t|must|should|have got|has got)\b))"
        r"(?!.*\b(?:moved|extended|(?:told|asked|had|have|has|need|needed) (?:\w+ )?to)\b).*"
        r"\b(?:used to|did|didn'?t|had|ran|went|slept|taught|kept|held|lived|worked|stayed|studied|played|"
        r"waited|lasted|served|finished|read|wrote|built|made|got|(?:was|were)(?! (?:\w+ )?(?:given|signed|booked|"
        r"valid|granted|allowed|open|set|due|told|asked|hired|renewed|lent|promised|supposed|going)\b))\b.*"
        r"\b(?:until|till|til|up to|by) (?:the )?(?:end of |start of )?",
    },
    neither=r"\b(?:at|to|from|of|in|the|with|for)(?: \w+)? \w+'s(?= (?:on|in|at)\b)|\byou know\b|^got it\b|"
    r"\b(?:the|my|your|his|her|new|a) left\b|\bleft (?:knee|hand|foot|arm|leg|eye|ear|side|hip|shoulder|wrist)\b",
    joint=r"[,:()\"]| [-\u2013\u2014] | (?:and|but|because|so|then|that|when|while|who|which|if|except|"
    r"although|though|cause|cuz|cos) ",
    dated=r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|june|july|august|"
    r"september|october|november|december|yesterday|tomorrow|tonight)\b|\b"
    r"(?:last|next|this) (?:week|month|year|night)",
    slight=r"\b(?:\w{1,3}|early|late|between|from|since|until|till|before|after|around|about|through|over|during|"
    r"like|okay|well|yeah|yes|then|happy|week|anything|something|nice)\b",
)
