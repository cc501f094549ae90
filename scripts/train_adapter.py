"""Trains a memory adapter (LoRA) of one base model on the CPU or a GPU; resumes where it was stopped.

    python scripts/train_adapter.py CONFIG.toml BASE DATA OUT

BASE is a transformers folder of the dequantised base, DATA what make_training_set wrote. A context (notes with
about a dozen questions) is one sequence: the notes are read once and every question branches off them, seeing the
notes and itself, never the other questions. That makes an example cost about 50 tokens instead of 350. The loss is
on the answers alone, and only there are logits computed.
"""

from __future__ import annotations

import argparse
import json
import math
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, Final

import torch
from peft import LoraConfig, get_peft_model
from torch.nn.functional import cross_entropy
from transformers import AutoModelForCausalLM, AutoTokenizer

from memcli.generate.prompt import Note, ask_messages

IGNORED: Final = -100


@dataclass(frozen=True, slots=True)
class Example:
    """A context as tensors. All are of length n but ``mask``, which is (n, n), True where a token may look."""

    tokens: torch.Tensor
    positions: torch.Tensor
    mask: torch.Tensor
    labels: torch.Tensor
    branch: torch.Tensor


def encoded(context: dict[str, Any], tokenizer: Any) -> Example:
    """A context in the product's own prompt, its questions as branches of one prefix."""
    prefix: list[int] = []
    tokens: list[int] = []
    labels: list[int] = []
    branch: list[int] = []
    notes = [Note(number, "", line) for number, line in enumerate(context["notes"], start=1)]
    now = datetime.fromisoformat(context["today"]).replace(tzinfo=UTC)
    for number, asked in enumerate(context["questions"], start=1):
        messages = [vars_of(message) for message in ask_messages(asked["question"], notes, now)]
        text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        before, after = text.rsplit("Question: ", 1)
        if not tokens:
            prefix = tokenizer.encode(before)
            tokens, labels, branch = list(prefix), [IGNORED] * len(prefix), [0] * len(prefix)
        question = tokenizer.encode("Question: " + after)
        answer = [*tokenizer.encode(asked["answer"]), tokenizer.eos_token_id]
        tokens += question + answer
        labels += [IGNORED] * len(question) + answer
        branch += [number] * (len(question) + len(answer))
    branches = torch.tensor(branch)
    order = torch.arange(len(tokens))
    visible = (branches[None] == branches[:, None]) | (branches[None] == 0)
    starts = torch.tensor([branch.index(b) for b in branch])
    positions = torch.where(branches == 0, order, order - starts + len(prefix))
    return Example(
        torch.tensor(tokens), positions, visible & (order[None] <= order[:, None]), torch.tensor(labels), branches
    )


def vars_of(message: Any) -> dict[str, str]:
    """A message as chat templates take it."""
    return {"role": message.role, "content": message.content}


