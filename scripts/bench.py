"""What memcli costs on this machine: latency, throughput, memory, disk; JSON out, and a picture of it.

    scripts/bench                      1k, 10k and 100k turns, a few minutes
    scripts/bench --sizes 1000         only one size
    scripts/bench --huge               1M turns as well
    scripts/bench --out bench.json --plot bench.svg

Turns are made up from a fixed seed. Vectors come from hashed words, so that the store is measured and not the
embedder; the embedder's own speed is measured apart, on the first thousand turns. Compare ratios of one run:
wall times of a busy machine mean little by themselves.
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
from dataclasses import replace
from datetime import UTC, datetime, timedelta
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
QUERIES = 40
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
    """Median and 95th percentile of wall time, median of CPU time."""
    wall, cpu = sorted(s[0] for s in samples), [s[1] for s in samples]
    return {
        "p50_ms": round(statistics.median(wall), 2),
        "p95_ms": round(wall[int(0.95 * (len(wall) - 1))], 2),
        "cpu_p50_ms": round(statistics.median(cpu), 2),
    }


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


def at_size(root: Path, count: int) -> dict[str, Any]:
    """A store of ``count`` turns: filled, searched, added to."""
    parts = new_parts(root)
    store = parts.store
    began = time.perf_counter()
    batch: list[Turn] = []
    for turn in turns(count):
        batch.append(turn)
        if len(batch) == BATCH:
            store.add_turns(batch)
            batch.clear()
    store.add_turns(batch)
    kept = time.perf_counter() - began
    store.flush(force=True)
    searchable = time.perf_counter() - began
    store.compact()
    result: dict[str, Any] = {
        "turns": count,
        "kept_turns_per_s": round(count / kept),
        "searchable_turns_per_s": round(count / searchable),
        "search": searched(parts),
        "fetch_vector": spread(
            [
                milliseconds(lambda v=v: store.nearest(Lane.TURN, v, 100, Filter()))
                for v in parts.embedder.embed(questions())
            ]
        ),
        "fetch_words": spread(
            [milliseconds(lambda q=q: store.matching(Lane.TURN, q, 100, Filter())) for q in questions()]
        ),
        "add_ack": spread(
            [milliseconds(lambda n=n: parts.assistant.remember(Note(f"note {n}", raw=True))) for n in range(60)]
        ),
        "disk_mb": disk_mb(parts.settings.home),
        "rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3),
    }
    parts.close()
    return result


def process_times(root: Path) -> dict[str, Any]:
    """Whole processes, as a person waits for them; ``search`` only where the default embedder is here."""
    program = [str(Path(sys.executable).with_name("memcli")), "--no-service", "--home", str(root)]
    commands = {"list": ["list"], "add": ["add", "--raw", "a note"]}
    found = {}
    for name, arguments in commands.items():
        runs = [
            milliseconds(lambda a=arguments: subprocess.run([*program, *a], capture_output=True, check=True))
            for _ in range(7)
        ]
        found[name] = {"p50_ms": spread(runs)["p50_ms"]}
    return found


def growth(root: Path, count: int) -> dict[str, Any]:
    """``count`` single adds, each followed by an unforced flush, against the same store compacted."""
    parts = new_parts(root)
    for turn in turns(count):
        parts.store.add_turns([turn])
        parts.store.flush()
    grown, size = searched(parts), disk_mb(parts.settings.home)
    parts.store.flush(force=True)
    parts.store.compact()
    compacted, small = searched(parts), disk_mb(parts.settings.home)
    parts.close()
    return {
        "single_adds": count,
        "search": grown,
        "search_compacted": compacted,
        "p95_ratio": round(grown["p95_ms"] / compacted["p95_ms"], 2),
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


def main() -> None:
    """Measure, print, and write what was asked for."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sizes", type=lambda text: [int(n) for n in text.split(",")], default=list(SIZES))
    options.add_argument("--huge", action="store_true", help="1M turns as well")
    options.add_argument(
        "--adds", type=int, default=10_000, help="single adds of the growth test; 0 leaves it out"
    )
    options.add_argument("--out", type=Path)
    options.add_argument("--plot", type=Path)
    chosen = options.parse_args()
    workshop = Path(tempfile.mkdtemp(prefix="memcli-bench-"))
    report: dict[str, Any] = {"version": __version__, "python": sys.version.split()[0], "sizes": []}
    try:
        report["embedder"] = embedding()
        for count in [*chosen.sizes, *([HUGE] if chosen.huge else [])]:
            print(f"{count:,} turns …", file=sys.stderr)
            report["sizes"].append(at_size(workshop / str(count), count))
        report["process"] = process_times(workshop / str(chosen.sizes[0]))
        if chosen.adds:
            print(f"{chosen.adds:,} single adds …", file=sys.stderr)
            report["growth"] = growth(workshop / "growth", chosen.adds)
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
