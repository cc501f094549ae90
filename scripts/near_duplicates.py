"""Reports what the test dialogues share with the training ones: the same words, and nearly the same meaning.

    python scripts/near_duplicates.py

Turns, facts and questions of adapters/data/dialogues, each with its nearest neighbour in training by the embedded
sentence model (cosine).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from make_training_set import DIALOGUES

from memcli.config import load
from memcli.evals.dialogues import Dialogue, read
from memcli.models import open_embedder

LEVELS: Final = (0.85, 0.9, 0.95)
SHOWN: Final = 3
KINDS: Final[dict[str, Callable[[Dialogue], list[str]]]] = {
    "turns": lambda dialogue: [turn.text for turn in dialogue.turns if len(turn.text.split()) > 5],
    "facts": lambda dialogue: [mark.fact for turn in dialogue.turns for mark in turn.marks if mark.fact],
    "questions": lambda dialogue: [asked.question for asked in dialogue.questions],
}


def main() -> None:
    """Print the shares, and the nearest pairs of each kind."""
    train, test = (read(sorted((DIALOGUES / name).glob("*.dialogue"))) for name in ("train", "test"))
    embedder = open_embedder(load())
    for kind, of in KINDS.items():
        known, tested = (list(dict.fromkeys(t for d in split for t in of(d))) for split in (train, test))
        plain = {" ".join(re.findall(r"\w+", text.lower())) for text in known}
        same = [text for text in tested if " ".join(re.findall(r"\w+", text.lower())) in plain]
        cosines = embedder.embed(tested) @ embedder.embed(known).T
        nearest = cosines.max(axis=1)
        shares = "  ".join(f">= {level}: {int((nearest >= level).sum())}" for level in LEVELS)
        print(f"{kind}: {len(tested)} against {len(known)}  same words: {len(same)}  {shares}")
        for index in nearest.argsort()[::-1][:SHOWN]:
            print(f"  {nearest[index]:.3f}  {tested[index]}  ~  {known[cosines[index].argmax()]}")


if __name__ == "__main__":
    main()
