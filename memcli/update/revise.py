"""Whether a note still holds after the last words of a talk, and as what; knows the ChatModel port.

People end and change things in words that name neither ("812!", "GONE!!"): only who sees the talk and the note
knows what is meant. So this one sees both, one note at a time, the talk first and the note last, so that the talk
is evaluated once for all the notes of a turn. The first word of the answer is scored, as in ``vote``; a note is
written anew only where that word is ``now``.

``messages`` and ``ANSWERS`` are what an adapter for the task ``update`` is trained on; change them and it is void.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from memcli.ports import ChatModel, Sampling
from memcli.records import Memory, Message
from memcli.terms import terms

STILL: Final = "still"
ENDED: Final = "ended"
NOW: Final = "now"
ANSWERS: Final = (STILL, ENDED, NOW)
"""The first words of an answer, a token each; after ``now:`` comes the note as it is now."""
HEARD: Final = 3
"""Turns before the last one that a talk holds."""
LOOKED_AT: Final = 6
"""Notes asked about a turn: among 40 facts of others the one meant is one of so many in 88 of 100 cases."""
TRUSTED: Final = 0.85
"""The chance of ``ended`` and ``now`` together from which on a note is let go; below it nothing happens.

Of validation notes 8 of 8 were to be closed from here on, 12 of 15 from .8 (scripts/LOG.md).
"""
MOST_TOKENS: Final = 64
INSTRUCTIONS: Final = (
    "A note was kept from an earlier talk. Does it hold after the last message? Answer: still, or ended, or now: "
    "and the note as it is now."
)


@dataclass(frozen=True, slots=True)
class Revision:
    """What a turn does to a memory: it ended, or it is as ``text`` says now.

    ``sure`` is how sure that is, 0..1, and ``by`` who says so.
    """

    memory: Memory
    sure: float
    by: str
    text: str = ""


Revise: TypeAlias = Callable[[Sequence[str], Sequence[Memory]], Sequence[Revision]]
"""What a talk, the last message last, does to the memories that it may speak of."""


def messages(talk: Sequence[str], note: str) -> list[Message]:
    """The question about one note after a talk, whose lines tell who says what, the last message last."""
    return [Message("system", INSTRUCTIONS), Message("user", "\n".join([*talk, f"Note: {note}"]))]


def chances(model: ChatModel, talk: Sequence[str], note: str) -> dict[str, float]:
    """The probability of each first word among all words: who was not trained for this is sure of none."""
    scores = model.score(messages(talk, note), ANSWERS, adapter="update")
    return {answer: math.exp(score) for answer, score in zip(ANSWERS, scores, strict=True)}


class ModelReviser:
    """Asks the model about each memory by itself.

    Args:
        model: opened when there is something to ask.
        name: who says it, as it stands in the history.
    """

    def __init__(self, model: Callable[[], ChatModel], name: str) -> None:
        self._model = model
        self.name = name

    def __call__(self, talk: Sequence[str], memories: Sequence[Memory]) -> list[Revision]:
        """The memories that the model is sure to be ended or changed.

        Raises:
            ModelError: the model could not be asked.
            ModelMissingError: it is not on this machine.
        """
        asked = [(memory, chances(self._model(), talk, memory.text)) for memory in memories]
        sure = [(memory, likely) for memory, likely in asked if likely[ENDED] + likely[NOW] >= TRUSTED]
        return list(self._let_go(talk, sorted(sure, key=lambda pair: -pair[1][ENDED] - pair[1][NOW])))

    def _let_go(self, talk: Sequence[str], found: Sequence[tuple[Memory, dict[str, float]]]) -> Iterator[Revision]:
        """The surest first, and no piece of news twice: of two notes to which it would fit one is meant."""
        told: set[str] = set()
        for memory, likely in found:
            text = self._anew(talk, memory.text) if likely[NOW] > likely[ENDED] else ""
            news = set(terms(text)) - set(terms(memory.text))
            if news & told:
                continue
            told |= news
            yield Revision(memory, likely[ENDED] + likely[NOW], self.name, text if news else "")

    def _anew(self, talk: Sequence[str], note: str) -> str:
        """The note as it is now; nothing where the model writes none."""
        sampling = Sampling(max_tokens=MOST_TOKENS)
        answer = "".join(self._model().stream(messages(talk, note), sampling, adapter="update"))
        return written(answer)


def written(answer: str) -> str:
    """The note in an answer, on one line."""
    first, colon, note = answer.strip().partition(":")
    return " ".join(note.split()) if colon and first == NOW else ""


def nearness(turn: str, talk: str, note: str, to_turn: float, to_talk: float) -> float:
    """How likely a turn speaks of a note: its cosines to the turn and to the talk, and the words they share."""
    words = set(terms(note))
    said, heard = (len(words & set(terms(text))) / max(1, len(words)) for text in (turn, talk))
    return to_turn + 0.5 * to_talk + 0.5 * said + 0.25 * heard
