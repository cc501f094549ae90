"""What memcli costs on this machine: latency, throughput, memory, disk; JSON out, and a picture of it.

    scripts/bench                      1k, 10k and 100k turns, a few minutes
    scripts/bench --sizes 1000         only one size
    scripts/bench --huge               1M turns as well
    scripts/bench --out bench.json --plot bench.svg
    scripts/bench --sizes 100000 --adds 0 --join bench.json --out bench.json      one more piece of a report

Each piece runs in a process of its own, so that its memory is its own. Turns are made up from a fixed seed. Their
vectors come from hashed words, so that the store is measured and not the embedder; the embedder's own speed is
measured apart, and whole processes of ``memcli search`` on a home of 5,000 turns that it embedded. Compare
ratios of one run: wall times of a busy machine mean little, hence the CPU times (of all threads) beside them.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from memcli import __version__, config, models
from memcli.assistant import Note
from memcli.errors import MemcliError
from memcli.models.fake import FakeEmbedder
from memcli.paths import Home
from memcli.records import Filter, Lane, Role, Turn, stable_id
from memcli.wiring import Parts

SIZES = (1_000, 10_000, 100_000)
HUGE = 1_000_000
BATCH = 1_000
QUERIES = 100
ADDS = 200
RUNS = 11
PROCESS_TURNS = 5_000
START = datetime(2020, 1, 1, tzinfo=UTC)
WHO = "Ana Ben Carla Dimitri Elena Farid Greta Hugo Ines Jonas Katya Luis Mara Nils Olga Petra".split()
DID = "painted repaired sold found borrowed lost photographed planted cooked tuned measured packed".split()
WHAT = "bicycle piano lantern kayak telescope garden violin bookshelf canoe tractor typewriter kiln".split()
WHERE = "Porto Lisbon Ghent Oslo Turin Graz Bergen Cork Malmo Basel Delft Lyon Trieste Vigo".split()
WHY = "for a friend,before the storm,after lunch,without any help,on a whim,with great care".split(",")


def turns(count: int) -> Iterator[Turn]:
    """Made-up turns in sessions of twenty, one an hour; every one differs from the others."""
    draw = random.Random(7)
    for number in range(count):
        who = draw.choice(WHO)
        thing = f"the {draw.choice(WHAT)} number {number}"
        text = f"{who} {draw.choice(DID)} {thing} in {draw.choice(WHERE)} {draw.choice(WHY)}"
        session, position = divmod(number, 20)
        yield Turn(
            id=stable_id("t", "bench", str(number)),
            session=f"s{session}",
            position=position,
            role=Role.USER,
            speaker=who,
            text=text,
            at=START + timedelta(hours=number),
            source="bench",
        )


def questions() -> list[str]:
    """Questions in the words of the turns."""
    draw = random.Random(11)
    return [
        f"what did {draw.choice(WHO)} do with the {draw.choice(WHAT)} in {draw.choice(WHERE)}?"
        for _ in range(QUERIES)
    ]


def milliseconds(call: Callable[[], object]) -> tuple[float, float]:
    """Wall and CPU time of one call."""
    wall, cpu = time.perf_counter(), time.process_time()
    call()
    return (time.perf_counter() - wall) * 1e3, (time.process_time() - cpu) * 1e3


def spread(samples: list[tuple[float, float]]) -> dict[str, float]:
    """Median and 95th percentile of wall and of CPU time."""
    wall, cpu = sorted(s[0] for s in samples), sorted(s[1] for s in samples)
    return {
        "p50_ms": round(statistics.median(wall), 2),
        "p95_ms": round(wall[int(0.95 * (len(wall) - 1))], 2),
        "cpu_p50_ms": round(statistics.median(cpu), 2),
        "cpu_p95_ms": round(cpu[int(0.95 * (len(cpu) - 1))], 2),
    }


def process_milliseconds(arguments: list[str]) -> tuple[float, float]:
    """Wall and CPU time of a whole process."""
    wall, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(arguments, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return (time.perf_counter() - wall) * 1e3, cpu * 1e3


def disk_mb(home: Home) -> float:
    """Everything in the home, in megabytes."""
    return round(sum(f.stat().st_size for f in home.root.rglob("*") if f.is_file()) / 1e6, 1)


def new_parts(root: Path) -> Parts:
    """A real store in a home of its own; only the vectors are hashes."""
    parts = Parts(replace(config.load(root), flush_rows=64))
    parts.embedder = FakeEmbedder()
    return parts


def searched(parts: Parts) -> dict[str, float]:
    """Warm searches through the whole retriever, vectors of the question included."""
    asked = questions()
    for question in asked[:3]:
        parts.assistant.recall(question)
    return spread([milliseconds(lambda q=question: parts.assistant.recall(q)) for question in asked])


def filled(parts: Parts, count: int) -> dict[str, Any]:
    """Put ``count`` turns into a store and make them searchable: turns a second, wall and CPU."""
    batch: list[Turn] = []
    wall, cpu = time.perf_counter(), time.process_time()
    for turn in turns(count):
        batch.append(turn)
        if len(batch) == BATCH:
            parts.store.add_turns(batch)
            batch.clear()
    parts.store.add_turns(batch)
    kept = time.perf_counter() - wall
    parts.store.flush(force=True)
    return {
        "kept_turns_per_s": round(count / kept),
        "searchable_turns_per_s": round(count / (time.perf_counter() - wall)),
        "searchable_turns_per_cpu_s": round(count / (time.process_time() - cpu)),
    }


def fetches(parts: Parts) -> dict[str, Any]:
    """The two fetches of the turns' lane by themselves."""
    store, asked = parts.store, questions()
    near = [
        milliseconds(lambda v=v: store.nearest(Lane.TURN, v, 100, Filter())) for v in parts.embedder.embed(asked)
    ]
    match = [milliseconds(lambda q=q: store.matching(Lane.TURN, q, 100, Filter())) for q in asked]
    return {"fetch_vector": spread(near), "fetch_words": spread(match)}


