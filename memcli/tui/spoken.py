"""The lines that were typed in chats, for the arrow keys; one file for this program and for `memcli chat`.

The file is in prompt_toolkit's format: a comment with the time, then each line of the text behind a plus.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from memcli.paths import PRIVATE_FILE

MOST: Final = 1_000


def read(file: Path) -> list[str]:
    """What was typed, the oldest first; nothing where there is no file that can be read."""
    try:
        written = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return list(_texts(written.splitlines()))[-MOST:]


def append(file: Path, text: str, at: datetime) -> None:
    """Keep what was typed; a full disk costs the history, not the chat."""
    lines = "".join(f"+{line}\n" for line in text.split("\n"))
    try:
        with os.fdopen(os.open(file, os.O_CREAT | os.O_WRONLY | os.O_APPEND, PRIVATE_FILE), "a") as out:
            out.write(f"\n# {at:%Y-%m-%d %H:%M:%S.%f}\n{lines}")
    except OSError:
        return


def _texts(lines: list[str]) -> Iterator[str]:
    text: list[str] = []
    for line in [*lines, ""]:
        if line.startswith("+"):
            text.append(line[1:])
        elif text:
            yield "\n".join(text)
            text = []
