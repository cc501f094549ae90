"""What is never a memory, whatever it is about: questions, greetings, wishes, jokes, orders; pure tables.

The order is the order of the checks, and each names its reason, so that what was left out can be counted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final


def _pattern(*parts: str) -> re.Pattern[str]:
    return re.compile("|".join(parts), re.IGNORECASE)


_QUESTION: Final = _pattern(
    r"[?？]\W*$",
    r"^(?:so |and |but |well,? |hey,? )?(?:who|what|whose|which|where|why|how)(?:'s|’s)? (?:now\W*$|is|are|was|"
    r"were|do|"
    r"does|did|can|could|"
    r"should|would|will|has|have|about|many|much|often|long|old|am|i|to)\b",
    r"^(?:so |and |but |hey,? )?(?:do|does|did|can|could|would|will|should|shall|is|are|am|was|were|has|have) "
    r"(?:you|i|we|it|they|he|she|there|that|this|the|my|your|any|anyone)\b",
    r"^(?:so |and |but |hey,? )?(?:what|who|where|when|how|wot)s (?:my|our|the|\w+s)\b",
    r"\b(?:i wonder|i was wondering|i'?m wondering|wondering) (?:if|whether|what|how|why|where|when)\b",
    r"\b(?:i'?d like|i want|i need) to know\b",
)
_THOUGHT_OF: Final = (
    r"\b(?:was|were|been)(?: \w+)? (?:thinking|considering|tempted|planning)\b.*\bbut (?:no\b|nah|not|decided|"
    r"(?:i )?didn'?t|(?:i )?stuck|(?:i )?stayed|(?:i )?changed)"
)
"""What somebody thought of and did not do."""
_HYPOTHETICAL: Final = _pattern(
    _THOUGHT_OF,
    r"^(?:and |but |or |so |even )?if\b",
    r"\bif (?:i|we|my|only|you|he|she|they|it)\b",
    r"\bwhat if\b",
    r"\b(?:i|we)(?: \w+)? (?:might|may|could)\b",
    r"\b(?:i|we)(?:'d|’d| would)(?: \w+)? (?:have (?!to)|\w+ if\b)",
    r"\bi (?:should|could|would) have\b",
    r"\b(?:maybe|perhaps|possibly|hypothetically|theoretically|in theory|supposedly)\b",
    r"\b(?:imagine|suppose|supposing|pretend|assume|assuming|let'?s say|let us say|say i)\b",
    r"\bi (?:wish|dreamt|dreamed|had a dream)\b",
    r"\b(?:not sure|no idea|unsure) (?:if|whether|what|where|how)\b",
    r"\bunless\b",
    r"\b(?:would|could) (?:i|we) be\b",
)
_FICTION: Final = _pattern(
    r"\bin (?:my|the|a|our) (?:novel|story|game|movie|film|book|dream|play|script|campaign|screenplay)\b",
    r"\b(?:my|the|our) (?:main )?(?:character|protagonist|hero|heroine|villain|narrator)\b",
    r"\brole-?play",
    r"\b(?:lyrics?|poem|song) (?:goes|says|is)\b",
    r"^(?:once upon a time)\b",
)
_JOKE: Final = _pattern(
    r"\b(?:just kidding|only kidding|i'?m kidding|i kid\b|jk\b|(?:just|only|i'?m|was) joking|not really,? (?:lol|"
    r"haha)|april fools)",
    r"(?:^|\s)/s\W*$",
    r"\b(?:ha(?:ha)+|lol)\W*(?:not really|i wish|as if|sure)\b",
    r"^\W*(?:as if|yeah,? right|not!)\W*$",
)
_GREETING_WORDS: Final = (
    r"(?:hi+|hello|hey+|hiya|yo|good (?:morning|afternoon|evening|night|day)|morning|bye+|goodbye|see (?:you|"
    r"ya)(?: \w+)?|"
    r"later|take care|cheers|thanks?|thank you|thx|ty|so much|very much|a lot|ok(?:ay)?|k|sure|yes|yeah|yep|yup|"
    r"no|nope|"
    r"nah|right|great|cool|nice|awesome|perfect|wow|oh|ah|hm+|haha\w*|lol|alright|fine|got it|i see|makes sense|"
    r"of course|exactly|indeed|absolutely|definitely|sounds? good|good idea|will do|no problem|np|sorry|please|"
    r"well|"
    r"you'?re welcome|you too|same here|me too|me neither|i agree|agreed|true|really|interesting|go on|"
    r"never ?mind|"
    r"i know|i understand|i don'?t know|idk|not really|there|again|everyone|all|buddy|friend|mate|man|dude|"
    r"one moment|"
    r"it works|that works|works|done|ready|next|continue|stop|for (?:that|the \w+|your \w+)|that'?s (?:it|all|"
    r"fine|right|"
    r"true|great|cool|nice|good|ok|okay|awesome|amazing|wonderful|interesting|helpful|correct))"
)
_GREETING: Final = re.compile(rf"^\W*(?:{_GREETING_WORDS}\W*)+$", re.IGNORECASE)
_ORDER: Final = _pattern(
    r"^(?:please |pls |now |then |also |next,? |ok(?:ay)?,? |and |just |hey,? )*(?:tell|show|give|write|explain|"
    r"help|find|"
    r"list|make|create|suggest|recommend|translate|fix|summari[sz]e|compare|calculate|compute|generate|describe|"
    r"convert|draft|rewrite|rephrase|proofread|look up|search|check|run|open|read|define|name|try|let me|let'?s|"
    r"add|remove|delete|change|update|use|set|play|book|order|send|call|wait|stop|continue|repeat|say|"
    r"don'?t (?!have|like|eat|drink|own|want|know|live|work|smoke|speak)\w+|remember|forget|act|ignore|answer|"
    r"print|output|return|sort|count|plan|imagine|think|consider|pick|choose|do|be|go|come|take|"
    r"keep|put|get|bring|start|turn|don.?t worry|don'?t you|guess|correct|improve|shorten|expand|analy[sz]e|teach|"
    r"walk me|quiz|test|ask|brainstorm|outline|review|debug|refactor|implement|provide|prove|solve)\b",
    r"\bi (?:need|want|would like|'d like|’d like) you to\b",
    r"^i (?:need|want|would like|'d like) (?:a|an|some|the|your|more) "
    r"(?:\w+ ){0,3}(?:list|summary|recipes?|example|help|advice|idea|ideas|suggestions?|recommendations?|"
    r"explanation|"
    r"answer|code|script|email|poem|story|joke|information|info|tips?)\b",
)
_PAYLOAD: Final = _pattern(
    r"\b(?:translate|proofread|rewrite|rephrase|paraphrase|summari[sz]e|correct|improve|shorten|fix|edit|polish|"
    r"analy[sz]e|"
    r"classify)\b.{0,60}(?::|\bfollowing\b|\bthis (?:text|email|letter|paragraph|sentence|essay|message|story|"
    r"article)\b|"
    r"\bbelow\b|[\"“])",
    r"\bhow (?:do|would|can) (?:you|i|we) say\b",
    r"\bwrite (?:me )?(?:a|an|the|some) (?:\w+ ){0,3}(?:story|poem|song|novel|essay|letter|email|dialogue|scene|"
    r"script|speech|post|"
    r"monologue|cover letter|haiku|limerick|bio)\b",
    r"\b(?:let'?s|can we|could we) (?:role-?play|pretend|play a game)\b|\bpretend (?:to be|that|you|i)\b",
)
_QUOTED_SELF: Final = re.compile(r"[\"“][^\"”]*\b(?:I|I'm|I’m|my|we|our)\b[^\"”]*[\"”]")
_REPORTED: Final = _pattern(
    r"^[\"“][^\"”]+[\"”]\W*$",
    r"\b(?:you|chatgpt|the (?:assistant|bot|ai|model)) (?:said|told|suggested|claimed|recommended|mentioned|"
    r"think)\b",
    r"\baccording to (?:you|chatgpt|the (?:article|book|internet))\b",
)
_FEELING: Final = _pattern(
    r"^(?:i(?:'m|’m| am| feel| was| felt)|we(?:'re| are)|feeling) (?:(?:so|very|really|super|pretty|just|quite|"
    r"too|a bit|a little|"
    r"still|such|also|always|not|all|feeling) )*(?:happy|glad|sad|tired|hungry|bored|busy|sleepy|excited|sorry|"
    r"ready|back|here|fine|"
    r"ok|okay|good|great|well|confused|curious|sure|lost|stuck|late|grateful|thankful|proud(?: of you)?|impressed|"
    r"surprised|amazed|exhausted|starving|thirsty|angry|mad|upset|annoyed|frustrated|nervous|worried|stressed|"
    r"relieved|jealous|honou?red|touched|cold|hot|home|done|afraid|certain|pleased|delighted|thrilled|blessed|"
    r"listening|"
    r"interested|alright|better|awesome|lonely|down|overwhelmed|swamped|speechless|inspired|free|available|a fan)"
    r"(?: (?:now|today|tonight|right now|at the moment|too|as well|again|lol|haha|to (?:hear|see|know|help|chat|"
    r"talk) .*|"
    r"(?:for|that|about|by|with|of) (?:you|it|that|this|your|the help|them|all)\b.*))?\W*$",
    r"^(?:that|it|this|what|how|so|wow|oh|sounds|looks|such|the \w+|your)\b(?:'s|’s| is| was| sounds| looks|"
    r" seems|'ll be| will be|"
    r" must)? ?(?:be |have been |been )?(?:(?:so|very|really|super|pretty|quite|absolutely|truly|just|a|an|such|"
    r"like|"
    r"sounds|looks|to|too|always|not) )*"
    r"(?:great|cool|nice|awesome|amazing|wonderful|beautiful|lovely|fun|funny|sad|bad|good|terrible|awful|"
    r"interesting|"
    r"helpful|perfect|fantastic|incredible|hilarious|delicious|tough|hard|right|true|fair|enough|inspiring|sweet|"
    r"exciting|cute|impressive|relaxing|powerful|important|strange|weird|odd|blast|idea|time|point|news|fine|"
    r"better|best|"
    r"annoying|confusing|useful|difficult|easy|crazy|neat|touching|rewarding|stunning|special)\b(?: \w+){0,3}\W*$",
    r"^(?:just )?like (?:my|your|our|his|her|their|the|an?) [\w' ]+\W*$",
    r"^i (?:hope|guess|bet|mean|agree|see|understand|appreciate|trust|doubt|swear|promise|totally get|get (?:it|"
    r"how|that|what|why)|know)\b",
    r"^i (?:\w+ )?(?:love|like|enjoy|appreciate|hate|miss) (?:it|that|this|you|your .*|how .*|the (?:idea|way|"
    r"answer|sound|look) .*|"
    r"talking .*|chatting .*|hearing .*|them)\W*$",
    r"^i (?:\w+ )?(?:can'?t|cannot|could not|couldn'?t) (?:wait|believe|thank|imagine|agree|help but|"
    r"stop)\b(?! (?:to|for) \w+ .*\w)",
    r"^i(?:'ll| will| shall|’ll)(?: \w+)? (?:try|check|see|let you know|do (?:it|that)|keep|think about|"
    r"be (?:right )?back|look|"
    r"talk|be there|give it|have a look|remember)\b",
    r"^we (?:\w+ )?make (?:a|an|such) \w+ team\b",
    r"^(?:i|we) (?:\w+ )?(?:had|have) (?:so much |such |a lot of |great |lots of )*(?:a )?(?:blast|fun|great time|"
    r"good time)\W*$",
    r"^(?:congrat|good luck|well done|way to go|keep (?:it )?up|take care|enjoy|have (?:a|fun)|happy (?:birthday|"
    r"new year|"
    r"holidays|anniversary)|welcome|you(?:'re|’re| are| got| rock| did| look| can| should| must| have)\b)",
)
_TASK: Final = _pattern(
    r"\bi (?:\w+ )?(?:have|had|'ve|got|get|need|want|am getting|keep getting)(?: got)? (?:a |an |some |one |this |"
    r"the |more |another |any |your )*"
    r"(?:\w+ )?(?:questions?|help|errors?|issue|advice|exceptions?|bug|favou?r|request|warning|traceback|feedback|"
    r"tips|code)\b",
    r"\bi(?:'m|’m| am) (?:trying|struggling|unable|attempting) to (?:\w+ )?(?:fix|debug|run|install|compile|find|"
    r"understand|"
    r"figure|solve|write|get|make|do|build|parse|open|print|read|convert|sort|import|deploy|use|connect|load)\b",
    r"\bi(?:'m|’m| am) (?:asking|wondering|referring|talking|telling|writing to you)\b",
    r"\bi (?:don'?t|do not|didn'?t|can'?t|cannot) (?:\w+ )?(?:understand|get it|know (?:what|how|why|if|where|who|"
    r"when)|see (?:it|why|how|the)|"
    r"remember|recall|find|figure|care|mean|think so|follow)\b",
    r"\bi (?:tried|ran|typed|clicked|pasted|copied|pressed|entered|executed|restarted|reinstalled) (?:that|it|"
    r"this|the|your|both|again)\b",
    r"\b(?:your|this|that|the) (?:last |previous |second |first )?(?:answer|reply|response|code|output|example|"
    r"suggestion|explanation|"
    r"function|script|command)\b",
    r"^i (?:meant|mean|said|asked) (?:the|to ask|it|that|what)\b",
    r"^i(?:'m|’m| am) (?:looking for|searching for|after) (?:a |an |some |the |good )*(?:\w+ ){0,2}(?:recipes?|"
    r"way|ideas?|gift|book|movie|"
    r"restaurant|answer|examples?|words?|synonyms?|library|tool|tutorial|advice|suggestions?|recommendations?)\b",
)

_CHECKS: Final[Mapping[str, re.Pattern[str]]] = {
    "greeting": _GREETING,
    "question": _QUESTION,
    "joke": _JOKE,
    "hypothetical": _HYPOTHETICAL,
    "fiction": _FICTION,
    "reported": _REPORTED,
    "order": _ORDER,
    "feeling": _FEELING,
    "task": _TASK,
}


def reason_against(clause: str) -> str | None:
    """Why a clause is not worth looking at further, or None."""
    plain = clause.strip().replace("’", "'")
    return next((reason for reason, pattern in _CHECKS.items() if pattern.search(plain)), None)


def is_thought_of(said: str) -> bool:
    """Does a sentence tell what somebody thought of and left ("was thinking of quitting, but no")?"""
    return bool(re.search(_THOUGHT_OF, said, re.IGNORECASE))


def is_joke(clause: str) -> bool:
    """Does a clause take back what was said just before it?"""
    return bool(_JOKE.search(clause))


def quotes_someone(said: str) -> bool:
    """Does a sentence give another's words in the first person?"""
    return bool(_QUOTED_SELF.search(said))


def is_payload(clause: str) -> bool:
    """Does a sentence hand over words to be worked on, which are then nobody's statement?"""
    return bool(_PAYLOAD.search(clause))
