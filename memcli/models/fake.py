"""Models that need no weights, held to the same contract tests as the real ones; for tests and for a dry run."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from memcli.errors import ModelError
from memcli.models.decode import text_of
from memcli.terms import terms

if TYPE_CHECKING:
    from memcli.ports import Sampling, Task, Vectors
    from memcli.records import Message

_HALF: Final = 1 << 63

Reply = Callable[["Sequence[Message]", "Task | None"], str]
"""What a fake model says to messages, for a task."""

Judge = Callable[["Sequence[Message]", str], float]
"""How likely (log-probability, at most 0) a fake model finds a text as the reply to messages."""


class FakeEmbedder:
    """A signed hash of each index term, summed: texts that share words are near, others nearly orthogonal.

    Args:
        dimensions: of the vectors; the fewer, the more unrelated words collide.
        name: what a store made with it remembers.
    """

    def __init__(self, dimensions: int = 384, name: str = "fake-embedder") -> None:
        self._dimensions = dimensions
        self._name = name

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimensions(self) -> int:
        return self._dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self._dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            for term in terms(text) or [f"\x00{text}"]:
                number = int.from_bytes(hashlib.blake2b(term.encode("utf-8", "replace"), digest_size=8).digest())
                vectors[row, number % self._dimensions] += 1.0 if number < _HALF else -1.0
            if not vectors[row].any():
                vectors[row, 0] = 1.0  # terms that cancelled out
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def close(self) -> None:
        return


class FakeChatModel:
    """Says what it was told to say: the scripted replies in turn, or what a rule makes of the messages.

    Args:
        replies: one per call, in order; afterwards, and without any, the rule speaks.
        rule: by default the last message is repeated.
        judge: scores a reply; by default by how many of its words the messages hold.
        context_tokens: words that fit; a longer prompt is refused as a real model refuses it.
        name: of the model.
    """

    def __init__(
        self,
        replies: Sequence[str] = (),
        rule: Reply | None = None,
        *,
        judge: Judge | None = None,
        context_tokens: int = 4096,
        name: str = "fake-chat",
    ) -> None:
        self._replies = list(replies)
        self._rule = rule or (lambda messages, _: messages[-1].content)
        self._judge = judge or _shared_words
        self._context_tokens = context_tokens
        self._name = name
        self.prepared: list[tuple[tuple[Message, ...], bool]] = []
        self.asked: list[tuple[tuple[Message, ...], Task | None]] = []

    @property
    def name(self) -> str:
        return self._name

    @property
    def context_tokens(self) -> int:
        return self._context_tokens

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def prepare(self, messages: Sequence[Message], *, adapter: Task | None = None, keep: bool = True) -> None:
        self.prepared.append((tuple(messages), keep))

    def stream(
        self, messages: Sequence[Message], sampling: Sampling, *, adapter: Task | None = None
    ) -> Iterator[str]:
        self._check(messages)
        self.asked.append((tuple(messages), adapter))
        reply = self._replies.pop(0) if self._replies else self._rule(messages, adapter)
        words = reply.replace(" ", "\0 ").split("\0")[: sampling.max_tokens]
        yield from text_of((word.encode() for word in words), sampling.stop)

    def score(
        self, messages: Sequence[Message], continuations: Sequence[str], *, adapter: Task | None = None
    ) -> list[float]:
        self._check(messages)
        if not all(continuations):
            raise ModelError("an empty continuation has no probability")
        return [self._judge(messages, each) for each in continuations]

    def close(self) -> None:
        return

    def _check(self, messages: Sequence[Message]) -> None:
        count = sum(self.count_tokens(each.content) for each in messages)
        if count >= self._context_tokens:
            raise ModelError(
                f"the prompt has {count} tokens and the model's context holds {self._context_tokens}",
                hint="lower recall.tokens, raise model.context_tokens, or say less at once",
            )


def _shared_words(messages: Sequence[Message], reply: str) -> float:
    """The more of a reply's words the messages hold, the likelier it is."""
    known = {word for message in messages for word in terms(message.content)}
    words = terms(reply)
    return sum(word in known for word in words) / max(1, len(words)) - 1.0
