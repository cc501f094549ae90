"""What a person waits for with the service: whole commands against it, its start, and a chat's first word; JSON.

    python scripts/bench_service.py                     10,000 memories, about three minutes
    python scripts/bench_service.py --memories 1000 --runs 20
    python scripts/bench_service.py --only chat

Memories and their turns are made up from a fixed seed, with hashed words for vectors; questions are embedded by
the real embedder. Times are wall times of whole processes, piped; CPU is the client's own and the service's. On a
busy machine trust the CPU columns and compare within one run: ``bare`` is what an empty Python process takes.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench import questions, turns

from memcli import config, update
from memcli.models.fake import FakeEmbedder
from memcli.ports import StopReply
from memcli.records import Filter, Kind, Memory, Turn, new_id
from memcli.requests import Note
from memcli.service import process
from memcli.wiring import Parts

BATCH = 1_000
PROGRAM = str(Path(sys.executable).with_name("memcli"))
QUESTION = "Where does Marta live?"
PEOPLE = ("sister Marta", "brother Rui", "cat Miso", "friend Elena", "boss Jonas", "aunt Olga", "cousin Nils")
TOWNS = ("Porto", "Faro", "Braga", "Turin", "Ghent", "Bergen", "Cork", "Delft")


def filled(root: Path, count: int) -> str:
    """A home of ``count`` memories, each with the turn it is from; one memory's id."""
    settings = config.load(root)
    parts = Parts(settings)
    parts.embedder = FakeEmbedder(name=settings.embedder)
    batch, memory_id = [], ""
    for turn in turns(count):
        batch.append(turn)
        if len(batch) == BATCH:
            memory_id = _keep(parts, batch)
            batch.clear()
    memory_id = _keep(parts, batch) or memory_id
    parts.store.flush(force=True)
    parts.store.compact()
    parts.close()
    return memory_id


def _keep(parts: Parts, batch: Sequence[Turn]) -> str:
    parts.store.add_turns(batch)
    act = update.Act(batch=new_id("b"), at=parts.clock.now(), actor="bench")
    made = [
        Memory(new_id("m"), t.text, Kind.SEMANTIC, t.at, t.at, about=t.speaker, event_at=t.at, sources=(t.id,))
        for t in batch
    ]
    parts.store.commit([update.birth(memory, act) for memory in made])
    return made[-1].id if made else ""


def cpu_of(pid: int) -> float:
    """CPU seconds of a process; 0 where the system does not tell."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def timed(command: Sequence[str]) -> tuple[float, float]:
    """Wall and CPU milliseconds of a process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    subprocess.run(command, capture_output=True, check=True)
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall * 1e3, cpu * 1e3


def spread(samples: Sequence[tuple[float, float]]) -> dict[str, float]:
    """Median and 95th percentile of wall times, median of CPU times."""
    wall = sorted(sample[0] for sample in samples)
    return {
        "p50_ms": round(statistics.median(wall), 1),
        "p95_ms": round(wall[int(0.95 * (len(wall) - 1))], 1),
        "client_cpu_ms": round(statistics.median(sample[1] for sample in samples), 1),
    }


def commands(root: Path, memory_id: str, runs: int) -> dict[str, Any]:
    """Commands against a warm service."""
    asked = questions()
    home = ["--home", str(root)]
    kinds: dict[str, Callable[[int], list[str]]] = {
        "bare": lambda _: [sys.executable, "-c", "pass"],
        "search": lambda n: [PROGRAM, *home, "search", asked[n % len(asked)]],
        "list": lambda _: [PROGRAM, *home, "list"],
        "show": lambda _: [PROGRAM, *home, "show", memory_id],
        "add": lambda n: [PROGRAM, *home, "add", "--raw", f"note {n}"],
    }
    pid, found = (process.status(config.load(root).home) or {"pid": 0})["pid"], {}
    for name, words in kinds.items():
        timed(words(0))
        before = cpu_of(pid)
        found[name] = spread([timed(words(n)) for n in range(runs)])
        found[name]["service_cpu_ms"] = round((cpu_of(pid) - before) * 1e3 / runs, 1)
    return found


