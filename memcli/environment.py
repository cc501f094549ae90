"""The only reader of the environment; knows names and no setting. Loads nothing: every command begins here."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final

_OWN: Final = "MEMCLI_"
PLACES: Final = ("HOME", "XDG_DATA_HOME")
"""What the system's place for application data depends on."""


def variables() -> Mapping[str, str]:
    """All of it."""
    return os.environ


def relevant() -> dict[str, str]:
    """What settings depend on: for a service, which has an environment of its own."""
    return {name: value for name, value in os.environ.items() if name.startswith(_OWN) or name in PLACES}
