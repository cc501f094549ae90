"""A curve in the cells of a terminal, with its scale and the dates below it; pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from memcli.humanize import day
from memcli.lifecycle import fades_at, retention
from memcli.records import Memory

_EIGHTHS: Final = " ▁▂▃▄▅▆▇█"
_SCALE: Final = 6
_BEYOND: Final = 1.1
"""The curve goes a little beyond the day on which the memory fades."""
_YEAR: Final = timedelta(days=365)


def bars(values: Sequence[float], height: int) -> list[str]:
    """Shares from 0 to 1 as columns, the top line first; what is above 0 is never quite empty."""
    most = height * 8
    filled = [min(max(round(value * most), 1 if value > 0 else 0), most) for value in values]
    return [
        "".join(_EIGHTHS[min(max(eighths - row * 8, 0), 8)] for eighths in filled)
        for row in reversed(range(height))
    ]


def retention_plot(memory: Memory, now: datetime, threshold: float, size: tuple[int, int]) -> list[str]:
    """Retention from when the memory was fresh until it will fade, with the present marked.

    Args:
        memory: one that fades.
        now: the present.
        threshold: the retention below which it counts as faded.
        size: columns and lines of the curve itself; one line of scale, one of marks and one of dates come on top.
    """
    width, height = size
    columns = max(width - _SCALE, 8)
    fresh = memory.last_recalled_at or memory.created_at
    gone = fades_at(memory, threshold)
    end = max(fresh + (gone - fresh) * _BEYOND if gone else fresh + _YEAR, now + timedelta(days=1))
    steps = [fresh + (end - fresh) * step / (columns - 1) for step in range(columns)]
    drawn = bars([retention(memory, at) for at in steps], height)
    scale = ["100% ┤", *["     │"] * (height - 1)]
    at_now = _place(now, fresh, end, columns)
    marks = "─" * at_now + "▲" + "─" * (columns - at_now - 1)
    return [
        *(f"{left}{line}" for left, line in zip(scale, drawn, strict=True)),
        f"  0% └{marks}",
        " " * _SCALE + _dates(fresh, gone, at_now, columns),
    ]


def _place(at: datetime, start: datetime, end: datetime, columns: int) -> int:
    share = (at - start) / (end - start) if end > start else 0.0
    return min(max(round(share * (columns - 1)), 0), columns - 1)


def _dates(fresh: datetime, gone: datetime | None, at_now: int, columns: int) -> str:
    """The first day on the left, the last on the right, and the present between them where there is room."""
    left, right = day(fresh), f"fades {day(gone)}" if gone else ""
    line = [*left, *" " * (columns - len(left) - len(right)), *right] if len(left + right) < columns else [*right]
    word = "now"
    start = min(max(at_now - 1, 0), max(len(line) - len(word), 0))
    if all(letter == " " for letter in line[max(start - 1, 0) : start + len(word) + 1]):
        line[start : start + len(word)] = word
    return "".join(line)
