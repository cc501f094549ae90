"""Likeness of single words, from a small table of word vectors; knows no question and no store.

The table was made once from the default embedder (`scripts/make_words.py`): every common English word was
embedded alone, words of one stem averaged, the mean taken off, 64 principal directions kept as bytes. It finds
"taekwondo" for "martial arts" where the sentences as wholes are not alike. A word outside it is like itself only.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Final

import numpy as np
from numpy.typing import NDArray

_FILE: Final = "words.npz"

Floats32 = NDArray[np.float32]


class WordVectors:
    """Stems and their unit vectors, shape (words, dimensions)."""

    def __init__(self, stems: Sequence[str], vectors: Floats32) -> None:
        self._rows = {stem: row for row, stem in enumerate(stems)}
        self._vectors = vectors

    def likeness(self, asked: Sequence[str], others: Sequence[str]) -> Floats32:
        """Cosine similarity of each asked stem to each other stem, at least 0; shape (asked, others).

        Equal stems have 1; a stem that the table does not hold has 0 to all others.
        """
        alike = np.maximum(self._of(asked) @ self._of(others).T, 0.0)
        places = {stem: place for place, stem in enumerate(others)}
        for row, stem in enumerate(asked):
            if stem in places:
                alike[row, places[stem]] = 1.0
        return np.asarray(alike, dtype=np.float32)

    def _of(self, stems: Sequence[str]) -> Floats32:
        found = np.zeros((len(stems), self._vectors.shape[1]), dtype=np.float32)
        for place, stem in enumerate(stems):
            if (row := self._rows.get(stem)) is not None:
                found[place] = self._vectors[row]
        return found


@lru_cache(maxsize=1)
def word_vectors() -> WordVectors:
    """The table that ships with memcli; an empty one, where words are like themselves only, if it is damaged."""
    try:
        with (
            files("memcli.retrieve").joinpath(_FILE).open("rb") as file,
            np.load(file, allow_pickle=False) as table,
        ):
            stems = str(table["stems"]).split("\n")
            vectors = table["vectors"].astype(np.float32)
    except (OSError, ValueError, KeyError):
        return WordVectors((), np.zeros((0, 1), dtype=np.float32))
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return WordVectors(stems, np.asarray(vectors / np.where(norms > 0, norms, 1.0), dtype=np.float32))
