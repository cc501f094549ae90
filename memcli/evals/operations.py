"""How well words become memories: extraction and update against labelled turns; knows the corridor, no room.

HaluMem's operations (extraction, update) without its judge. What a judge would decide is decided by a proxy, and
every such score says so: two facts match when their index terms overlap by 60 % (Jaccard), or by 35 % with a
cosine of 0.8.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from memcli.assistant import Assistant
from memcli.dates import ground
from memcli.errors import BadInputError
from memcli.evals import datasets
from memcli.evals.dialogues import Dialogue, Mark
from memcli.evals.dialogues import read as read_dialogues
from memcli.learn import Lesson
from memcli.ports import Embedder, Progress
from memcli.records import Filter, Origin, Priority, Role, Turn, Work, stable_id
from memcli.text import terms

SAME_TERMS: Final = 0.6
ALIKE_TERMS: Final = 0.35
ALIKE_COSINE: Final = 0.8
_EVERY: Final = 1_000_000
_LATER: Final = timedelta(days=400)
_MARKS: Final = {"+": "ADD", "~": "UPDATE", "-": "END", "=": "NOOP"}
_CARRIED_OUT: Final = {
    "ADD": ("ADD",),
    "UPDATE": ("UPDATE", "SUPERSEDE"),
    "DELETE": ("DELETE",),
    "END": ("DELETE", "SUPERSEDE"),  # it no longer holds; what says so may be kept in its place
    "NOOP": ("NOOP",),
    "QUARANTINE": ("QUARANTINE",),
}


@dataclass(frozen=True, slots=True)
class Gold:
    """One operation that a turn should lead to; ``old`` is the memory it touches."""

    op: str
    text: str = ""
    old: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A turn, its class, and what should come of it; ``ops`` is None where only ``facts`` are known."""

    turn: Turn
    label: str
    facts: tuple[str, ...]
    ops: tuple[Gold, ...] | None


@dataclass(slots=True)
class Tally:
    """Counts over all cases."""

    gold: int = 0
    found: int = 0
    made: int = 0
    right: int = 0
    subjects: int = 0
    noise: int = 0
    silent: int = 0
    turns: int = 0
    errors: int = 0
    seconds: list[float] = field(default_factory=list)
    by_op: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    by_class: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


def load(path: Path) -> list[Case]:
    """Labelled turns: JSON Lines with ``ops``, a LoCoMo file with its ``observation``, or a file of dialogues.

    Raises:
        BadInputError: the file is neither.
    """
    try:
        if path.suffix == ".dialogue":
            return _some([case for told in read_dialogues([path]) for case in _told(told)], path)
        text = path.read_text(encoding="utf-8")
        if text.lstrip().startswith("["):
            return _locomo(path, json.loads(text))
        cases = [_case(json.loads(line), number) for number, line in enumerate(text.splitlines()) if line.strip()]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInputError(f"{path} holds no labelled turns: {error}") from error
    return _some(cases, path)


def _some(cases: list[Case], path: Path) -> list[Case]:
    if not cases:
        raise BadInputError(f"{path} is empty")
    return cases


def _told(dialogue: Dialogue) -> Iterator[Case]:
    """A dialogue's turns with their marks as operations; dates of facts in full, as they are kept."""
    for said in dialogue.turns:
        turn = Turn(
            id=stable_id("t", "operations", dialogue.name, str(said.number), said.text),
            session=f"{dialogue.name}-{said.session}",
            position=said.number,
            role=Role.ASSISTANT if said.by_assistant else Role.USER,
            speaker=said.speaker,
            text=said.text,
            at=said.at,
            origin=Origin.ASSISTANT if said.by_assistant else Origin.DIRECT_USER,
            source="eval",
        )
        ops = tuple(_marked(mark, said.at) for mark in said.marks)
        yield Case(turn, _class_of(dialogue, ops), tuple(op.text for op in ops if op.text), ops)


def _marked(mark: Mark, at: datetime) -> Gold:
    return Gold(_MARKS[mark.sign], ground(mark.fact, at), ground(mark.old, at))


