"""How often a date without year or week is read the right way, and the weights of the cues fitted anew.

    python scripts/fit_leaning.py [--fit]

Two kinds of cases in tests/data/dates. Sentences written for this, said on Thursday 26 November 2026, with their
dates in the notation of tests/dates (``mended.tsv``). Turns of our own dialogues with the date in
brackets, when they were said, and P or F for past or to come, labelled by hand before they were read by any rule
(``talk_mended.tsv``, ``talk_counted.tsv``). Nobody mends a rule on the counted file, and the fit does not see it.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from memcli.dates import DateSpan, find_dates
from memcli.dates.english_cues import WORDS
from memcli.dates.leaning import CUES, WEIGHTS, votes

DATA: Final = Path(__file__).parent.parent / "tests" / "data" / "dates"
SAID: Final = datetime(2026, 11, 26, 10, tzinfo=UTC)
STEPS: Final = 2_000
RATE: Final = 0.05
DRAW: Final = 1.0  # how strongly weights are drawn to the ones that the table has


def sentences(name: str) -> list[tuple[str, list[str]]]:
    """The written cases: what is said, and its dates."""
    rows = [line.split("\t") for line in (DATA / name).read_text(encoding="utf-8").splitlines()]
    return [(text, expected.split(", ")) for text, expected in rows]


def turns(name: str) -> Iterator[tuple[datetime, bool, str, int, int]]:
    """The cases from dialogues: when, whether it is to come, the text, and where the date stands in it."""
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        said, way, text = line.split("\t")
        first, last = text.index("["), text.index("]", text.index("["))
        plain = text[:first] + text[first + 1 : last] + text[last + 1 :]
        yield datetime.fromisoformat(said).replace(tzinfo=UTC), way == "F", plain, first, last - 1


def comes(span: DateSpan, said: datetime) -> bool:
    """Is it to come? A stretch that ends ahead is, one that began already is not."""
    return span.end > said if span.open_start else span.start > said


def of_sentence(text: str, expected: list[str]) -> bool:
    """Are these the dates of the sentence?"""
    spans = [span for span in find_dates(text, SAID) if not span.recurring]
    wanted = [date for date in expected if date != "every"]
    return len(spans) == len(wanted) and all(map(fits, spans, wanted))


def fits(span: DateSpan, expected: str) -> bool:
    """Does a span begin, and where that is told end, on the day that is expected?"""
    first, last = f"{span.start:%Y-%m-%d}", f"{span.end - timedelta(seconds=1):%Y-%m-%d}"
    if expected.startswith("until "):
        return span.open_start and last == expected.removeprefix("until ")
    start, _, end = expected.removeprefix("since ").partition("..")
    return first.startswith(start[:10]) and end in ("", last)


def of_turn(said: datetime, ahead: bool, text: str, first: int, last: int) -> bool:
    """Is the date found, and on the right side?"""
    found = [span for span in find_dates(text, said) if span.first < last and span.last > first]
    return bool(found) and (comes(found[0], said) is ahead or found[0].start <= said < found[0].end)


def fitted() -> dict[str, float]:
    """The weights of the cues after gradient descent on the mended turns, drawn to those of the table."""
    told = turns("talk_mended.tsv")
    cases = [(dict(votes(WORDS, text.lower(), a, b)), 1 if ahead else -1) for _, ahead, text, a, b in told]
    weights = dict(WEIGHTS)
    for _ in range(STEPS):
        slope = {name: DRAW * (weights[name] - WEIGHTS[name]) for name in weights}
        for cues, sign in cases:
            push = -sign / (1 + math.exp(sign * sum(weights[name] * share for name, share in cues.items())))
            for name, share in cues.items():
                slope[name] += push * share
        weights = {name: weight - RATE * slope[name] / len(cases) ** 0.5 for name, weight in weights.items()}
    return weights


def main() -> None:
    """Print both counts; with --fit the weights beside those of the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--fit", action="store_true")
    cases = sentences("mended.tsv")
    print(f"mended.tsv: {sum(of_sentence(*case) for case in cases)} of {len(cases)}")
    for name in ("talk_mended.tsv", "talk_counted.tsv"):
        said = list(turns(name))
        print(f"{name}: {sum(of_turn(*case) for case in said)} of {len(said)}")
    if parser.parse_args().fit:
        weights = fitted()
        for cue in CUES:
            print(f"{cue.name:12} {cue.weight:5.1f} {weights[cue.name]:5.1f}")


if __name__ == "__main__":
    main()
