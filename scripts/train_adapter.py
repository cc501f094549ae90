"""Trains a memory adapter (LoRA) of one base model on the CPU or a GPU; resumes where it was stopped.

    python scripts/train_adapter.py CONFIG.toml BASE DATA OUT [--init ADAPTER]

BASE is a transformers folder of the dequantised base, DATA a folder with train.jsonl and valid.jsonl. A line is a
tree (see trees.py): its trunk is read once for a dozen answers. The loss is on the answers alone, and only there
are logits computed. The matrices compute in the base's own type, bf16 where the processor has it, and are kept in
fp32 by the optimiser.
"""

from __future__ import annotations

import argparse
import json
import math
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import torch
from convert_adapter import restored
from peft import LoraConfig, get_peft_model
from torch.nn.functional import cross_entropy
from transformers import AutoModelForCausalLM, AutoTokenizer
from trees import ENCODERS, IGNORED, Example


def answer_logits(model: Any, example: Example) -> tuple[torch.Tensor, torch.Tensor]:
    """Logits where an answer token is predicted, and where those tokens stand."""
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
    return (hidden[at - 1] @ weight.T).float().cpu(), at


def loss_of(model: Any, example: Example) -> torch.Tensor:
    """The weighted mean loss of the answers' tokens."""
    logits, at = answer_logits(model, example)
    each = cross_entropy(logits, example.labels[at], reduction="none")
    return (each * example.weights[at]).sum() / example.weights[at].sum()


@torch.no_grad()
def validate(model: Any, examples: list[Example]) -> dict[str, float]:
    """Loss per answer token, share of answers of which every token, and of which the first, would be chosen."""
    model.eval()
    total, count, right, first, answers = 0.0, 0, 0, 0, 0
    for example in examples:
        logits, at = answer_logits(model, example)
        labels, branch = example.labels[at], example.branch[at]
        total += float(cross_entropy(logits, labels, reduction="sum"))
        count += len(labels)
        hit = logits.argmax(-1) == labels
        for number in branch.unique():
            right += bool(hit[branch == number].all())
            first += bool(hit[branch == number][0])
            answers += 1
    model.train()
    return {name: round(value, 4) for name, value in
            {"loss": total / count, "exact": right / answers, "first": first / answers}.items()}  # fmt: skip


def batches(examples: list[Example], size: int, seed: int) -> Iterator[list[Example]]:
    """Full batches in a seeded order."""
    order = list(range(len(examples)))
    Random(seed).shuffle(order)
    for first in range(0, len(order) - size + 1, size):
        yield [examples[i] for i in order[first : first + size]]


def read(path: Path, task: str, tokenizer: Any, limit: int | None = None) -> list[Example]:
    """The contexts of a file as tensors."""
    lines = path.read_text(encoding="utf-8").splitlines()[:limit]
    return [ENCODERS[task](json.loads(line), tokenizer) for line in lines]


def log(out: Path, **values: object) -> None:
    """A line for people and for OUT/log.jsonl."""
    line = json.dumps({"at": time.strftime("%H:%M:%S"), **values})
    print(line, flush=True)
    with (out / "log.jsonl").open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def share(config: dict[str, Any], step: int, progress: float) -> float:
    """The share of the learning rate: warm-up by steps, level, then a cosine to a twentieth over the last part."""
    warm = min(1.0, (step + 1) / config["warmup_steps"])
    late = max(0.0, (progress - (1 - config["decay_share"])) / config["decay_share"])
    return warm * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * min(1.0, late))))


