"""Fuzz every reader of foreign input: `python scripts/fuzz.py --seconds 60`, `--target dates`, `--atheris dates`.

Cases are good inputs changed at random (tests/fuzz/mutate.py). With --atheris, coverage guides the changes (needs
`pip install atheris`). Prints a line per reader: cases, cases per second, how many were refused, defects. A defect
is any exception but memcli's own, and any case that takes long, told once per place with its input.
Exits with 1 if there are any.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
import warnings
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
SLOW = 2.0


def place_of(error: BaseException) -> str:
    """Where an exception came from, in our own code."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "/fuzz" not in frame.filename]
    last = frames[-1] if frames else traceback.extract_tb(error.__traceback__)[-1]
    own = next((f for f in reversed(frames) if "memcli/" in f.filename or "plugins/" in f.filename), last)
    return f"{type(error).__name__} at {Path(own.filename).name}:{own.lineno}"


def fuzz(name: str, seconds: float, seed: int) -> tuple[int, int]:
    """Cases and defects of one reader."""
    from tests.fuzz.mutate import mutated
    from tests.fuzz.targets import run, targets

    target, source = targets()[name], random.Random(seed)
    cases, refused, defects = 0, 0, {}
    for data in target.seeds:
        run(target, data)  # imports, once
    until, began = time.monotonic() + seconds, time.monotonic()
    while time.monotonic() < until:
        data = mutated(source, target.seeds)
        start = time.monotonic()
        try:
            refused += run(target, data) != "ok"
        except Exception as error:  # noqa: BLE001 -- that is what is looked for
            if defects.setdefault(place_of(error), data) is data:
                print(f"  DEFECT {name}: {place_of(error)}: {str(error)[:200]}\n    {data[:400]!r}", flush=True)
        if time.monotonic() - start > SLOW and "slow" not in defects:
            defects["slow"] = data
            print(f"  SLOW {name}: {time.monotonic() - start:.1f} s\n    {data[:400]!r}", flush=True)
        cases += 1
    rate = cases / (time.monotonic() - began)
    print(
        f"{name:<28} {cases:>9,} cases {rate:>7,.0f}/s  {refused / cases:>4.0%} refused  {len(defects)} defects",
        flush=True,
    )
    return cases, len(defects)


def guided(name: str, runs: int) -> None:
    """Cases that coverage guides; libFuzzer tells what it finds, and keeps a corpus in .fuzz/."""
    import atheris

    with atheris.instrument_imports(include=["memcli", "memcli_plugins"]):
        from tests.fuzz.targets import run, targets
    target = targets()[name]
    corpus = ROOT / ".fuzz" / name.replace(" ", "-").replace(",", "").replace("'", "")
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds):
        (corpus / f"seed{number}").write_bytes(seed)
    atheris.Setup(
        [sys.argv[0], f"-runs={runs}", "-max_len=4096", "-timeout=20", str(corpus)], lambda data: run(target, data)
    )
    atheris.Fuzz()


def main() -> int:
    """Fuzz what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--target", action="append", help="a reader's name, or its beginning; all without")
    parser.add_argument("--seconds", type=float, default=10, help="for each reader")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    parser.add_argument("--atheris", metavar="TARGET", help="guided by coverage, one reader")
    parser.add_argument("--runs", type=int, default=100_000, help="cases with --atheris")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    if given.atheris:
        guided(given.atheris, given.runs)
        return 0
    from tests.fuzz.targets import targets

    names = [n for n in targets() if not given.target or any(n.startswith(t) for t in given.target)]
    print(f"seed {given.seed}")
    total = [fuzz(name, given.seconds, given.seed) for name in names]
    print(f"{sum(cases for cases, _ in total):,} cases, {sum(defects for _, defects in total)} defects")
    return 1 if any(defects for _, defects in total) else 0


if __name__ == "__main__":
    sys.exit(main())
