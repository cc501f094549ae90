"""Turns contexts into trees of tokens: one trunk that is read once, and branches that see it but not one another.

A branch is a question or an order with its answer. It sees the trunk up to where it leaves it, and counts its
positions from there: its logits are those of the same prompt alone, to rounding, at the price of its own tokens.
The prompts come from the rooms that use them in the product: what is trained is what is asked.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Protocol

import torch

from memcli.extract.asking import line_of
from memcli.extract.asking import messages as extraction_messages
from memcli.generate.prompt import Note, ask_messages
from memcli.records import Message, Role, Turn
from memcli.update.revise import messages as revision_messages
from memcli.update.vote import messages as update_messages

IGNORED: Final = -100
GATE_WEIGHT: Final = 3.0
"""Of the first token of a list of facts: it says whether there is anything to keep."""
ANSWER_WEIGHT: Final = 3.0
"""Of the first word about a note: it says whether the note holds."""
_MARK: Final = "@@@"


@dataclass(frozen=True, slots=True)
class Branch:
    """What follows the first ``leaves`` tokens of a limb; the loss is on ``answer``.

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


Limb = tuple[Sequence[int], Sequence[Branch]]
"""A stretch of the trunk and the branches that leave it; ``leaves`` counts from the beginning of the stretch."""


def planted(head: Sequence[int], limbs: Sequence[Limb]) -> Example:
    """A common beginning, limbs that follow it but do not see one another, and their branches; with the mask."""
    grown = _Grown()
    grown.grow(head, 0, ())
    root = ((0, len(head)),)
    for limb, branches in limbs:
        start = len(grown.tokens)
        grown.grow(limb, len(head), root)
        for branch in branches:
            seen = (*root, (start, start + branch.leaves))
            grown.grow(branch.prompt, len(head) + branch.leaves, seen, branch)
    return grown.example()


class _Grown:
    """A tree as it grows; ``seen`` are the stretches of earlier tokens that a part sees beside itself."""

    def __init__(self) -> None:
        self.tokens: list[int] = []
        self.positions: list[int] = []
        self.labels: list[int] = []
        self.weights: list[float] = []
        self.numbers: list[int] = []
        self.parts: list[tuple[int, int, tuple[tuple[int, int], ...]]] = []

    def grow(
        self, prompt: Sequence[int], position: int, seen: tuple[tuple[int, int], ...], branch: Branch | None = None
    ) -> None:
        """Add a part at a position of its own path; only a branch has an answer to learn."""
        answer = list(branch.answer) if branch else []
        start, size = len(self.tokens), len(prompt) + len(answer)
        self.tokens += [*prompt, *answer]
        self.positions += range(position, position + size)
        self.labels += [IGNORED] * len(prompt) + answer
        self.weights += [0.0] * len(prompt)
        if branch:
            self.weights += [branch.first] + [1.0] * (len(answer) - 1)
        self.numbers += [max(self.numbers, default=0) + 1 if branch else 0] * size
        self.parts.append((start, start + size, seen))

    def example(self) -> Example:
        """The whole as tensors."""
        size = len(self.tokens)
        mask = torch.zeros(size, size, dtype=torch.bool)
        for start, stop, seen in self.parts:
            mask[start:stop, start:stop] = torch.ones(stop - start, stop - start, dtype=torch.bool).tril()
            for first, last in seen:
                mask[start:stop, first:last] = True
        whole = (self.tokens, self.positions, self.labels, self.weights, self.numbers)
        tokens, positions, labels, weights, numbers = (torch.tensor(each) for each in whole)
        return Example(tokens, positions, mask, labels, weights, numbers)


class Tokenizer(Protocol):
    """What is needed of the base model's own tokenizer."""

    eos_token_id: int

    def encode(self, text: str) -> list[int]: ...

    def apply_chat_template(
        self, messages: list[dict[str, str]], *, tokenize: bool, add_generation_prompt: bool
    ) -> object: ...


Encoder = Callable[[Mapping[str, Any], Tokenizer], Example]


def rendered(messages: Sequence[Message], tokenizer: Tokenizer) -> str:
    """The prompt as the product renders it, up to where the reply begins."""
    plain = [{"role": message.role, "content": message.content} for message in messages]
    return str(tokenizer.apply_chat_template(plain, tokenize=False, add_generation_prompt=True))


