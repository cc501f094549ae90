"""What models do for memory: vectors of texts, replies and their likelihood, facts from turns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, runtime_checkable

from memcli.records import Extraction, Message, Turn

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


Task: TypeAlias = Literal["extraction", "update", "generation"]
"""The three memory operations, each with an adapter of its own."""
Vectors: TypeAlias = "NDArray[np.float32]"
"""Shape (n, dimensions), float32, rows L2-normalised."""


@runtime_checkable
class Embedder(Protocol):
    """Text to vectors. ``name`` and ``dimensions`` identify it: a store made with another must be re-embedded."""

    @property
    def name(self) -> str: ...

    @property
    def dimensions(self) -> int: ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One L2-normalised row per text, in order; shape (len(texts), dimensions).

        Raises:
            ModelMissingError: the model's file is absent or damaged.
        """

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Sampling:
    """How tokens are drawn. Temperature 0 is greedy. ``grammar`` is GBNF; ``seed`` fixes a sampled reply."""

    max_tokens: int = 256
    temperature: float = 0.0
    top_p: float = 0.95
    repeat_penalty: float = 1.0
    stop: tuple[str, ...] = ()
    grammar: str | None = None
    seed: int = 0


@runtime_checkable
class ChatModel(Protocol):
    """A local language model with optional per-task adapters."""

    @property
    def name(self) -> str: ...

    @property
    def context_tokens(self) -> int: ...

    def count_tokens(self, text: str) -> int: ...

    def prepare(self, messages: Sequence[Message], *, adapter: Task | None = None, keep: bool = True) -> None:
        """Have ready what prompts will begin with, so that only what follows costs time; no reply depends on it.

        With ``keep`` it may be kept in a file for the next process.

        Raises:
            ModelMissingError: the model's file is absent or damaged.
        """

    def stream(
        self, messages: Sequence[Message], sampling: Sampling, *, adapter: Task | None = None
    ) -> Iterator[str]:
        """Pieces of the reply as they are decoded. Closing the iterator stops the decoding.

        Raises:
            ModelError: the prompt does not fit the context.
            ModelMissingError: the model's file is absent or damaged.
        """

    def score(
        self, messages: Sequence[Message], continuations: Sequence[str], *, adapter: Task | None = None
    ) -> list[float]:
        """How likely each text is as the reply: the mean log-probability of its tokens, at most 0.

        Raises:
            ModelError: the prompt does not fit the context, or a continuation is empty.
            ModelMissingError: the model's file is absent or damaged.
        """

    def close(self) -> None: ...


class Extractor(Protocol):
    """From one turn to what it says that is worth keeping."""

    @property
    def name(self) -> str:
        """Who made it, as it will stand in ``made_by``: ``rule``, or the model and its adapter."""

    def extract(self, turn: Turn, before: Sequence[Turn]) -> Extraction:
        """The candidates of a turn; ``before`` are the session's last turns ahead of it, oldest first.

        Raises:
            ModelError: the model answered nothing usable; that is never the same as finding no facts.
        """


class StopReply(Exception):  # noqa: N818 -- not an error: a listener raises it to stop a reply it was following
    """Raised by whoever listens to a reply, to stop it; what was said so far is kept."""
