"""Makes the training, validation and test sets of the generation adapter: every label is known.

    python scripts/make_training_set.py OUT [--contexts 900] [--seed 1]

A context is one set of notes in the product's own shape with about a dozen questions on it, made of recipes here
and of dialogues by dialogue_questions. A third of the questions cannot be answered: asked of the wrong person, for
a detail that was not said, for something that never came up, or with a detail swapped. Writes
OUT/{train,valid,test}.jsonl and prints counts and SHA-256 of each.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from dialogue_questions import Asker
from recipes import Ask, Person, Recipes, fill, first_person, read, reworded, slots_of
from tellings import Said, Teller

from memcli.evals.dialogues import read as read_dialogues
from memcli.evals.dialogues import split

DATA: Final = Path(__file__).parent.parent / "adapters" / "data"
RECIPES: Final = DATA / "recipes"
DIALOGUES: Final = DATA / "dialogues"
HELD: Final = DIALOGUES / "valid.txt"
DONT_KNOW: Final = "I don't know."
TRAPS: Final = {"other person": 0.65, "unsaid": 0.15, "absent": 0.14, "swapped": 0.06}
TRAP_SHARE: Final = 0.36
QUESTIONS: Final = 14
# Questions that another fact of the same person may answer: never used as "absent", nor of the other person.
SHARED: Final = {
    "plan_together",
    "yesno_have",
    "yesno_not",
    "yesno_like",
    "yesno_dislike",
    "frequency",
    "duration",
}


class Maker(Teller):
    """Draws contexts, what is told and what is asked of it."""

    def __init__(self, recipes: Recipes, seed: int, *, reword: bool) -> None:
        super().__init__(recipes, seed)
        self.reword = reword

    def contexts(self, count: int) -> Iterator[dict[str, object]]:
        """So many contexts."""
        made = 0
        while made < count:
            context = self.context()
            if context is not None:
                made += 1
                yield context

    def context(self) -> dict[str, object] | None:
        """Notes with their questions; None where too few questions came out."""
        rng = self.rng
        mode = rng.choices(("dialogue", "user", "memories"), (0.62, 0.2, 0.18))[0]
        people = self.pair(mode)
        lines = [self.line(said, people, mode) for said in self.facts(people, mode)]
        if mode != "memories":
            lines = self.joined(lines)
            lines += [self.small_talk(people, mode) for _ in range(rng.randint(1, 3))]
            rng.shuffle(lines)
        notes, last = self.dated(lines)
        every = [said for line in lines for said in line.about]
        answerable = list(self.answerable(every, mode, notes))
        traps = list(self.traps(every, people, mode, notes))
        chosen = self.choose(answerable, traps)
        if len(chosen) < QUESTIONS // 2:
            return None
        today = last + timedelta(days=rng.randint(0, 40))
        return {"mode": mode, "today": today.date().isoformat(), "notes": notes, "questions": chosen}

    # -- what is asked

    def answerable(self, every: list[Said], mode: str, notes: list[str]) -> Iterator[dict[str, object]]:
        for said in every:
            same = [each for each in every if each.fact is said.fact and each.owner is said.owner]
            for ask in said.fact.asks:
                yield from self.answered(ask, said, same, mode, notes)

    def answered(
        self, ask: Ask, said: Said, same: list[Said], mode: str, notes: list[str]
    ) -> Iterator[dict[str, object]]:
        """The question about this fact, if what was said answers it and nothing else does."""
        used = _used(ask, said, same)
        if not used:
            return
        dated = bool({"when", "next"} & slots_of(ask.answer))
        answer = self.answer(ask, used, mode)
        if dated and answer not in notes[used[0].number - 1]:
            return
        question = self.question(ask.text, said.owner, said, mode)
        if question is None:
            return
        cites = "".join(f"[{each.number}]" for each in sorted(used, key=lambda each: each.number))
        kind = "list" if len(used) > 1 else "date" if dated else "fact"
        kind = {">": "latest", "^": "previous", "#": "count"}.get(ask.kind, kind) if len(same) > 1 else kind
        yield {"question": question, "answer": f"{answer} {cites}", "kind": kind}

    def answer(self, ask: Ask, used: list[Said], mode: str) -> str:
        if ask.kind == "#":
            return str(len({each.values[next(iter(slots_of(ask.answer)))] for each in used}))
        answers = []
        for each in used:
            owner = each.owner
            voice = "second" if mode == "user" else "third"
            told = {slot: self.voiced(value, voice, owner) for slot, value in each.values.items()}
            words = dict(owner.words) | ({"his": "your", "name": "your", "he": "you"} if mode == "user" else {})
            pattern = ask.answer.replace("{name}'s", "{name}") if mode == "user" else ask.answer
            answers.append(fill(pattern, {**told, **words}, capital=False))
        return ", ".join(dict.fromkeys(answers))

    def question(self, pattern: str, owner: Person, said: Said, mode: str) -> str | None:
        text = first_person(pattern) if mode == "user" else pattern
        if text is None:
            return None
        voice = "first" if mode == "user" else "third"
        told = {slot: self.voiced(value, voice, owner) for slot, value in said.values.items()}
        if self.reword:  # before the values go in: those are what must be found
            text = reworded(text, self.rng)
        return fill(text, {**told, **owner.words})

    def traps(
        self, every: list[Said], people: tuple[Person, Person], mode: str, notes: list[str]
    ) -> Iterator[dict[str, object]]:
        """Questions that the notes do not answer, though they look as if they did."""
        told = {(said.fact.name, said.owner.name) for said in every}
        for said in every:
            other = people[said.owner is people[0]]
            for ask in said.fact.asks:
                needed = slots_of(ask.text) | slots_of(ask.answer)
                wrong = said.fact.name not in SHARED and (said.fact.name, other.name) not in told
                if mode != "user" and wrong and needed <= said.said and ask.kind in "?>*":
                    yield from self.trap("other person", ask, other, said, mode)
                if slots_of(ask.text) <= said.said and not self.answers(ask, said, every):
                    yield from self.trap("unsaid", ask, said.owner, said, mode)
                if (
                    ask.kind == "?"
                    and ask.answer not in {"Yes", "No", "Likely yes", "Likely no"}
                    and needed <= said.said
                ):
                    yield from self.swapped(ask, said, mode, notes)
        yield from self.absent(every, people, mode)

    @staticmethod
    def answers(ask: Ask, said: Said, every: list[Said]) -> bool:
        """Whether anything of that kind that was said of that person may hold the answer."""
        if ask.kind == "x":
            return False
        missing = slots_of(ask.answer)
        if missing & {"when", "next", "since"} or not missing:
            return True  # the note's own date may stand for it
        return any(each.fact is said.fact and each.owner is said.owner and missing & each.said for each in every)

    def swapped(self, ask: Ask, said: Said, mode: str, notes: list[str]) -> Iterator[dict[str, object]]:
        slots = [slot for slot in slots_of(ask.text) if slot in said.fact.slots or slot in self.recipes.pools]
        if not slots:
            return
        slot = self.rng.choice(slots)
        unlike = self.said(said.fact, said.owner, said)
        if unlike.values[slot].lower() not in " ".join(notes).lower():
            said = Said(said.fact, said.owner, {**said.values, slot: unlike.values[slot]})
            yield from self.trap("swapped", ask, said.owner, said, mode)

    def absent(self, every: list[Said], people: tuple[Person, Person], mode: str) -> Iterator[dict[str, object]]:
        topics = {said.fact.topic for said in every}
        others = [f for f in self.recipes.facts if f.topic not in topics and f.name not in SHARED]
        for fact in self.rng.sample(others, min(6, len(others))):
            said = self.said(fact, people[0] if mode == "user" else self.rng.choice(people))
            asks = [
                ask
                for ask in fact.asks
                if ask.kind in "?>*" and not slots_of(ask.text) & {"when", "next", "since"}
            ]
            if asks:
                yield from self.trap("absent", self.rng.choice(asks), said.owner, said, mode)

    def trap(self, why: str, ask: Ask, owner: Person, said: Said, mode: str) -> Iterator[dict[str, object]]:
        question = self.question(ask.text, owner, said, mode)
        if question is not None:
            yield {"question": question, "answer": DONT_KNOW, "kind": why}

    def choose(
        self, answerable: list[dict[str, object]], traps: list[dict[str, object]]
    ) -> list[dict[str, object]]:
        """About a dozen questions: rare kinds first among the answerable, traps by their shares."""
        rng = self.rng
        rng.shuffle(answerable)
        rare = {"list", "count", "latest", "previous"}
        answerable.sort(key=lambda q: q["kind"] not in rare and not (q["kind"] == "date" and rng.random() < 0.6))
        chosen = answerable[: round(QUESTIONS * (1 - TRAP_SHARE))]
        wanted = round(len(chosen) * TRAP_SHARE / (1 - TRAP_SHARE))
        rng.shuffle(traps)
        by_kind = {kind: [trap for trap in traps if trap["kind"] == kind] for kind in TRAPS}
        for _ in range(wanted):
            kinds = [kind for kind in TRAPS if by_kind[kind]]
            if kinds:
                chosen.append(by_kind[rng.choices(kinds, [TRAPS[kind] for kind in kinds])[0]].pop())
        unique = list({str(question["question"]).lower(): question for question in chosen}.values())
        rng.shuffle(unique)
        return unique


def _used(ask: Ask, said: Said, same: list[Said]) -> list[Said]:
    """What answers a question on a fact, of all one person said of its kind; none where nothing does."""
    asked = slots_of(ask.text)
    able = [each for each in same if asked | slots_of(ask.answer) <= each.said]
    able.sort(key=lambda each: each.number)
    if ask.kind == "?":
        alike = [each for each in same if all(each.values.get(slot) == said.values.get(slot) for slot in asked)]
        return [said] if said in able and len(alike) == 1 else []
    if not able or said is not able[-1] or ask.kind == "x":
        return []
    whole = len(able) == len(same)
    if ask.kind == "^":
        return [able[-2]] if whole and len(able) > 1 else []
    if ask.kind == "#":
        return able if whole else []
    return able if ask.kind == "*" else [said]


def write(path: Path, contexts: Sequence[Mapping[str, Any]]) -> None:
    """One split as JSON lines, with its counts and hash on stdout."""
    kinds = Counter(str(question["kind"]) for context in contexts for question in context["questions"])
    path.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in contexts), encoding="utf-8")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    print(f"{path.name}: {len(contexts)} contexts, {kinds.total()} questions, sha256 {digest}")
    print("  " + ", ".join(f"{kind} {count}" for kind, count in kinds.most_common()))


def main() -> None:
    """Write the three sets."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--contexts", type=int, default=900, help="of recipes")
    parser.add_argument("--repeats", type=int, default=2, help="passes over the dialogues, each drawn anew")
    parser.add_argument("--pairs", type=int, default=2, help="passes more over the dialogues of two people")
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    wanted.out.mkdir(parents=True, exist_ok=True)
    seed = wanted.seed
    recipes = read(sorted((RECIPES / "train").glob("*.recipe")))
    held = read([RECIPES / "test.recipe"])
    held.pools = {**recipes.pools, **held.pools}
    dialogues, apart = split(read_dialogues(sorted((DIALOGUES / "train").glob("*.dialogue"))), HELD)
    unseen = read_dialogues(sorted((DIALOGUES / "test").glob("*.dialogue")))
    train = list(Maker(recipes, seed, reword=True).contexts(wanted.contexts))
    asker = Asker(dialogues, dialogues, seed)
    train += [context for _ in range(wanted.repeats) for context in asker.contexts()]
    train += [context for _ in range(wanted.pairs) for context in asker.contexts(people=2)]
    Random(seed).shuffle(train)
    write(wanted.out / "train.jsonl", train)
    valid = list(Asker(apart, apart, 0).contexts())
    write(wanted.out / "valid.jsonl", [*valid, *Maker(recipes, seed + 1, reword=True).contexts(12)])
    test = list(Asker(unseen, unseen, 0).contexts())
    write(wanted.out / "test.jsonl", [*test, *Maker(held, 3, reword=False).contexts(20)])


if __name__ == "__main__":
    main()
