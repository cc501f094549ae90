"""A model's vote on what a statement does to an old memory; knows the ChatModel port and decides nothing.

One pair at a time, as Keep Me Updated classifies them (section 3.2: PASS, REPLACE, DELETE, APPEND), because a
small model compares two sentences better than it keeps a numbered list apart. Nothing is generated: the four
answers are scored, so that the vote is always valid and says how sure it is.

``messages`` and ``CHOICES`` are what an adapter for the task ``update`` is trained on; change them and it is void.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from memcli.ports import ChatModel
from memcli.records import Candidate, Message, Status
from memcli.update.decide import Verdict, Vote
from memcli.update.rivals import Neighbour
from memcli.update.similar import overlap, sense_of
from memcli.update.weigh import stands_beside

CHOICES: Final[Mapping[str, Verdict]] = {
    "other": Verdict.ADD,
    "same": Verdict.NOOP,
    "changed": Verdict.UPDATE,
    "ended": Verdict.DELETE,
}
"""The answers, a token each, and the operation that each asks for."""
CLOSING: Final = ("changed", "ended")
"""What lets the old memory go; whether anything takes its place matters less, so both speak for either."""
INSTRUCTIONS: Final = (
    "Compare an old note with what was said later. Answer with one word. same: nothing new is said. changed: the "
    "old note no longer holds, and the new statement takes its place. ended: the old note no longer holds. other: "
    "both hold."
)
LOOKED_AT: Final = 3
TRUSTED: Final = 0.9
"""The share of the answers from which on a vote is given. Of pairs as a memory of many facts brings them up, most
of which stand beside one another, 29 of 34 were changes from here on, 39 of 61 from .8 (scripts/LOG.md)."""
NEAR: Final = 0.45
"""The cosine from which a memory may be meant that shares no word with the candidate."""


def messages(old: str, new: str) -> list[Message]:
    """The question about one pair; its answer is one of ``CHOICES``."""
    return [Message("system", INSTRUCTIONS), Message("user", f"Old: {old}\nNew: {new}")]


def chances(model: ChatModel, old: str, new: str) -> dict[str, float]:
    """The probability of each choice, all four taken to be the only answers there are."""
    scores = model.score(messages(old, new), list(CHOICES), adapter="update")
    weights = [math.exp(score) for score in scores]
    return {choice: weight / sum(weights) for choice, weight in zip(CHOICES, weights, strict=True)}


class ModelVoter:
    """Asks the model about the nearest memories of the same person.

    Args:
        model: opened when there is something to ask.
        name: who votes, as it stands in the history.
    """

    def __init__(self, model: Callable[[], ChatModel], name: str) -> None:
        self._model = model
        self.name = name

    def __call__(self, candidate: Candidate, neighbours: Sequence[Neighbour]) -> Vote | None:
        """The vote on the memory that is least likely to stand beside the candidate untouched, if it is sure.

        Raises:
            ModelError: the model could not be asked.
            ModelMissingError: it is not on this machine.
        """
        close = _meant(candidate, neighbours)
        asked = [(near, chances(self._model(), near.memory.text, candidate.text)) for near in close]
        if not asked:
            return None
        near, found = min(asked, key=lambda pair: pair[1]["other"])
        best = max(found, key=lambda choice: found[choice])
        sure = sum(found[choice] for choice in CLOSING) if best in CLOSING else found[best]
        return Vote(CHOICES[best], near.memory.id, sure, self.name) if sure >= TRUSTED else None


def _meant(candidate: Candidate, neighbours: Sequence[Neighbour]) -> list[Neighbour]:
    """The memories that a candidate may concern, nearest first."""
    sense = sense_of(candidate.text, candidate.about)
    shared = {n.memory.id: overlap(sense, sense_of(n.memory.text, n.memory.about)) for n in neighbours}
    close = [
        near
        for near in neighbours
        if near.memory.status is Status.ACTIVE
        and near.memory.about == candidate.about
        and (shared[near.memory.id] or near.similarity >= NEAR)
        and not stands_beside(near.memory, candidate)
    ]
    return sorted(close, key=lambda near: -near.similarity - shared[near.memory.id])[:LOOKED_AT]
