"""Benchmark files to conversations and questions; knows their formats and nothing of how they are scored."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from memcli.errors import BadInputError, NotFoundError
from memcli.records import Origin, Role, Turn, stable_id

ADVERSARIAL: Final = "5"
"""LoCoMo's category of questions that the conversation does not answer. The others, as counted in its data (some
papers permute the names): 1 multi-hop, 2 temporal, 3 open-domain, 4 single-hop."""

_EVIDENCE: Final = re.compile(r"D:?(\d+):(\d+)")
_SESSION: Final = re.compile(r"session_(\d+)")


@dataclass(frozen=True, slots=True)
class Question:
    """A question about a conversation; ``evidence`` are the ids of the turns that answer it.

    ``asked_at`` is when it is asked; ``missing`` counts evidence that the file names and does not hold.
    """

    id: str
    conversation: str
    text: str
    answer: str
    category: str
    evidence: tuple[str, ...]
    asked_at: datetime
    missing: int = 0


@dataclass(frozen=True, slots=True)
class Conversation:
    """One history and what is asked about it."""

    name: str
    turns: tuple[Turn, ...]
    questions: tuple[Question, ...]


def load(name: str, path: Path) -> list[Conversation]:
    """Read a benchmark file in its published format.

    Args:
        name: ``locomo`` or ``longmemeval``.
        path: the JSON file.

    Raises:
        NotFoundError: there is no such format or no such file.
        BadInputError: the file is not in that format.
    """
    if name not in _LOADERS:
        raise NotFoundError(f"no dataset format is called {name}", hint=f"one of: {', '.join(_LOADERS)}")
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return [_LOADERS[name](entry) for entry in document]
    except FileNotFoundError as error:
        raise NotFoundError(f"no such file: {path}") from error
    except OSError as error:
        raise BadInputError(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInputError(f"{path} is not in {name} format: {error!r}") from error


def choose(conversations: Sequence[Conversation], names: Sequence[str]) -> list[Conversation]:
    """The conversations of those names, in the file's order; all of them for no names.

    Raises:
        NotFoundError: a name is not in the file.
    """
    known = {conversation.name for conversation in conversations}
    for name in names:
        if name not in known:
            raise NotFoundError(f"no conversation is called {name}", hint=f"one of: {', '.join(sorted(known))}")
    return [conversation for conversation in conversations if not names or conversation.name in names]


def sample(conversations: Sequence[Conversation], limit: int | None, seed: int = 0) -> list[Conversation]:
    """The conversations with ``limit`` questions among them, drawn with a seed; all of them without a limit."""
    every = [question.id for conversation in conversations for question in conversation.questions]
    if limit is None or limit >= len(every):
        return list(conversations)
    kept = set(random.Random(seed).sample(every, limit))
    sampled = [
        replace(conversation, questions=tuple(q for q in conversation.questions if q.id in kept))
        for conversation in conversations
    ]
    return [conversation for conversation in sampled if conversation.questions]


def _locomo(entry: Mapping[str, Any]) -> Conversation:
    name = str(entry["sample_id"])
    conversation = entry["conversation"]
    numbers = sorted(int(m[1]) for key in conversation if (m := _SESSION.fullmatch(key)) and conversation[key])
    turns: list[Turn] = []
    for number in numbers:
        start = _locomo_time(conversation[f"session_{number}_date_time"])
        turns += _locomo_session(name, number, start, conversation)
    known = {turn.source_id: turn.id for turn in turns}
    asked_at = max(turn.at for turn in turns) + timedelta(days=1)
    questions = [_locomo_question(name, n, qa, known, asked_at) for n, qa in enumerate(entry["qa"])]
    return Conversation(name, tuple(turns), tuple(questions))


def _locomo_session(name: str, number: int, start: datetime, conversation: Mapping[str, Any]) -> list[Turn]:
    return [
        Turn(
            id=stable_id("t", "locomo", name, said["dia_id"]),
            session=f"{name}/{number}",
            position=position,
            role=Role.ASSISTANT if said["speaker"] == "assistant" else Role.USER,
            speaker=said["speaker"],
            text=_with_caption(said["text"], said.get("blip_caption")),
            at=start + timedelta(seconds=position),
            origin=Origin.ASSISTANT if said["speaker"] == "assistant" else Origin.DIRECT_USER,
            source="locomo",
            source_id=_dia_id(said["dia_id"]),
        )
        for position, said in enumerate(conversation[f"session_{number}"])
    ]


def _locomo_question(
    name: str, number: int, qa: Mapping[str, Any], known: Mapping[str, str], asked_at: datetime
) -> Question:
    named = list(dict.fromkeys(_evidence_ids(qa.get("evidence") or ())))
    found = [known[dia_id] for dia_id in named if dia_id in known]
    return Question(
        id=f"{name}/q{number}",
        conversation=name,
        text=str(qa["question"]),
        answer=str(qa.get("answer", qa.get("adversarial_answer", ""))),
        category=str(qa["category"]),
        evidence=tuple(found),
        asked_at=asked_at,
        missing=len(named) - len(found),
    )


def _evidence_ids(raw: Iterable[str]) -> Iterable[str]:
    """Ids in one form, out of entries such as ``D8:6; D9:17``, ``D:11:26`` and ``D30:05``."""
    for entry in raw:
        for session, number in _EVIDENCE.findall(str(entry)):
            yield f"D{int(session)}:{int(number)}"


def _dia_id(raw: str) -> str:
    return next(iter(_evidence_ids([raw])), raw)


def _with_caption(text: str, caption: str | None) -> str:
    return f"{text} [shares an image: {caption}]".strip() if caption else text


def _locomo_time(raw: str) -> datetime:
    return datetime.strptime(raw.strip(), "%I:%M %p on %d %B, %Y").replace(tzinfo=UTC)


def _longmemeval(entry: Mapping[str, Any]) -> Conversation:
    """One LongMemEval question with its haystack of user-assistant sessions (Wu et al. 2024, section 3)."""
    name = str(entry["question_id"])
    turns: list[Turn] = []
    evidence: list[str] = []
    for session, start, said in _longmemeval_sessions(entry):
        for position, message in enumerate(said):
            turn = _longmemeval_turn(name, str(session), position, message, start)
            turns.append(turn)
            if message.get("has_answer"):
                evidence.append(turn.id)
    question = Question(
        id=name,
        conversation=name,
        text=str(entry["question"]),
        answer=str(entry["answer"]),
        category=ADVERSARIAL if name.endswith("_abs") else str(entry["question_type"]),
        evidence=tuple(evidence),
        asked_at=_longmemeval_time(entry["question_date"]),
    )
    return Conversation(name, tuple(turns), (question,))


def _longmemeval_sessions(entry: Mapping[str, Any]) -> list[tuple[str, datetime, Sequence[Mapping[str, Any]]]]:
    """Id, start and messages of each session, oldest first: the file of evidence alone does not sort them.

    A session that a haystack holds twice is told apart by a number after its id.
    """
    parts = zip(entry["haystack_session_ids"], entry["haystack_dates"], entry["haystack_sessions"], strict=True)
    dated = sorted(
        ((str(id_), _longmemeval_time(date), said) for id_, date, said in parts), key=lambda part: part[1]
    )
    times: Counter[str] = Counter()
    sessions = []
    for id_, start, said in dated:
        times[id_] += 1
        sessions.append((id_ if times[id_] == 1 else f"{id_}#{times[id_]}", start, said))
    return sessions


def _longmemeval_turn(name: str, session: str, position: int, message: Mapping[str, Any], start: datetime) -> Turn:
    by_user = message["role"] == "user"
    return Turn(
        id=stable_id("t", "longmemeval", name, session, str(position)),
        session=f"{name}/{session}",
        position=position,
        role=Role.USER if by_user else Role.ASSISTANT,
        speaker="user" if by_user else "assistant",
        text=str(message["content"]),
        at=start + timedelta(seconds=position),
        origin=Origin.DIRECT_USER if by_user else Origin.ASSISTANT,
        source="longmemeval",
        source_id=f"{session}:{position}",
    )


def _longmemeval_time(raw: str) -> datetime:
    """A time such as ``2023/05/20 (Sat) 02:21``."""
    return datetime.strptime(re.sub(r"\s*\(\w+\)\s*", " ", raw).strip(), "%Y/%m/%d %H:%M").replace(tzinfo=UTC)


_LOADERS: Final = {"locomo": _locomo, "longmemeval": _longmemeval}
