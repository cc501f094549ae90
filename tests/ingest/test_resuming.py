"""An import that is cut off in the middle, and begun again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from memcli import hooks
from memcli.config import Settings
from memcli.ingest import Source, run_import
from memcli.models.fake import FakeEmbedder
from memcli.ports import FixedClock, SilentProgress
from memcli.store import Store


class Cut(SilentProgress):
    """Ends the process's patience at a number of records kept."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.at = at
        self.stage = ""

    def start(self, what: str, total: int | None) -> None:
        super().start(what, total)
        self.stage = what

    def advance(self, step: int = 1) -> None:
        super().advance(step)
        if self.stage == "keeping" and self.advanced >= self.at:
            raise KeyboardInterrupt


def test_an_import_that_was_cut_off_goes_on_where_it_stopped(settings: Settings, tmp_path: Path) -> None:
    """Nothing is kept twice, and everything is kept in the end."""
    file, clock = tmp_path / "talk.jsonl", FixedClock()
    lines = [json.dumps({"content": f"thing {number}", "timestamp": 1767603660}) for number in range(5_000)]
    file.write_text("\n".join(lines), encoding="utf-8")
    clock.at = clock.at.replace(month=6)
    source = Source(hooks.importer("jsonl"), file, {"at": clock.at.isoformat()}, 100_000)
    store = Store.open(settings, FakeEmbedder, clock)
    with pytest.raises(KeyboardInterrupt):
        run_import(source, store, clock.at, Cut(2_000))
    begun = store.stats().turns
    assert 0 < begun < 5_000
    report = run_import(source, store, clock.at, SilentProgress())
    assert (report.kept.turns, report.known.turns, store.stats().turns) == (5_000 - begun, begun, 5_000)
    assert store.work_left() == 5_000
    store.close()