def at_size(root: Path, count: int) -> dict[str, Any]:
    """A store of ``count`` turns: filled, searched, added to."""
    parts = new_parts(root)
    result: dict[str, Any] = {"turns": count, **filled(parts, count)}
    parts.store.compact()
    result |= {"search": searched(parts), **fetches(parts)}
    notes = (Note(f"note {n}", raw=True) for n in range(ADDS))
    result["add_ack"] = spread([milliseconds(lambda n=n: parts.assistant.remember(n)) for n in notes])
    result |= {"disk_mb": disk_mb(parts.settings.home), "rss_mb": peak_mb()}
    parts.close()
    return result


def peak_mb() -> int:
    """The most memory this process had; macOS counts it in bytes, others in kilobytes."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3))


def process_times(root: Path) -> dict[str, Any]:
    """Whole processes without a service, as a person waits for them, and what they search put in by the embedder.

    Without the embedder there is no ``ingest`` and no ``search``.
    """
    program = [str(Path(sys.executable).with_name("memcli")), "--no-service", "--home", str(root)]
    commands = {"list": ["list"], "add": ["add", "--raw", "a note"]}
    parts = Parts(config.load(root))
    found: dict[str, Any] = {}
    try:
        found["ingest"] = filled(parts, PROCESS_TURNS)
        commands["search"] = ["search", questions()[0]]
    except MemcliError as error:
        print(f"search is left out: {error.message}", file=sys.stderr)
    parts.close()
    for name, arguments in commands.items():
        found[name] = spread([process_milliseconds([*program, *arguments]) for _ in range(RUNS)])
    return found


def growth(root: Path, count: int) -> dict[str, Any]:
    """``count`` single adds, each followed by an unforced flush, against the same store compacted."""
    parts = new_parts(root)
    began, worked = time.perf_counter(), time.process_time()
    for turn in turns(count):
        parts.store.add_turns([turn])
        parts.store.flush()
    added, cpu = time.perf_counter() - began, time.process_time() - worked
    grown, size = searched(parts), disk_mb(parts.settings.home)
    parts.store.flush(force=True)
    parts.store.compact()
    compacted, small = searched(parts), disk_mb(parts.settings.home)
    parts.close()
    return {
        "single_adds": count,
        "adds_per_s": round(count / added),
        "adds_per_cpu_s": round(count / cpu),
        "search": grown,
        "search_compacted": compacted,
        "p95_ratio": round(grown["p95_ms"] / compacted["p95_ms"], 2),
        "cpu_p95_ratio": round(grown["cpu_p95_ms"] / compacted["cpu_p95_ms"], 2),
        "disk_mb": size,
        "disk_mb_compacted": small,
        "disk_ratio": round(size / small, 2),
    }


def embedding() -> dict[str, Any] | None:
    """The default embedder's own speed; None where it is not on this machine."""
    try:
        embedder = models.open_embedder(config.load())
        texts = [turn.text for turn in turns(300)]
        embedder.embed(texts[:10])
        wall, cpu = milliseconds(lambda: embedder.embed(texts))
        one = spread([milliseconds(lambda q=q: embedder.embed([q])) for q in questions()])
        embedder.close()
    except MemcliError as error:
        print(f"the embedder is left out: {error.message}", file=sys.stderr)
        return None
    return {
        "name": embedder.name,
        "texts_per_s": round(300e3 / wall, 1),
        "texts_per_cpu_s": round(300e3 / cpu, 1),
        "question": one,
    }


