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

from memcli.extract.asking import CONTEXT_TURNS, messages
from memcli.extract.dating import dating_of
from memcli.extract.grounding import is_grounded
from memcli.extract.language import language_of
from memcli.extract.parse import GRAMMAR, UnreadableError, facts_of
from memcli.extract.rewrite import sentence, subject_of, third_person
from memcli.extract.rules import RulesExtractor, clean_of_orders, stance_of
from memcli.extract.traits import importance_of, keywords_of, kind_of
from memcli.ports import ChatModel, Sampling
from memcli.records import Candidate, Extraction, Message, Origin, Role, Stance, Turn
from memcli.text import terms

NOTHING: Final = 0.2
ANYTHING: Final = 0.5
SURE: Final = -2.0
"""Chosen on validation dialogues: below ``NOTHING`` of the gate not even a rule is heard, from ``ANYTHING`` up the
model is asked for sentences, and those whose mean log-probability is below ``SURE`` are dropped."""
SAME: Final = 0.7
"""Of the index terms of the shorter sentence, from which on another tells it too."""
CERTAIN_GATE: Final = 0.8
CERTAIN: Final = -1.0
"""The same beside the rules in a conversation, where what is kept wrongly is seen at once (scripts/LOG.md)."""
KNOWN: Final = "en"
"""The language that the rules are written for."""
_OPENING: Final = re.compile(r"^(?:the user|the speaker|user|speaker|he|she|they)\b", re.IGNORECASE)


class ModelExtractor:
    """One prompt per turn: decoded freely and parsed, then once more under the grammar.

    Args:
        model: opened when there is something to read.
        made_by: who extracts, as it stands in a memory.
        learned: whether the model was trained for this (an adapter is in use). Then it knows how sure it is, and
            its sentences join those of the rules; any other model speaks alone.
        careful: whether it says only what it is certain of, and is heard first in languages the rules do not know.
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
        if self._careful:
            return self._certain(by_rule, turn, before)
        return self._joined(by_rule, turn, before) if self._learned else self._alone(turn, before)

    def _certain(self, by_rule: Extraction, turn: Turn, before: Sequence[Turn]) -> Extraction:
        """What rules found and what the model is certain of; in a language they do not know the model first."""
        foreign = language_of(turn.text) != KNOWN
        if self.gate(turn, before) < (ANYTHING if foreign else CERTAIN_GATE):
            return by_rule
        found = self._sure(turn, before, SURE if foreign else CERTAIN)
        if foreign:
            return found if found.candidates else by_rule
        return _beside(by_rule, found)

    def _alone(self, turn: Turn, before: Sequence[Turn]) -> Extraction:
        found = [self.candidate(fact, turn, before) for fact in self.proposed(turn, before)]
        kept = tuple(candidate for candidate in found if candidate is not None)
        return Extraction(kept, {"ungrounded": len(found) - len(kept)} if len(kept) < len(found) else {})

    def _joined(self, by_rule: Extraction, turn: Turn, before: Sequence[Turn]) -> Extraction:
        """What rules found, unless the model sees nothing in the turn, and what it is sure of beside that."""
        gate = self.gate(turn, before)
        if gate < NOTHING:
            return Extraction(dropped={**by_rule.dropped, "nothing": 1})
        if gate < ANYTHING:
            return by_rule
        return _beside(by_rule, self._sure(turn, before, SURE))

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
        sources = [turn.text, *(t.text for t in before[-CONTEXT_TURNS:])]
        stance = stance_of(told)
        dating = dating_of(told, turn.at, stance)
        text = sentence(dating.text)
        if not is_grounded(text, sources, (turn.speaker, dating.added)):
            return None
        kind = kind_of(text, dated=dating.dated)
        return Candidate(
            text=text,
            about=turn.speaker,
            said_at=turn.at,
            evidence=turn.text,
            sources=(turn.id,),
            kind=kind,
            event_at=dating.event_at,
            event_end=dating.event_end,
            event_precision=dating.precision,
            valid_from=dating.valid_from,
            valid_to=dating.valid_to,
            importance=importance_of(text, kind, asked=False),
            stance=stance,
            trust=turn.origin,
            keywords=keywords_of(text, turn.speaker),
            language=language_of(turn.text),
            made_by=self.name,
        )


def _beside(first: Extraction, second: Extraction) -> Extraction:
    """The first, and of the second what the first does not tell."""
    new = [c for c in second.candidates if not any(_says(c, other) for other in first.candidates)]
    return Extraction((*first.candidates, *new), {**first.dropped, **second.dropped})


def _says(one: Candidate, other: Candidate) -> bool:
    """Whether two candidates of one turn tell the same, or one a part of the other, by their words."""
    left, right = set(terms(one.text)), set(terms(other.text))
    return len(left & right) >= SAME * min(len(left), len(right))


_STEERING: Final = (Stance.RETRACTS, Stance.CORRECTS)
