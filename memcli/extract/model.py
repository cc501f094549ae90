"""Extraction by a language model under code's control; knows the ChatModel port, never trusts what it says.

The model only proposes sentences. Speaker, dates, kind, importance and what is grounded are set by rule.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from memcli.extract import worth
from memcli.extract.asking import CONTEXT_TURNS, messages
from memcli.extract.borrowed import anchor_of, is_astray
from memcli.extract.context import own_words
from memcli.extract.dating import dating_of
from memcli.extract.ends import stance_of
from memcli.extract.grounding import is_grounded, unsaid
from memcli.extract.language import language_of
from memcli.extract.lead import lead_of, tidied
from memcli.extract.parse import GRAMMAR, UnreadableError, facts_of
from memcli.extract.proposals import By, Proposal, chosen, shipped, tells
from memcli.extract.rewrite import sentence, subject_of, third_person
from memcli.extract.rules import RulesExtractor, clean_of_orders
from memcli.extract.sentences import sentences
from memcli.extract.traits import importance_of, keywords_of, kind_of
from memcli.ports import ChatModel, Sampling
from memcli.records import Candidate, Extraction, Kind, Message, Origin, Role, Stance, Turn

ANYTHING: Final = 0.5
SURE: Final = -2.0
"""In a language that the rules do not know: from ``ANYTHING`` of the gate up the model is asked for sentences, and
those whose mean log-probability is below ``SURE`` are dropped (chosen on validation dialogues)."""
LEAST_WORDS: Final = 3
"""Of a sentence, to be asked about by itself."""
PLAIN: Final = 1.5
"""The least worth, in log-odds, of a short plain statement of what lasts ("I work as a nurse")."""
KNOWN: Final = "en"
"""The language that the rules are written for."""
_OPENING: Final = re.compile(r"^(?:the user|the speaker|user|speaker|he|she|they)\b", re.IGNORECASE)


class ModelExtractor:
    """One prompt per turn: decoded freely and parsed, then once more under the grammar.

    Args:
        model: opened when there is something to read.
        made_by: who extracts, as it stands in a memory.
        learned: whether the model was trained for this (an adapter is in use). Then it knows how sure it is, and
            its sentences are weighed with those of the rules; any other model speaks alone.
        careful: whether less is kept, and that more certainly.
    """

    def __init__(
        self, model: Callable[[], ChatModel], made_by: str, *, learned: bool = False, careful: bool = False
    ) -> None:
        self._model = model
        self.name = made_by
        self._learned = learned
        self._careful = careful
        self._rules = RulesExtractor()

    def extract(self, turn: Turn, before: Sequence[Turn]) -> Extraction:
        """See the port. Orders to the memory and corrections are read by rule, whatever the model says."""
        by_rule = self._rules.extract(turn, before)
        steering = tuple(c for c in by_rule.candidates if c.stance in _STEERING or c.suspect)
        if turn.origin in (Origin.RECALLED, Origin.ASSISTANT) or turn.role is Role.ASSISTANT or steering:
            return replace(by_rule, candidates=steering)
        text = clean_of_orders(turn)
        if not text:
            return Extraction(dropped=by_rule.dropped)
        if not self._learned:
            return self._alone(turn, before)
        if language_of(turn.text) != KNOWN:
            return self._foreign(by_rule, turn, before)
        return self._weighed(by_rule, turn, before)

    def _foreign(self, by_rule: Extraction, turn: Turn, before: Sequence[Turn]) -> Extraction:
        """What the model is sure of; the rules where it is of nothing."""
        if self.gate(turn, before) < ANYTHING:
            return by_rule
        found = self._sure(turn, before, SURE)
        return found if found.candidates else by_rule

    def _weighed(self, by_rule: Extraction, turn: Turn, before: Sequence[Turn]) -> Extraction:
        """What is worth keeping of what rules and model propose, and what a rule reads as an end or a wish."""
        found = {proposal.text: (proposal, candidate) for proposal, candidate in self.proposals(turn, before)}
        weigh = shipped()
        floors = weigh.careful if self._careful else weigh.open
        kept = set(chosen([proposal for proposal, _ in found.values()], turn.text, turn.speaker, floors))
        meant = [text for text, each in found.items() if _meant(*each)]
        texts = [t for t in found if t in meant or (t in kept and not any(tells(t, other) for other in meant))]
        left = len(found) - len(texts)
        dropped = {**by_rule.dropped, **({"unsure": left} if left else {})}
        return Extraction(tuple(found[text][1] for text in texts), dropped)

    def proposals(self, turn: Turn, before: Sequence[Turn]) -> list[tuple[Proposal, Candidate]]:
        """All that is proposed for a turn: by rule, and by the model, of the whole turn and of its sentences."""
        by_rule = [c for c in self._rules.extract(turn, before).candidates if c.text]
        whole, parts = self.proposed(turn, before), self._of_parts(turn, before)
        facts = list(dict.fromkeys((*whole, *parts)))
        scores = self.scores([*(c.text for c in by_rule), *facts], turn, before)
        heard = [turn.speaker, turn.text, *(each.text for each in before[-CONTEXT_TURNS:])]
        found: dict[str, tuple[Proposal, Candidate]] = {}
        for own, score in zip(by_rule, scores, strict=False):
            _put(found, own, Proposal(own.text, frozenset({"rule"}), score, _worth(own)))
        for fact, score in zip(facts, scores[len(by_rule) :], strict=True):
            if (candidate := self.candidate(fact, turn, before)) is not None:
                by = _who(fact, whole, parts)
                _put(found, candidate, Proposal(candidate.text, by, score, unsaid=unsaid(fact, heard)))
        return list(found.values())

    def _of_parts(self, turn: Turn, before: Sequence[Turn]) -> list[str]:
        """What the model proposes for each sentence of a turn by itself, after those before it."""
        parts = [part for part in sentences(clean_of_orders(turn)) if len(part.split()) >= LEAST_WORDS]
        if len(parts) < 2:
            return []
        facts: list[str] = []
        for number, part in enumerate(parts):
            heard = [replace(turn, text=" ".join(parts[:number]))] if number else []
            facts += self.proposed(replace(turn, text=part), [*before, *heard])
        return facts

    def _alone(self, turn: Turn, before: Sequence[Turn]) -> Extraction:
        found = [self.candidate(fact, turn, before) for fact in self.proposed(turn, before)]
        kept = tuple(candidate for candidate in found if candidate is not None)
        return Extraction(kept, {"ungrounded": len(found) - len(kept)} if len(kept) < len(found) else {})

    def _sure(self, turn: Turn, before: Sequence[Turn], floor: float) -> Extraction:
        """The model's sentences from a mean log-probability of ``floor`` up that something said holds."""
        facts = self.proposed(turn, before)
        sure = [
            fact for fact, score in zip(facts, self.scores(facts, turn, before), strict=True) if score >= floor
        ]
        found = [candidate for fact in sure if (candidate := self.candidate(fact, turn, before)) is not None]
        dropped = {"unsure": len(facts) - len(sure), "ungrounded": len(sure) - len(found)}
        return Extraction(tuple(found), {reason: count for reason, count in dropped.items() if count})

    def gate(self, turn: Turn, before: Sequence[Turn]) -> float:
        """How likely it is that there is anything to keep: a list that is not empty, against the empty one."""
        none, some = (math.exp(each) for each in self._scores(("[", '["'), turn, before))
        return some / (none + some)

    def scores(self, facts: Sequence[str], turn: Turn, before: Sequence[Turn]) -> list[float]:
        """The mean log-probability of each fact's tokens, were it all that the turn tells."""
        return self._scores([json.dumps([fact], ensure_ascii=False)[:-2] for fact in facts], turn, before)

    def proposed(self, turn: Turn, before: Sequence[Turn]) -> list[str]:
        """The model's own sentences.

        Raises:
            ModelError: it gave no list of them, not even under the grammar.
        """
        prompt = messages(clean_of_orders(turn), turn, before)
        try:
            return facts_of(self._answer(prompt, Sampling(max_tokens=256)))
        except UnreadableError:
            return facts_of(self._answer(prompt, Sampling(max_tokens=512, grammar=GRAMMAR)))

    def _scores(self, replies: Sequence[str], turn: Turn, before: Sequence[Turn]) -> list[float]:
        prompt = messages(clean_of_orders(turn), turn, before)
        return self._model().score(prompt, replies, adapter="extraction") if replies else []

    def _answer(self, prompt: Sequence[Message], sampling: Sampling) -> str:
        return "".join(self._model().stream(prompt, sampling, adapter="extraction"))

    def candidate(self, fact: str, turn: Turn, before: Sequence[Turn]) -> Candidate | None:
        """A proposed fact with everything set that code knows better; None where nothing in the turn says it."""
        told = _OPENING.sub(lambda _: subject_of(turn.speaker), third_person(fact, turn.speaker))
        told = own_words(told, turn, before)
        sources = [turn.text, *(t.text for t in before[-CONTEXT_TURNS:])]
        stance = stance_of(told)
        dating = dating_of(told, anchor_of(told, turn, before), stance)
        text = sentence(dating.text)
        if is_astray(told, turn, before) or not is_grounded(text, sources, (turn.speaker, dating.added)):
            return None
        kind = kind_of(text, dated=dating.dated)
        found = Candidate(
            text=text,
            about=turn.speaker,
            said_at=turn.at,
            evidence=turn.text,
            sources=(turn.id,),
            kind=kind,
            importance=importance_of(text, kind, asked=False),
            stance=stance,
            trust=turn.origin,
            keywords=keywords_of(text, turn.speaker),
            language=language_of(turn.text),
            made_by=self.name,
        )
        return dating.on(found)


