"""Text to vectors with a GGUF encoder in llama.cpp; knows one file and nothing of who keeps it or why.

A sentence costs about a fifth of a second in a fresh process, against seconds for torch, with the same vector.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from memcli.errors import ModelError
from memcli.models.native import complaint, llama, open_model, threads
from memcli.models.wordpiece import WordPiece, bert_spelling

if TYPE_CHECKING:
    from memcli.models.files import Installed
    from memcli.ports import Vectors

_BATCH_TOKENS: Final = 256
"""Tokens decoded at once. Attention is computed over the whole batch, so a larger one is slower on a CPU."""

_MOST_TEXTS: Final = 64
"""Texts decoded at once."""

_LONGEST_TOKEN: Final = 128
"""Characters of a text looked at for each token that counts."""


class GgufEmbedder:
    """An encoder with the pooling that its file states. The model is loaded by the first text.

    Args:
        model: the manifest of an installed embedder.
        file: its GGUF.
        thread_count: CPU threads; 0 is every core.
        gpu_layers: layers on the GPU; -1 is all that fit.
    """

    def __init__(self, model: Installed, file: Path, *, thread_count: int = 1, gpu_layers: int = -1) -> None:
        self._model = model
        self._file = file
        self._threads = thread_count
        self._gpu_layers = gpu_layers
        self._native: _Encoder | None = None
        self._lock = Lock()

    @property
    def name(self) -> str:
        return self._model.name

    @property
    def dimensions(self) -> int:
        return self._model.dimensions

    @property
    def max_tokens(self) -> int:
        """The most tokens of a text, its two special ones included, that its vector depends on."""
        return min(self._model.max_tokens or self._model.context_tokens, self._model.context_tokens)

    def embed(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        if not texts:
            return vectors
        with self._lock:
            encoder = self._encoder()
            tokens = [encoder.tokens(text, self.max_tokens) for text in texts]
            for batch in batches([len(each) for each in tokens], max(_BATCH_TOKENS, self.max_tokens), _MOST_TEXTS):
                vectors[batch] = encoder.encode([tokens[i] for i in batch])
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors /= np.maximum(norms, np.finfo(np.float32).tiny)
        return vectors

    def close(self) -> None:
        with self._lock:
            if self._native is not None:
                self._native.close()
                self._native = None

    def _encoder(self) -> _Encoder:
        if self._native is None:
            self._native = _Encoder(self._model, self._file, self._threads, self._gpu_layers,
                                    max(_BATCH_TOKENS, self.max_tokens))  # fmt: skip
        return self._native


def batches(lengths: Sequence[int], most_tokens: int, most_texts: int) -> Iterator[list[int]]:
    """Positions of texts grouped so that each group's tokens fit a batch; texts of like length go together.

    Args:
        lengths: tokens of each text, none above ``most_tokens``.
        most_tokens: tokens that a batch holds.
        most_texts: texts that a batch holds.
    """
    batch: list[int] = []
    filled = 0
    for position in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and (filled + lengths[position] > most_tokens or len(batch) == most_texts):
            yield batch
            batch, filled = [], 0
        batch.append(position)
        filled += lengths[position]
    if batch:
        yield batch


class _Encoder:
    """The native model, context and batch, freed in the reverse order and once."""

    def __init__(self, model: Installed, file: Path, thread_count: int, gpu_layers: int, batch: int) -> None:
        self._lib: Any = llama()
        self._width = model.dimensions
        lib = self._lib
        parameters = self._parameters(thread_count, batch)
        self._native, self._context = open_model(model.name, file, gpu_layers, parameters)
        self._vocabulary = lib.llama_model_get_vocab(self._native)
        self._wordpiece = self._own_wordpiece()
        self._batch = lib.llama_batch_init(batch, 0, 1)

    def _parameters(self, thread_count: int, batch: int) -> Any:  # noqa: ANN401  # a C struct
        parameters = self._lib.llama_context_default_params()
        parameters.n_ctx = parameters.n_batch = parameters.n_ubatch = batch
        parameters.n_seq_max = _MOST_TEXTS
        parameters.kv_unified = True
        parameters.n_threads = parameters.n_threads_batch = threads(thread_count)
        parameters.embeddings = True
        parameters.no_perf = True
        return parameters

    def tokens(self, text: str, most: int) -> list[int]:
        """At most ``most`` token ids; a cut text keeps the end mark that the model expects."""
        if self._wordpiece is not None:
            return self._wordpiece.encode(text, most)
        raw = text[: most * _LONGEST_TOKEN].encode("utf-8", "replace")
        room = len(raw) + 2  # a token is a byte at least, and two are special
        buffer = (self._lib.llama_token * room)()
        count = self._lib.llama_tokenize(self._vocabulary, raw, len(raw), buffer, room, True, False)
        ids = list(buffer[:count])
        return ids if len(ids) <= most else [*ids[: most - 1], ids[-1]]

    def _own_wordpiece(self) -> WordPiece | None:
        """BERT's tokeniser over this model's vocabulary, if it is a BERT."""
        lib = self._lib
        if lib.llama_vocab_type(self._vocabulary) != lib.LLAMA_VOCAB_TYPE_WPM:
            return None
        texts = (
            lib.llama_vocab_get_text(self._vocabulary, i)
            for i in range(lib.llama_vocab_n_tokens(self._vocabulary))
        )
        return WordPiece({bert_spelling(text.decode()): i for i, text in enumerate(texts)})

    def encode(self, texts: Sequence[Sequence[int]]) -> Vectors:
        """Pooled vectors, shape (len(texts), dimensions), not yet normalised."""
        lib, batch = self._lib, self._batch
        batch.n_tokens = sum(map(len, texts))
        slot = 0
        for sequence, ids in enumerate(texts):
            for position, token in enumerate(ids):
                batch.token[slot] = token
                batch.pos[slot] = position
                batch.n_seq_id[slot] = 1
                batch.seq_id[slot][0] = sequence
                batch.logits[slot] = 1
                slot += 1
        if self._run(batch):
            raise ModelError(f"the embedder failed: {complaint('llama.cpp gave no reason')}")
        rows = [lib.llama_get_embeddings_seq(self._context, i)[: self._width] for i in range(len(texts))]
        return np.array(rows, dtype=np.float32)

    def _run(self, batch: Any) -> int:  # noqa: ANN401  # a C struct
        memory = self._lib.llama_get_memory(self._context)
        if not memory:
            return int(self._lib.llama_encode(self._context, batch))
        self._lib.llama_memory_clear(memory, True)  # a decoder used as an embedder keeps what it has read
        return int(self._lib.llama_decode(self._context, batch))

    def close(self) -> None:
        self._lib.llama_batch_free(self._batch)
        self._lib.llama_free(self._context)
        self._lib.llama_model_free(self._native)
