"""Makes the training and validation sets of the extraction adapter from the dialogues and the recipes.

    python scripts/make_extraction_set.py OUT [--recipes 400] [--seed 1]

A line of OUT/{train,valid}.jsonl is a talk: sessions of lines, each with the facts that it tells, or with null
where no label is certain (a turn that only ends something, or whose fact rests on words out of sight). A dialogue
is in one split alone. Facts keep the words that were said, time words too: code resolves them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random
from typing import Any, Final

from make_training_set import DATA, HELD, Maker
from recipes import fill, read, slots_of, third
from tellings import Line

from memcli.evals.dialogues import Dialogue, Said, split
from memcli.evals.dialogues import read as read_dialogues
from memcli.extract.asking import CONTEXT_TURNS
from memcli.extract.grounding import is_grounded

UNNAMED_SHARE: Final = 0.3
Talk = dict[str, Any]


def talk_of(dialogue: Dialogue, rng: Random) -> Talk:
    """A dialogue with the facts of every turn that a person says; now and then its only person has no name."""
    name = dialogue.people[0]
    heard = " ".join(turn.text for turn in dialogue.turns)
    unnamed = dialogue.with_assistant and dialogue.language == "en" and name not in heard
    unnamed = unnamed and rng.random() < UNNAMED_SHARE
    sessions = []
    for session in dialogue.sessions:
        lines = []
        for index, turn in enumerate(session):
            facts = facts_of(turn, session[max(0, index - CONTEXT_TURNS) : index], dialogue)
            if facts is not None and unnamed:
                facts = [without_name(fact, name) for fact in facts]
            speaker = "assistant" if turn.by_assistant else "The user" if unnamed else turn.speaker
            lines.append({"speaker": speaker, "text": turn.text, "facts": facts})
        sessions.append(lines)
    return {"name": dialogue.name, "language": dialogue.language, "sessions": sessions}


def facts_of(turn: Said, before: Iterable[Said], dialogue: Dialogue) -> list[str] | None:
    """What a turn tells, as far as its words are in sight; None where that is not certain or nobody is asked."""
    if turn.by_assistant:
        return None
    told = [mark.fact or mark.old for mark in turn.marks if mark.sign != "-"]
    sources = [turn.text, *(each.text for each in before)]
    facts = [fact for fact in told if dialogue.language == "zh" or is_grounded(fact, sources, dialogue.people)]
    return None if turn.marks and not facts else facts


def without_name(fact: str, name: str) -> str:
    """A fact about somebody who gave no name."""
    return re.sub(rf"^{name}\b", "The user", fact).replace(name, "the user")


# -- recipes


def talks_of(maker: Maker, count: int) -> Iterator[Talk]:
    """Exchanges made of recipes: what one or two people say of themselves, small talk between."""
    made = 0
    while made < count:
        mode = maker.rng.choices(("dialogue", "user"), (0.6, 0.4))[0]
        lines = recipe_lines(maker, mode)
        if len(lines) > 2 and any(line["facts"] is not None for line in lines):  # nothing to learn, no loss
            made += 1
            yield {"name": f"recipe-{made}", "language": "en", "sessions": [lines]}


def recipe_lines(maker: Maker, mode: str) -> list[Talk]:
    """One exchange."""
    people = maker.pair(mode)
    lines = [maker.line(said, people, mode) for said in maker.facts(people, mode)]
    lines += [maker.small_talk(people, mode) for _ in range(maker.rng.randint(2, 4))]
    maker.rng.shuffle(lines)
    return [recipe_line(line, mode) for line in lines if not line.memory]


def recipe_line(line: Line, mode: str) -> Talk:
    """A line with the memories that say all of what it says; no label where none does."""
    speaker = "The user" if mode == "user" and line.speaker == "user" else line.speaker
    unlabelled: Talk = {"speaker": speaker, "text": line.text, "facts": None}
    facts: list[str] = []
    for said in line.about:
        memory = next((m for m in said.fact.memories if slots_of(m) == said.said), None)
        if memory is None or said.owner.name != line.speaker:
            return unlabelled
        told = {slot: third(value, said.owner) for slot, value in said.values.items()} | dict(said.owner.words)
        told |= {"name": "The user"} if mode == "user" else {}
        fact = fill(memory, told)
        if not is_grounded(fact, [line.text], [speaker]) or ("today" in fact and "today" not in line.text):
            return unlabelled
        facts.append(fact)
    return unlabelled if speaker == "assistant" else {**unlabelled, "facts": facts}


def write(path: Path, talks: Iterable[Talk]) -> None:
    """One split as JSON lines, with its counts and hash on stdout."""
    talks = list(talks)
    path.write_text("".join(json.dumps(talk, ensure_ascii=False) + "\n" for talk in talks), encoding="utf-8")
    labelled = [line["facts"] for talk in talks for session in talk["sessions"] for line in session]
    labelled = [facts for facts in labelled if facts is not None]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    print(
        f"{path.name}: {len(talks)} talks, {len(labelled)} turns, {sum(map(len, labelled))} facts, "
        f"{sum(not facts for facts in labelled)} turns without, sha256 {digest}"
    )


def main() -> None:
    """Write the sets."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--dialogues", type=Path, default=DATA / "dialogues" / "train")
    parser.add_argument("--recipes", type=int, default=400)
    parser.add_argument("--repeats", type=int, default=2, help="passes over the dialogues, each drawn anew")
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    wanted.out.mkdir(parents=True, exist_ok=True)
    train, valid = split(read_dialogues(sorted(wanted.dialogues.glob("*.dialogue"))), HELD)
    recipes = read(sorted((DATA / "recipes" / "train").glob("*.recipe")))
    rng = Random(wanted.seed)
    talks = [talk_of(dialogue, rng) for _ in range(wanted.repeats) for dialogue in train]
    talks += talks_of(Maker(recipes, wanted.seed, reword=False), wanted.recipes)
    write(wanted.out / "train.jsonl", talks)
    write(wanted.out / "valid.jsonl", [talk_of(dialogue, Random(0)) for dialogue in valid])


if __name__ == "__main__":
    main()
