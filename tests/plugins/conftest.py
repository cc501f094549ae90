"""Reading a foreign file with its importer, and the smallest files of each format."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

import pytest

from memcli import hooks
from memcli.ports import Imported
from memcli.records import Link, Memory, Turn

NOW: Final = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
Json: TypeAlias = Any


class Brought:
    """All that an importer yields for a file."""

    def __init__(self, parts: list[Imported]) -> None:
        self.parts = parts
        self.turns: list[Turn] = [turn for part in parts for turn in part.turns]
        self.memories: list[Memory] = [memory for part in parts for memory in part.memories]
        self.links: list[Link] = [link for part in parts for link in part.links]

    @property
    def texts(self) -> list[str]:
        """What was said, in order."""
        return [turn.text for turn in self.turns]


def bring(format_name: str, path: Path, **options: str) -> Brought:
    """What an importer finds in a file, told the options that the command line gives and these."""
    given = {"at": NOW.isoformat(), "name": path.name} | options
    return Brought(list(hooks.importer(format_name).read(path, given)))


def as_json(path: Path, value: Json) -> Path:
    """A JSON file."""
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def as_zip(path: Path, files: Mapping[str, str | bytes]) -> Path:
    """A ZIP of these files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str, str], Path]:
    """Makes a text file."""

    def write(name: str, text: str) -> Path:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    return write
