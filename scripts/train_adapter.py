"""Trains a memory adapter (LoRA) of one base model on the CPU or a GPU; resumes where it was stopped.

    python scripts/train_adapter.py CONFIG.toml BASE DATA OUT [--init ADAPTER]

BASE is a transformers folder of the dequantised base, DATA a folder with train.jsonl and valid.jsonl. A line is a
tree (see memcli.adapters.trees): its trunk is read once for a dozen answers.
"""

from __future__ import annotations

import argparse
import json
import math
import time
import tomllib
from pathlib import Path
from typing import Any

import torch
from convert_adapter import restored

from memcli.adapters.lora import Shape
from memcli.adapters.trainer import Trainer, batches, open_base, share
from memcli.adapters.trees import ENCODERS, Example


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
    base = open_base(given.base, getattr(torch, config["dtype"]))
    layers = tuple(range(config["first_layer"], base.config["num_hidden_layers"]))
    shape = Shape(config["rank"], config["alpha"], tuple(config["target"]), layers)
    start = restored(given.init, given.base) if given.init else None
    trainer = Trainer(base, shape, start, weight_decay=config["weight_decay"], dropout=config["dropout"])

    train = read(given.data / "train.jsonl", config["task"], base.tokenizer, config.get("contexts"))
    valid = read(given.data / "valid.jsonl", config["task"], base.tokenizer, config["valid_contexts"])
    plan = [batch for epoch in range(config.get("epochs", 1))
            for batch in batches(train, config["contexts_per_step"], config["seed"] + epoch)]  # fmt: skip
    limit = config["minutes"] * 60

    # -- resume
    checkpoint = given.out / "checkpoint.pt"
    done, seconds, seen, best, stale = 0, 0.0, 0, math.inf, 0
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        trainer.restore(saved)
        done, seconds, seen, best, stale = (saved[each] for each in ("step", "seconds", "seen", "best", "stale"))
    log(
        given.out,
        steps=len(plan),
        resumed_at=done,
        contexts=len(train),
        parameters=sum(weight.numel() for weight in trainer.masters.values()),
        tokens=sum(len(example.tokens) for example in train),
        answers=sum(int(example.branch.max()) for example in train),
        config=config,
    )

    # -- train
    losses: list[float] = []
    for step, batch in enumerate(plan):
        if step < done:
            continue
        began = time.monotonic()
        progress = max((step + 1) / len(plan), seconds / limit)
        rate = config["learning_rate"] * share(step, progress, config["warmup_steps"], config["decay_share"])
        losses += trainer.step(batch, rate, config["clip"])
        seen += sum(len(example.tokens) for example in batch)
        seconds += time.monotonic() - began
        if (step + 1) % 20 == 0:
            mean = sum(losses) / len(losses)
            log(given.out, step=step + 1, loss=round(mean, 4), tokens_per_s=round(seen / seconds, 1))
            losses.clear()
        last = step + 1 == len(plan) or seconds >= limit
        if (step + 1) % config["check_every"] == 0 or last:
            scores = trainer.validate(valid)
            log(given.out, step=step + 1, valid=scores, seconds=round(seconds))
            stale = 0 if scores["loss"] < best else stale + 1
            best = min(best, scores["loss"])
            state = {**trainer.state(), "best": best, "stale": stale}
            torch.save({**state, "step": step + 1, "seconds": seconds, "seen": seen}, checkpoint)
            trainer.model.save_pretrained(given.out / "adapter")
            if not stale:
                trainer.model.save_pretrained(given.out / "best")
        if last or (config["patience"] and stale >= config["patience"]):
            break


if __name__ == "__main__":
    main()
