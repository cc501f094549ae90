"""What a long run has done so far, a line for each question, so that one cut off goes on; knows no score."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from memcli.errors import BadInputError


class Journal:
    """Results by question id in a file of JSON lines; its first line says what run they belong to.

    Args:
        file: where it is kept; without one nothing is, and every run begins anew.
        about: what makes results comparable: the dataset, what ranks, which model.

    Raises:
        BadInputError: the file holds another run, is no such file, or cannot be used.
    """

    def __init__(self, file: Path | None = None, about: Mapping[str, Any] | None = None) -> None:
        self._file = file
        self._done: dict[str, dict[str, Any]] = {}
        if file is not None:
            self._open(file, {"run": dict(about or {})})

    def _open(self, file: Path, head: dict[str, Any]) -> None:
        try:
            lines = _whole_lines(file)
            if not lines:
                file.write_text(json.dumps(head) + "\n", encoding="utf-8")
                return
            found = json.loads(lines[0])
            self._done = {entry["id"]: entry for entry in map(json.loads, lines[1:])}
            file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")  # less a line cut in half
        except OSError as error:
            raise BadInputError(f"cannot use {file}: {error.strerror}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise BadInputError(
                f"{file} is not the beginning of a run", hint="remove it, or choose --out"
            ) from error
        if found != json.loads(json.dumps(head)):
            raise BadInputError(
                f"{file} holds another run", hint="remove it to begin anew, or choose another --out"
            )

    def get(self, question: str) -> dict[str, Any] | None:
        """The result of a question, if it was asked already."""
        return self._done.get(question)

    def add(self, question: str, result: Mapping[str, Any]) -> None:
        """Note a result; it is in the file when this returns."""
        entry = {"id": question, **result}
        self._done[question] = entry
        if self._file is not None:
            with self._file.open("a", encoding="utf-8") as out:
                out.write(json.dumps(entry) + "\n")

    def close(self) -> None:
        """The run is over: its report holds all of it."""
        if self._file is not None:
            self._file.unlink(missing_ok=True)


def _whole_lines(file: Path) -> list[str]:
    """The lines that were written to their end."""
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    return text.split("\n")[:-1]
