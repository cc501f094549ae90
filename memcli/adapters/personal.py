"""What one user's history teaches each task: what they accepted, put right, took back; knows no model.

An example names the records its words come from, and a fixed share, by hash, is held out of every training:
a personal gate set that is made anew from the history each time it is needed. So no file ever holds a user's words
for the sake of training, and what was purged is in no example.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from memcli.erasure import trained_mark
from memcli.extract.asking import CONTEXT_TURNS
from memcli.extract.grounding import is_grounded
from memcli.extract.rewrite import capitalised, subject_of
from memcli.generate import abstains, note_of
from memcli.ingest.secrets import mask
from memcli.ports import MemoryStore, Task
from memcli.records import Answer, Change, Memory, Op, Role, Status, Turn

EVERYTHING: Final = 1_000_000_000
ANSWERS: Final = 500
HELD_OUT: Final = 3
"""One in so many examples is for the gate, not for training."""
_USER: Final = "user"
_LABEL: Final = re.compile(r"\s*\[[mt]:\w+\]")


@dataclass(frozen=True, slots=True)
class Example:
    """One lesson.

    Attributes:
        kind: confirmed, corrected or undone.
        context: as a line of a training set (``memcli.adapters.trees``).
        sources: ids of the records whose words are in it.
    """

    kind: str
    context: Mapping[str, Any]
    sources: tuple[str, ...]

    @property
    def held_out(self) -> bool:
        """Whether it is for the gate."""
        return int(trained_mark(self.sources[0]), 16) % HELD_OUT == 0


def examples(store: MemoryStore, task: Task) -> list[Example]:
    """All that the history teaches a task, oldest first, each once."""
    find = {"update": _updates, "extraction": _turns, "generation": _answers}[task]
    found = {str(each.context): each for each in find(store)}
    return list(found.values())


# -- update: what a later statement does to an old memory


def _updates(store: MemoryStore) -> Iterator[Example]:
    log = list(reversed(store.log(limit=EVERYTHING)))
    taken_back = {change.undoes for change in log if change.undoes}
    born = {(c.batch, c.after.supersedes): c.after for c in log if c.before is None and c.after is not None}
    waited = {c.memory_id: c.after for c in log if c.op is Op.QUARANTINE and c.after is not None}
    for change in log:
        before, after = change.before, change.after
        if before is None or after is None or change.link is not None:
            continue
        new = born.get((change.batch, change.memory_id))
        if change.op is Op.SUPERSEDE and change.id in taken_back and new is not None:
            yield _pair("undone", before, new.text, "other", new.id)
        elif change.memory_id in waited and change.actor == _USER:
            yield from _settled(store, change, waited[change.memory_id])
        elif change.op is Op.UPDATE and _put_right(change) and change.id not in taken_back:
            yield _pair("corrected", before, after.text, "changed", after.id)


def _put_right(change: Change) -> bool:
    """Whether a change is a user's own wording in the place of an old one."""
    before, after = change.before, change.after
    by_user = change.actor == _USER or change.reason == "corrected"
    return by_user and before is not None and after is not None and before.text != after.text


def _settled(store: MemoryStore, change: Change, waiting: Memory) -> Iterator[Example]:
    """The user's word on something that would take an old memory's place."""
    old = _memory_before(store, waiting.supersedes, change)
    if old is not None and change.op is Op.RESTORE:
        yield _pair("confirmed", old, waiting.text, "changed", waiting.id)
    elif old is not None and change.op is Op.ARCHIVE:
        yield _pair("undone", old, waiting.text, "other", waiting.id)


def _memory_before(store: MemoryStore, memory_id: str | None, change: Change) -> Memory | None:
    """A memory as it was when a change was made; None where it was purged."""
    past = [c.after for c in store.history(memory_id) if c.at <= change.at] if memory_id else []
    return next((memory for memory in reversed(past) if memory is not None), None)


def _pair(kind: str, old: Memory, new: str, choice: str, new_id: str) -> Example:
    pair = {"new": new, "choice": choice}
    return Example(kind, {"notes": [{"old": old.text, "pairs": [pair]}]}, (new_id, old.id, *old.sources))


