"""Fuzz every reader of foreign input: `python scripts/fuzz.py --seconds 60`, `--target dates`, `--atheris`.

Cases are good inputs changed at random (tests/fuzz/mutate.py). With --atheris, coverage guides the changes (needs
`pip install atheris`), and what was found goes on from run to run (.fuzz/). Prints a line per reader: cases, cases
per second, how many were refused, defects. A defect is any exception but memcli's own, and any case that takes
long, told once per place with its input. Exits with 1 if there are any.
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import re
import subprocess
import sys
import time
import traceback
import warnings
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
SLOW = 2.0
SLOWEST = 20


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


def guided(name: str, runs: int, seconds: int) -> None:
    """Cases that coverage guides, of one reader; libFuzzer ends the process, with 77 at the first defect."""
    import atheris

    with atheris.instrument_imports(include=["memcli", "memcli_plugins"]):
        from tests.fuzz.targets import run, targets

        target, corpus = targets()[name], corpus_of(name)
        for number, seed in enumerate(target.seeds):
            (corpus / f"seed{number}").write_bytes(seed)
            run(target, seed)  # what is imported late
    options = [
        f"-runs={runs}",
        f"-max_total_time={seconds}",
        "-max_len=4096",
        f"-timeout={SLOWEST}",
        "-verbosity=1",
    ]
    found = f"-artifact_prefix={corpus.parent}/found-{corpus.name}-"
    atheris.Setup([sys.argv[0], *options, found, str(corpus)], lambda data: run(target, data))
    atheris.Fuzz()


def corpus_of(name: str) -> Path:
    """Where a reader's cases are kept that led somewhere new."""
    corpus = ROOT / ".fuzz" / re.sub(r"\W+", "-", name)
    corpus.mkdir(parents=True, exist_ok=True)
    return corpus


def apart(name: str, given: argparse.Namespace) -> tuple[int, int]:
    """Cases and defects of one reader, guided, in a process of its own: libFuzzer ends the one it runs in."""
    asked = ["--one", name, "--runs", str(given.runs), "--seconds", str(given.seconds)]
    command = [sys.executable, str(Path(__file__)), *asked]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    told = re.findall(r"Done (\d+) runs in (\d+) second", done.stderr)
    reached = re.findall(r"^#(\d+)", done.stderr, re.MULTILINE)
    covered = re.findall(r"cov: (\d+)", done.stderr)
    cases = int(told[-1][0]) if told else int(reached[-1]) if reached else 0
    rate = cases / max(1, int(told[-1][1])) if told else 0
    failed = done.returncode != 0
    print(
        f"{name:<28} {cases:>9,} cases {rate:>7,.0f}/s  coverage {covered[-1] if covered else '?':>5}  "
        f"{int(failed)} defects",
        flush=True,
    )
    if failed:
        print("  " + "\n  ".join(done.stderr.splitlines()[-30:]), flush=True)
    return cases, int(failed)


def asked_for(names: list[str], targets: list[str]) -> list[str]:
    """The readers of these names, or whose names begin so where none is called just that."""
    return [n for n in names if any(n == t or (t not in names and n.startswith(t)) for t in targets)]


def main() -> int:
    """Fuzz what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--target", action="append", help="a reader's name, or its beginning; all without")
    parser.add_argument("--seconds", type=float, default=10, help="for each reader")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    parser.add_argument("--atheris", action="store_true", help="guided by coverage, until --runs or --seconds")
    parser.add_argument("--runs", type=int, default=100_000, help="cases of a reader, with --atheris")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    if given.one:
        guided(given.one, given.runs, int(given.seconds))
    if given.atheris and importlib.util.find_spec("atheris") is None:
        parser.error("--atheris needs `pip install atheris`: wheels for Linux on x86-64, CPython 3.11 to 3.14")
    from tests.fuzz.targets import targets

    names = asked_for(list(targets()), given.target or [""])
    if not names:
        parser.error(f"no reader is called so; there are: {', '.join(targets())}")
    print(f"seed {given.seed}")
    total = [apart(n, given) if given.atheris else fuzz(n, given.seconds, given.seed) for n in names]
    print(f"{sum(cases for cases, _ in total):,} cases, {sum(defects for _, defects in total)} defects")
    return 1 if any(defects for _, defects in total) else 0


if __name__ == "__main__":
    sys.exit(main())
