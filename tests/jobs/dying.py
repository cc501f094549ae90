"""A process that is killed in mid-job. Run as ``python dying.py HOME TIME JOB``; it leaves its run open."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path

from memcli.config import Settings
from memcli.jobs import Runner, named
from memcli.models.fake import FakeEmbedder
from memcli.paths import Home
from memcli.ports import FixedClock
from memcli.wiring import Parts


class Deadly:
    """Progress that ends the process at its first step, as ``kill -9`` would."""

    def start(self, what: str, total: int | None) -> None:
        """The work begins."""

    def advance(self, step: int = 1) -> None:
        """And ends here."""
        os._exit(9)

    def done(self) -> None:
        """Never reached."""


def main(home: Path, at: str, job: str) -> None:
    """Run a job until its first step is done."""
    parts = Parts(Settings(home=Home(root=home, models=home)), FixedClock(datetime.fromisoformat(at)))
    parts.embedder = FakeEmbedder()
    Runner(parts.assistant).run(named(job), Deadly())


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