def _class_of(dialogue: Dialogue, ops: tuple[Gold, ...]) -> str:
    """A turn of a dialogue by what it does: most of all by the change it brings."""
    if dialogue.language != "en":
        return "language"
    done = {op.op for op in ops}
    order = (("UPDATE", "flip"), ("END", "flip"), ("ADD", "fact"), ("NOOP", "repeat"))
    return next((name for op, name in order if op in done), "nofact")


def _case(row: Mapping[str, Any], number: int) -> Case:
    turn = Turn(
        id=stable_id("t", "operations", str(number), row["text"]),
        session=row["scenario"],
        position=number,
        role=Role(row["role"]),
        speaker=row["speaker"],
        text=row["text"],
        at=datetime.fromisoformat(row["at"]),
        origin=Origin(row["origin"]),
        source="eval",
    )
    ops = tuple(Gold(op["op"], op.get("text", ""), op.get("old", "")) for op in row["ops"])
    return Case(turn, row["class"], tuple(op.text for op in ops if op.text), ops)


def _locomo(path: Path, samples: Sequence[Mapping[str, Any]]) -> list[Case]:
    gold: dict[tuple[str, str], list[str]] = defaultdict(list)
    for sample in samples:
        for facts in sample["observation"].values():
            for text, ids in (fact for about in facts.values() for fact in about):
                for one in [ids] if isinstance(ids, str) else ids:
                    gold[sample["sample_id"], one].append(text)
    return [
        Case(turn, "locomo", tuple(gold[conversation.name, turn.source_id.rpartition("/")[2]]), None)
        for conversation in datasets.load("locomo", path)
        for turn in conversation.turns
    ]


def measure(cases: Sequence[Case], assistant: Assistant, embedder: Embedder, progress: Progress) -> Tally:
    """Tell the turns to an empty memory, one by one, and compare what becomes of each."""
    tally = Tally()
    progress.start("telling", len(cases))
    for case in cases:
        began = perf_counter()
        lesson = _tell(case.turn, assistant)
        tally.seconds.append(perf_counter() - began)
        if lesson is not None:
            _score(case, lesson, embedder, tally)
        progress.advance()
    progress.done()
    return tally


def duplicates(cases: Sequence[Case], assistant: Assistant) -> dict[str, int]:
    """What telling everything again adds: by the same turns (an import run twice), and as new turns, later."""
    before = _active(assistant)
    for case in cases:
        _tell(case.turn, assistant)
    reimported = sum((_active(assistant) - before).values())
    for case in cases:
        again = replace(case.turn, id=stable_id("t", "again", case.turn.id), at=case.turn.at + _LATER)
        _tell(replace(again, session=f"{again.session}-again"), assistant)
    retold = sum(count - 1 for count in _active(assistant).values() if count > 1)
    return {"reimported": reimported, "retold": retold}


def _active(assistant: Assistant) -> Counter[tuple[str, str]]:
    """The memories in force by person and words."""
    found = assistant.store.list_memories(Filter(), limit=_EVERY)
    return Counter((memory.about, " ".join(re.findall(r"\w+", memory.text.lower()))) for memory in found)


def _tell(turn: Turn, assistant: Assistant) -> Lesson | None:
    assistant.store.add_turns([turn], [Work(turn.id, Priority.LIVE)])
    return next((lesson for lesson in assistant.learn() if lesson.turn.id == turn.id), None)


def _score(case: Case, lesson: Lesson, embedder: Embedder, tally: Tally) -> None:
    made = [settled.candidate.text for settled in lesson.settled if settled.candidate.text]
    tally.turns += 1
    tally.errors += bool(lesson.error)
    pairs = [(gold, next((m for m in made if matches(gold, m, embedder)), None)) for gold in case.facts]
    tally.gold += len(pairs)
    tally.found += sum(m is not None for _, m in pairs)
    tally.subjects += sum(m is not None and m.split()[0] == gold.split()[0] for gold, m in pairs)
    told = [] if _only_touches(case) else made
    tally.made += len(told)
    tally.right += sum(any(matches(gold, m, embedder) for gold in case.facts) for m in told)
    tally.silent += not case.facts
    tally.noise += not case.facts and bool(told)
    if case.ops is not None:
        _score_ops(case, lesson, embedder, tally)


def _only_touches(case: Case) -> bool:
    """Should a turn repeat, correct or take back, so that what is extracted is no memory by itself?"""
    ops = case.ops or ()
    return case.label == "correction" or (bool(ops) and all(op.op in ("NOOP", "DELETE", "END") for op in ops))


