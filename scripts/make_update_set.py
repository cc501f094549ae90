"""Makes the training and validation sets of the update adapter: pairs of an old note and a later statement.

    python scripts/make_update_set.py OUT [--pairs 4500] [--seed 1]

From the dialogues: what a turn changes, ends or repeats, and, as "other", what stays beside it: the nearest facts
of the same dialogue, and those that the product would ask about in a memory with many facts more. From recipes:
two wordings of one fact (same), the same fact with another value (changed where the recipe asks for the latest,
other where it asks for all of them). What code says of a turn is what it would say in the product: the candidates
of the rules. A dialogue is in one split alone; valid_drawn and test_drawn hold pairs as the product asks.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Final

from fit_rules import pairs as met_in_memory
from make_training_set import DATA, HELD, Maker
from recipes import fill, read, slots_of, third
from tellings import Said as Told

from memcli.evals.dialogues import Dialogue, Mark, Said, split
from memcli.evals.dialogues import read as read_dialogues
from memcli.extract import RulesExtractor
from memcli.extract.rewrite import sentence, third_person
from memcli.records import Candidate, Memory
from memcli.terms import terms
from memcli.update.similar import overlap, sense_of

SHARES: Final = {"other": 0.56, "changed": 0.18, "same": 0.12, "ended": 0.14}
NEAREST: Final = 3
STRANGE: Final = 0.15
"""Of the notes that share no word with a statement, which is rarely asked about them."""
OLDS_PER_TREE: Final = 8
MOST_WORDS: Final = 25
PLAIN: Final = re.compile(
    r"(?P<who>\w+(?:['’]s \w+)?) (?P<verb>is|are|was|has|have|likes|loves|lives|works|plays|goes|takes|teaches|"
    r"wants|drinks|eats|runs|drives|rents|shares|uses|studies|learns|volunteers|sings|keeps|visits|owns|swims) "
    r"(?P<rest>.+)"
)
_DETAIL: Final = re.compile(r"(?P<core>.+) (?:in|at|for|with|on|because|from|since|near|after|to) [^.]{3,}\.")


@dataclass(frozen=True, slots=True)
class Pair:
    """An old note, what was said later, and what that does to the note."""

    old: str
    new: str
    choice: str


def near(one: str, two: str) -> float:
    """Shared index terms as a share of all."""
    left, right = set(terms(one)), set(terms(two))
    return len(left & right) / max(1, len(left | right))


# -- dialogues


def of_dialogue(dialogue: Dialogue, rng: Random) -> Iterator[Pair]:
    """All that a dialogue tells of its own facts."""
    known: list[str] = []
    for index, turn in enumerate(dialogue.turns):
        touched = {mark.old for mark in turn.marks if mark.old}
        stated = candidates(turn, dialogue.turns[max(0, index - 4) : index])
        for mark in turn.marks:
            yield from of_mark(mark, turn, stated, rng)
        for new in [mark.fact for mark in turn.marks if mark.fact]:
            beside = [old for old in known if old not in touched and (near(old, new) or rng.random() < STRANGE)]
            beside.sort(key=lambda old: -near(old, new))
            yield from (Pair(old, new, "other") for old in beside[:NEAREST])
        for old in touched:
            if old in known and not any(mark.sign == "=" and mark.old == old for mark in turn.marks):
                known.remove(old)
        known += [mark.fact for mark in turn.marks if mark.fact]


def of_mark(mark: Mark, turn: Said, stated: list[str], rng: Random) -> Iterator[Pair]:
    """The pairs of one mark: with its own fact, or with what the turn states about the same."""
    alone = len(turn.marks) == 1 and len(turn.text.split()) <= MOST_WORDS
    fresh = [each.fact for each in turn.marks if each.sign == "+"]
    if mark.sign == "~":
        yield Pair(mark.old, mark.fact, "changed")
        yield Pair(mark.fact, mark.old, "changed")
    elif mark.sign == "-":
        about = [new for new in dict.fromkeys([*fresh, *stated]) if near(mark.old, new) > 0.12]
        if alone:
            about.append(retold(turn))
        if (gone := no_longer(mark.old, rng)) is not None:
            about.append(gone)
        yield from (Pair(mark.old, new, "ended") for new in dict.fromkeys(about))
    elif mark.sign == "=":
        repeats = [new for new in stated if near(mark.old, new) > 0.2]
        if alone:
            repeats.append(retold(turn))
        yield from (Pair(mark.old, new, "same") for new in dict.fromkeys(repeats))
    elif rng.random() < 0.25 and (part := shorter(mark.fact)) is not None:
        yield Pair(mark.fact, part, "same")
        yield Pair(part, mark.fact, "other")
    elif rng.random() < 0.12 and (gone := no_longer(mark.fact, rng)) is not None:
        yield Pair(mark.fact, gone, "ended")


def retold(turn: Said) -> str:
    """A whole turn in the third person."""
    return sentence(third_person(turn.text, turn.speaker))


def candidates(turn: Said, before: Iterable[Said]) -> list[str]:
    """What the rules make of a turn."""
    if turn.by_assistant:
        return []
    found = RulesExtractor().extract(turn.as_turn(), [each.as_turn() for each in before])
    return [candidate.text for candidate in found.candidates if candidate.text]


def no_longer(fact: str, rng: Random) -> str | None:
    """A fact taken back in so many words, where its verb is plain to see."""
    parts = PLAIN.fullmatch(fact)
    if parts is None:
        return None
    who, verb, rest = parts["who"], parts["verb"], parts["rest"].rstrip(".")
    if verb in {"is", "are", "was"}:
        return rng.choice((f"{who} {verb} no longer {rest}.", f"{who} {verb} not {rest} any more."))
    stem = {"has": "have", "goes": "go", "teaches": "teach", "studies": "study"}.get(verb, verb.rstrip("s"))
    return rng.choice((f"{who} no longer {verb} {rest}.", f"{who} doesn't {stem} {rest} any more."))


def shorter(fact: str) -> str | None:
    """A fact without its last detail: what says no more than the whole does."""
    parts = _DETAIL.fullmatch(fact)
    return f"{parts['core']}." if parts and len(parts["core"].split()) > 3 else None


def across(pairs: list[Pair], dialogues: list[Dialogue], rng: Random) -> Iterator[Pair]:
    """Facts of another dialogue under the same name: what is near and yet stands beside."""
    facts = [
        (d.people[0], m.fact) for d in dialogues if d.language == "en" for t in d.turns for m in t.marks if m.fact
    ]
    by_term: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name, fact in facts:
        for term in set(terms(fact)) - set(terms(name)):
            by_term[term].append((name, fact))
    for pair in rng.sample(pairs, min(len(pairs), 900)):
        rare = min(
            (term for term in set(terms(pair.new)) if len(by_term[term]) > 1),
            key=lambda t: len(by_term[t]),
            default="",
        )
        others = [(name, fact) for name, fact in by_term[rare] if fact not in {pair.new, pair.old}]
        if rare and others:
            name, fact = max(rng.sample(others, min(6, len(others))), key=lambda each: near(each[1], pair.new))
            who = pair.new.split()[0]
            if fact.startswith(name):
                yield Pair(who.removesuffix("'s") + fact[len(name) :], pair.new, "other")


def drawn(dialogues: list[Dialogue], rng: Random) -> Iterator[Pair]:
    """What stays beside a new fact, and what it changes, as the product finds them in a memory of many facts."""
    for _, met in groupby(met_in_memory(dialogues), key=lambda pair: pair.asked):
        near = sorted(met, key=lambda pair: -beside(pair.old, pair.new))
        for pair in near[:NEAREST]:
            if beside(pair.old, pair.new) or rng.random() < STRANGE:
                yield Pair(pair.old.text, pair.new.text, "changed" if pair.changed else "other")


def beside(old: Memory, new: Candidate) -> float:
    """How much two facts share without the person they are about."""
    return overlap(sense_of(old.text, old.about), sense_of(new.text, new.about))


# -- recipes


def of_recipes(maker: Maker, count: int) -> Iterator[Pair]:
    """Wordings and values of recipes' facts."""
    rng = maker.rng
    made = 0
    while made < count:
        fact = rng.choice(maker.recipes.facts)
        owner = maker.pair(rng.choice(("dialogue", "user")))[0]
        told = maker.said(fact, owner)
        other = maker.said(fact, owner, told)
        kinds = {ask.kind for ask in fact.asks}
        old = rng.choice(fact.memories)
        if slots_of(old) & {"when", "next", "since"}:
            continue
        made += 1
        timeless = [m for m in fact.memories if not slots_of(m) & {"when", "next", "since"}]
        new = rng.choice(timeless)
        wordings = [m for m in timeless if m != old and slots_of(m) <= slots_of(old)]
        if rng.random() < 0.5 and wordings:
            yield Pair(written(old, told), written(rng.choice(wordings), told), "same")
        elif rng.random() < 0.05:
            yield Pair(written(old, told), written(old, told), "same")
        elif ">" in kinds and "*" not in kinds and slots_of(old) == slots_of(new) and slots_of(old):
            yield Pair(written(old, told), written(new, other), "changed")
        elif "*" in kinds and slots_of(old) and written(old, told) != written(new, other):
            yield Pair(written(old, told), written(new, other), "other")