def starts(root: Path, times: int = 3) -> dict[str, Any]:
    """The first search when no service runs: it is started, its models are opened, it answers."""
    samples = []
    for _ in range(times):
        process.stop(config.load(root).home)
        samples.append(timed([PROGRAM, "--home", str(root), "search", questions()[0]]))
    return spread(samples)


def profiled(root: Path) -> None:
    """A profile of twenty lines, about 400 tokens in the prompt, and the place where one of them is found."""
    parts = Parts(config.load(root))
    for n in range(20):
        who, town = PEOPLE[n % len(PEOPLE)], TOWNS[n % len(TOWNS)]
        said = Note(
            f"Ana's {who} lives in {town} since 20{n:02d} and visits twice a year.", kind=Kind.CORE, raw=True
        )
        made = parts.assistant.remember(said)
        parts.assistant.tag(made.changes[0].memory_id, ["profile"])
    parts.store.flush(force=True)
    parts.close()


def first_words(root: Path, prefix_mb: int) -> dict[str, float]:
    """In this fresh process: opening, reading the beginning, a first and a second message to their first word."""
    settings = replace(config.load(root), profile_lines=20, prefix_mb=prefix_mb)
    parts = Parts(settings)
    parts.searcher.search("x", Filter(), 1, parts.clock.now())
    marks = {}

    def mark(name: str, call: Callable[[], object]) -> None:
        wall, cpu = time.perf_counter(), time.process_time()
        call()
        marks[f"{name}_ms"] = round((time.perf_counter() - wall) * 1e3)
        marks[f"{name}_cpu_ms"] = round((time.process_time() - cpu) * 1e3)

    mark("open", lambda: parts.chat_model.count_tokens("x"))
    mark("beginning", parts.assistant.warm)
    mark("first_word", lambda: _first_piece(parts))
    mark("next_first_word", lambda: _first_piece(parts))
    parts.close()
    return marks


def _first_piece(parts: Parts) -> None:
    def stop(piece: str) -> None:
        if piece:
            raise StopReply

    parts.assistant.chat(QUESTION, "bench", stop, private=True)


def chats(root: Path) -> dict[str, Any]:
    """A chat's start in fresh processes: without a kept beginning, making it, and with it."""
    profiled(root)
    found = {}
    for name, megabytes in (("without", 0), ("made", 64), ("with", 64), ("with_again", 64)):
        program = [sys.executable, __file__, "--first-words", str(root), "--prefix-mb", str(megabytes)]
        done = subprocess.run(program, capture_output=True, check=True, text=True)
        found[name] = json.loads(done.stdout)
    less = found["without"]["beginning_cpu_ms"] / max(found["with"]["beginning_cpu_ms"], 1)
    found["less_prompt_cpu"] = round(less, 1)
    return found


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--memories", type=int, default=10_000)
    options.add_argument("--runs", type=int, default=40)
    options.add_argument("--only", choices=("commands", "chat"))
    options.add_argument("--first-words", type=Path, help=argparse.SUPPRESS)
    options.add_argument("--prefix-mb", type=int, default=64, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.first_words:
        print(json.dumps(first_words(chosen.first_words, chosen.prefix_mb)))
        return
    workshop = Path(tempfile.mkdtemp(prefix="memcli-bench-"))
    report: dict[str, Any] = {"memories": chosen.memories, "load": round(os.getloadavg()[0], 1)}
    try:
        if chosen.only != "chat":
            memory_id = filled(workshop / "home", chosen.memories)
            report["from_nothing"] = starts(workshop / "home")
            report["warm"] = commands(workshop / "home", memory_id, chosen.runs)
            process.stop(config.load(workshop / "home").home)
        if chosen.only != "commands":
            report["chat"] = chats(workshop / "chat")
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
