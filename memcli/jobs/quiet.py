"""When heavy jobs wait: in the hours the user wants quiet, and on battery where the system tells; reads only."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, time
from pathlib import Path
from typing import Final

from memcli.errors import BadInputError

POWER: Final = Path("/sys/class/power_supply")
"""Where Linux tells of batteries and mains; elsewhere a machine counts as plugged in."""
_HOURS: Final = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")


def quiet(hours: str, power: Path | None = POWER) -> Callable[[datetime], bool]:
    """Whether a moment is one for quiet, by hours such as ``22:00-07:00`` (empty is never) or by the battery.

    Without ``power`` nobody looks at the battery.
    """
    wanted = span_of(hours) if hours.strip() else None
    return lambda now: (
        (wanted is not None and within(now.timetz().replace(tzinfo=None), *wanted))
        or (power is not None and on_battery(power))
    )


def span_of(hours: str) -> tuple[time, time]:
    """Begin and end of quiet hours as a user writes them.

    Raises:
        BadInputError: they are not two times of day.
    """
    found = _HOURS.fullmatch(hours.strip())
    try:
        if found:
            first, second, third, fourth = map(int, found.groups())
            return time(first, second), time(third, fourth)
    except ValueError:
        pass
    raise BadInputError(f"quiet hours are two times such as 22:00-07:00, not {hours!r}")


def within(at: time, begin: time, end: time) -> bool:
    """Whether a time of day lies in a span that may go past midnight; the end is left out."""
    return begin <= at < end if begin <= end else at >= begin or at < end


def on_battery(power: Path = POWER) -> bool:
    """Whether a battery is being drained and no mains is on."""
    supplies = list(power.glob("*")) if power.is_dir() else []
    draining = any(_read(supply / "status") == "Discharging" for supply in supplies)
    return draining and not any(_read(supply / "online") == "1" for supply in supplies)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