def generation(context: Mapping[str, Any], tokenizer: Tokenizer) -> Example:
    """Notes as the trunk, each question with its answer as a branch."""
    notes = [Note(number, "", line) for number, line in enumerate(context["notes"], start=1)]
    now = datetime.fromisoformat(context["today"]).replace(tzinfo=UTC)
    trunk: list[int] = []
    branches: list[Branch] = []
    for asked in context["questions"]:
        before, after = rendered(ask_messages(asked["question"], notes, now), tokenizer).rsplit("Question: ", 1)
        trunk = trunk or tokenizer.encode(before)
        answer = [*tokenizer.encode(asked["answer"]), tokenizer.eos_token_id]
        branches.append(
            Branch(len(trunk), tokenizer.encode("Question: " + after), answer, asked.get("first", 1.0))
        )
    return planted((), [(trunk, branches)])


def extraction(talk: Mapping[str, Any], tokenizer: Tokenizer) -> Example:
    """Instructions as the head, sessions as limbs, and the facts of a turn as a branch that sees nothing later."""
    nobody = Turn("t:0", "s", 0, Role.USER, _MARK, _MARK, datetime.min.replace(tzinfo=UTC))
    before, after = rendered(extraction_messages(_MARK, nobody, ()), tokenizer).split(f"{_MARK}: {_MARK}")
    order = tokenizer.encode(after)

    def told(said: Mapping[str, Any], leaves: int) -> list[Branch]:
        if said["facts"] is None:
            return []
        facts = json.dumps(said["facts"], ensure_ascii=False, separators=(",", ":"))
        answer = [*tokenizer.encode(facts), tokenizer.eos_token_id]
        return [Branch(leaves, order, answer, first=GATE_WEIGHT)]

    return planted(tokenizer.encode(before), _limbs(talk, tokenizer, told))


def update(context: Mapping[str, Any], tokenizer: Tokenizer) -> Example:
    """What the update adapter is asked: of a note and a statement, or of a note after a talk."""
    return revision(context, tokenizer) if "sessions" in context else voting(context, tokenizer)


def revision(talk: Mapping[str, Any], tokenizer: Tokenizer) -> Example:
    """Instructions as the head, sessions as limbs, each note after a turn as a branch that sees nothing later."""
    before, between, after = rendered(revision_messages([_MARK], _MARK), tokenizer).split(_MARK)

    def judged(said: Mapping[str, Any], leaves: int) -> list[Branch]:
        branches = []
        for note, answer in said["notes"]:
            asked = tokenizer.encode(f"{between}{note}{after}")
            end = [tokenizer.eos_token_id] if ":" in answer else []
            branches.append(Branch(leaves, asked, [*tokenizer.encode(answer), *end], first=ANSWER_WEIGHT))
        return branches

    return planted(tokenizer.encode(before), _limbs(talk, tokenizer, judged))


def _limbs(
    talk: Mapping[str, Any], tokenizer: Tokenizer, branches_of: Callable[[Mapping[str, Any], int], list[Branch]]
) -> list[Limb]:
    """A limb for each session of which something is asked: its lines, and what leaves after each turn."""
    limbs: list[Limb] = []
    for session in talk["sessions"]:
        limb: list[int] = []
        branches: list[Branch] = []
        for said in session:
            role = Role.ASSISTANT if said["speaker"] == "assistant" else Role.USER
            line = line_of(said["speaker"], role, said["text"])
            limb += tokenizer.encode(f"\n{line}" if limb else line)
            branches += branches_of(said, len(limb))
        if branches:
            limbs.append((limb, branches))
    return limbs


def voting(context: Mapping[str, Any], tokenizer: Tokenizer) -> Example:
    """Instructions as the head, old notes as limbs, each later statement with its choice as a branch of one."""
    start, _, _ = rendered(update_messages(_MARK, _MARK), tokenizer).partition(_MARK)
    limbs: list[Limb] = []
    for note in context["notes"]:
        limb: list[int] = []
        branches: list[Branch] = []
        for pair in note["pairs"]:
            whole = rendered(update_messages(note["old"], pair["new"]), tokenizer).removeprefix(start.rstrip(" "))
            before, after = whole.split("\n", 1)
            limb = limb or tokenizer.encode(before)
            branches.append(Branch(len(limb), tokenizer.encode("\n" + after), tokenizer.encode(pair["choice"])))
        limbs.append((limb, branches))
    return planted(tokenizer.encode(start.rstrip(" ")), limbs)


ENCODERS: Final[Mapping[str, Encoder]] = {"extraction": extraction, "update": update, "generation": generation}
