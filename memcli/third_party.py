"""Whether any other package brings plugins: told by what is installed, without loading one, or what loads them.

``importlib.metadata`` and pluggy take some 30 ms to say that there is none, which is what most commands hear.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

_OWN: Final = ("memcli-", "memcli.")
"""As it is installed, and as it lies in a checkout."""
_ENDS: Final = (".dist-info", ".egg-info")
_GROUP: Final = b"[memcli]"


@lru_cache(maxsize=1)
def bring_plugins() -> bool:
    """Whether to look closer. An archive on the path of modules is not looked into, and counts."""
    for place in map(Path, dict.fromkeys(sys.path)):
        if place.is_file() or any(_GROUP in points for points in _entry_points(place)):
            return True
    return False


def _entry_points(place: Path) -> Iterator[bytes]:
    try:
        found = [each for each in place.iterdir() if each.name.endswith(_ENDS)]
    except OSError:  # no folder
        return
    for each in found:
        if not each.name.lower().startswith(_OWN):
            try:
                yield (each / "entry_points.txt").read_bytes()
            except OSError:  # it has none
                continue
