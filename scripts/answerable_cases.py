"""Questions with the notes that they are put to, for the decision whether those answer them; asks no model.

``gold`` notes are the evidence and some others, ``found`` ones what search finds: in a home of several dialogues
whose people all go by the same names, as one long acquaintance. A question without an answer is its writer's own
trap, what one person told asked of the other, what was not retrieved, or asked of a name that never came up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

import eval_extraction
import eval_generation
from dialogue_questions import Asker, renamed
from joint_cases import remembered, test_dialogues
from make_training_set import DIALOGUES, HELD

from memcli.evals.datasets import ADVERSARIAL, Conversation, Question
from memcli.evals.datasets import load as load_dataset
from memcli.evals.dialogues import Dialogue, split
from memcli.evals.dialogues import read as read_dialogues
from memcli.generate.people import asked_of_another
from memcli.generate.prompt import Note, note_of
from memcli.records import SIMILARITY, Filter, Hit
from memcli.requests import is_own_reply
from memcli.wiring import Parts

Case = dict[str, Any]
SEED: Final = 11
UNSEEN: Final = tuple(f"hand{number}.dialogue" for number in range(6, 12))
"""Dialogues that came after the generation adapter: of what it was trained on it is too sure."""
HOME: Final = 8
"""Dialogues in a home."""
SWAPPED: Final = 0.6
NOBODY: Final = 0.12
LOCOMO: Final = {"1": 50, "2": 50, "3": 30, "4": 80, "5": 90}
"""Questions of each category."""


def fresh() -> list[Dialogue]:
    """English dialogues that the generation adapter has not seen, those of its validation among them."""
    train = DIALOGUES / "train"
    _, apart = split(read_dialogues(sorted(set(train.glob("*.dialogue")) - {train / f for f in UNSEEN})), HELD)
    return [*read_dialogues(train / name for name in UNSEEN), *apart]


def own(dialogues: Sequence[Dialogue], seed: int) -> Iterator[Case]:
    """Both kinds of notes, home by home in a drawn order; ``home`` tells what must not be parted by a fold."""
    asked = [each for each in dialogues if each.language == "en" and each.questions]
    rng = Random(seed)
    names = sorted({name for each in asked for name in each.people})
    homes = [*grouped([d for d in asked if len(d.people) == 2], rng), *grouped(
        [d for d in asked if len(d.people) == 1], rng)]  # fmt: skip
    for number, home in enumerate(rng.sample(homes, len(homes))):
        for case in (*own_gold(home, asked, seed), *own_found(home, names, rng)):
            yield case | {"home": f"{number}"}


def grouped(dialogues: list[Dialogue], rng: Random) -> list[list[Dialogue]]:
    """Homes of dialogues, their people under the names of the first one's."""
    drawn = rng.sample(dialogues, len(dialogues))
    homes = [drawn[start : start + HOME] for start in range(0, len(drawn), HOME)]
    return [[as_of(home[0], each) for each in home] for home in homes]


def as_of(first: Dialogue, other: Dialogue) -> Dialogue:
    """A dialogue under the names of another's people; with its own where a third person goes by one of those."""
    names = dict(zip(other.people, first.people, strict=True))
    heard = " ".join(turn.text for turn in other.turns)
    clash = any(re.search(rf"\b{re.escape(new)}\b", heard) for new in set(first.people) - set(other.people))
    return other if clash else renamed(other, names)


def own_gold(home: Sequence[Dialogue], others: Sequence[Dialogue], seed: int) -> Iterator[Case]:
    """The evidence and some other turns."""
    for number, context in enumerate(Asker(home, others, seed).contexts()):
        for case in eval_generation.context_cases(context):
            yield described("own", "gold", case, case.group.removeprefix("own "), f"{number}")


def own_found(home: Sequence[Dialogue], names: Sequence[str], rng: Random) -> Iterator[Case]:
    """What search finds in a memory of all of them."""
    turns = [turn for each in home for session in eval_extraction.sessions_of(each) for turn in session]
    later = max(turn.at for turn in turns) + timedelta(days=1)
    with remembered(turns) as parts:
        for dialogue in home:
            for kind, text, gold, wanted in questions(dialogue, names, rng):
                ids = frozenset(
                    turn.id for session in eval_extraction.sessions_of(dialogue) for turn in session
                    if turn.position in wanted
                )  # fmt: skip
                yield searched(parts, "own", kind, text, gold, later, ids)


