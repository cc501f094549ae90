"""Turns contexts into trees of tokens: one trunk that is read once, and branches that see it but not one another.

A branch is a question or an order with its answer. It sees the trunk up to where it leaves it, and counts its
positions from there, so its logits are those of the same prompt alone (to rounding) at the price of its own tokens.
The prompts come from the rooms that use them in the product: what is trained is what is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import torch

from memcli.generate.prompt import Note, ask_messages
from memcli.records import Message

IGNORED: Final = -100


@dataclass(frozen=True, slots=True)
class Branch:
    """What follows the first ``leaves`` tokens of the trunk; the loss is on ``answer``.

    ``first`` is the weight of the answer's first token, where it decides whether there is an answer at all.
    """

    leaves: int
    prompt: Sequence[int]
    answer: Sequence[int]
    first: float = 1.0


@dataclass(frozen=True, slots=True)
class Example:
    """A tree as tensors. All are of length n but ``mask``, which is (n, n), True where a token may look."""

    tokens: torch.Tensor
    positions: torch.Tensor
    mask: torch.Tensor
    labels: torch.Tensor
    weights: torch.Tensor
    branch: torch.Tensor


def planted(trunk: Sequence[int], branches: Sequence[Branch]) -> Example:
    """A trunk and its branches as one sequence with its mask."""
    size = len(trunk)
    tokens, positions = list(trunk), list(range(size))
    labels, weights, number, leaves = [IGNORED] * size, [0.0] * size, [0] * size, [size] * size
    for count, branch in enumerate(branches, start=1):
        own = [*branch.prompt, *branch.answer]
        tokens += own
        positions += range(branch.leaves, branch.leaves + len(own))
        labels += [IGNORED] * len(branch.prompt) + list(branch.answer)
        weights += [0.0] * len(branch.prompt) + [branch.first] + [1.0] * (len(branch.answer) - 1)
        number += [count] * len(own)
        leaves += [branch.leaves] * len(own)
    branch_of, order = torch.tensor(number), torch.arange(len(tokens))
    in_trunk = (branch_of[None] == 0) & (order[None] < torch.tensor(leaves)[:, None])
    mask = ((branch_of[None] == branch_of[:, None]) | in_trunk) & (order[None] <= order[:, None])
    return Example(
        torch.tensor(tokens), torch.tensor(positions), mask, torch.tensor(labels), torch.tensor(weights), branch_of
    )


Encoder = Callable[[Mapping[str, Any], Any], Example]


def rendered(messages: Sequence[Message], tokenizer: Any) -> str:
    """The prompt as the product renders it, up to where the reply begins."""
    plain = [{"role": message.role, "content": message.content} for message in messages]
    return str(tokenizer.apply_chat_template(plain, tokenize=False, add_generation_prompt=True))


def generation(context: Mapping[str, Any], tokenizer: Any) -> Example:
    """Notes as the trunk, each question with its answer as a branch."""
    notes = [Note(number, "", line) for number, line in enumerate(context["notes"], start=1)]
    now = datetime.fromisoformat(context["today"]).replace(tzinfo=UTC)
    trunk: list[int] = []
    branches: list[Branch] = []
    for asked in context["questions"]:
        before, after = rendered(ask_messages(asked["question"], notes, now), tokenizer).rsplit("Question: ", 1)
        trunk = trunk or tokenizer.encode(before)
        answer = [*tokenizer.encode(asked["answer"]), tokenizer.eos_token_id]
        branches.append(Branch(len(trunk), tokenizer.encode("Question: " + after), answer, asked.get("first", 1.0)))
    return planted(trunk, branches)


ENCODERS: Final[Mapping[str, Encoder]] = {"generation": generation}
