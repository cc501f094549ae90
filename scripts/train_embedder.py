"""Trains the embedder to find what answers a question about a life, on the project's own dialogues.

    python scripts/train_embedder.py BASE OUT [--init WEIGHTS.safetensors] [--epochs 3] [--rank 32]

BASE is a sentence-transformers folder of all-MiniLM-L6-v2. A question, in the first person as the product asks it,
is drawn to the turns that answer it and away from the other turns of its dialogue and from those of other
questions (in-batch softmax over cosines at a temperature of .05, as in sentence-transformers'
MultipleNegativesRankingLoss); half of the facts too, by the question as it was asked. Embeddings of words stay as
they are. OUT/weights.safetensors is the whole after each epoch; OUT/retrieval.safetensors what is shipped: the
change in low rank (memcli.models.delta). Recall is told for the test dialogues, all in one home, by cosine alone.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import save_file
from safetensors.torch import load_file
from safetensors.torch import save_file as save_weights
from transformers import AutoModel, AutoTokenizer

from memcli.evals.dialogues import Dialogue
from memcli.evals.dialogues import read as read_dialogues
from memcli.retrieve.question import in_first_person

DATA = Path(__file__).parent.parent / "adapters" / "data" / "dialogues"
TEMPERATURE = 0.05
OTHERS = 3
"""Turns of the same dialogue that a question is drawn away from."""
FACTS = 0.5
MOST_TOKENS = 72
AT_ONCE = 48


@dataclass(frozen=True, slots=True)
class Pair:
    """A question, texts that answer it, and texts beside them that do not."""

    question: str
    right: list[str]
    wrong: list[str]


def pairs(dialogues: Sequence[Dialogue], rng: random.Random) -> Iterator[Pair]:
    """Each answered question with its turns, and now and then with the fact that was kept of them."""
    for dialogue in dialogues:
        speakers = {turn.speaker for turn in dialogue.turns}
        facts = [mark.fact for turn in dialogue.turns for mark in turn.marks if mark.fact]
        for asked in dialogue.questions:
            evidence = [turn for turn in dialogue.turns if turn.number in asked.turns]
            if not evidence:
                continue
            others = [turn.text for turn in dialogue.turns if turn not in evidence]
            yield Pair(in_first_person(asked.question, speakers), [turn.text for turn in evidence], others)
            told = [mark.fact for turn in evidence for mark in turn.marks if mark.fact]
            if len(told) == 1 and rng.random() < FACTS:
                yield Pair(asked.question, told, [fact for fact in facts if fact not in told])


class Encoder:
    """The base model with its tokeniser; mean pooling, vectors of length one."""

    def __init__(self, base: Path, init: Path | None) -> None:
        self.tokenizer = AutoTokenizer.from_pretrained(base)
        self.model = AutoModel.from_pretrained(base)
        if init is not None:
            self.model.load_state_dict(load_file(init))
        for weight in self.model.embeddings.parameters():
            weight.requires_grad = False

    def __call__(self, texts: Sequence[str], most: int) -> torch.Tensor:
        """Vectors of shape (len(texts), dimensions); texts of like length go through together."""
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        found: list[Any] = [None] * len(texts)
        for first in range(0, len(order), AT_ONCE):
            some = order[first : first + AT_ONCE]
            tokens = self.tokenizer(
                [texts[i] for i in some], padding=True, truncation=True, max_length=most, return_tensors="pt"
            )
            hidden = self.model(**tokens).last_hidden_state
            mask = tokens["attention_mask"][..., None].float()
            for i, row in zip(some, (hidden * mask).sum(1) / mask.sum(1), strict=True):
                found[i] = row
        return torch.nn.functional.normalize(torch.stack(found).float(), dim=-1)


def loss_of(encoder: Encoder, batch: Sequence[Pair], rng: random.Random) -> torch.Tensor:
    """The softmax of each question over all texts of the batch."""
    texts: list[str] = []
    right: list[int] = []
    for pair in batch:
        right.append(len(texts))
        texts += [rng.choice(pair.right), *rng.sample(pair.wrong, min(OTHERS, len(pair.wrong)))]
    with torch.autocast("cpu", torch.bfloat16):
        asked, told = encoder([pair.question for pair in batch], MOST_TOKENS), encoder(texts, MOST_TOKENS)
    return torch.nn.functional.cross_entropy(asked @ told.T / TEMPERATURE, torch.tensor(right))


def train(encoder: Encoder, every: list[Pair], given: argparse.Namespace) -> None:
    """All epochs; a line of progress every ten steps."""
    rng = random.Random(given.seed)
    learned = [weight for weight in encoder.model.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(learned, lr=given.rate, weight_decay=0.01)
    steps, step, losses, began = given.epochs * (len(every) // given.batch), 0, [], time.monotonic()
    for _ in range(given.epochs):
        rng.shuffle(every)
        encoder.model.train()
        for first in range(0, len(every) - given.batch + 1, given.batch):
            step += 1
            optimizer.param_groups[0]["lr"] = given.rate * min(1, step / 10) * max(0.05, 1 - step / steps)
            loss = loss_of(encoder, every[first : first + given.batch], rng)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(learned, 1.0)
            optimizer.step()
            losses.append(loss.item())
            if step % 10 == 0:
                print(
                    f"{step}/{steps} loss {np.mean(losses[-10:]):.3f} {time.monotonic() - began:.0f} s", flush=True
                )
        save_weights(encoder.model.state_dict(), given.out / "weights.safetensors")


def recall(encoder: Encoder, dialogues: Sequence[Dialogue], k: int = 10) -> float:
    """The share of the turns that answer a question among the ``k`` nearest of all dialogues' turns."""
    encoder.model.eval()
    turns = [(dialogue.name, turn.number, turn.text) for dialogue in dialogues for turn in dialogue.turns]
    asked = [(dialogue, each) for dialogue in dialogues for each in dialogue.questions if each.turns]
    with torch.no_grad():
        held = encoder([text for *_, text in turns], 256)
        told = [in_first_person(q.question, {turn.speaker for turn in d.turns}) for d, q in asked]
        near = (encoder(told, 256) @ held.T).topk(k).indices
    found = []
    for (dialogue, question), row in zip(asked, near, strict=True):
        names = {turns[int(i)][:2] for i in row}
        found.append(sum((dialogue.name, n) in names for n in question.turns) / len(question.turns))
    return 100 * float(np.mean(found))


