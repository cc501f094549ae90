"""Embedders of the sentence-transformers library: ``st:NAME`` of the hub, or ``st:FOLDER``."""

from __future__ import annotations

from collections.abc import Sequence

from memcli.config import Settings
from memcli.hooks import Opener, hookimpl
from memcli.ports import Embedder


class SentenceTransformers:
    """``hooks.Opener``."""

    name = "st"

    def open(self, model: str, settings: Settings) -> Embedder:
        """The embedder; the library is loaded by the first text."""
        from memcli.models.sentence import SentenceTransformerEmbedder

        return SentenceTransformerEmbedder(model, thread_count=settings.threads)


@hookimpl
def memcli_embedders() -> Sequence[Opener[Embedder]]:
    """Any model of that library."""
    return [SentenceTransformers()]
