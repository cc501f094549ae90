"""Text to vectors with any sentence-transformers model, for who prefers another; knows no store and no catalog.

It is read from the local Hugging Face cache or a folder where it is there, so that a model once fetched works
without a network. Loading it takes seconds, which is why it is not the default.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from memcli.errors import ModelMissingError
from memcli.models.native import threads

if TYPE_CHECKING:
    from memcli.ports import Vectors

PREFIX: Final = "st:"
"""What marks a sentence-transformers model in the setting ``model.embedder``."""


class SentenceTransformerEmbedder:
    """A model of that library, loaded by the first question asked of it.

    Args:
        model: a name on the hub, such as ``intfloat/multilingual-e5-small``, or a folder.
        thread_count: CPU threads; 0 is every core.
        batch: texts encoded at once.
    """

    def __init__(self, model: str, *, thread_count: int = 1, batch: int = 32) -> None:
        self._model = model
        self._threads = thread_count
        self._batch = batch
        self._loaded: Any = None
        self._lock = Lock()

    @property
    def name(self) -> str:
        return PREFIX + self._model

    @property
    def dimensions(self) -> int:
        with self._lock:
            return int(self._encoder().get_embedding_dimension())

    def embed(self, texts: Sequence[str]) -> Vectors:
        with self._lock:
            encoder = self._encoder()
            if not texts:
                return np.zeros((0, int(encoder.get_embedding_dimension())), dtype=np.float32)
            rows = encoder.encode(list(texts), batch_size=self._batch, normalize_embeddings=True,
                                  show_progress_bar=False, convert_to_numpy=True)  # fmt: skip
            return np.asarray(rows, dtype=np.float32)

    def close(self) -> None:
        self._loaded = None

    def _encoder(self) -> Any:  # noqa: ANN401  # the library's own class, imported only here
        if self._loaded is None:
            self._loaded = self._load()
        return self._loaded

    def _load(self) -> Any:  # noqa: ANN401
        try:
            import torch
            from sentence_transformers import SentenceTransformer
            from transformers.utils.logging import disable_progress_bar
        except ImportError as error:
            raise ModelMissingError(
                f"sentence-transformers cannot be loaded: {error}", hint="pip install sentence-transformers"
            ) from error
        disable_progress_bar()  # type: ignore[no-untyped-call]
        torch.set_num_threads(threads(self._threads))
        folder = Path(self._model).expanduser()
        try:
            if folder.is_dir():
                return SentenceTransformer(str(folder), local_files_only=True)
            return _from_cache_or_hub(SentenceTransformer, self._model)
        except (OSError, ValueError) as error:
            raise ModelMissingError(
                f"the sentence-transformers model {self._model} cannot be loaded: {_first_line(error)}",
                hint="check the name or the folder; the first use of a hub model needs a network",
            ) from error


def _from_cache_or_hub(library: Any, model: str) -> Any:  # noqa: ANN401
    """The cache first: a model that is here must not make the program ask the network about it."""
    try:
        return library(model, local_files_only=True)
    except (OSError, ValueError):
        return library(model)


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
