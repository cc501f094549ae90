"""A process that trains one's own update adapter, with a checkpoint after every step; to be killed.

Run as ``python training.py HOME MODELS STEPS``; prints a line for each step that is kept, then the adapter's name.
"""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

from memcli.adapters import retrain
from memcli.config import Settings
from memcli.paths import Home
from memcli.ports import SilentProgress
from memcli.wiring import Parts


def tell(line: str) -> None:
    """To whoever started this."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(home: Path, models: Path, steps: int) -> None:
    """Train to the end."""
    retrain.SAVE_EVERY = -1.0  # type: ignore[misc]  # seconds: each step is longer
    recipe = retrain.Recipe(minutes=30.0, passes=1, least_steps=steps)
    with closing(Parts(Settings(home=Home(root=home, models=models)))) as parts:

        def kept() -> None:
            tell("step")

        made = retrain.retrain(parts, "update", recipe, SilentProgress(), kept, limit=2)
    tell(made.after)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