# -- extraction: what a turn tells


def _turns(store: MemoryStore) -> Iterator[Example]:
    log = store.log(limit=EVERYTHING)
    judged: dict[str, str] = {}
    dropped: set[str] = set()
    for change in log:
        if (kind := _judgement(change)) and (about := change.after or change.before) and about.sources:
            judged.setdefault(about.sources[0], kind)
            dropped |= {change.memory_id} if kind == "undone" else set()
    made: dict[str, list[str]] = {turn: [] for turn in judged}
    for change in reversed(log):
        if change.before is None and change.after is not None and change.after.sources:
            made.setdefault(change.after.sources[0], []).append(change.memory_id)
    for turn_id, turn in store.turns_by_id(list(judged)).items():
        kept = [memory_id for memory_id in made[turn_id] if memory_id not in dropped]
        if turn.role is Role.USER:
            yield from _told(store, judged[turn_id], turn, kept)


def _judgement(change: Change) -> str:
    """What a user's change says of the extraction behind a memory; nothing where it says nothing of it."""
    if change.undoes is not None and change.op is Op.DELETE:
        return "undone"
    if change.actor != _USER or change.before is None:
        return ""
    waited = change.before.status is Status.QUARANTINED
    if waited and change.op in (Op.ARCHIVE, Op.RESTORE):
        return "undone" if change.op is Op.ARCHIVE else "confirmed"
    return "corrected" if change.op is Op.UPDATE and _put_right(change) else ""


def _told(store: MemoryStore, kind: str, turn: Turn, memory_ids: Sequence[str]) -> Iterator[Example]:
    """A turn with what is kept of it in the user's own wording; none whose words are not in it."""
    first = max(0, turn.position - CONTEXT_TURNS)
    before = store.session_turns(turn.session, first=first, last=turn.position - 1) if turn.position else []
    lines = [_line(each, None) for each in before]
    facts = [memory.text for memory in store.memories_by_id(memory_ids).values()]
    heard = [line["text"] for line in lines] + [turn.text]
    if all(is_grounded(fact, heard, [turn.speaker]) for fact in facts):
        sources = (turn.id, *memory_ids, *(each.id for each in before))
        yield Example(kind, {"sessions": [[*lines, _line(turn, facts)]]}, sources)


def _line(turn: Turn, facts: list[str] | None) -> dict[str, Any]:
    by_assistant = turn.role is Role.ASSISTANT
    speaker = "assistant" if by_assistant else capitalised(subject_of(turn.speaker))
    return {"speaker": speaker, "text": mask(turn.text).text, "facts": facts}


# -- generation: answers that were kept


def _answers(store: MemoryStore) -> Iterator[Example]:
    for answer in reversed(store.answers(ANSWERS)):
        if answer.citations and not abstains(answer.text) and _stands(store, answer):
            yield from _answered(answer)


def _stands(store: MemoryStore, answer: Answer) -> bool:
    """Whether all that an answer cites is still there and as it was then."""
    now = store.memories_by_id([each for each in answer.citations if each.startswith("m:")])
    then = {hit.id: hit for hit in answer.retrieved}
    turns = store.turns_by_id([each for each in answer.citations if each.startswith("t:")])
    return all(
        each in turns
        or (
            each in now
            and each in then
            and now[each].status is Status.ACTIVE
            and now[each].text == then[each].text
        )
        for each in answer.citations
    )


def _answered(answer: Answer) -> Iterator[Example]:
    """The notes that were shown, in their order, and the answer with the numbers of those it cites."""
    shown = {hit.id: hit for hit in answer.retrieved}
    ids = [each for each in answer.injected if each in shown]
    if not set(answer.citations) <= set(ids):
        return
    cites = "".join(f"[{ids.index(each) + 1}]" for each in answer.citations)
    said = " ".join(_LABEL.sub("", answer.text).split())
    notes = [note_of(number, shown[each]).line for number, each in enumerate(ids, start=1)]
    question = {"question": answer.question, "answer": f"{said} {cites}"}
    context = {"today": answer.at.date().isoformat(), "notes": notes, "questions": [question]}
    yield Example("confirmed", context, (answer.id, *ids))
