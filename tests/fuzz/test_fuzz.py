"""Whatever a stranger wrote is read or refused in one line; a bounded set of cases (``scripts/fuzz.py``: many)."""

from __future__ import annotations

import random
import warnings
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.mutate import mutated
from tests.fuzz.targets import run, targets
from tests.plugins.test_hostile import GOOD

CASES = 60


@pytest.mark.parametrize("name", sorted(targets()))
def test_changed_input_is_read_or_refused(name: str) -> None:
    """The same cases each time; good input is among them, and is read."""
    target, source = targets()[name], random.Random(zlib.crc32(name.encode()))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for seed in target.seeds:
            run(target, seed)
        for _ in range(CASES):
            run(target, mutated(source, target.seeds))


@pytest.mark.parametrize("name", ["model's facts", "citations", "secrets", "words", "text file", "record filter"])
def test_any_text_is_read_or_refused(name: str) -> None:
    """Unicode of every kind; failures shrink."""

    @settings(derandomize=True, max_examples=100, deadline=None)
    @given(st.text(max_size=300))
    def holds(text: str) -> None:
        run(targets()[name], text.encode("utf-8", "surrogatepass"))

    holds()


FOUND = {
    "import mbox": b"From a Mon Jan  5 10:00:00 2026\nFrom: =?ut\xad-8?q?A?= <a@x>\n\nHi\n",
    "import text, zipped": b".\nhello",
    "sealed archive": b"age-encryption.org/v1\n-> scrA 18\nYQ\n-0 \rWFj bWFj\nt c2FsdA q8\nYQ\n\nYQ\n--- WFj\n$",
    "ids": b"m:a\nb",
    "dates": b"9999-12-31",
    "service, a server's stream": b'{"error": "a"}\n',
    "import ics": GOOD["ics"][1].replace("END:VEVENT", "DTEND;TZID=Europe:20260710T110000\r\nEND:VEVENT").encode(),
}


@pytest.mark.parametrize("name", FOUND)
def test_what_a_long_run_found_is_mended(name: str) -> None:
    """Each once raised something else than memcli's own error, or an error of several lines."""
    run(targets()[name], FOUND[name])
