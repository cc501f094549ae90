"""The examples of the joint table, from our own test set and from LoCoMo: drawn once, by seed, for every column.

A case is a line of JSON. The cases of a task stand in a drawn order: so the first of them are a sample too, and a
slow model may be asked those alone. Of questions, ``gold`` notes are the evidence and a few others, ``found`` ones
are what the product's own search puts before the model. Notes are kept with the dates of relative words in full
(``line``) and as they were said (``plain``).
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import eval_extraction
import eval_generation
from dialogue_questions import Asker
from make_training_set import DIALOGUES, RECIPES, Maker
from make_update_set import balanced, of_dialogue
from recipes import read as read_recipes

from memcli.codec import decode, encode
from memcli.config import load
from memcli.evals.datasets import ADVERSARIAL, Conversation, Question
from memcli.evals.datasets import load as load_dataset
from memcli.evals.dialogues import Dialogue
from memcli.evals.dialogues import read as read_dialogues
from memcli.generate.dated import with_dates
from memcli.generate.prompt import Note, note_of
from memcli.paths import Home
from memcli.records import Filter, Hit, Turn
from memcli.requests import is_own_reply
from memcli.wiring import Parts

Case = dict[str, Any]
SEED: Final = 5
EACH: Final = {"extraction": 90, "update": 160, "generation": 90}
"""Examples of our own; of LoCoMo two thirds of the turns, and a fifth of the questions in each category."""


def drawn(locomo: Path | None) -> list[Case]:
    """Every case."""
    found = [*extraction(locomo), *update(), *generation(locomo)]
    return [{"id": f"{case['task']}-{number}", **case} for number, case in enumerate(found)]


def write(cases: Iterable[Case], file: Path) -> None:
    """Keep them."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(case, ensure_ascii=False) + "\n" for case in cases), encoding="utf-8")


def read(file: Path) -> list[Case]:
    """The kept ones."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def some(every: Iterable[Case], count: int) -> list[Case]:
    """A seeded sample in a drawn order."""
    cases = list(every)
    return random.Random(SEED).sample(cases, min(count, len(cases)))


def mixed(*sets: Sequence[Case]) -> list[Case]:
    """Several sets in one drawn order."""
    cases = [case for each in sets for case in each]
    return random.Random(SEED).sample(cases, len(cases))


def test_dialogues() -> list[Dialogue]:
    """The dialogues that nothing is trained on."""
    return read_dialogues(sorted((DIALOGUES / "test").glob("*.dialogue")))


# -- extraction, update


def extraction(locomo: Path | None) -> list[Case]:
    """Turns with what was said before them and the facts that they tell."""
    own = [told(case) for case in eval_extraction.own_cases(test_dialogues(), "own")]
    other = [told(case) for case in eval_extraction.locomo_cases(locomo)] if locomo else []
    return mixed(some(own, EACH["extraction"]), some(other, EACH["extraction"] * 2 // 3))


def told(case: eval_extraction.Case) -> Case:
    """A turn as a line of JSON."""
    before = [encode(turn) for turn in case.before]
    about = {"task": "extraction", "set": case.group.split()[0], "group": case.group}
    return about | {"turn": encode(case.turn), "before": before, "gold": list(case.gold)}


def turns_of(case: Case) -> tuple[Turn, list[Turn]]:
    """The turn that is read, and those before it."""
    return decode(Turn, case["turn"]), [decode(Turn, each) for each in case["before"]]


def update() -> list[Case]:
    """Pairs of an old note and a later statement, in the shares of the training set."""
    pairs = [pair for dialogue in test_dialogues() for pair in of_dialogue(dialogue, random.Random(0))]
    held = balanced(pairs, 700, random.Random(0))
    about = {"task": "update", "set": "own", "group": "own"}
    return some(({**about, "old": p.old, "new": p.new, "gold": p.choice} for p in held), EACH["update"])


# -- generation


def generation(locomo: Path | None) -> list[Case]:
    """Questions over gold notes and over found ones."""
    sets = [some(own_gold(), EACH["generation"]), own_found()]
    if locomo:
        conversations = load_dataset("locomo", locomo)
        asked = per_category(conversations, EACH["generation"] // 5)
        sets += [locomo_gold(asked), locomo_found(asked)]
    return mixed(*sets)


def question(group: str, source: str, case: eval_generation.Case, plain: Sequence[str] = ()) -> Case:
    """A question as a line of JSON; ``plain`` are the notes without resolved dates."""
    lines = plain or [note.line for note in case.notes]
    notes = [
        {
            "id": note.id,
            "line": note.line,
            "plain": line,
            "speaker": note.speaker,
            "near": note.near,
            "score": round(note.score, 3),
        }
        for note, line in zip(case.notes, lines, strict=True)
    ]
    return {
        "task": "generation", "set": group.split()[0], "group": group, "source": source, "question": case.question,
        "gold": case.gold, "notes": notes, "now": case.now.isoformat(), "cited": sorted(case.cited),
    }  # fmt: skip


def notes_of(case: Case, key: str = "line") -> tuple[Note, ...]:
    """The notes of a question, with what search thinks of them where it found them."""
    return tuple(
        Note(n, each["id"], each[key], each["speaker"], each.get("near", 0.0), each.get("score", 0.0))
        for n, each in enumerate(case["notes"], 1)
    )


def own_gold() -> Iterator[Case]:
    """The questions of the test set of the generation adapter."""
    unseen, held = test_dialogues(), read_recipes([RECIPES / "test.recipe"])
    held.pools = {**read_recipes(sorted((RECIPES / "train").glob("*.recipe"))).pools, **held.pools}
    contexts = [*Asker(unseen, unseen, 0).contexts(), *Maker(held, 3, reword=False).contexts(20)]
    for context in contexts:
        for case in eval_generation.context_cases(context):
            yield question(case.group, "gold", case)


def locomo_gold(asked: Sequence[tuple[Conversation, Question]]) -> list[Case]:
    """LoCoMo's questions over their evidence turns and a few others."""
    rng = random.Random(SEED)
    cases = []
    for conversation, each in asked:
        case = eval_generation.locomo_case(conversation, each, rng)
        said = {turn.id: turn for turn in conversation.turns}
        cases.append(question(case.group, "gold", case, [plain(note, said[note.id]) for note in case.notes]))
    return cases


