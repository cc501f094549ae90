"""What the command palette finds besides commands: memories that hold the words, and conversations by name."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, cast

from textual.command import Hit, Hits, Provider

from memcli.humanize import count, cut, day
from memcli.records import Filter, Memory
from memcli.tui.lines import plain

if TYPE_CHECKING:
    from memcli.tui.app import MemcliApp

MEMORIES: Final = 6
SESSIONS: Final = 200
_LEAST: Final = 2
"""Letters from which on memories are looked for."""
_WIDTH: Final = 70
_BEHIND: Final = 0.3
"""The score of what is found by words: commands that fit come first."""


class Finding(Provider):
    """Enter opens what was found."""

    async def search(self, query: str) -> Hits:
        """Conversations first, then the newest memories."""
        app = cast("MemcliApp", self.app)
        if len(query) < _LEAST:
            return
        matcher = self.matcher(query)
        for name, turns, _ in await asyncio.to_thread(lambda: app.parts.store.sessions(limit=SESSIONS)):
            if score := matcher.match(name):
                told = f"conversation, {count(turns, 'turn')}"
                yield Hit(score, matcher.highlight(name), lambda n=name: app.go_on_with(n), name, told)
        for memory in await asyncio.to_thread(_holding, app, query.split()):
            words = cut(plain(memory.text), _WIDTH)
            told = f"memory, {day(memory.created_at)}"
            yield Hit(_BEHIND, words, lambda m=memory: app.action_open_record(m.id), words, told)


def _holding(app: MemcliApp, words: Sequence[str]) -> list[Memory]:
    return app.parts.store.list_memories(Filter(containing=tuple(words)), limit=MEMORIES)