def answer_logits(model: Any, example: Example) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Logits where an answer token is predicted, those tokens, and the branch of each."""
    weight = model.base_model.model.lm_head.weight
    mask = torch.zeros(example.mask.shape, dtype=weight.dtype).masked_fill(
        ~example.mask, torch.finfo(weight.dtype).min
    )
    hidden = model.base_model.model.model(
        input_ids=example.tokens[None].to(weight.device),
        position_ids=example.positions[None].to(weight.device),
        attention_mask=mask[None, None].to(weight.device),
        use_cache=False,
    ).last_hidden_state[0]
    at = (example.labels != IGNORED).nonzero()[:, 0]
    return (hidden[at - 1] @ weight.T).float().cpu(), example.labels[at], example.branch[at]


@torch.no_grad()
def validate(model: Any, examples: list[Example]) -> dict[str, float]:
    """Loss per answer token, and the share of answers of which every token would be chosen."""
    model.eval()
    total, count, right, answers = 0.0, 0, 0, 0
    for example in examples:
        logits, labels, branch = answer_logits(model, example)
        total += float(cross_entropy(logits, labels, reduction="sum"))
        count += len(labels)
        hit = logits.argmax(-1) == labels
        for number in branch.unique():
            right += bool(hit[branch == number].all())
            answers += 1
    model.train()
    return {"loss": total / count, "exact": right / answers}


def batches(examples: list[Example], size: int, seed: int) -> Iterator[list[Example]]:
    """Full batches in a seeded order."""
    order = list(range(len(examples)))
    Random(seed).shuffle(order)
    for first in range(0, len(order) - size + 1, size):
        yield [examples[i] for i in order[first : first + size]]


def read(path: Path, tokenizer: Any, limit: int | None = None) -> list[Example]:
    """The contexts of a file as tensors."""
    lines = path.read_text(encoding="utf-8").splitlines()[:limit]
    return [encoded(json.loads(line), tokenizer) for line in lines]


def log(out: Path, **values: object) -> None:
    """A line for people and for OUT/log.jsonl."""
    line = json.dumps({"at": time.strftime("%H:%M:%S"), **values})
    print(line, flush=True)
    with (out / "log.jsonl").open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def main() -> None:
    """Train one adapter as its config says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("config", "base", "data", "out"):
        parser.add_argument(name, type=Path)
    given = parser.parse_args()
    config = tomllib.loads(given.config.read_text(encoding="utf-8"))
    given.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(config["seed"])
    torch.set_num_threads(config["threads"])

    # -- the base stays frozen; only the adapter's two small matrices per layer learn, in fp32
    tokenizer = AutoTokenizer.from_pretrained(given.base)
    base = AutoModelForCausalLM.from_pretrained(given.base, dtype=getattr(torch, config["dtype"]))
    base.to("cuda" if torch.cuda.is_available() else "cpu")
    lora = LoraConfig(
        r=config["rank"], lora_alpha=config["alpha"], lora_dropout=config["dropout"],
        target_modules=config["target"], task_type="CAUSAL_LM",
        layers_to_transform=list(range(config["first_layer"], base.config.num_hidden_layers)),
    )  # fmt: skip
    model = get_peft_model(base, lora)
    learned = [weight for weight in model.parameters() if weight.requires_grad]

    train = read(given.data / "train.jsonl", tokenizer, config["contexts"])
    valid = read(given.data / "valid.jsonl", tokenizer, config["valid_contexts"])
    plan = list(batches(train, config["contexts_per_step"], config["seed"]))
    optimiser = torch.optim.AdamW(learned, lr=config["learning_rate"], weight_decay=config["weight_decay"])

    limit = config["minutes"] * 60

    def rate(step: int, seconds: float) -> float:
        """The share of the learning rate: warm-up by steps, then a cosine over what ends first, data or time."""
        warm = min(1.0, (step + 1) / config["warmup_steps"])
        progress = min(1.0, max(step / len(plan), seconds / limit))
        return warm * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * progress)))

    # -- resume
    checkpoint = given.out / "checkpoint.pt"
    done, seconds, seen = 0, 0.0, 0
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(saved["model"], strict=False)
        optimiser.load_state_dict(saved["optimiser"])
        done, seconds, seen = saved["step"], saved["seconds"], saved["seen"]
    log(
        given.out,
        steps=len(plan),
        resumed_at=done,
        contexts=len(train),
        parameters=sum(weight.numel() for weight in learned),
        tokens=sum(len(example.tokens) for example in train),
        config=config,
    )

    # -- train
    model.train()
    for step, batch in enumerate(plan):
        if step < done:
            continue
        began = time.monotonic()
        for group in optimiser.param_groups:
            group["lr"] = config["learning_rate"] * rate(step, seconds)
        losses = []
        for example in batch:
            logits, labels, _ = answer_logits(model, example)
            loss = cross_entropy(logits, labels)
            (loss / len(batch)).backward()
            losses.append(float(loss.detach()))
            seen += len(example.tokens)
        torch.nn.utils.clip_grad_norm_(learned, config["clip"])
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        seconds += time.monotonic() - began
        if (step + 1) % 10 == 0:
            log(
                given.out,
                step=step + 1,
                loss=round(sum(losses) / len(losses), 4),
                tokens_per_s=round(seen / seconds, 1),
            )
        last = step + 1 == len(plan) or seconds >= limit
        if (step + 1) % config["check_every"] == 0 or last:
            log(given.out, step=step + 1, valid=validate(model, valid), seconds=round(seconds))
            weights = {name: value for name, value in model.state_dict().items() if "lora_" in name}
            state = {"model": weights, "optimiser": optimiser.state_dict()}
            torch.save({**state, "step": step + 1, "seconds": seconds, "seen": seen}, checkpoint)
            model.save_pretrained(given.out / "adapter")
        if last:
            break


if __name__ == "__main__":
    main()
