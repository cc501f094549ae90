"""Makes the sets for what a turn in its talk does to notes kept before: still, ended, or now and the note anew.

    python scripts/make_revision_set.py OUT [--replay PAIRS.jsonl] [--share 1.0] [--seed 1]

A line is a talk: sessions of lines, each with the notes that are asked about after it, and the answers. As the
product meets them the notes are the nearest of a memory with facts of other people's dialogues too, and most still
hold. For training every note that a turn touches is asked about, and of the turns that touch nothing only a part;
valid_asked and test_asked hold every turn. ``--replay`` mixes in pairs of the older task (make_update_set.py) and
``--share`` keeps a part of the dialogues, for a learning curve.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any, Final

from make_extraction_set import without_name
from make_training_set import DATA, HELD

from memcli.config import load
from memcli.dates import find_dates, ground
from memcli.evals.dialogues import Dialogue, Mark, Said, split
from memcli.evals.dialogues import read as read_dialogues
from memcli.models import open_embedder
from memcli.ports import Embedder
from memcli.update.revise import ENDED, HEARD, LOOKED_AT, NOW, STILL, nearness

STRANGERS: Final = 30
"""Facts of other dialogues in the same memory, as if one person had told them all."""
QUIET: Final = 0.25
"""Of the turns that touch no note, so many are learned from, with fewer notes each."""
NOTES: Final = 5
QUIET_NOTES: Final = 3
"""Asked about after a turn in training, beside those that it touches."""
RENEWED: Final = 0.25
"""How often a note is asked about that says already what the turn says: it holds."""
UNNAMED: Final = 0.25
MOST_BRANCHES: Final = 26
Talk = dict[str, Any]


@dataclass(slots=True)
class Notes:
    """What is known at a turn: fact as labelled, as it is kept, when it was told, and by whom."""

    told: dict[str, tuple[str, datetime, str]] = field(default_factory=dict)
    strange: list[str] = field(default_factory=list)

    def after(self, turn: Said) -> None:
        """Let a turn change what is known."""
        for mark in turn.marks:
            if mark.sign in "~-":
                self.told.pop(mark.old, None)
        for mark in turn.marks:
            if mark.fact:
                self.told[mark.fact] = ground(mark.fact, turn.at), turn.at, turn.speaker

    def own(self, speaker: str) -> dict[str, tuple[str, datetime]]:
        """What a person told: nobody else's words change it."""
        return {fact: (kept, at) for fact, (kept, at, who) in self.told.items() if who == speaker}


class Maker:
    """Asks about dialogues as the product would: of the notes nearest to a turn in its talk."""

    def __init__(self, dialogues: list[Dialogue], embedder: Embedder, seed: int) -> None:
        self.rng = Random(seed)
        self.embedder = embedder
        self.vectors: dict[str, Any] = {}
        self.strangers = [
            (d.people[0], ground(m.fact, t.at))
            for d in dialogues
            if d.language == "en"
            for t in d.turns
            for m in t.marks
            if m.fact.startswith(d.people[0])
        ]

    def talk(self, dialogue: Dialogue, *, every: bool) -> Talk:
        """A dialogue with its questions; with ``every`` turn and its nearest notes, as the product asks."""
        name, rng = dialogue.people[0], self.rng
        drawn = rng.sample(self.strangers, STRANGERS) if dialogue.language == "en" else []
        notes = Notes(strange=[fact.replace(who, name) for who, fact in drawn if who != name])
        self.embed(dialogue, notes)
        sessions: list[list[Talk]] = []
        for session in dialogue.sessions:
            lines = []
            for index, turn in enumerate(session):
                asked: list[tuple[str, str]] = []
                if not turn.by_assistant:
                    asked = list(self.asked(turn, session[max(0, index - HEARD) : index], notes, every=every))
                lines.append({"speaker": "assistant" if turn.by_assistant else turn.speaker, "text": turn.text,
                              "notes": asked})  # fmt: skip
                notes.after(turn)
            sessions.append(lines)
        talk = {"name": dialogue.name, "language": dialogue.language, "sessions": sessions}
        heard = " ".join(turn.text for turn in dialogue.turns)
        unnamed = dialogue.with_assistant and dialogue.language == "en" and name not in heard
        return without_names(talk, name) if unnamed and not every and rng.random() < UNNAMED else talk

    def embed(self, dialogue: Dialogue, notes: Notes) -> None:
        """The vectors of all that a dialogue compares."""
        texts = set(notes.strange)
        for session in dialogue.sessions:
            for index, turn in enumerate(session):
                texts |= {turn.text, context(turn, session[max(0, index - HEARD) : index])}
                texts |= {ground(mark.fact, turn.at) for mark in turn.marks if mark.fact}
        self.vectors = dict(zip(texts, self.embedder.embed(list(texts)), strict=True))

    def asked(self, turn: Said, before: list[Said], notes: Notes, *, every: bool) -> Iterator[tuple[str, str]]:
        """The notes that are asked about after a turn, with the answers."""
        own = notes.own(turn.speaker)
        touched = {mark.old: mark for mark in turn.marks if mark.old in own}
        answers = dict.fromkeys(notes.strange, STILL)
        for fact, (kept, at) in own.items():
            answers[kept] = answer(touched.get(fact), turn, at)
        order = self.nearest(turn, before, list(answers))
        if every:
            yield from ((note, answers[note]) for note in order[:LOOKED_AT])
            return
        must = [own[old][0] for old in touched]
        if not must and self.rng.random() >= QUIET:
            return
        near = order[: NOTES if must else QUIET_NOTES]
        yield from ((note, answers[note]) for note in dict.fromkeys([*near, *must]))
        yield from self.renewed(turn)

    def renewed(self, turn: Said) -> Iterator[tuple[str, str]]:
        """Notes that say already what the turn tells."""
        for mark in turn.marks:
            if mark.sign == "~" and self.rng.random() < RENEWED:
                yield ground(mark.fact, turn.at), STILL

    def nearest(self, turn: Said, before: list[Said], notes: list[str]) -> list[str]:
        """Notes by how likely the turn speaks of them."""
        talk = context(turn, before)
        one, whole = self.vectors[turn.text], self.vectors[talk]
        scores = {
            note: nearness(
                turn.text, talk, note, float(one @ self.vectors[note]), float(whole @ self.vectors[note])
            )
            for note in notes
        }
        return sorted(notes, key=lambda note: -scores[note])


