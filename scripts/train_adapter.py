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
from typing import Any, Final

import torch
from convert_adapter import restored

from memcli.adapters.lora import Shape
from memcli.adapters.trainer import Trainer, batches, open_base, share
from memcli.adapters.trees import ENCODERS, Example

CHECKPOINT: Final = "checkpoint.pt"


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


class Run:
    """One training as its config says, with its checkpoint.

    Args:
        config: the TOML file's values.
        out: the folder of the log, the checkpoint and the adapter.
        trainer: the frozen base, of which only the adapter's two small matrices a layer learn.
    """

    def __init__(self, config: dict[str, Any], out: Path, trainer: Trainer) -> None:
        self.config, self.out, self.trainer = config, out, trainer
        self.losses: list[float] = []
        self.done, self.seconds, self.seen, self.best, self.stale = 0, 0.0, 0, math.inf, 0

    def resume(self) -> None:
        """Go on from the checkpoint, if there is one."""
        file = self.out / CHECKPOINT
        if file.exists():
            saved = torch.load(file, weights_only=True)
            self.trainer.restore(saved)
            self.done, self.seconds, self.seen = (saved[each] for each in ("step", "seconds", "seen"))
            self.best, self.stale = saved["best"], saved["stale"]

    def go(self, plan: list[list[Example]], valid: list[Example]) -> None:
        """Train to the plan's end, or until the minutes or the patience are used up."""
        self.resume()
        log(self.out, resumed_at=self.done)
        for batch in plan[self.done :]:
            self.step(batch, len(plan))
            if self.done % 20 == 0:
                mean = sum(self.losses) / len(self.losses)
                log(self.out, step=self.done, loss=round(mean, 4), tokens_per_s=round(self.seen / self.seconds, 1))
                self.losses.clear()
            last = self.done == len(plan) or self.seconds >= self.config["minutes"] * 60
            if self.done % self.config["check_every"] == 0 or last:
                self.check(valid)
            if last or (self.config["patience"] and self.stale >= self.config["patience"]):
                break

    def step(self, batch: list[Example], steps: int) -> None:
        """One step of the optimiser."""
        config, began = self.config, time.monotonic()
        progress = max((self.done + 1) / steps, self.seconds / (config["minutes"] * 60))
        rate = config["learning_rate"] * share(self.done, progress, config["warmup_steps"], config["decay_share"])
        self.losses += self.trainer.step(batch, rate, config["clip"])
        self.seen += sum(len(example.tokens) for example in batch)
        self.seconds += time.monotonic() - began
        self.done += 1

    def check(self, valid: list[Example]) -> None:
        """Validate, and keep the state, the adapter, and the best one there was."""
        scores = self.trainer.validate(valid)
        log(self.out, step=self.done, valid=scores, seconds=round(self.seconds))
        self.stale = 0 if scores["loss"] < self.best else self.stale + 1
        self.best = min(self.best, scores["loss"])
        state = {**self.trainer.state(), "best": self.best, "stale": self.stale}
        whole = {**state, "step": self.done, "seconds": self.seconds, "seen": self.seen}
        torch.save(whole, self.out / CHECKPOINT)
        self.trainer.model.save_pretrained(self.out / "adapter")
        if not self.stale:
            self.trainer.model.save_pretrained(self.out / "best")


def opened(config: dict[str, Any], given: argparse.Namespace) -> Trainer:
    """The base with an adapter of the config's shape."""
    base = open_base(given.base, getattr(torch, config["dtype"]))
    layers = tuple(range(config["first_layer"], base.config["num_hidden_layers"]))
    shape = Shape(config["rank"], config["alpha"], tuple(config["target"]), layers)
    start = restored(given.init, given.base) if given.init else None
    return Trainer(base, shape, start, weight_decay=config["weight_decay"], dropout=config["dropout"])


def planned(train: list[Example], config: dict[str, Any]) -> list[list[Example]]:
    """Every batch of every epoch."""
    epochs = range(config.get("epochs", 1))
    size, seed = config["contexts_per_step"], config["seed"]
    return [batch for epoch in epochs for batch in batches(train, size, seed + epoch)]


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
    trainer = opened(config, given)
    tokenizer, task = trainer.base.tokenizer, config["task"]
    train = read(given.data / "train.jsonl", task, tokenizer, config.get("contexts"))
    valid = read(given.data / "valid.jsonl", task, tokenizer, config["valid_contexts"])
    plan, sizes = planned(train, config), [weight.numel() for weight in trainer.masters.values()]
    answers, tokens = (sum(int(e.branch.max()) for e in train), sum(len(e.tokens) for e in train))
    log(given.out, steps=len(plan), contexts=len(train), parameters=sum(sizes), tokens=tokens, answers=answers,
        config=config)  # fmt: skip
    Run(config, given.out, trainer).go(plan, valid)


if __name__ == "__main__":
    main()
