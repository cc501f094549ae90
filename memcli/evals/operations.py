"""How well words become memories: extraction and update against labelled turns; knows the corridor, no room.

HaluMem's operations (extraction, update) without its judge. What a judge would decide is decided by a proxy, and
every such score says so: two facts match when their index terms overlap by 60 % (Jaccard), or by 35 % with a
cosine of 0.8; the speaker is right when both name the same of those who talk, or the same one first.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from time import perf_counter
from typing import Any, Final, TypeAlias

from memcli.assistant import Assistant
from memcli.dates import ground
from memcli.evals.journal import Journal
from memcli.evals.labelled import Case, Gold, load
from memcli.extract.rewrite import subject_of
from memcli.learn import Lesson
from memcli.ports import Embedder, Progress, SilentProgress
from memcli.records import Filter, Priority, Turn, Work, stable_id
from memcli.terms import terms
from memcli.update.decide import Verdict
from memcli.update.plan import Settled

__all__ = ["Case", "Gold", "Tally", "duplicates", "lines", "load", "measure", "report", "run"]

SAME_TERMS: Final = 0.6
ALIKE_TERMS: Final = 0.35
ALIKE_COSINE: Final = 0.8
HEARD: Final = 5
"""Turns of a conversation that a memory may take its words from: its own and the four before."""
_GIVEN: Final = frozenset(terms("user others live work call name want assistant week early late remind plan"))
_EVERY: Final = 1_000_000
_LATER: Final = timedelta(days=400)
_CARRIED_OUT: Final = {
    "ADD": ("ADD",),
    "UPDATE": ("UPDATE", "SUPERSEDE"),
    "DELETE": ("DELETE",),
    "END": ("DELETE", "SUPERSEDE", "END"),  # it no longer holds; what says so may be kept in its place
    "NOOP": ("NOOP",),
    "QUARANTINE": ("QUARANTINE",),
}


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
    invented: int = 0
    turns: int = 0
    errors: int = 0
    seconds: list[float] = field(default_factory=list)
    by_op: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    by_class: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    again: Counter[str] = field(default_factory=Counter)

    def counted(self) -> dict[str, Any]:
        """All of it as plain values."""
        tables = {"by_op": self.by_op, "by_class": self.by_class}
        plain = {name: {label: dict(counts) for label, counts in table.items()} for name, table in tables.items()}
        numbers = {name: getattr(self, name) for name in _NUMBERS}
        return {**numbers, **plain, "seconds": self.seconds, "again": dict(self.again)}

    def add(self, other: Mapping[str, Any]) -> None:
        """Count in what another tally has ``counted``."""
        for name in _NUMBERS:
            setattr(self, name, getattr(self, name) + other[name])
        self.seconds += other["seconds"]
        self.again.update(other["again"])
        for mine, theirs in ((self.by_op, other["by_op"]), (self.by_class, other["by_class"])):
            for label, counts in theirs.items():
                mine[label].update(counts)


_NUMBERS: Final = "gold found made right subjects noise silent invented turns errors".split()
Bench: TypeAlias = Callable[[], AbstractContextManager[tuple[Assistant, Embedder]]]
"""An empty memory for one conversation, and what compares facts."""


def run(cases: Sequence[Case], bench: Bench, progress: Progress, journal: Journal) -> Tally:
    """Measure each conversation in a memory of its own; those that the journal has are not told again."""
    told: dict[str, list[Case]] = {}
    for case in cases:
        told.setdefault(case.conversation, []).append(case)
    total = Tally()
    progress.start("telling", 3 * len(cases))
    for name, turns in told.items():
        known = journal.get(name)
        if known is None:
            with bench() as (assistant, embedder):
                tally = measure(turns, assistant, embedder, progress)
                tally.again.update(duplicates(turns, assistant, progress))
            known = tally.counted()
            journal.add(name, known)
        else:
            progress.advance(3 * len(turns))
        total.add(known)
    progress.done()
    return total


def measure(cases: Sequence[Case], assistant: Assistant, embedder: Embedder, progress: Progress) -> Tally:
    """Tell the turns to an empty memory, one by one, and compare what becomes of each."""
    tally, said = Tally(), defaultdict[str, list[Turn]](list)
    people = frozenset(subject_of(case.turn.speaker) for case in cases)
    for case in cases:
        began = perf_counter()
        lesson = _tell(case.turn, assistant)
        tally.seconds.append(round(perf_counter() - began, 5))
        heard = said[case.turn.session]
        heard.append(case.turn)
        if lesson is not None:
            _score(case, lesson, embedder, tally, people)
            tally.invented += sum(_is_invented(one, heard[-HEARD:]) for one in lesson.settled)
        progress.advance()
    return tally


def _is_invented(settled: Settled, heard: Sequence[Turn]) -> bool:
    """Does a memory hold a word that nobody said?

    Names of the speakers, resolved dates and the words of the memory whose place it takes are no invention.
    """
    candidate, target = settled.candidate, settled.decision.target
    if settled.decision.op is Verdict.END:
        return False
    said = {term for turn in heard for text in (turn.speaker, turn.text) for term in terms(text)}
    said |= {term for turn in heard for term in terms(ground(turn.text, turn.at))}
    said |= set(terms(target.text)) if target is not None else set()
    return bool(set(terms(candidate.text)) - said - _GIVEN)


def duplicates(cases: Sequence[Case], assistant: Assistant, progress: Progress | None = None) -> dict[str, int]:
    """What telling everything again adds: by the same turns (an import run twice), and as new turns, later."""
    advance = progress.advance if progress is not None else SilentProgress().advance
    before = _active(assistant)
    for case in cases:
        _tell(case.turn, assistant)
        advance()
    reimported = sum((_active(assistant) - before).values())
    for case in cases:
        again = replace(case.turn, id=stable_id("t", "again", case.turn.id), at=case.turn.at + _LATER)
        _tell(replace(again, session=f"{again.session}-again"), assistant)
        advance()
    retold = sum(count - 1 for count in _active(assistant).values() if count > 1)
    return {"reimported": reimported, "retold": retold}


def _active(assistant: Assistant) -> Counter[tuple[str, str]]:
    """The memories in force by person and words."""
    found = assistant.store.list_memories(Filter(), limit=_EVERY)
    return Counter((memory.about, " ".join(re.findall(r"\w+", memory.text.lower()))) for memory in found)


def _tell(turn: Turn, assistant: Assistant) -> Lesson | None:
    assistant.store.add_turns([turn], [Work(turn.id, Priority.LIVE)])
    return next((lesson for lesson in assistant.learn() if lesson.turn.id == turn.id), None)


def _score(case: Case, lesson: Lesson, embedder: Embedder, tally: Tally, people: Iterable[str]) -> None:
    told_of = [one for one in lesson.settled if one.decision.op is not Verdict.END]  # it tells of no fact
    made = [settled.candidate.text for settled in told_of if settled.candidate.text]
    tally.turns += 1
    tally.errors += bool(lesson.error)
    pairs = [(gold, next((m for m in made if matches(gold, m, embedder)), None)) for gold in case.facts]
    tally.gold += len(pairs)
    tally.found += sum(m is not None for _, m in pairs)
    tally.subjects += sum(m is not None and of_whom(m, people) == of_whom(gold, people) for gold, m in pairs)
    told = [] if _only_touches(case) else made
    tally.made += len(told)
    tally.right += sum(any(matches(gold, m, embedder) for gold in case.facts) for m in told)
    tally.silent += not case.facts
    tally.noise += not case.facts and bool(told)
    if case.ops is not None:
        _score_ops(case, lesson, embedder, tally)


def of_whom(fact: str, people: Iterable[str]) -> str:
    """Which of those who talk a fact is told of: the one whom it names first, wherever ("Since Ana moved").

    One that names none of them ("The hall is cold") is of its own first word.
    """
    found = ((re.search(rf"\b{re.escape(who)}\b", fact, re.IGNORECASE), who) for who in people)
    named = [(match.start(), who) for match, who in found if match]
    return min(named)[1] if named else fact.split()[0]


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


def report(tally: Tally, about: Mapping[str, Any]) -> dict[str, Any]:
    """The scores as one document; shares in percent, None where nothing was counted."""
    recall, precision = _share(tally.found, tally.gold), _share(tally.right, tally.made)
    seconds = sorted(tally.seconds)
    both = (recall or 0) + (precision or 0)
    return {
        "evaluation": "operations",
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
            "invented_rate": _share(tally.invented, tally.made),
        },
        "update": {
            "by_op": {name: _scores(counts) for name, counts in sorted(tally.by_op.items())},
            "by_class": {name: _scores(counts) for name, counts in sorted(tally.by_class.items())},
        },
        "duplicates": dict(tally.again),
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
    yield f"made with a word that nobody said (proxy for invented) {made['invented_rate']}"
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
