"""Text that should not become memory unasked: orders hidden in foreign text, and secrets; pure tables."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_INSTRUCTION: Final = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:previous|prior|above|earlier|all|your|these|any|"
    r"system)\b.{0,40}"
    r"\b(?:instructions?|prompts?|rules?|guidelines?|directives?|messages?|memor(?:y|ies)|context|training)\b"
    r"|\bsystem (?:prompt|messages?|override|instructions?)\b|\bdeveloper mode\b|\bjailbr\w+|\bDAN mode\b|"
    r"\badmin(?:istrator)? override\b"
    r"|\byou (?:are|will be|must act as) now\b|\byou are now\b|\bnew (?:system )?instructions?\b|"
    r"\bas an ai(?: language model)?\b"
    r"|\b(?:remember|memori[sz]e|note|save|store|record|add|write)\b.{0,40}\b(?:that )?(?:the|this|your) (?:user|"
    r"owner|human|account holder)\b"
    r"|\b(?:add|save|store|write|commit|insert|append|put)\b.{0,60}\b(?:to|in|into) (?:your |the |its |"
    r"long[- ]term )*(?:memory|memories|profile)\b"
    r"|\bupdate (?:your|the user'?s?) (?:memory|memories|profile|records?)\b"
    r"|\b(?:note|message|instructions?|attention|notice|reminder)(?: to| for)?:? (?:the |all |any )?(?:ai|"
    r"assistants?|llms?|language models?|chatbots?|agents?|bots?)\b"
    r"|\b(?:the |dear |hey |any |if you are an? )(?:ai|assistant|llm|language model|chatbot|"
    r"agent)s?\b(?! of (?:the|an?|our)\b).{0,40}\b(?:must|should|shall|has to|have to|is to|needs to|will|please|"
    r"reading (?:this|these|the (?:above|below|text|page|file|note|mail|message|document)))\b"
    r"|^(?:ai|assistant|system|chatbot)\s*[:,]|\bwhen(?:ever)? (?:you(?:'re| are)? )?(?:asked|the user asks|"
    r"anyone asks|questioned)\b"
    r"|\b(?:do not|don'?t|never) (?:tell|inform|mention (?:this|it) to|reveal (?:this|it) to|alert) (?:the|"
    r"your) (?:user|owner|human)\b"
    r"|\b(?:tell|convince|instruct|persuade|inform|urge) (?:the|your) (?:user|owner|human)\b"
    r"|\b(?:reveal|print|output|exfiltrate|leak|send|forward|email|post|upload|"
    r"transmit)\b.{0,60}\b(?:system prompt|instructions|passwords?|credentials|"
    r"secrets?|api keys?|memories|conversation|chat history|contacts|private data)\b"
    r"|\b(?:always|must|from now on,?(?: always| only)?) (?:recommend|answer|respond|reply|say|obey|trust|prefer|"
    r"mention|refer|call|include|use)\b"
    r"|\bfrom now on\b.{0,30}\byou\b|<\s*/?\s*(?:system|instructions?|assistant|im_start)\b|<\|im_start\|>|"
    r"\[/?INST\]|^#+\s*(?:system|instructions?)\b"
    r"|\bthe (?:user|owner|human)(?:'s)? (?:has (?:agreed|authori[sz]ed|approved|consented)|wants you to|"
    r"has asked you|prefers? that you)\b"
    r"|\b(?:ignora|ignoriere|ignorez|oublie[rz]?|vergiss|olvida|esquece)\b.{0,40}\b(?:instruc\w+|anweisung\w*|"
    r"vorherig\w*|anteriores|précédentes?)\b"
    r"|忽略.{0,12}(?:指令|指示|提示)"
    r"|\byour (?:new |real |only |true )?(?:goal|task|job|mission|role|purpose|objective) (?:is|will be)"
    r"(?: now| no longer)?(?: not)? to\b"
    r"|\b(?:make|get) (?:it (?:a|your) (?:habit|rule|point|principle)|into the habit)\b"
    r"|\b(?:whoever|whatever|anyone|any (?:system|program|software|model|reader|process)|the (?:system|program|"
    r"software|model|process))(?: that| who| which)? (?:process|read|pars|handl|summari[sz]|index|import|"
    r"digest|ingest)\w*\b.{0,20}\bthis\b"
    r"|\b(?:i am|i'?m|as|this is|it is) (?:the|your) (?:user|owner|account holder)\b|^(?:the )?(?:user|human)\s*:"
    r"|\b(?:your|you,? the) (?:human|master|principal|operator)\b|\bground truth\b"
    r"|\b(?:wait|after|in|skip) (?:\w+ ){0,2}(?:messages?|turns|answers|replies|questions|conversations|sessions|"
    r"prompts)\b.{0,20}\b(?:then|say|tell|start|begin|mention)\b"
    r"|\b(?:llm|ai|gpt|chatbot|assistant|agent|model)[- ]?(?:notice|note|only|directive|instructions?|hint)\b"
    r"|\b(?:my|your) (?:other|second|secondary|new) (?:account|login|user ?name|identity)\b",
    re.IGNORECASE,
)
_READER: Final = re.compile(
    r"\b(?:start|begin|keep|stop|continue|go on|resume) (?:calling|treating|addressing|regarding|referring|"
    r"telling|mentioning|recommending|answering|replying|saying|believing|acting|pretending)\b"
    r"|\b(?:call|nam|address|treat|regard|consider|tell|greet|remind|show|list|introduc|describ)\w* "
    r"(?:the|your) (?:user|account holder|human)\b"
    r"|\bthe (?:account|card|profile|device) (?:holder|owner)(?:'s|s')? (?:is|was|has|had|lives|works|banks|"
    r"owes)\b"
    r"|\bthe (?:assistant|chatbot|reader|recipient|addressee) (?:now |always |also )?(?:is|has|will|answers?|"
    r"keeps?|owes|prefers|works|lives|trusts|belongs|agrees|accepts|obeys|serves|wants|banks|knows|believes|"
    r"recommends|reports)\b"
    r"|\b(?:of|for|to|with|by) the (?:reader|recipient|addressee)\b"
    r"|\b(?:owner|holder|keeper|author|user|reader|subject) of (?:this|these) (?:memor(?:y|ies)|notes?|laptop|"
    r"phone|computer|device|account|page|profile|file|machine)\b"
    r"|\b(?:whoever|whosoever|the (?:person|one|man|woman)(?: who| that)?) (?:holds?|owns?|uses?|reads?|carries|"
    r"has|opens?|typing|reading|holding|using)\b.{0,20}\b(?:this|here)\b"
    r"|\b(?:once|when(?:ever)?|after|as soon as|until|if|(?:first|second|third|next|last) time) (?:\w+ )?this "
    r"(?:document|page|note|mail|message|file|line|text|entry|sentence)\b"
    r"|\b(?:should|must|shall|has to|have to|is to|are to|ought to) (?:always|never|only|at all times|"
    r"automatically) (?!be\b)"
    r"|\b(?:a|any|each|every|the) (?:mention|occurrence|appearance|use|utterance|sight) of\b.{0,50}"
    r"\b(?:should|must|shall|is to|means|leads|triggers|calls for|unlocks|activates)\b"
    r"|\bis (?:code|a code ?word|a signal|shorthand) for\b",
    re.IGNORECASE,
)
"""What speaks to whoever reads, or of the reader, or says what a word shall do."""
_SPELLED: Final = re.compile(r"\b\w(?:([ ._·-])\w\b)(?:\1\w\b)+")
"""Words written letter by letter; a wider gap parts them."""
_ABOUT_USER: Final = re.compile(
    r"^(?:important:? |note:? |fact:? )*(?:the|this|your|our) (?:user|account holder|owner of this)(?:'s)?\b"
    r"(?! (?:guide|manual|group|interface|conference|experience|survey|signs)\b)",
    re.IGNORECASE,
)
_SECRET: Final = re.compile(
    r"\b(?:pass(?:word|code|phrase)(?! (?:manager|generator|policy|reset)\b)|"
    r"pin(?: code| number)?|cvv|cvc|api[ _-]?key|access[ _-]?token|secret(?: key)?|"
    r"private key|seed phrase|recovery (?:code|phrase)|"
    r"contraseña|passwort|kennwort|mot de passe|senha)\b(?:\s+\w+){0,4}?\s*(?:is|are|=|:|es|ist|est|é|to)\s*"
    r"(?!\[\])\S+"
    r"|\b(?:sk|pk|ghp|gho|xox[abp]|glpat)[-_][A-Za-z0-9_-]{12,}|\bAKIA[0-9A-Z]{12,}|-----BEGIN [A-Z ]*PRIVATE KEY|"
    r"\beyJ[\w-]{10,}\.[\w-]{10,}"
    r"|密码(?:是|为|:|：)",
    re.IGNORECASE,
)
_LEFT_OUT: Final = re.compile(r"\[secret: [^\]]*\]")
_CARD: Final = re.compile(r"(?<![\d.])(?:\d[ -]?){12,18}\d(?![\d.])")


HIDDEN_ORDER: Final = "looks like an instruction hidden in foreign text"
"""Why a memory waits that would steer whoever reads it."""
_PARTS: Final = re.compile(r"(?<=[.!?:])\s+|\n+")


def is_instruction(text: str) -> bool:
    """Does foreign text try to steer whoever reads it, or to plant a memory?"""
    patterns = (_INSTRUCTION, _ABOUT_USER, _READER)
    return any(pattern.search(each) for each in {text, unspelled(text)} for pattern in patterns)


def doubt_of(text: str) -> str:
    """Why a memory in foreign words must wait, "" if it need not; its order may follow a title or a sentence."""
    return HIDDEN_ORDER if any(map(is_instruction, (text, *_PARTS.split(text)))) else ""


def unspelled(text: str) -> str:
    """A text without signs that nobody sees, whose words written letter by letter ("I g n o r e") are whole."""
    text = "".join(char for char in text if unicodedata.category(char) != "Cf") if not text.isascii() else text
    return _SPELLED.sub(lambda run: re.sub(r"[\W_]", "", run[0]), text)


def holds_secret(text: str) -> bool:
    """Does a text hold a password, key or card number, which stays out of memories?"""
    text = _LEFT_OUT.sub("[]", text)
    return bool(_SECRET.search(text)) or any(_luhn(number) for number in _CARD.findall(text))


def _luhn(number: str) -> bool:
    """The check digit of card numbers (ISO/IEC 7812)."""
    digits = [int(c) for c in reversed(number) if c.isdigit()]
    return sum(d if n % 2 == 0 else sum(divmod(2 * d, 10)) for n, d in enumerate(digits)) % 10 == 0
