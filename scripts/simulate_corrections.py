"""A simulated user who puts one kind of mistake right, and what personal training makes of it.

    python scripts/simulate_corrections.py [--start ADAPTER.gguf] [--pairs 48] [--minutes 8]

The user works shifts. The update adapter takes the shift of another day for a change of the first; the user
refuses each such proposal in the inbox, and accepts it where the same day's shift did change. Then the adapter is
trained on that history as `memcli adapters train update` does, and asked about fresh pairs of the same kind, in
the wording of the history and in others. Everything is in a home of its own that is removed afterwards.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import tomlkit

from memcli import config, models
from memcli.adapters import shelf
from memcli.adapters.gate import Judge, Pair
from memcli.adapters.retrain import Recipe, retrain
from memcli.assistant import Note
from memcli.config import Settings
from memcli.models.adapters import CARD, WEIGHTS
from memcli.models.files import sha256_of
from memcli.paths import Home
from memcli.ports import FixedClock, SilentProgress
from memcli.records import Candidate, new_id
from memcli.update import Act
from memcli.update.decide import Decision, Verdict
from memcli.update.plan import carried_out
from memcli.update.rivals import Neighbour
from memcli.update.vote import ModelVoter
from memcli.wiring import Parts

SHIFTS = ("early", "late", "night", "split")
DAYS = [f"{day} {month}" for month in ("March", "April", "May", "June", "July") for day in range(1, 29)]
OWN = ("The user has the {shift} shift on {day}.", "The user works the {shift} shift on {day}.")
OTHERS = ("The user is on {shift} duty on {day}.", "On {day} the user is on the {shift} turn at the hospital.")


def pairs(count: int, wordings: tuple[str, ...], rng: Random) -> Iterator[Pair]:
    """Shifts of two days (other) three times out of four, else the same day's in another way (changed)."""
    for _ in range(count):
        (one, two), (first, second) = rng.sample(DAYS, 2), rng.sample(SHIFTS, 2)
        wording = rng.choice(wordings)
        changed = rng.random() < 0.25
        day = one if changed else two
        old, new = wording.format(shift=first, day=one), wording.format(shift=second, day=day)
        yield Pair(old, new, "changed" if changed else "other")


def live(parts: Parts, lived: list[Pair]) -> dict[str, int]:
    """The user's months: what the adapter in use takes for a change waits, and the user decides."""
    counts = {"accepted": 0, "refused": 0, "nothing to decide": 0}
    memory, voter = parts.assistant, ModelVoter(lambda: parts.chat_model, "update")
    for pair in lived:
        old = memory.memory(memory.remember(Note(pair.old, raw=True)).changes[0].memory_id)
        parts.clock.advance(timedelta(hours=8))
        now = parts.clock.now()
        said = Candidate(pair.new, old.about, now, pair.new, ())
        near = Neighbour(old, 0.9, old.created_at, 1)
        vote = voter(said, [near])
        if vote is None or vote.op not in (Verdict.UPDATE, Verdict.DELETE):
            counts["nothing to decide"] += 1
            continue
        act = Act(new_id("b"), now, voter.name)
        made = carried_out(said, Decision(Verdict.QUARANTINE, old, "may be changed"), [near], act)
        parts.store.commit(made)
        accept = pair.choice == "changed"
        memory.settle([made[0].memory_id], accept=accept)
        counts["accepted" if accept else "refused"] += 1
    return counts


def mistakes(settings: Settings, weights: Path, fresh: list[Pair]) -> float:
    """The share of wrong choices, in percent."""
    with closing(models.open_chat(settings, {"update": weights})) as model:
        judge = Judge(model, lambda: models.open_embedder(settings))
        return round(100 * (1 - sum(pair.score(judge) for pair in fresh) / len(fresh)), 1)


def begin(settings: Settings, file: Path | None) -> None:
    """Put the adapter to begin with in use; without a file it is the one that comes with memcli."""
    if file is None:
        return
    base = shelf.base_of(settings)
    place = settings.home.adapters / base.name / "update" / "start"
    place.mkdir(parents=True)
    (place / WEIGHTS).write_bytes(file.read_bytes())
    about = {"base": base.name, "base_sha256": base.source_sha256, "task": "update"}
    card = tomlkit.dumps(about | {"weights_sha256": sha256_of(file)})
    (place / CARD).write_text(card, encoding="utf-8")
    shelf.choose(settings, "start", FixedClock().now(), "to begin with")


def main() -> None:
    """Live, train, measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--start", type=Path)
    parser.add_argument("--pairs", type=int, default=48)
    parser.add_argument("--fresh", type=int, default=40)
    parser.add_argument("--minutes", type=float, default=8.0)
    parser.add_argument("--limit", type=int, help="of the general examples")
    given = parser.parse_args()
    rng = Random(3)
    lived = list(pairs(given.pairs, OWN, rng))
    told = {pair.old for pair in lived} | {pair.new for pair in lived}
    fresh = {
        name: [p for p in pairs(given.fresh, wordings, rng) if p.old not in told and p.new not in told]
        for name, wordings in (("the history's wording", OWN), ("other wordings", OTHERS))
    }
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home", config.load().home.models)
        settings = replace(Settings(home=home), extract_method="off", vote="off")
        begin(settings, given.start)
        parts = Parts(settings, FixedClock())
        print("decided:", live(parts, lived), flush=True)
        start = shelf.active(settings, "update")
        before = {name: mistakes(settings, start.weights, each) for name, each in fresh.items()}
        print("mistakes before:", before, flush=True)
        measured = retrain(
            parts, "update", Recipe(minutes=given.minutes), SilentProgress(), lambda: None, given.limit
        )
        made = shelf.find(settings, measured.after)
        print("training:", made.about["training"], made.about["data"]["examples"], flush=True)
        after = {name: mistakes(settings, made.weights, each) for name, each in fresh.items()}
        for name, pairs_of in fresh.items():
            print(f"mistakes, {name}: {before[name]} -> {after[name]} % of {len(pairs_of)}")
        print(f"gate: {measured.verdict}; {'passed' if measured.passed else 'not passed'}")
        parts.close()


if __name__ == "__main__":
    main()
