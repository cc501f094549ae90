"""Evaluated beginnings of prompts in files, so that a fresh process reads them instead of evaluating them again.

What a chat begins with (instructions, the user's profile) changes seldom; its KV state is MemOS's activation
memory. A file holds the words that were evaluated beside their state: a purge takes the whole cache, and its
verification finds erased words here as in any other file. Knows bytes and no model.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from memcli.paths import PRIVATE_DIR, PRIVATE_FILE

_MAGIC: Final = b"memcli prefix 1"
_SUFFIX: Final = ".kv"
_DIGEST: Final = 10


@dataclass(frozen=True, slots=True)
class Beginning:
    """A beginning of a prompt: who evaluates it (model, adapter, engine), its tokens, and its words."""

    by: str
    tokens: tuple[int, ...]
    words: str

    @property
    def name(self) -> str:
        """The name of its file: those of one evaluator begin alike."""
        tokens = " ".join(map(str, self.tokens))
        return f"{_digest(self.by)}-{_digest(tokens)}{_SUFFIX}"


class Prefixes:
    """A folder of states, one for each evaluator: a beginning that changed takes the place of the one before.

    A cache that cannot be read or written is none: nothing here fails.

    Args:
        folder: made when first needed, private to the user.
        most_bytes: of all files together; the ones not used for longest go. 0 keeps none.
    """

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._folder = folder
        self._most = most_bytes

    def read(self, beginning: Beginning) -> bytes | None:
        """The state that was kept; None where there is none, or it is damaged."""
        file = self._folder / beginning.name
        with contextlib.suppress(OSError):
            data = file.read_bytes()
            os.utime(file)
            return _state_in(data)
        return None

    def keep(self, beginning: Beginning, evaluate: Callable[[], bytes]) -> None:
        """Evaluate a beginning and keep its state; the state is not written if the folder was purged meanwhile."""
        with contextlib.ExitStack() as stack:
            part = self._part(stack, beginning) if self._most else None
            state = evaluate()
            if part is None or not 0 < len(state) <= self._most:
                return
            with contextlib.suppress(OSError):
                descriptor, path = part
                with os.fdopen(descriptor, "wb", closefd=False) as stream:
                    stream.write(_head(beginning, state))
                    stream.write(state)
                path.rename(self._folder / beginning.name)  # fails if a purge took it: then nothing is left
                self._make_room(beginning)

    def _part(self, stack: contextlib.ExitStack, beginning: Beginning) -> tuple[int, Path] | None:
        """An open file to write to, whose name goes when the folder goes."""
        path = self._folder / f"{beginning.name}.{os.getpid()}"
        try:
            self._folder.mkdir(mode=PRIVATE_DIR, parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
        except OSError:
            return None
        stack.callback(_remove, [path])
        stack.callback(os.close, descriptor)
        return descriptor, path

    def _make_room(self, newest: Beginning) -> None:
        files = sorted(self._folder.glob(f"*{_SUFFIX}"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
        same = newest.name.partition("-")[0]
        _remove(file for file in files if file.name.startswith(same) and file.name != newest.name)
        _remove(self._folder.glob(f"*{_SUFFIX}.*"))  # what was cut off
        left, total = [file for file in files if file.exists()], 0
        for file in left:
            total += file.stat().st_size
            if total > self._most:
                _remove([file])


def _head(beginning: Beginning, state: bytes) -> bytes:
    words = beginning.words.encode("utf-8", "replace")
    return b"%s\n%d %d %d\n%s\n" % (_MAGIC, len(words), len(state), zlib.crc32(state), words)


def _state_in(data: bytes) -> bytes | None:
    """The state behind its head, if it is whole."""
    magic, _, rest = data.partition(b"\n")
    numbers, _, body = rest.partition(b"\n")
    with contextlib.suppress(ValueError):
        words, size, check = map(int, numbers.split())
        state = body[words + 1 :]
        if magic == _MAGIC and len(state) == size and zlib.crc32(state) == check:
            return state
    return None


def _remove(files: Iterable[Path]) -> None:
    for file in files:
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=_DIGEST).hexdigest()