def questions(
    dialogue: Dialogue, names: Sequence[str], rng: Random
) -> Iterator[tuple[str, str, str, tuple[int, ...]]]:
    """Kind, question, answer and evidence: the writer's, some of them of the other person, some of nobody."""
    for each in dialogue.questions:
        yield ("fact" if each.answer else "unknown"), each.question, each.answer, each.turns
        who = next((name for name in dialogue.people if re.search(rf"\b{re.escape(name)}\b", each.question)), "")
        if who and rng.random() < NOBODY:
            nobody = rng.choice([name for name in names if name not in dialogue.people])
            yield "nobody", each.question.replace(who, nobody), "", ()
    if len(dialogue.people) == 2:
        for asked in Asker([dialogue], [dialogue], rng.randrange(1 << 30)).swapped(
            dialogue.questions, dialogue, set()
        ):
            if rng.random() < SWAPPED:
                yield "other person", asked["question"], "", ()


def locomo(path: Path) -> Iterator[Case]:
    """A seeded sample of each category over both kinds of notes."""
    conversations = load_dataset("locomo", path)
    asked = drawn(conversations)
    rng = Random(SEED)
    for conversation in conversations:
        its = [each for name, each in asked if name == conversation.name]
        with remembered(conversation.turns) as parts:
            for each in its:
                case = eval_generation.locomo_case(conversation, each, rng)
                gold = "" if each.category == ADVERSARIAL else each.answer
                about = {"home": conversation.name}
                yield about | described("locomo", "gold", case, each.category, each.id)
                yield about | searched(
                    parts, "locomo", each.category, each.text, gold, each.asked_at, frozenset(each.evidence)
                )


def drawn(conversations: Sequence[Conversation]) -> list[tuple[str, Question]]:
    """So many questions of each category, with their conversation."""
    every = [(c.name, q) for c in conversations for q in c.questions if q.evidence]
    rng = Random(SEED)
    kept: list[tuple[str, Question]] = []
    for category, count in LOCOMO.items():
        its = [pair for pair in every if pair[1].category == category]
        kept += rng.sample(its, min(count, len(its)))
    return kept


def searched(  # noqa: PLR0913 -- what makes a case
    parts: Parts, group: str, kind: str, text: str, gold: str, now: datetime, wanted: frozenset[str]
) -> Case:
    """A question over the notes that `ask` would put before the model, with what search thinks of them."""
    hits = [
        hit for hit in parts.searcher.search(text, Filter(), parts.settings.recall_k, now) if not is_own_reply(hit)
    ]
    packed = parts.searcher.pack(text, hits, parts.settings.recall_tokens, parts.chat_model.count_tokens)
    notes = tuple(note_of(n, hit) for n, hit in enumerate(packed, 1))
    case = eval_generation.Case(f"{group} {kind}", text, gold, notes, now, wanted)
    swapped = asked_of_another(text, notes)
    other = parts.searcher.search(swapped, Filter(), 1, now) if swapped else []
    lead = other[0].score - max(note.score for note in notes) if other else 0.0
    return described(group, "found", case, kind, "", packed) | {"lead": round(lead, 3)}


def described(
    group: str, source: str, case: eval_generation.Case, kind: str, context: str, hits: Sequence[Hit] = ()
) -> Case:
    """A question as a line of JSON."""
    scores = [(hit.score, hit.features.get(SIMILARITY, 0.0)) for hit in hits] or [(0.0, 0.0)] * len(case.notes)
    notes = [
        {"id": note.id, "line": note.line, "speaker": note.speaker, "score": round(score, 3), "near": near}
        for note, (score, near) in zip(case.notes, scores, strict=True)
    ]
    return {
        "set": group, "source": source, "kind": kind, "context": context, "question": case.question,
        "gold": case.gold, "notes": notes, "now": case.now.isoformat(), "cited": sorted(case.cited),
    }  # fmt: skip


def notes_of(case: Case) -> tuple[Note, ...]:
    """The notes of a question."""
    return tuple(
        Note(n, each["id"], each["line"], each["speaker"], each["near"], each["score"])
        for n, each in enumerate(case["notes"], 1)
    )


def test() -> Iterator[Case]:
    """Our own test dialogues."""
    return own(test_dialogues(), SEED)


def at(case: Case) -> datetime:
    """When it is asked."""
    return datetime.fromisoformat(case["now"])
