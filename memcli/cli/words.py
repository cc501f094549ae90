"""Small words for people, where commands look for them; the TUI has them too, so they live below both."""

from memcli.words import (
    SHORT_ID,
    ago,
    count,
    cut,
    day,
    fresh_name,
    lasting,
    moment,
    one_line,
    printable,
    short,
    size,
)

__all__ = [
    "SHORT_ID",
    "ago",
    "count",
    "cut",
    "day",
    "fresh_name",
    "lasting",
    "moment",
    "one_line",
    "printable",
    "short",
    "size",
]
