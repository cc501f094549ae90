"""Which forgetting curve tells best what is still remembered, on simulated recalls: ours, MemoryBank or FSRS-6.

    pip install fsrs && python scripts/compare_decay.py [--items 2000] [--seed 7]

The simulated memory is neither of them: ACT-R's base-level activation with a decay that depends on the activation
at each recall (Pavlik & Anderson 2005), whose items differ in difficulty and in how often life brings them up.
Each curve sees the same logs and predicts every later recall. Two readings: AUC (does it rank what will be
remembered above what will not? that is all archiving needs), and log loss after one scale factor for time was
fitted on the other half of the items (are its probabilities right?).
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from fsrs import Card, Rating, Scheduler

from memcli.lifecycle import retention, strengthened
from memcli.records import Kind, Memory

START = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 365.0


@dataclass(frozen=True)
class Recall:
    """One attempt, days after the memory was made, and whether it came back."""

    day: float
    remembered: bool


Log = Sequence[Recall]
Curve = Callable[[Log, float], list[float]]
"""A log and a scale of time -> the predicted chance of each recall."""


def simulate(rng: random.Random) -> Log:
    """One item's year: recalls by a Poisson process, forgotten or not by ACT-R's activation."""
    rate, threshold = math.exp(rng.gauss(-3.2, 0.9)), rng.gauss(-1.3, 0.5)
    traces, log, day = [(0.0, 0.3)], [], 0.0
    while (day := day + rng.expovariate(rate)) < DAYS:
        activation = activate(traces, day)
        chance = 1 / (1 + math.exp((threshold - activation) / 0.4))
        log.append(Recall(day, rng.random() < chance))
        if log[-1].remembered:
            traces.append((day, min(0.25 * math.exp(activation) + 0.3, 0.9)))
    return log


def activate(traces: Sequence[tuple[float, float]], day: float) -> float:
    """Logarithm of the sum of (time since each trace) ** -(its decay)."""
    return math.log(sum(max(day - at, 0.01) ** -decay for at, decay in traces))


def ours(log: Log, scale: float) -> list[float]:
    """The product's own functions: e^(-t/S), spacing-dependent gain, only what is recalled is strengthened."""
    return _exponential(log, scale, strengthened)


def memory_bank(log: Log, scale: float) -> list[float]:
    """MemoryBank: e^(-t/S), S + 1 at every recall."""
    return _exponential(log, scale, lambda memory, _: memory.strength + 1)


def _exponential(log: Log, scale: float, gain: Callable[[Memory, datetime], float]) -> list[float]:
    memory = Memory(id="m:1", text="", kind=Kind.EPISODIC, created_at=START, updated_at=START)
    predicted = []
    for recall in log:
        now = START + timedelta(days=recall.day * scale)
        predicted.append(retention(memory, now))
        if recall.remembered:
            memory = replace(memory, strength=gain(memory, now), last_recalled_at=now)
    return predicted


def fsrs(log: Log, scale: float, *, lapses: bool = True) -> list[float]:
    """FSRS-6 with its published default weights; ``lapses`` also tells it of what was not remembered."""
    scheduler = Scheduler(enable_fuzzing=False, learning_steps=(), relearning_steps=())
    card, _ = scheduler.review_card(Card(due=START), Rating.Good, START)
    predicted = []
    for recall in log:
        now = START + timedelta(days=recall.day * scale)
        predicted.append(scheduler.get_card_retrievability(card, now))
        if recall.remembered or lapses:
            rating = Rating.Good if recall.remembered else Rating.Again
            card, _ = scheduler.review_card(card, rating, now)
    return predicted


def fsrs_without_lapses(log: Log, scale: float) -> list[float]:
    """FSRS as memcli could feed it: nobody tells a memory that it was not recalled."""
    return fsrs(log, scale, lapses=False)


def auc(pairs: Sequence[tuple[float, bool]]) -> float:
    """The chance that a remembered recall was given a higher value than a forgotten one (ties count half)."""
    ranked = sorted(pairs)
    ranks: dict[float, list[int]] = {}
    for rank, (value, _) in enumerate(ranked, 1):
        ranks.setdefault(value, []).append(rank)
    positive = [sum(ranks[value]) / len(ranks[value]) for value, hit in pairs if hit]
    n, m = len(positive), len(pairs) - len(positive)
    return (sum(positive) - n * (n + 1) / 2) / (n * m)


def log_loss(pairs: Sequence[tuple[float, bool]]) -> float:
    """Mean -ln of the chance given to what happened."""
    clipped = [(min(max(value, 1e-4), 1 - 1e-4), hit) for value, hit in pairs]
    return -sum(math.log(value if hit else 1 - value) for value, hit in clipped) / len(pairs)


def pairs_of(curve: Curve, logs: Sequence[Log], scale: float) -> list[tuple[float, bool]]:
    """What a curve predicted of each recall, and what came."""
    return [(p, r.remembered) for log in logs for p, r in zip(curve(log, scale), log, strict=True)]


def main() -> None:
    """Fit the scale of time on half of the items, and tell how well each curve does on the rest."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--items", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    rng = random.Random(given.seed)
    logs = [simulate(rng) for _ in range(given.items)]
    half, rest = logs[::2], logs[1::2]
    recalls = sum(map(len, rest))
    share = sum(r.remembered for log in rest for r in log) / recalls
    print(f"{recalls} recalls to predict, {share:.0%} remembered; constant guess: log loss "
          f"{-(share * math.log(share) + (1 - share) * math.log(1 - share)):.3f}")  # fmt: skip
    for curve in (memory_bank, ours, fsrs, fsrs_without_lapses):
        scales = [2.0**step for step in range(-6, 7)]
        scale = min(scales, key=lambda s: log_loss(pairs_of(curve, half[:300], s)))
        told = pairs_of(curve, rest, scale)
        print(f"{curve.__name__:<20} AUC {auc(told):.3f}   log loss {log_loss(told):.3f}   time x {scale:g}")


if __name__ == "__main__":
    main()
