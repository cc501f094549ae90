"""A writer that goes on when a write fails: ``python stubborn_child.py HOME SEED STEPS``; prints what was refused.

It writes as ``child.py`` does, and acknowledges only what the store returned from.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from memcli.errors import MemcliError
from memcli.records import Change, Turn
from tests.faults.child import Writer


class Stubborn(Writer):
    """Writes its own acknowledgements until they are written: the disk fails those too."""

    def ack(self, record: Turn | Change) -> None:
        """Say that the store returned from this write."""
        for _ in range(10):
            try:
                return super().ack(record)
            except OSError:
                continue
        raise AssertionError("the disk is worse than it was said to be")


def run(home: Path, seed: int, steps: int) -> Counter[str]:
    """So many steps; how many were refused, by the kind of error."""
    writer, refused = Stubborn(home, seed), Counter[str]()
    doings = [writer.add, writer.add, writer.birth, writer.birth, writer.edit, writer.forget, writer.flush]
    for _ in range(steps):
        try:
            writer.random.choice(doings)()
        except MemcliError as error:
            refused[f"{type(error).__name__}: {error.message[:60]}"] += 1
    return refused


if __name__ == "__main__":
    for name, times in run(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])).items():
        sys.stdout.write(f"{times} x {name}\n")