def swapping() -> dict[str, Any] | None:
    """Milliseconds to attach another task's adapter, with what is kept of the context; None without any."""
    from memcli.models.adapters import shipped
    from memcli.models.session import Running, Session

    settings = config.load()
    try:
        model, file = models.files.find(settings.home.models, settings.chat_model)
        adapters = shipped(model)
        session = Session(model, file, Running(), adapters)
    except MemcliError as error:
        print(f"adapters are left out: {error.message}", file=sys.stderr)
        return None
    tasks = [*adapters, None] if adapters else []
    for task in tasks:
        session.use(task)
    empty = [milliseconds(lambda t=t: session.use(t)) for t in tasks * 40]
    for task in tasks:
        session.use(task)
        session.feed(list(range(5, 205)))
    full = [milliseconds(lambda t=t: session.use(t)) for t in tasks * 40]
    session.close()
    return {"alone": spread(empty), "with_200_tokens_kept": spread(full)} if tasks else None


def plot(report: dict[str, Any], file: Path) -> None:
    """Search latency against size, as a small SVG that needs no library."""
    rows = report["sizes"]
    most = max(row["search"]["p95_ms"] for row in rows)
    bars = []
    for place, row in enumerate(rows):
        for shift, key, shade in ((0, "p50_ms", "#4477aa"), (34, "p95_ms", "#88bbdd")):
            value, x = row["search"][key], 60 + place * 110 + shift
            height = 160 * value / most
            bars.append(f'<rect x="{x}" y="{190 - height:.1f}" width="30" height="{height:.1f}" fill="{shade}"/>')
            bars.append(f'<text x="{x + 15}" y="{185 - height:.1f}" text-anchor="middle">{value:.0f}</text>')
        bars.append(f'<text x="{92 + place * 110}" y="208" text-anchor="middle">{row["turns"]:,} turns</text>')
    width = 80 + 110 * len(rows)
    file.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="240"'
        f' font-family="monospace" font-size="11">'
        f'<text x="10" y="15">warm search, ms (dark p50, light p95)</text>{"".join(bars)}</svg>\n'
    )


def alone(piece: Callable[..., Any], *arguments: Any) -> Any:
    """What a piece found, run in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(piece, *arguments).result()


def measure(chosen: argparse.Namespace, workshop: Path) -> dict[str, Any]:
    """Every piece that was chosen, added to those of the report that is joined."""
    old: dict[str, Any] = json.loads(chosen.join.read_text()) if chosen.join else {}
    report = {**old, "version": __version__, "python": sys.version.split()[0]}
    sizes = {row["turns"]: row for row in old.get("sizes", [])}
    for count in [*chosen.sizes, *([HUGE] if chosen.huge else [])]:
        print(f"{count:,} turns …", file=sys.stderr)
        sizes[count] = alone(at_size, workshop / str(count), count)
    report["sizes"] = [sizes[count] for count in sorted(sizes)]
    if "process" not in report:
        print("whole processes and the embedder …", file=sys.stderr)
        report["process"] = alone(process_times, workshop / "process")
        report["embedder"] = alone(embedding)
        report["adapter_swap"] = alone(swapping)
    if chosen.adds:
        print(f"{chosen.adds:,} single adds …", file=sys.stderr)
        report["growth"] = alone(growth, workshop / "growth", chosen.adds)
    return report


def numbers(text: str) -> list[int]:
    """Whole numbers with commas between them; none for nothing."""
    return [int(number) for number in text.split(",") if number]


def main() -> None:
    """Measure, print, and write what was asked for."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sizes", type=numbers, default=list(SIZES))
    options.add_argument("--huge", action="store_true", help="1M turns as well")
    options.add_argument("--adds", type=int, default=10_000, help="single adds; 0 leaves the growth test out")
    options.add_argument("--join", type=Path, help="a report whose other pieces are kept")
    options.add_argument("--out", type=Path)
    options.add_argument("--plot", type=Path)
    chosen = options.parse_args()
    workshop = Path(tempfile.mkdtemp(prefix="memcli-bench-"))
    try:
        report = measure(chosen, workshop)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
    text = json.dumps(report, indent=2)
    print(text)
    if chosen.out:
        chosen.out.write_text(text + "\n")
    if chosen.plot:
        plot(report, chosen.plot)


if __name__ == "__main__":
    main()
