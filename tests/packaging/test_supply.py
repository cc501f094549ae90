"""Every dependency has bounds that hold, and every licence is known."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "scripts" / "supply.py"


def test_pins_hold_and_licences_are_known() -> None:
    """The list is printed; nothing is wrong with it; and it says that nobody was asked for advisories."""
    done = subprocess.run([sys.executable, str(SCRIPT)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "lancedb" in done.stdout
    assert "smollm2-135m-instruct" in done.stdout
    assert "advisories: not asked" in done.stdout
