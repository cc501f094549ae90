"""Make memcli/retrieve/words.npz: vectors of single English words from the default embedder.

    python scripts/make_words.py MODEL_DIR WORD_LIST...

MODEL_DIR is a sentence-transformers folder of all-MiniLM-L6-v2 (Apache-2.0). WORD_LISTs are files with a word a
line; the shipped table used the model's own vocab.txt and SCOWL's american-english (Debian's wamerican; free to
use and redistribute). Nothing is learned from any conversation.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer

from memcli.text import fold, terms

DIMENSIONS = 64
OUT = Path(__file__).parent.parent / "memcli" / "retrieve" / "words.npz"

model_dir, *lists = sys.argv[1:]
read = (fold(line.strip()) for name in lists for line in Path(name).read_text(encoding="utf-8").splitlines())
words = sorted({word for word in read if re.fullmatch(r"[a-z]{2,}", word) and len(terms(word)) == 1})
print(f"{len(words)} words", file=sys.stderr)

vectors = SentenceTransformer(model_dir).encode(words, batch_size=256, normalize_embeddings=True)
stems: dict[str, list[int]] = {}
for row, word in enumerate(words):
    stems.setdefault(terms(word)[0], []).append(row)
means = np.stack([vectors[rows].mean(axis=0) for rows in stems.values()]).astype(np.float64)

# Without the mean every word is like every other: single words share one strong direction.
centred = means - means.mean(axis=0)
_, _, directions = np.linalg.svd(
    centred[np.random.default_rng(0).permutation(len(centred))[:20_000]], full_matrices=False
)
reduced = centred @ directions[:DIMENSIONS].T
reduced /= np.linalg.norm(reduced, axis=1, keepdims=True)
bytes_ = np.clip(np.round(reduced / np.abs(reduced).max(axis=1, keepdims=True) * 127), -127, 127).astype(np.int8)
np.savez_compressed(OUT, stems=np.array("\n".join(stems)), vectors=bytes_)
print(f"{len(stems)} stems, {OUT.stat().st_size / 1e6:.1f} MB", file=sys.stderr)
