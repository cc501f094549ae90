"""What the tests of extraction share: turns at a fixed time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest

from memcli.extract import RulesExtractor
from memcli.records import Extraction, Origin, Role, Turn

NOW = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)  # a Wednesday


def turn(
    text: str,
    *,
    speaker: str = "Ana",
    role: Role = Role.USER,
    origin: Origin = Origin.DIRECT_USER,
    position: int = 0,
) -> Turn:
    """A turn said on 11 March 2026."""
    return Turn(f"t:{position}", "s", position, role, speaker, text, NOW, origin)


@pytest.fixture
def extract() -> Callable[..., Extraction]:
    """Extraction by rule of one text, with any of `turn`'s options and the turns before it."""

    def run(text: str, before: Sequence[Turn] = (), **options: object) -> Extraction:
        return RulesExtractor().extract(turn(text, position=9, **options), before)  # type: ignore[arg-type]

    return run
