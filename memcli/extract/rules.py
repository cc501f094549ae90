"""Extraction by rule: turns to candidates without any model; joins the room's tables and knows no memory."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from memcli.extract import lead
from memcli.extract.context import as_statement, listener_of, unaddressed
from memcli.extract.dating import Dating, dating_of
from memcli.extract.ends import is_called_off, is_turned, may_end, stance_of
from memcli.extract.foreign import NAMELESS, reason_against_foreign
from memcli.extract.gate import is_joke, is_payload, is_thought_of, quotes_someone, reason_against
from memcli.extract.grounding import is_grounded
from memcli.extract.language import language_of, speaks_of_self
from memcli.extract.quoting import others_words
from memcli.extract.referents import asked_about, asks_of_others, resolved, with_objects
from memcli.extract.rewrite import sentence, third_person
from memcli.extract.sentences import clauses, sentences
from memcli.extract.suspicion import HIDDEN_ORDER, holds_secret, is_instruction
from memcli.extract.traits import importance_of, keywords_of, kind_of
from memcli.extract.worth import score
from memcli.records import Candidate, Extraction, Kind, Origin, Role, Stance, Turn

MAX_CANDIDATES: Final = 12
MAX_CHARS: Final = 300
UNRESOLVED: Final = "unresolved"
"""Why a clause is dropped that does not say whom or what it is about."""
FOREIGN: Final = 0.6
"""How much more a clause must weigh that somebody else wrote: it seldom speaks of the user."""
_HELP_PLAN: Final = re.compile(
    r"\b(?:help me|can i|do i|should i|need to|how to|i)(?: best)? (?:plan|prepare for|organi[sz]e|train for|"
    r"pack for) (?P<what>(?:for )?my [^?.!]+)",
    re.IGNORECASE,
)
_NOT_BUT: Final = re.compile(
    r"^not [\w ]+(?:,| but) [\w ]+[.!]*$|^(?:(?:on|at|in|from|the) )*\d[\w:.–-]*(?: [\w:.–-]+){0,4}, not "
    r"[\w:.–-]+(?: [\w:.–-]+){0,4}[.!]*$",
    re.IGNORECASE,
)
_THING_DATED: Final = re.compile(
    r"^(?:the|our) (?!name|date|time|day)[\w' -]+? (?:is|are|was|starts|begins|takes place) (?:on|at) ",
    re.IGNORECASE,
)
_UNRESOLVED: Final = re.compile(
    r"^it(?:'s|'ll be| is| was| will be)(?: on| at| in)? (?:the )?(?:\d|(?-i:[A-Z])\w+|next|this|tomorrow)",
    re.IGNORECASE,
)
"""A date of what is named nowhere: "It is on 13 September"."""
_MOVED_IT: Final = re.compile(
    r"^(?:(?:i|we|they|he|she|it|you)(?:'ve|'s| have| has| had| was| is| got| been)* )?(?:had to |to )?"
    r"(?:push(?:ed)?|move(?:d)?|postpone(?:d)?|put|shift(?:ed)?|reschedule(?:d)?|delay(?:ed)?|brought|bring)"
    r"(?: (?:it|that|this))?(?: (?:back|off|forward|out))? (?:to|until|till|for|on) (?:the )?"
    r"(?P<when>(?:(?:next|this|early|late|mid|around) )*(?:\d{1,2}(?:st|nd|rd|th)?\b|january|february|march|april|"
    r"may|june|july|august|september|october|november|december|(?:mon|tues|wednes|thurs|fri|satur|sun)day|week|"
    r"month|year|spring|summer|autumn|winter).*)$",
    re.IGNORECASE,
)
"""Another date for what was spoken of: "pushed it back to November", "it got moved to Friday"."""
_INTERJECTED: Final = re.compile(
    r"^(?:since|as|because|given that|seeing that) (?=(?:i|i'm|my|we)\b)", re.IGNORECASE
)


class RulesExtractor:
    """Finds statements by rule, in milliseconds and always the same."""

    name = "rule"

    def extract(self, turn: Turn, before: Sequence[Turn]) -> Extraction:
        """See the port. Recalled text gives nothing; the assistant's words are only searched for hidden orders."""
        if turn.origin is Origin.RECALLED:
            return Extraction(dropped={"recalled": 1})
        work = _Work(turn, tuple(before), language_of(turn.text))
        if turn.origin is Origin.ASSISTANT or turn.role is Role.ASSISTANT:
            work.orders_only()
        else:
            work.run()
        found = work.found[:MAX_CANDIDATES]
        if len(work.found) > len(found):
            work.dropped["cap"] += len(work.found) - len(found)
        return Extraction(candidates=tuple(found), dropped=dict(work.dropped))