def low_rank(before: dict[str, torch.Tensor], after: dict[str, torch.Tensor], rank: int) -> dict[str, Any]:
    """The change of each tensor that has one: a matrix as two of this rank, else as it is; in half precision."""
    found: dict[str, Any] = {}
    for name, tensor in after.items():
        change = (tensor - before[name]).float()
        if not change.abs().max() > 0:
            continue
        if change.ndim < 2:
            found[name] = change.half().numpy()
            continue
        left, size, right = torch.linalg.svd(change, full_matrices=False)
        root = size[:rank].sqrt()
        found[f"{name}.b"] = (left[:, :rank] * root).half().numpy().copy()
        found[f"{name}.a"] = (root[:, None] * right[:rank]).half().numpy().copy()
    return found


def added(before: dict[str, torch.Tensor], delta: dict[str, Any]) -> dict[str, torch.Tensor]:
    """The weights that what is shipped makes of the base's."""
    after = dict(before)
    for name in before:
        if name in delta:
            after[name] = before[name] + torch.from_numpy(delta[name]).float()
        elif f"{name}.a" in delta:
            b, a = (torch.from_numpy(delta[f"{name}.{side}"]).float() for side in "ba")
            after[name] = before[name] + b @ a
    return after


def main() -> None:
    """Train, and write what is shipped."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("base", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--dialogues", type=Path, default=DATA / "train")
    parser.add_argument("--init", type=Path, help="weights to go on from")
    parser.add_argument("--epochs", type=int, default=3, help="0 only writes what is shipped")
    parser.add_argument("--batch", type=int, default=48)
    parser.add_argument("--rate", type=float, default=3e-5)
    parser.add_argument("--rank", type=int, default=32)
    parser.add_argument("--seed", type=int, default=5)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(given.seed)
    torch.set_num_threads(1)
    english = [d for d in read_dialogues(sorted(given.dialogues.glob("*.dialogue"))) if d.language == "en"]
    test = [d for d in read_dialogues(sorted((DATA / "test").glob("*.dialogue"))) if d.language == "en"]
    base = Encoder(given.base, None)
    before = {name: tensor.clone() for name, tensor in base.model.state_dict().items()}
    print(f"recall@10 by cosine, test dialogues in one home: {recall(base, test):.1f} before", flush=True)
    encoder = Encoder(given.base, given.init)
    every = list(pairs(english, random.Random(given.seed)))
    print(f"{len(every)} pairs of {len(english)} dialogues")
    train(encoder, every, given)
    print(f"{recall(encoder, test):.1f} after")
    delta = low_rank(before, encoder.model.state_dict(), given.rank)
    save_file(delta, given.out / "retrieval.safetensors")
    encoder.model.load_state_dict(added(before, delta))
    size = (given.out / "retrieval.safetensors").stat().st_size
    print(f"{recall(encoder, test):.1f} by what is shipped, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
