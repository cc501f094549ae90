"""The table of `memcli help faults`: every test that it names is there, and every test of faults is named."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "memcli" / "cli" / "pages" / "faults.md"


def test_the_page_says_what_holds_of_every_fault_that_is_tested() -> None:
    """A fault that is promised is tested, and one that is tested is promised."""
    named = set(re.findall(r"test_\w+\.py", PAGE.read_text(encoding="utf-8")))
    here = {file.name for file in Path(__file__).parent.glob("test_*.py")} - {Path(__file__).name}
    assert here <= named
    assert all(list((ROOT / "tests").glob(f"*/{name}")) for name in named)
