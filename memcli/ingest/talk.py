"""Foreign messages to turns: roles, times, stable ids, places in a session; knows no format and no file."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from memcli.errors import BadInputError
from memcli.ingest.text import SEGMENT_CHARS, segments
from memcli.ports import Imported
from memcli.records import Origin, Role, Turn, stable_id

LONGEST_TURN: Final = 20_000
TURNS_AT_ONCE: Final = 500
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECONDS_FROM: Final = 100_000_000_000
_ROLES: Final[Mapping[str, Role]] = {
    "user": Role.USER,
    "human": Role.USER,
    "assistant": Role.ASSISTANT,
    "ai": Role.ASSISTANT,
    "bot": Role.ASSISTANT,
    "model": Role.ASSISTANT,
    "system": Role.TOOL,
    "developer": Role.TOOL,
    "tool": Role.TOOL,
    "function": Role.TOOL,
}
_ORIGINS: Final = {
    Role.USER: Origin.DIRECT_USER,
    Role.ASSISTANT: Origin.ASSISTANT,
    Role.TOOL: Origin.TOOL,
}


def role_of(name: object) -> Role:
    """The role by any of the names that chat tools give it.

    Raises:
        BadInputError: it is none of them.
    """
    if not isinstance(name, str) or name.lower() not in _ROLES:
        raise BadInputError(f"{name!r} is not a role", hint=f"roles: {', '.join(_ROLES)}")
    return _ROLES[name.lower()]


def origin_of(role: Role) -> Origin:
    """Where the words of a chat's role come from."""
    return _ORIGINS[role]


def moment(value: object, zone: tzinfo = UTC) -> datetime:
    """A time as files tell it: ISO 8601, or seconds or milliseconds since 1970; ``zone`` where none is told.

    Raises:
        BadInputError: it is not a time.
    """
    try:
        number = _number(value)
        if number is not None:
            seconds = number / 1000 if abs(number) >= _MILLISECONDS_FROM else number
            return _EPOCH + timedelta(seconds=seconds)
        at = datetime.fromisoformat(str(value).strip())
    except (ValueError, OverflowError) as error:
        raise BadInputError(f"{value!r} is not a time", hint="use ISO 8601 or seconds since 1970") from error
    return at if at.tzinfo else at.replace(tzinfo=zone)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str) and (len(value) < 9 or not value.replace(".", "", 1).isdigit()):
        return None  # 20260301 is a day
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("not finite")
    return number


def zone_of(options: Mapping[str, str]) -> tzinfo:
    """The option ``zone``, such as ``Europe/Lisbon``; else the zone that the user's clock shows now.

    Raises:
        BadInputError: there is no such zone.
    """
    name = options.get("zone")
    try:
        return ZoneInfo(name) if name else now_of(options).tzinfo or UTC
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadInputError(f"no time zone is called {name}", hint="names are such as Europe/Lisbon") from error


def now_of(options: Mapping[str, str]) -> datetime:
    """The present, as whoever imports told it under ``at``; 1970 if they did not."""
    return moment(options.get("at", 0))


def name_of(options: Mapping[str, str], path: Path) -> str:
    """The name of what is imported, without its ending."""
    return Path(options.get("name") or path.name).stem


@dataclass(slots=True)
class Talk:
    """A conversation or a document being read, in order.

    Args:
        source: the importer's name; with a message's own id it makes the turn's id.
        session: what the conversation is called.
    """

    source: str
    session: str
    position: int = 0
    last: datetime | None = None
    turns: list[Turn] = field(default_factory=list)

    def say(
        self,
        text: str,
        at: datetime,
        own_id: str,
        *,
        role: Role = Role.USER,
        speaker: str = "",
        origin: Origin | None = None,
    ) -> list[Turn]:
        """Add what was said; what shows nothing is left out, and a long document is cut into pieces.

        ``own_id`` must be the source's own and the same in every export: importing again then adds nothing.
        """
        self.last = at
        piece = SEGMENT_CHARS if origin is Origin.DOCUMENT else LONGEST_TURN
        made: list[Turn] = []
        readable = any(char.isprintable() and not char.isspace() for char in text)
        for number, part in enumerate(segments(text.strip(), piece) if readable else ()):
            name = f"{own_id}#{number}" if number else own_id
            made.append(
                Turn(
                    id=stable_id("t", self.source, name),
                    session=self.session,
                    position=self.position,
                    role=role,
                    speaker=speaker or role.value,
                    text=part,
                    at=at,
                    origin=origin or origin_of(role),
                    source=self.source,
                    source_id=name,
                )
            )
            self.position += 1
        self.turns += made
        return made

    @property
    def full(self) -> bool:
        """Whether there is enough to hand over."""
        return len(self.turns) >= TURNS_AT_ONCE

    def give(self, *, learn: bool = True) -> Imported:
        """What was said since the last time; ``learn`` as in ``Imported``."""
        done, self.turns = tuple(self.turns), []
        return Imported(turns=done, learn=learn)
