"""Running the model on a prompt and keeping the answer honest; knows the ChatModel port only."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from memcli.generate.about_me import rests_on_others
from memcli.generate.answerable import likelihood, shipped
from memcli.generate.choosing import chosen
from memcli.generate.citations import CitationStream, is_invented, label, supported_by, without_labels
from memcli.generate.dated import dated_as
from memcli.generate.people import is_of_another
from memcli.generate.polar import is_unsupported, names_another
from memcli.generate.prompt import Note, ask_messages
from memcli.ports import ChatModel, Sampling, StopReply, Task
from memcli.records import Message

DONT_KNOW: Final = "I don't know: that is not mentioned in memory."
ADMISSION: Final = "I don't know."
"""What the model is told to say then, and an adapter is taught."""
DOUBTED: Final = 0.8
"""From this probability on it is believed; chosen between wrong refusals and wrong answers (scripts/LOG.md)."""
NOT_THAT: Final = r"""root ::= [^I"\n] [^\n]*"""
"""GBNF of any line that does not begin with that letter, or with a quotation mark, behind which the same is said.

Allowed any other "I…", a small model says "Istanbul".
"""
_ABSTAINS: Final = re.compile(
    r"\b(?:I (?:do not|don't) know|no information (?:is )?available|not mentioned)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Reply:
    """A finished (or interrupted) reply with the ids it rests on, all of which were ``shown`` to the model."""

    text: str
    citations: tuple[str, ...]
    interrupted: bool = False
    shown: tuple[str, ...] = ()


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


def doubt(model: ChatModel, messages: Sequence[Message], *, adapter: Task | None = None) -> float:
    """How likely the model says that it does not know: the probability (0..1) of that reply as a whole."""
    return math.exp(_admission(model, messages, adapter))


def _admission(model: ChatModel, messages: Sequence[Message], adapter: Task | None) -> float:
    """The log-probability of that reply as a whole."""
    return model.count_tokens(ADMISSION) * model.score(messages, [ADMISSION], adapter=adapter)[0]


def answered(  # noqa: PLR0913 -- the parts of one answer
    model: ChatModel,
    question: str,
    notes: Sequence[Note],
    now: datetime,
    sampling: Sampling,
    on_piece: Callable[[str], None],
    *,
    learned: bool = True,
    lead: float | None = None,
) -> Reply:
    """The checked answer of the generation adapter, asked once more where it gives up.

    A model that ``learned`` to answer sees the few notes that are ``chosen``, and whether the notes answer at all
    is decided by ``answerable`` before a word is written. Another sees all of them, and its probability of "I
    don't know" and the rules of ``honest`` decide. ``lead`` is what ``likelihood`` takes.
    """
    shown = chosen(question, notes) if learned else tuple(notes)
    messages = ask_messages(question, shown, now)

    def ask(how: Sampling) -> Reply:
        return respond(model, messages, shown, question, how, on_piece, adapter="generation")

    try:
        if learned and not _answers(model, messages, notes, question, lead):
            return _of(Reply(text=DONT_KNOW, citations=()), shown)
    except KeyboardInterrupt:  # reading the notes is most of the work
        return _of(Reply(text="", citations=(), interrupted=True), shown)
    reply = ask(sampling)
    admits = not reply.interrupted and abstains(reply.text)
    if admits and (learned or doubt(model, messages, adapter="generation") < DOUBTED):
        reply = ask(replace(sampling, grammar=NOT_THAT))
    return _of((founded if learned else honest)(reply, question, shown), shown)


def _of(reply: Reply, notes: Sequence[Note]) -> Reply:
    return replace(reply, shown=tuple(note.id for note in notes))


def _answers(
    model: ChatModel, messages: Sequence[Message], notes: Sequence[Note], question: str, lead: float | None
) -> bool:
    return likelihood(question, _admission(model, messages, "generation"), notes, lead) >= shipped().bound


def honest(reply: Reply, question: str, notes: Sequence[Note]) -> Reply:
    """``founded``, and none where it was taken from what another person said."""
    found = founded(reply, question, notes)
    if not reply.interrupted and is_of_another(found.citations, question, found.text, notes):
        return Reply(text=DONT_KNOW, citations=())
    return found


def founded(reply: Reply, question: str, notes: Sequence[Note]) -> Reply:
    """The reply with the notes that hold it and dates in full, or that nothing in memory answers the question.

    The latter where the model said so itself, made an answer up, took it from what is said of a relative, or said
    yes or no and cites nothing that bears it out.
    """
    if reply.interrupted:
        return reply
    reply = cited_anew(reply, question, notes)
    if (
        abstains(reply.text)
        or not reply.text
        or is_invented(reply.text, question, notes)
        or is_unsupported(reply.citations, question, reply.text, notes)
        or names_another(reply.citations, question, notes)
        or rests_on_others(reply.citations, question, reply.text, notes)
    ):
        return Reply(text=DONT_KNOW, citations=())
    return replace(reply, text=dated_as(reply.text, [note.line for note in notes if note.id in reply.citations]))


def cited_anew(reply: Reply, question: str, notes: Sequence[Note]) -> Reply:
    """The reply citing the notes that hold its words, where none of those it cites does: small models miscount."""
    holding = supported_by(without_labels(reply.text), question, notes)
    if not 1 <= len(holding) <= 2 or not reply.citations or set(holding) & set(reply.citations):
        return reply
    labels = "".join(label(record_id) for record_id in holding)
    return replace(reply, text=f"{without_labels(reply.text)} {labels}", citations=tuple(holding))


def abstains(text: str) -> bool:
    """Whether an answer says that there is none."""
    return bool(_ABSTAINS.search(text))


def _close(pieces: object) -> None:
    """Stop a generator now rather than when it is collected, so that the model is free again."""
    close = getattr(pieces, "close", None)
    if close is not None:
        close()
