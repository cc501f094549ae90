"""The models memcli knows by name; knows where each comes from and nothing of fetching or running it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from memcli.errors import NotFoundError

ModelTask = Literal["chat", "embedding"]
Conversion = Literal["q8_0", "bert-gguf", ""]


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """One model: its source, what its file must hash to, and how it becomes the GGUF that is run.

    Attributes:
        name: what users call it, and the folder it is kept in.
        task: chat or embedding.
        source: ``pypi:NAME==VERSION#path``, ``hf:owner/repo/file@revision`` or ``file:/path``.
        sha256: of the file that the source names; empty where none is known beforehand.
        licence: SPDX identifier.
        size_bytes: of the download; 0 where it is not known.
        use: what it is good for, in a few words.
        beside: files next to the source's file that the conversion reads.
        convert: how the file becomes the GGUF; empty where it is one already.
        max_tokens: the most tokens of a text that an embedder looks at; 0 is all its context.
        delta: what memcli trained and the conversion adds to the weights: a file among its adapters.
    """

    name: str
    task: ModelTask
    source: str
    licence: str
    sha256: str = ""
    size_bytes: int = 0
    use: str = ""
    beside: tuple[str, ...] = ()
    convert: Conversion = ""
    max_tokens: int = 0
    delta: str = ""


@cache
def entries() -> Mapping[str, CatalogEntry]:
    """Every entry by name, the defaults first in each task."""
    tables = tomllib.loads(files("memcli.models").joinpath("catalog.toml").read_text(encoding="utf-8"))
    return {name: entry_from(name, table) for name, table in tables.items()}


def entry_from(name: str, table: Mapping[str, object]) -> CatalogEntry:
    """An entry from its TOML table."""
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
    return CatalogEntry(name=name, **values)  # type: ignore[arg-type]  # our own file, held by a test


def entry(name: str) -> CatalogEntry:
    """The entry of that name.

    Raises:
        NotFoundError: the catalog has none.
    """
    try:
        return entries()[name]
    except KeyError:
        raise NotFoundError(
            f"the catalog has no model called {name}",
            hint="see `memcli models list`, or `memcli models import PATH --name NAME` for a GGUF file of yours",
        ) from None