def written(memory: str, told: Told) -> str:
    """A memory of a recipe with its values."""
    words = {slot: third(value, told.owner) for slot, value in told.values.items()} | dict(told.owner.words)
    return fill(memory, words | ({"name": "The user"} if told.owner.name == "user" else {}))


# -- writing


def balanced(pairs: list[Pair], total: int, rng: Random) -> list[Pair]:
    """At most so many, in the shares of the choices, as far as there are."""
    unique = list(dict.fromkeys(pairs))
    rng.shuffle(unique)
    by_choice = {choice: [pair for pair in unique if pair.choice == choice] for choice in SHARES}
    return [pair for choice, share in SHARES.items() for pair in by_choice[choice][: round(total * share)]]


def write(path: Path, pairs: list[Pair], rng: Random) -> None:
    """One split as JSON lines, a few old notes to a line, with its counts and hash on stdout."""
    by_old: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        by_old[pair.old].append(pair)
    olds = list(by_old)
    rng.shuffle(olds)
    with path.open("w", encoding="utf-8") as out:
        for first in range(0, len(olds), OLDS_PER_TREE):
            notes = [
                {"old": old, "pairs": [{"new": pair.new, "choice": pair.choice} for pair in by_old[old]]}
                for old in olds[first : first + OLDS_PER_TREE]
            ]
            out.write(json.dumps({"notes": notes}, ensure_ascii=False) + "\n")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    print(f"{path.name}: {len(olds)} notes, {dict(Counter(pair.choice for pair in pairs))}, sha256 {digest}")