def _meant(proposal: Proposal, candidate: Candidate) -> bool:
    """Whether a rule reads it as an end, or as a wish how to be answered: what is not weighed like a fact."""
    return "rule" in proposal.by and (candidate.stance is Stance.ENDS or candidate.kind is Kind.PROCEDURAL)


def _who(fact: str, whole: Sequence[str], parts: Sequence[str]) -> frozenset[By]:
    """Which of the model's two readings proposed a sentence."""
    readings: tuple[tuple[By, Sequence[str]], ...] = (("whole", whole), ("part", parts))
    return frozenset(by for by, facts in readings if fact in facts)


def _put(found: dict[str, tuple[Proposal, Candidate]], candidate: Candidate, new: Proposal) -> None:
    """Note a proposal; one in the same words as another is one with it, and the first one's candidate stays."""
    known, first = found.get(new.text, (new, candidate))
    likelihood, valued = max(known.likelihood, new.likelihood), max(known.worth, new.worth)
    found[new.text] = (
        Proposal(new.text, known.by | new.by, likelihood, valued, min(known.unsaid, new.unsaid)),
        first,
    )


def _worth(candidate: Candidate) -> float:
    """What the rule that found a candidate makes of its words."""
    lead = lead_of(tidied(candidate.evidence))
    found = worth.score(lead.text, dated=candidate.event_at is not None, asked=lead.asked)
    return max(found, PLAIN) if worth.is_plain(lead.text) else found


_STEERING: Final = (Stance.RETRACTS, Stance.CORRECTS)
