"""Running the model on a prompt and keeping the answer honest; knows the ChatModel port only."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from memcli.generate.citations import CitationStream, is_invented, label, supported_by, without_labels
from memcli.generate.people import is_of_another
from memcli.generate.prompt import Note
from memcli.ports import ChatModel, Sampling, StopReply, Task
from memcli.records import Message

DONT_KNOW: Final = "I don't know: that is not mentioned in memory."
_ABSTAINS: Final = re.compile(
    r"\b(?:I (?:do not|don't) know|no information (?:is )?available|not mentioned)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Reply:
    """A finished (or interrupted) reply with the ids it rests on, all of which were shown to the model."""

    text: str
    citations: tuple[str, ...]
    interrupted: bool = False


def respond(  # noqa: PLR0913 -- the parts of one generation
    model: ChatModel,
    messages: Sequence[Message],
    notes: Sequence[Note],
    question: str,
    sampling: Sampling,
    on_piece: Callable[[str], None],
    *,
    adapter: Task | None = None,
) -> Reply:
    """Stream a reply to ``on_piece`` and return it with checked citations.

    A ``StopReply`` from ``on_piece``, or Ctrl-C, ends the reply early and keeps what was said.
    """
    stream = CitationStream(notes)
    said: list[str] = []
    interrupted = False

    def say(text: str) -> None:
        if text:
            said.append(text)
            on_piece(text)

    pieces = model.stream(messages, sampling, adapter=adapter)
    try:
        for piece in pieces:
            say(stream.feed(piece))
        say(stream.finish())
    except (StopReply, KeyboardInterrupt):
        interrupted = True
    finally:
        _close(pieces)
    text = "".join(said).strip()
    cited = tuple(stream.cited) or tuple(supported_by(text, question, notes))
    return Reply(text=text, citations=cited, interrupted=interrupted)


def honest(reply: Reply, question: str, notes: Sequence[Note]) -> Reply:
    """The reply with the notes that hold it, or that nothing in memory answers the question.

    The latter where the model said so itself, made an answer up, or took it from what another person said.
    """
    if reply.interrupted:
        return reply
    reply = recited(reply, question, notes)
    if abstains(reply.text) or not reply.text or is_invented(reply.text, question, notes):
        return Reply(text=DONT_KNOW, citations=())
    if is_of_another(reply.citations, question, notes):
        return Reply(text=DONT_KNOW, citations=())
    return reply


def recited(reply: Reply, question: str, notes: Sequence[Note]) -> Reply:
    """The reply citing the notes that hold its words, where none of those it cites does: small models miscount."""
    holding = supported_by(without_labels(reply.text), question, notes)
    if not 1 <= len(holding) <= 2 or not reply.citations or set(holding) & set(reply.citations):
        return reply
    labels = "".join(label(record_id) for record_id in holding)
    return Reply(f"{without_labels(reply.text)} {labels}", tuple(holding), reply.interrupted)


def abstains(text: str) -> bool:
    """Whether an answer says that there is none."""
    return bool(_ABSTAINS.search(text))


def _close(pieces: object) -> None:
    """Stop a generator now rather than when it is collected, so that the model is free again."""
    close = getattr(pieces, "close", None)
    if close is not None:
        close()