def main() -> None:
    """Train one adapter as its config says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("config", "base", "data", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--init", type=Path, help="go on from this adapter: a GGUF, or a PEFT folder")
    given = parser.parse_args()
    config = tomllib.loads(given.config.read_text(encoding="utf-8"))
    given.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(config["seed"])
    torch.set_num_threads(config["threads"])

    # -- the base stays frozen; only the adapter's two small matrices per layer learn
    tokenizer = AutoTokenizer.from_pretrained(given.base)
    base = AutoModelForCausalLM.from_pretrained(
        given.base, dtype=getattr(torch, config["dtype"]), attn_implementation="eager"
    )
    base.to("cuda" if torch.cuda.is_available() else "cpu")
    lora = LoraConfig(
        r=config["rank"], lora_alpha=config["alpha"], lora_dropout=config["dropout"],
        target_modules=config["target"], task_type="CAUSAL_LM",
        layers_to_transform=list(range(config["first_layer"], base.config.num_hidden_layers)),
    )  # fmt: skip
    model = get_peft_model(base, lora, autocast_adapter_dtype=False)
    if given.init:
        unknown = model.load_state_dict(restored(given.init, given.base), strict=False).unexpected_keys
        if unknown:
            raise SystemExit(f"{given.init} is of another shape: {unknown[:3]}")
    learned = {name: weight for name, weight in model.named_parameters() if weight.requires_grad}
    masters = {name: weight.detach().float().clone() for name, weight in learned.items()}

    train = read(given.data / "train.jsonl", config["task"], tokenizer, config.get("contexts"))
    valid = read(given.data / "valid.jsonl", config["task"], tokenizer, config["valid_contexts"])
    plan = [batch for epoch in range(config.get("epochs", 1))
            for batch in batches(train, config["contexts_per_step"], config["seed"] + epoch)]  # fmt: skip
    optimiser = torch.optim.AdamW(
        masters.values(), lr=config["learning_rate"], weight_decay=config["weight_decay"], betas=(0.9, 0.98)
    )
    limit = config["minutes"] * 60

    # -- resume
    checkpoint = given.out / "checkpoint.pt"
    done, seconds, seen, best, stale = 0, 0.0, 0, math.inf, 0
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        masters = {name: weight.copy_(saved["masters"][name]) for name, weight in masters.items()}
        optimiser.load_state_dict(saved["optimiser"])
        done, seconds, seen, best, stale = (saved[each] for each in ("step", "seconds", "seen", "best", "stale"))
    with torch.no_grad():
        for name, weight in learned.items():
            weight.copy_(masters[name])
    log(
        given.out,
        steps=len(plan),
        resumed_at=done,
        contexts=len(train),
        parameters=sum(weight.numel() for weight in masters.values()),
        tokens=sum(len(example.tokens) for example in train),
        answers=sum(int(example.branch.max()) for example in train),
        config=config,
    )

    # -- train
    model.train()
    losses: list[float] = []
    for step, batch in enumerate(plan):
        if step < done:
            continue
        began = time.monotonic()
        for group in optimiser.param_groups:
            progress = max((step + 1) / len(plan), seconds / limit)
            group["lr"] = config["learning_rate"] * share(config, step, progress)
        for example in batch:
            loss = loss_of(model, example)
            (loss / len(batch)).backward()
            losses.append(float(loss.detach()))
            seen += len(example.tokens)
        for name, weight in learned.items():
            masters[name].grad = weight.grad.float()
            weight.grad = None
        torch.nn.utils.clip_grad_norm_(masters.values(), config["clip"])
        optimiser.step()
        with torch.no_grad():
            for name, weight in learned.items():
                weight.copy_(masters[name])
        seconds += time.monotonic() - began
        if (step + 1) % 20 == 0:
            mean = sum(losses) / len(losses)
            log(given.out, step=step + 1, loss=round(mean, 4), tokens_per_s=round(seen / seconds, 1))
            losses.clear()
        last = step + 1 == len(plan) or seconds >= limit
        if (step + 1) % config["check_every"] == 0 or last:
            scores = validate(model, valid)
            log(given.out, step=step + 1, valid=scores, seconds=round(seconds))
            stale = 0 if scores["loss"] < best else stale + 1
            best = min(best, scores["loss"])
            state = {"masters": masters, "optimiser": optimiser.state_dict(), "best": best, "stale": stale}
            torch.save({**state, "step": step + 1, "seconds": seconds, "seen": seen}, checkpoint)
            model.save_pretrained(given.out / "adapter")
            if not stale:
                model.save_pretrained(given.out / "best")
        if last or (config["patience"] and stale >= config["patience"]):
            break


if __name__ == "__main__":
    main()
