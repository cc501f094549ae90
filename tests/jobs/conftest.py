"""Real parts with a fake embedder; each module says what time it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from memcli.config import Settings
from memcli.models.fake import FakeEmbedder
from memcli.ports import FixedClock
from memcli.wiring import Parts


@pytest.fixture
def parts(settings: Settings, clock: FixedClock) -> Iterator[Parts]:
    """A real store with hashed vectors."""
    made = Parts(settings, clock)
    made.embedder = FakeEmbedder()
    yield made
    made.close()