def clean_of_orders(turn: Turn) -> str:
    """A turn's words without secrets and what was only thought of, and without hidden orders of others."""
    direct = turn.origin is Origin.DIRECT_USER
    told = [s for s in sentences(turn.text) if not (holds_secret(s) or is_thought_of(s))]
    return " ".join(s for s in told if direct or not is_instruction(s))


@dataclass
class _Work:
    """One turn being read; ``earlier`` are the speaker's clauses that a pronoun may point to.

    From ``own`` on they are this turn's. ``theirs`` is so until the first clause is read, if it may answer a
    question about somebody else.
    """

    turn: Turn
    before: tuple[Turn, ...]
    language: str
    found: list[Candidate] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    earlier: list[str] = field(default_factory=list)
    correcting: bool = False
    turned: bool = False
    own: int = 0
    quoting: str = ""
    theirs: bool = False
    others: frozenset[str] = frozenset()

    @property
    def direct(self) -> bool:
        return self.turn.origin is Origin.DIRECT_USER

    @property
    def of_somebody(self) -> bool:
        """Whether the one who speaks is known: then a subject that was left out is theirs."""
        return self.direct or self.turn.speaker.lower() not in NAMELESS

    @property
    def listener(self) -> str:
        return listener_of(self.turn, self.before)

    def orders_only(self) -> None:
        for said in sentences(self.turn.text):
            if is_instruction(said):
                self._suspect(said)
        self.dropped["assistant"] += 1

    def run(self) -> None:
        self.earlier = [lead.with_owner(t.text) for t in self.before if t.speaker == self.turn.speaker][-1:]
        if self.before and self.before[-1].speaker != self.turn.speaker:
            self.earlier.append(asked_about(self.before[-1].text, self.turn.speaker))
            self.theirs = asks_of_others(self.before[-1].text)
        self.own = len(self.earlier)
        if (
            said := as_statement(self.turn.text, self.before, self.turn.speaker)
        ) is not None and self.language == "en":
            self._clause(said)
            return
        self.others = others_words(self.turn.text)
        for part in sentences(lead.with_correction(self.turn.text)):
            if is_payload(part):
                self.dropped["payload"] += 1
                return
            self._sentence(part)

    def _sentence(self, said: str) -> None:
        if not self.direct and is_instruction(said):
            self._suspect(said)
        elif holds_secret(said):
            self.dropped["secret"] += 1
        elif self.language == "en" and (quoted := self._quoted(said)) is not None:
            self._reported(*quoted, said)
        elif said in self.others or quotes_someone(said):
            self.dropped["quote"] += 1
        elif is_joke(said):
            self.dropped["joke"] += 1 + bool(self.found)
            self.found = self.found[:-1]
        elif self.language != "en" and (language := language_of(said)) != "en":
            self._foreign(said, language)
        elif not (self.direct and self._addressed(said)):
            asks = said.rstrip().endswith("?")
            self.turned = is_turned(said)
            for clause in clauses(said):
                if not self.direct and (why := self._of_nobody(clause)) is not None:
                    self.dropped[why] += 1
                    continue
                self._clause(_INTERJECTED.sub("", clause) if asks else clause)

    def _quoted(self, said: str) -> tuple[str, str] | None:
        """Who is quoted, and their words: by this sentence, or by one whose quotation marks are still open."""
        quoted = (self.quoting, said.strip(' "“”')) if self.quoting else lead.reported(said)
        marks = sum(said.count(mark) for mark in '"“”')
        if quoted is not None and marks % 2:
            self.quoting = "" if self.quoting else quoted[0]
        return quoted

    def _reported(self, who: str, words: str, said: str) -> None:
        """What somebody says of themselves is theirs; what they say to "you" is kept by nobody's rule."""
        if not self.direct or re.search(r"\byou", words, re.IGNORECASE):
            self.dropped["quote"] += 1
            return
        first = len(self.found)
        for clause in clauses(words):
            self._clause(third_person(lead.tidied(clause), who))
        self.found[first:] = [replace(candidate, evidence=said) for candidate in self.found[first:]]

    def _of_nobody(self, clause: str) -> str | None:
        before, _, _ = self.turn.text.partition(clause)
        if self.of_somebody:
            before = " ".join((*self.earlier[: self.own], before))
        return reason_against_foreign(clause, before, self.turn.speaker)

    def _addressed(self, said: str) -> bool:
        """Orders to the memory itself: forget, remind, serve me so."""
        stripped = lead.lead_of(said)
        if (what := lead.retraction(stripped.text)) is not None and self._about_me(what, said):
            text = third_person(re.sub(r"^that\s+", "", what), self.turn.speaker) if what else ""
            self._keep(text, said, Stance.RETRACTS)
        elif (rule := lead.standing_order(stripped.text)) is not None and not self.listener:
            called = re.match(r"(?:call|address) me (?:as )?(.+)$", rule, re.IGNORECASE)
            wish = f"to be called {called[1]}" if called else f"the assistant to {_wish(rule)}"
            self._keep(
                third_person(f"I want {wish}", self.turn.speaker), said, Stance.STATES, kind=Kind.PROCEDURAL
            )
        elif (task := lead.reminder(stripped.text)) is not None:
            self._dated(f"I want to be reminded {task}", said, Stance.STATES, asked=True)
        elif (plan := _HELP_PLAN.search(said)) is not None and self.direct:
            what = re.sub(r"^for ", "", plan["what"])
            self._dated(f"I am planning {what}", said, Stance.STATES, asked=False)
        else:
            return False
        return True

    @staticmethod
    def _about_me(what: str, said: str) -> bool:
        return bool(
            not what
            or re.search(r"\b(?:i|i'\w+|my|me|we|our|mine)\b", what, re.I)
            or re.search(r"what i (?:said|told)|the memory", said, re.I)
        )

    def _clause(self, clause: str) -> None:
        stripped = lead.lead_of(unaddressed(lead.tidied(clause), self.listener))
        corrects = stripped.corrects or self.correcting or self._denies(clause, stripped.text)
        full = lead.with_subject(stripped.text) if self.of_somebody and not self.theirs else stripped.text
        self.theirs = False
        text = full if corrects else resolved(full, self.earlier)
        self.earlier.append(text)
        self.correcting = stripped.corrects and not any(c.isalnum() for c in text)
        if self.correcting:
            return
        if (moved := _MOVED_IT.match(text)) is not None:
            on = "on" if moved["when"][:1].isdigit() or "day" in moved["when"] else "in"
            self._keep(f"it is {on} {moved['when']}", clause, Stance.CORRECTS)
            return
        if self.direct and not corrects:
            text = with_objects(text, self.earlier[self.own : -1])
            if not text:
                self.dropped[UNRESOLVED] += 1
                return
        reason = reason_against(text)
        if reason == "order" and lead.means(clause):  # "test manager, not lead" orders no test
            reason = None
        slight = reason == "feeling" and may_end(text)
        if reason is not None and not slight and not (stripped.asked and reason in ("feeling", "task")):
            self.dropped[reason] += 1
            return
        off = is_called_off(text)
        if (
            corrects
            and (self._is_fragment(text) or lead.is_contrast(text))
            and not (off or _THING_DATED.match(text))
        ):
            self._keep(text, clause, Stance.CORRECTS)
            return
        stance = Stance.ENDS if off and corrects else stance_of(text)
        if stance is Stance.PAST and self.turned:
            stance = Stance.ENDS
        if stance is Stance.STATES and corrects:
            stance = Stance.CORRECTS
        self._dated(text, clause, stance, asked=stripped.asked)

    def _denies(self, clause: str, text: str) -> bool:
        """Is it one value and not another ("Madeira instead of Crete"), which has no other sense?"""
        bare = lead.is_contrast(text) and (lead.means(clause) or reason_against(text) is None)
        return bool(_NOT_BUT.match(text)) or (bare and self.direct)

    @staticmethod
    def _is_fragment(text: str) -> bool:
        """A correction that names only the new value ("it's Tuesday", "not Berlin but Bonn")."""
        return bool(
            re.match(
                r"^(?:(?:it|that|this|he|she|they|not|on|in|at|the|from|to)\b|[^\s]+(?:\s+[^\s]+){0,3}\W*$)",
                text,
                re.I,
            )
        ) and not re.match(r"^(?:i|my|we|our)\b", text, re.I)

    def _dated(self, text: str, evidence: str, stance: Stance, *, asked: bool) -> None:
        dating = dating_of(text, self.turn.at, stance)
        if stance is Stance.STATES and not asked and dating.dated and _UNRESOLVED.match(text):
            if not self._continues(text, dating):
                self.dropped[UNRESOLVED] += 1
            return
        worth = score(text, dated=dating.dated, asked=asked) - (0.0 if self.direct else FOREIGN)
        slight = worth < 0 and stance in (Stance.STATES, Stance.PAST)
        if slight and (self._continues(text, dating) or not (self.direct and may_end(text))):
            self.dropped["unworthy"] += 1
            return
        told = third_person(dating.text, self.turn.speaker, self.listener)
        before = len(self.found)
        self._keep(told, evidence, Stance.ENDS if slight else stance, dating=dating, asked=asked)
        self.found[before:] = [replace(each, slight=slight) for each in self.found[before:]]

    def _continues(self, text: str, dating: Dating) -> bool:
        """Add "It's on 3 March" to the fact just found, which it completes."""
        if (
            not self.found
            or not re.match(r"^(?:it|that|they|this)\b", text, re.I)
            or not (dating.dated and self.found[-1].event_at is None)
        ):
            return False
        last = self.found[-1]
        self.found[-1] = replace(
            last,
            text=f"{last.text} {sentence(third_person(dating.text, self.turn.speaker))}",
            evidence=f"{last.evidence} {text}",
            event_at=dating.event_at,
            event_end=dating.event_end,
            event_precision=dating.precision,
        )
        return True

    def _keep(
        self,
        told: str,
        evidence: str,
        stance: Stance,
        *,
        dating: Dating | None = None,
        asked: bool = False,
        kind: Kind | None = None,
    ) -> None:
        text = sentence(told)
        if len(text) > MAX_CHARS:
            self.dropped["long"] += 1
            return
        given = (self.turn.speaker, dating.added if dating else "", "the user partner")
        if not is_grounded(text, [self.turn.text, *(t.text for t in self.before[-4:])], given):
            self.dropped["ungrounded"] += 1
            return
        when = dating or Dating(text=text)
        chosen = kind or kind_of(text, dated=when.dated)
        found = Candidate(
            text=text,
            about=self.turn.speaker,
            said_at=self.turn.at,
            evidence=evidence.strip(),
            sources=(self.turn.id,),
            kind=chosen,
            stance=stance,
            importance=importance_of(text, chosen, asked=asked),
            trust=self.turn.origin,
            keywords=keywords_of(text, self.turn.speaker),
            language="en",
        )
        self.found.append(when.on(found))

    def _foreign(self, said: str, language: str) -> None:
        """Another language's statement about its speaker is kept in its own words."""
        if not speaks_of_self(said, language) or len(said) > MAX_CHARS:
            self.dropped["foreign"] += 1
            return
        when = dating_of(said, self.turn.at)
        kind = Kind.EPISODIC if when.dated else Kind.SEMANTIC
        text = when.text.strip()
        self.found.append(when.on(replace(self._bare(text, said, kind), language=language)))

    def _suspect(self, said: str) -> None:
        self.dropped["instruction"] += 1
        found = self._bare(said[:MAX_CHARS], said, Kind.SEMANTIC)
        self.found.append(replace(found, suspect=HIDDEN_ORDER, importance=0.1))

    def _bare(self, text: str, evidence: str, kind: Kind) -> Candidate:
        return Candidate(
            text=text,
            about=self.turn.speaker,
            said_at=self.turn.at,
            evidence=evidence,
            sources=(self.turn.id,),
            kind=kind,
            trust=self.turn.origin,
            keywords=keywords_of(text, self.turn.speaker),
        )


def _wish(rule: str) -> str:
    """An order as what is wanted: "don't use emojis" -> "not use emojis"."""
    return re.sub(r"^(?:don'?t|do not) (?:ever )?", "never ", re.sub(r"\bme\b", "me", rule), flags=re.IGNORECASE)
