"""From the fields of a dialog, as they were typed, to what the corridor takes; pure."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from memcli.dates import resolve
from memcli.errors import BadInputError
from memcli.requests import Note, Patch

if TYPE_CHECKING:
    from memcli.tui.screens.dialogs import Written


def note_of(written: Written, now: datetime) -> Note:
    """What is to be remembered.

    Raises:
        BadInputError: the date is none.
    """
    return Note(
        text=written.text,
        at=resolve(written.when, now).start if written.when else None,
        kind=written.kind,
        tags=tuple(tag.lstrip("#") for tag in written.tags.split()),
    )


def patch_of(before: Written, written: Written, now: datetime) -> Patch:
    """What was changed of a memory's fields.

    Raises:
        BadInputError: the date or the number is none.
    """
    moved = bool(written.when) and written.when != before.when
    return Patch(
        text=written.text if written.text != before.text else None,
        kind=written.kind if written.kind is not before.kind else None,
        importance=_share(written.importance) if written.importance != before.importance else None,
        event_at=resolve(written.when, now).start if moved else None,
    )


def _share(text: str) -> float:
    """A number from 0 to 1.

    Raises:
        BadInputError: it is not one.
    """
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise BadInputError(f"importance is a number from 0 to 1, not {text!r}")
    return value
