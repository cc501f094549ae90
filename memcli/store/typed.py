"""The lines typed in a chat, as prompt_toolkit keeps them for the arrow keys; knows that format only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from memcli.paths import PRIVATE_FILE
from memcli.store.border import system_error
from memcli.store.needles import Needles

if TYPE_CHECKING:
    from pathlib import Path


def forget_typed(file: Path, texts: Sequence[str]) -> None:
    """Take every entry out that says one of the texts; the file is replaced as a whole.

    Raises:
        StoreError: it cannot be read or written.
    """
    try:
        lines = file.read_bytes().decode("utf-8", errors="surrogateescape").splitlines(keepends=True)
    except FileNotFoundError:
        return
    except OSError as error:
        raise system_error(file, error) from error
    needles, whole = Needles(texts), {text.strip() for text in texts}
    kept = [
        entry
        for entry in _entries(lines)
        if (said := _typed(entry)).strip() not in whole and not needles.in_text(said)
    ]
    if sum(map(len, kept)) < len(lines):
        _replace(file, "".join(line for entry in kept for line in entry))


def _entries(lines: Iterable[str]) -> Iterator[list[str]]:
    """An entry is a blank line and a time after ``#``, then its lines after ``+``."""
    entry: list[str] = []
    for line in lines:
        if not line.startswith("+") and any(each.startswith("+") for each in entry):
            yield entry
            entry = []
        entry.append(line)
    if entry:
        yield entry


def _typed(entry: Iterable[str]) -> str:
    return "".join(line[1:] for line in entry if line.startswith("+"))


def _replace(file: Path, text: str) -> None:
    new = file.with_name(file.name + ".new")
    try:
        new.write_bytes(text.encode("utf-8", errors="surrogateescape"))
        new.chmod(PRIVATE_FILE)
        new.replace(file)
    except OSError as error:
        raise system_error(file, error) from error
