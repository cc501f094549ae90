"""What the model is shown of a conversation."""

from __future__ import annotations

from datetime import UTC, datetime

from memcli.generate.prompt import chat_messages
from memcli.records import CHAT, Origin, Role, Turn

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def turn(position: int, role: Role, text: str) -> Turn:
    """One turn of a chat."""
    return Turn(f"t:{position}", "s", position, role, role.value, text, NOW, Origin.DIRECT_USER, source=CHAT)


def test_replies_are_shown_without_ids() -> None:
    """A small model makes up more of the kind; what the user wrote stays as it is."""
    said = [turn(0, Role.USER, "see [m:abc]"), turn(1, Role.ASSISTANT, "You live in Leeds [m:12knss].")]
    messages = chat_messages("and?", (), said, NOW)
    assert [message.content for message in messages[1:]] == ["see [m:abc]", "You live in Leeds.", "and?"]