def context(turn: Said, before: Iterable[Said]) -> str:
    """A turn after what was said before it."""
    return "\n".join([*(each.text for each in before), turn.text])


def answer(mark: Mark | None, turn: Said, told_at: datetime) -> str:
    """What is right to say of a note that a turn touches, or does not."""
    if mark is None or mark.sign == "=":
        return STILL
    if mark.sign == "-":
        return ENDED
    kept = [
        span for span in find_dates(mark.fact, turn.at) if span.text in mark.old and span.text not in turn.text
    ]
    return f"{NOW}: {ground(mark.fact, told_at) if kept else mark.fact}"


def without_names(talk: Talk, name: str) -> Talk:
    """A talk of somebody who gave no name."""
    for line in (line for session in talk["sessions"] for line in session):
        line["speaker"] = "The user" if line["speaker"] == name else line["speaker"]
        line["notes"] = [(without_name(note, name), renamed(said, name)) for note, said in line["notes"]]
    return talk


def renamed(said: str, name: str) -> str:
    """An answer about somebody who gave no name."""
    first, colon, note = said.partition(": ")
    return f"{first}{colon}{without_name(note, name)}"


def trees(talk: Talk) -> Iterator[Talk]:
    """A talk in parts that are not too large, without what is said after the last question of each."""
    part: list[list[Talk]] = []
    for session in talk["sessions"]:
        last = max((n for n, line in enumerate(session) if line["notes"]), default=-1)
        if last < 0:
            continue
        if part and asked_in(part) + asked_in([session]) > MOST_BRANCHES:
            yield {**talk, "sessions": part}
            part = []
        part.append(session[: last + 1])
    if part:
        yield {**talk, "sessions": part}


def asked_in(sessions: list[list[Talk]]) -> int:
    """How many notes are asked about."""
    return sum(len(line["notes"]) for session in sessions for line in session)


def write(path: Path, talks: Iterable[Talk], older: Iterable[str] = ()) -> None:
    """One split as JSON lines, with its counts and hash on stdout."""
    made = list(talks)
    rows = [json.dumps(talk, ensure_ascii=False) for talk in made] + list(older)
    path.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    said = Counter(
        text.partition(":")[0] for talk in made for session in talk["sessions"] for line in session
        for _, text in line["notes"]
    )  # fmt: skip
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    print(
        f"{path.name}: {len(made)} talks, {len(rows) - len(made)} older, {dict(said)}, sha256 {digest}", flush=True
    )


def replayed(path: Path | None, pairs: int, rng: Random) -> list[str]:
    """A part of the older task's lines."""
    rows = path.read_text(encoding="utf-8").splitlines() if path else []
    rng.shuffle(rows)
    found, count = [], 0
    for row in rows:
        if count >= pairs:
            break
        found.append(row)
        count += sum(len(note["pairs"]) for note in json.loads(row)["notes"])
    return found


def main() -> None:
    """Write the sets."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--dialogues", type=Path, default=DATA / "dialogues" / "train")
    parser.add_argument("--test", type=Path, default=DATA / "dialogues" / "test")
    parser.add_argument("--replay", type=Path)
    parser.add_argument("--pairs", type=int, default=1500)
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--only", default="train valid valid_asked test_asked")
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    wanted.out.mkdir(parents=True, exist_ok=True)
    train, valid = split(read_dialogues(sorted(wanted.dialogues.glob("*.dialogue"))), HELD)
    test = read_dialogues(sorted(wanted.test.glob("*.dialogue")))
    embedder, rng = open_embedder(load()), Random(wanted.seed)
    kept = rng.sample(train, round(wanted.share * len(train))) if wanted.share < 1 else train
    older = replayed(wanted.replay, wanted.pairs, rng)
    splits = {
        "train": (kept, wanted.seed),
        "valid": (valid, 0),
        "valid_asked": (valid, 0),
        "test_asked": (test, 0),
    }
    for name in wanted.only.split():
        dialogues, seed = splits[name]
        maker, every = Maker(train if name != "test_asked" else test, embedder, seed), name.endswith("asked")
        talks = [maker.talk(dialogue, every=every) for dialogue in dialogues]
        parts = talks if every else [part for talk in talks for part in trees(talk)]
        write(wanted.out / f"{name}.jsonl", parts, older if name == "train" else ())


if __name__ == "__main__":
    main()