def plain(note: Note, turn: Turn) -> str:
    """A note's line with its words as they were said."""
    flat = " ".join(turn.text.split())
    return note.line.removesuffix(with_dates(flat, turn.at)) + flat


def per_category(conversations: Sequence[Conversation], count: int) -> list[tuple[Conversation, Question]]:
    """A seeded sample of so many questions of each category."""
    by_category: dict[str, list[tuple[Conversation, Question]]] = defaultdict(list)
    for conversation in conversations:
        for each in conversation.questions:
            if each.evidence:
                by_category[each.category].append((conversation, each))
    rng = random.Random(SEED)
    return [pair for name in sorted(by_category) for pair in rng.sample(by_category[name], count)]


def locomo_found(asked: Sequence[tuple[Conversation, Question]]) -> list[Case]:
    """The same questions over what a search of the whole conversation finds."""
    cases = []
    for name in sorted({conversation.name for conversation, _ in asked}):
        its = [(conversation, each) for conversation, each in asked if conversation.name == name]
        with remembered(its[0][0].turns) as parts:
            for _, each in its:
                gold = "" if each.category == ADVERSARIAL else each.answer
                wanted = frozenset(each.evidence)
                cases.append(found(parts, f"locomo {each.category}", each.text, gold, each.asked_at, wanted))
    return cases


def own_found() -> list[Case]:
    """What the writers of the test dialogues asked, each dialogue in a memory of its own."""
    every = [(d, each) for d in test_dialogues() if d.language == "en" for each in d.questions]
    asked = random.Random(SEED).sample(every, EACH["generation"] * 2 // 3)
    cases = []
    for dialogue in {d.name: d for d, _ in asked}.values():
        turns = [turn for case in eval_extraction.sessions_of(dialogue) for turn in case]
        later = turns[-1].at + timedelta(days=1)
        with remembered(turns) as parts:
            for _, each in [pair for pair in asked if pair[0] is dialogue]:
                wanted = frozenset(turn.id for turn in turns if turn.position in each.turns)
                group = f"own {'fact' if each.answer else 'unknown'}"
                cases.append(found(parts, group, each.question, each.answer, later, wanted))
    return cases


@contextmanager
def remembered(turns: Sequence[Turn]) -> Iterator[Parts]:
    """The product's own parts over a home that holds these turns and is removed afterwards."""
    settings = load()
    with TemporaryDirectory(prefix="memcli-eval-") as folder:
        home = Home(root=Path(folder), models=settings.home.models)
        parts = Parts(replace(settings, home=home, store_uri=""))
        try:
            parts.store.add_turns(turns)
            parts.store.flush(force=True)
            yield parts
        finally:
            parts.close()


def found(parts: Parts, group: str, text: str, gold: str, now: datetime, wanted: frozenset[str]) -> Case:
    """A question over the notes that `ask` would put before the model, asked at its own time."""
    every = parts.searcher.search(text, Filter(), parts.settings.recall_k, now)
    hits = [hit for hit in every if not is_own_reply(hit)]
    packed = parts.searcher.pack(text, hits, parts.settings.recall_tokens, parts.chat_model.count_tokens)
    notes = tuple(note_of(n, hit) for n, hit in enumerate(packed, 1))
    case = eval_generation.Case(group, text, gold, notes, now, wanted)
    lines = [as_said(note, hit) for note, hit in zip(notes, packed, strict=True)]
    return question(group, "found", case, lines)


def as_said(note: Note, hit: Hit) -> str:
    """A hit's line with its words as they were said."""
    return plain(note, hit.turn) if hit.turn else note.line
