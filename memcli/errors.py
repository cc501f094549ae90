"""The one error tree and its exit codes; knows nothing else of memcli.

Foreign errors (SQLite, Lance, llama.cpp, the operating system) are mapped to these at the border of the
room that uses the library, so that a command needs to know only this module to fail well.
"""

from __future__ import annotations

from typing import ClassVar


class MemcliError(Exception):
    """Anything memcli can explain in one line, whatever a stranger's words in it are. ``hint`` says what to do."""

    exit_code: ClassVar[int] = 1
    label: ClassVar[str] = "internal"

    def __init__(self, message: str, hint: str | None = None) -> None:
        self.message = " ".join(message.splitlines())
        super().__init__(self.message)
        self.hint = hint


class UsageError(MemcliError):
    """The command was asked for something that makes no sense."""

    exit_code = 2
    label = "usage"


class NotFoundError(MemcliError):
    """No memory, turn, change, session or model has that id or name."""

    exit_code = 3
    label = "not_found"


class ConflictError(MemcliError):
    """An ambiguous prefix, or a record that changed since it was read."""

    exit_code = 4
    label = "conflict"


class ModelMissingError(MemcliError):
    """A model is needed and is not on this machine, or its file is damaged."""

    exit_code = 5
    label = "model_missing"


class BusyError(MemcliError):
    """Another process holds the writer lock."""

    exit_code = 6
    label = "busy"


class BadInputError(MemcliError):
    """Input that cannot be kept: empty, binary, too large, malformed."""

    exit_code = 7
    label = "bad_input"


class CheckFailedError(MemcliError):
    """A check the user asked for (doctor, verify, an evaluation gate) did not pass."""

    exit_code = 8
    label = "check_failed"


class StoreError(MemcliError):
    """The store cannot be read or written (disk full, read-only, damaged, made by a newer version)."""

    label = "store"


class ModelError(MemcliError):
    """The model ran and failed: its context overflowed, it returned nothing usable."""

    label = "model"