def main() -> None:
    """Write the sets."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--dialogues", type=Path, default=DATA / "dialogues" / "train")
    parser.add_argument("--test", type=Path, default=DATA / "dialogues" / "test")
    parser.add_argument("--pairs", type=int, default=8000)
    parser.add_argument("--recipes", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    wanted.out.mkdir(parents=True, exist_ok=True)
    rng = Random(wanted.seed)
    train, valid = split(read_dialogues(sorted(wanted.dialogues.glob("*.dialogue"))), HELD)
    test = read_dialogues(sorted(wanted.test.glob("*.dialogue")))
    pairs = [pair for dialogue in train for pair in of_dialogue(dialogue, rng)]
    pairs += across(pairs, train, rng)
    pairs += drawn([dialogue for dialogue in train if dialogue.language == "en"], rng)
    pairs += of_recipes(
        Maker(read(sorted((DATA / "recipes" / "train").glob("*.recipe"))), wanted.seed, reword=False),
        wanted.recipes,
    )
    write(wanted.out / "train.jsonl", balanced(pairs, wanted.pairs, rng), rng)
    for name, dialogues in (("valid", valid), ("test", test)):
        held = [pair for dialogue in dialogues for pair in of_dialogue(dialogue, Random(0))]
        write(wanted.out / f"{name}.jsonl", balanced(held, 700, Random(0)), Random(0))
        met = list(drawn([dialogue for dialogue in dialogues if dialogue.language == "en"], Random(0)))
        write(wanted.out / f"{name}_drawn.jsonl", met, Random(0))


if __name__ == "__main__":
    main()
