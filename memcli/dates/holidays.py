"""The days with names: when each falls in a year; knows no language (tables map words to these names)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from memcli.dates.periods import DAY, Period, calendar_day, day, easter, month, nth

_FIXED: Final = {
    "new_year": (1, 1),
    "epiphany": (1, 6),
    "valentine": (2, 14),
    "womens_day": (3, 8),
    "st_patrick": (3, 17),
    "labour_day": (5, 1),
    "juneteenth": (6, 19),
    "july_4": (7, 4),
    "july_14": (7, 14),
    "halloween": (10, 31),
    "german_unity": (10, 3),
    "christmas_eve": (12, 24),
    "christmas": (12, 25),
    "boxing_day": (12, 26),
    "new_years_eve": (12, 31),
}
_AFTER_EASTER: Final = {"good_friday": -2, "easter": 0, "easter_monday": 1, "pentecost": 49}
_NTH: Final = {  # month, weekday, which one: as kept in the United States
    "mlk_day": (1, 0, 3),
    "mothers_day": (5, 6, 2),
    "memorial_day": (5, 0, -1),
    "fathers_day": (6, 6, 3),
    "us_labor_day": (9, 0, 1),
    "thanksgiving": (11, 3, 4),
}


def holiday(anchor: datetime, name: str, y: int) -> Period:
    """The day of a holiday in year ``y``, in the offset of ``anchor``."""
    if name in _FIXED:
        return calendar_day(anchor, y, *_FIXED[name])
    if name in _AFTER_EASTER:
        return day(calendar_day(anchor, y, *easter(y)).start, _AFTER_EASTER[name])
    if name == "black_friday":
        return day(holiday(anchor, "thanksgiving", y).start + DAY)
    number, weekday, position = _NTH[name]
    found = nth(month(calendar_day(anchor, y, number, 1).start), weekday, position)
    if found is None:
        raise ValueError(f"no {name} in {y}")
    return found