def _score_ops(case: Case, lesson: Lesson, embedder: Embedder, tally: Tally) -> None:
    ops = case.ops or ()
    done = [
        (
            one.decision.op.value,
            one.decision.target.text if one.decision.target else "",
            (one.decision.after or one.candidate).text,
        )
        for one in lesson.settled
    ]
    changed = [each for each in done if each[0] != "NOOP"]
    good = len(changed) <= len([op for op in ops if op.op != "NOOP"])
    for op in ops:
        fits = not changed if op.op == "NOOP" else any(_fits(op, each, embedder) for each in done)
        tally.by_op[op.op]["all"] += 1
        tally.by_op[op.op]["right"] += fits
        good = good and fits
    tally.by_class[case.label]["all"] += 1
    tally.by_class[case.label]["right"] += good


def _fits(op: Gold, done: tuple[str, str, str], embedder: Embedder) -> bool:
    kind, target, text = done
    return (
        kind in _CARRIED_OUT[op.op]
        and (not op.old or matches(op.old, target, embedder))
        and (not op.text or matches(op.text, text, embedder))
    )


def matches(one: str, two: str, embedder: Embedder) -> bool:
    """The proxy for "says the same": shared terms, or fewer of them and near vectors."""
    left, right = set(terms(one)), set(terms(two))
    shared = len(left & right) / max(1, len(left | right))
    if one == two or shared >= SAME_TERMS:
        return True
    if shared < ALIKE_TERMS:
        return False
    a, b = embedder.embed([one, two])
    return float(a @ b) >= ALIKE_COSINE


def report(tally: Tally, extra: Mapping[str, int], about: Mapping[str, Any]) -> dict[str, Any]:
    """The scores as one document; shares in percent, None where nothing was counted."""
    recall, precision = _share(tally.found, tally.gold), _share(tally.right, tally.made)
    seconds = sorted(tally.seconds)
    both = (recall or 0) + (precision or 0)
    return {
        **about,
        "turns": tally.turns,
        "extraction": {
            "proxy": f"terms overlap >= {SAME_TERMS}, or >= {ALIKE_TERMS} with cosine >= {ALIKE_COSINE}",
            "gold": tally.gold,
            "made": tally.made,
            "recall": recall,
            "precision": precision,
            "f1": round(2 * (recall or 0) * (precision or 0) / both, 1) if both else None,
            "speaker_accuracy": _share(tally.subjects, tally.found),
            "noise_rate": _share(tally.noise, tally.silent),
        },
        "update": {
            "by_op": {name: _scores(counts) for name, counts in sorted(tally.by_op.items())},
            "by_class": {name: _scores(counts) for name, counts in sorted(tally.by_class.items())},
        },
        "duplicates": dict(extra),
        "valid_share": _share(tally.turns - tally.errors, tally.turns),
        "seconds_per_turn": {
            "p50": round(seconds[len(seconds) // 2], 4) if seconds else None,
            "p95": round(seconds[int(len(seconds) * 0.95)], 4) if seconds else None,
        },
    }


def lines(document: Mapping[str, Any]) -> Iterator[str]:
    """The document for people."""
    made = document["extraction"]
    yield f"{document['turns']} turns, {made['gold']} gold facts, {made['made']} made"
    yield f"extraction (proxy): recall {made['recall']}  precision {made['precision']}  F1 {made['f1']}"
    yield f"speaker right {made['speaker_accuracy']}  turns that should make nothing and did {made['noise_rate']}"
    for name in ("by_op", "by_class"):
        for label, counts in document["update"][name].items():
            yield f"  {name[3:]:<6}{label:<14}{counts['right']:>4} of {counts['all']:<5}{counts['share']} %"
    again = document["duplicates"]
    yield f"duplicates: {again.get('reimported')} by importing twice, {again.get('retold')} by telling again"
    speed = document["seconds_per_turn"]
    yield f"turns read without error {document['valid_share']} %; {speed['p50']} s a turn (p95 {speed['p95']} s)"


def _scores(counts: Mapping[str, int]) -> dict[str, Any]:
    return {"right": counts["right"], "all": counts["all"], "share": _share(counts["right"], counts["all"])}


def _share(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None
