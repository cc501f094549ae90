"""What people tell of themselves, drawn from recipes with a seed, as notes as the product writes them.

A fact is said by its owner, told back by the other, or written down as a memory; among small talk, with the true
dates of what is said in relative words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

from recipes import USER, Fact, Person, Recipes, fill, person, second, slots_of, third

from memcli.dates import Relation, find_dates
from memcli.generate.dated import date_of
from memcli.generate.prompt import note_of
from memcli.records import Hit, Kind, Lane, Memory, Precision, Role, Turn

PAST: Final = (
    "today", "this morning", "yesterday", "last night", "yesterday", "last Friday", "last Tuesday", "on Sunday",
    "two days ago", "three days ago", "last week", "last week", "two weeks ago", "a few weeks ago", "last weekend",
    "over the weekend", "last month", "last month", "two months ago", "in March", "in August", "on 3 May",
    "on 21 November", "last year", "last year", "in 2019", "in 2015", "last summer", "three years ago",
    "a few days ago",
    "on Monday", "last Saturday", "in October", "on 14 February", "five years ago", "in 2021", "last winter",
)  # fmt: skip
FUTURE: Final = (
    "tomorrow", "next week", "next month", "next Friday", "next Tuesday", "in two weeks", "next summer",
    "next weekend", "next year", "in three days", "next Saturday", "in a month",
)  # fmt: skip
SINCE: Final = (
    "since 2016",
    "since 2020",
    "since 2011",
    "since I was twelve",
    "since my operation",
    "since college",
)


@dataclass(slots=True)
class Said:
    """A fact of one person as one note: what fills it and what of that was really said."""

    fact: Fact
    owner: Person
    values: dict[str, str]
    said: set[str] = field(default_factory=set)
    number: int = 0


@dataclass(slots=True)
class Line:
    """A note before it has its number; ``about`` is empty for small talk."""

    speaker: str
    text: str
    about: list[Said] = field(default_factory=list)
    memory: bool = False


class Teller:
    """Draws what is told from recipes with a seed."""

    def __init__(self, recipes: Recipes, seed: int) -> None:
        self.recipes = recipes
        self.rng = Random(seed)

    def pair(self, mode: str) -> tuple[Person, Person]:
        """Who talks; the first is the user where the notes are a user's."""
        one = USER if mode == "user" else person(self.rng, self.recipes.pools)
        return one, person(self.rng, self.recipes.pools, taken=one.name)

    def facts(self, people: tuple[Person, Person], mode: str) -> list[Said]:
        """Four to seven facts: some told of both people, some several times of one."""
        rng = self.rng
        owners = people[:1] if mode == "user" else people
        kinds = rng.sample(self.recipes.facts, rng.randint(3, 5))
        chosen = [self.said(kind, rng.choice(owners)) for kind in kinds]
        repeating = [said for said in chosen if said.fact.repeats]
        if repeating and rng.random() < 0.75:
            first = rng.choice(repeating)
            for _ in range(rng.choice((1, 1, 2, 2, 3))):
                chosen.append(self.said(first.fact, first.owner, *[c for c in chosen if c.fact is first.fact]))
        if len(owners) == 2 and rng.random() < 0.5:
            first = rng.choice(chosen[: len(kinds)])
            chosen.append(self.said(first.fact, owners[first.owner is owners[0]], first))
        return chosen

    def said(self, fact: Fact, owner: Person, *unlike: Said) -> Said:
        """A fact with values, all different from one another and from others' where there is a choice."""
        values: dict[str, str] = {}
        for slot in sorted(
            slots_of(" ".join([*fact.says, *fact.hears, *fact.memories, *(a.text for a in fact.asks)]))
        ):
            if slot in {"when", "next", "since"}:
                continue
            kind = slot.rstrip("0123456789")
            options = fact.slots.get(slot) or fact.slots.get(kind) or self.recipes.pools[kind]
            taken = {other.values.get(f"raw {slot}") for other in unlike} | set(values.values())
            fresh = [each for each in options if each not in taken]
            values[slot] = values[f"raw {slot}"] = self.rng.choice(fresh or options)
        for slot in [name for name in values if not name.startswith("raw ")]:
            values |= {inner: self.rng.choice(self.recipes.pools[inner.rstrip("0123456789")])
                       for inner in slots_of(values[slot]) if inner not in values}  # fmt: skip
            values[slot] = fill(values[slot], {**values, **owner.words})
        return Said(fact, owner, values)

    def line(self, said: Said, people: tuple[Person, Person], mode: str) -> Line:
        """One way to say it."""
        rng = self.rng
        other = people[said.owner is people[0]]
        if mode == "memories" or (mode == "dialogue" and rng.random() < 0.1):
            pattern, voice, memory = rng.choice(said.fact.memories), "third", True
        elif mode == "dialogue" and said.fact.hears and rng.random() < 0.3:
            pattern, voice, memory = rng.choice(said.fact.hears), "second", False
        else:
            pattern, voice, memory = rng.choice(said.fact.says), "first", False
        said.said = slots_of(pattern) | {
            s for slot in slots_of(pattern) for s in slots_of(said.values.get(f"raw {slot}", ""))
        }
        speaker = other if voice == "second" else said.owner
        told = {
            **{slot: self.voiced(value, voice, said.owner) for slot, value in said.values.items()},
            **said.owner.words,
        }
        if said.owner is USER and memory:
            told |= {"name": rng.choice(("The user", "User"))}
        for slot, choices in (("when", PAST), ("next", FUTURE), ("since", SINCE)):
            if slot in said.said:
                told[slot] = said.values[slot] = rng.choice(choices)
        if voice == "first" and "!" in pattern and "when" not in said.said:
            said.values["when"] = "today"  # news without a date is of the day it is told
            said.said.add("when")
        text = fill(pattern, told)
        if not memory:
            listener = said.owner if speaker is other else other
            text = self.wrapped(text, "" if mode == "user" else listener.name, voice, said.owner)
        return Line(speaker.name, text, [said], memory)

    def joined(self, lines: list[Line]) -> list[Line]:
        """Now and then two things that one person says, as one long turn."""
        kept: list[Line] = []
        for line in lines:
            fits = [
                each for each in kept if each.speaker == line.speaker and not each.memory and len(each.about) == 1
            ]
            if fits and not line.memory and self.rng.random() < 0.25:
                whole = self.rng.choice(fits)
                whole.text, whole.about = f"{whole.text} {line.text}", whole.about + line.about
            else:
                kept.append(line)
        return kept

    @staticmethod
    def voiced(value: str, voice: str, owner: Person) -> str:
        return {"first": value, "second": second(value), "third": third(value, owner)}[voice]

    def wrapped(self, text: str, other: str, voice: str, owner: Person) -> str:
        """The sentence among others, as people talk."""
        pools, rng = self.recipes.pools, self.rng
        fits = [phrase for phrase in pools["opener"] if other or "{other}" not in phrase]
        ends = [phrase for phrase in pools["closer"] if other or "{other}" not in phrase]
        parts = [text]
        if voice == "second" and rng.random() < 0.5:
            parts.insert(0, f"{other}!")
        elif rng.random() < 0.4:
            parts.insert(0, rng.choice(fits))
        parts += rng.sample(ends, rng.choice((0, 0, 1, 1, 2, 3)))
        if voice == "first" and rng.random() < 0.07:
            parts.append(f"[shares an image: {rng.choice(pools['picture'])}]")
        return fill(" ".join(parts), {"other": other})

    def small_talk(self, people: tuple[Person, Person], mode: str) -> Line:
        pools, rng = self.recipes.pools, self.rng
        if mode == "user":
            speaker, pool = rng.choice(
                (("assistant", "assistant"), ("assistant", "assistant"), ("user", "userask"))
            )
            return Line(speaker, rng.choice(pools[pool]))
        who = rng.randint(0, 1)
        return Line(people[who].name, fill(rng.choice(pools["smalltalk"]), {"other": people[1 - who].name}))

    def dated(self, lines: list[Line]) -> tuple[list[str], datetime]:
        """The notes as the product writes them, in the order of two to four sessions."""
        rng = self.rng
        at = datetime(
            rng.randint(2020, 2026), rng.randint(1, 12), rng.randint(1, 28), rng.randint(7, 21), tzinfo=UTC
        )
        step = max(1, len(lines) // rng.randint(2, 4))
        notes: list[str] = []
        for number, line in enumerate(lines, start=1):
            if number > 1:
                at += timedelta(days=rng.randint(1, 60)) if (number - 1) % step == 0 else timedelta(minutes=3)
            text = self.with_true_dates(line, at)
            notes.append(note_of(number, _hit(line, text, at)).line)
            for said in line.about:
                said.number = number
        return notes, at

    @staticmethod
    def with_true_dates(line: Line, at: datetime) -> str:
        """What was said, with the true date of its expressions noted; memories tell dates in full."""
        text = line.text
        for said, slot in ((said, slot) for said in line.about for slot in ("when", "next") if slot in said.said):
            words = said.values[slot]
            span = find_dates(words, at, prefer="past" if slot == "when" else "future")[0]
            said.values[slot] = f"{at:%-d %B %Y}" if span.relation is Relation.PRESENT else date_of(span, at)
            if line.memory:
                in_full = _in_full(span.precision, said.values[slot])
                for written in (words, words[:1].upper() + words[1:]):
                    text = text.replace(written, in_full)
        return text


def _in_full(precision: Precision, date: str) -> str:
    if precision is Precision.DAY:
        return f"on {date}"
    return f"in {date}" if precision in {Precision.MONTH, Precision.YEAR} else date


def _hit(line: Line, text: str, at: datetime) -> Hit:
    if line.memory:
        memory = Memory("m:0", text, Kind.EPISODIC, created_at=at, updated_at=at)
        return Hit(Lane.MEMORY, "m:0", 0.0, memory=memory)
    role = Role.ASSISTANT if line.speaker == "assistant" else Role.USER
    return Hit(Lane.TURN, "t:0", 0.0, turn=Turn("t:0", "s", 0, role, line.speaker, text, at))
