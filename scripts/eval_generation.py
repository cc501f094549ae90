"""Measures answers from given notes with the product's engine: own test set and LoCoMo from gold evidence.

    python scripts/eval_generation.py OUT.jsonl [--adapter FILE] [--test test.jsonl] [--locomo FILE]

Each answered question becomes a line of OUT; a table goes to stdout. LoCoMo: the evidence turns and four others of
the same conversation, in order. ``first`` is what the model says before any check of `memcli.generate`.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from memcli.adapters.gate import CITATION, questions
from memcli.config import load
from memcli.evals.datasets import ADVERSARIAL, Conversation, Question
from memcli.evals.datasets import load as load_dataset
from memcli.evals.scorers import abstains, f1, normalised, score
from memcli.generate import answered, ask_messages, note_of, respond
from memcli.generate.prompt import Note
from memcli.models import open_chat
from memcli.ports import ChatModel, Sampling, Task
from memcli.records import Hit, Lane

SAMPLING: Final = Sampling(max_tokens=48)
DISTRACTORS: Final = 4


@dataclass(frozen=True, slots=True)
class Case:
    """A question over notes; ``gold`` is empty where it cannot be answered."""

    group: str
    question: str
    gold: str
    notes: tuple[Note, ...]
    now: datetime
    cited: frozenset[str] = frozenset()


def own_cases(path: Path, contexts: int | None) -> Iterator[Case]:
    """The questions of our own test set, those on the same notes one after the other."""
    for line in path.read_text(encoding="utf-8").splitlines()[:contexts]:
        yield from context_cases(json.loads(line))


def context_cases(context: Mapping[str, Any]) -> Iterator[Case]:
    """The questions on one set of notes."""
    for asked, item in zip(context["questions"], questions(context), strict=True):
        cited = frozenset(f"t:{n}" for n in re.findall(r"\[(\d+)\]", asked["answer"]))
        yield Case(f"own {asked['kind']}", item.question, item.gold, item.notes, item.now, cited)


def sample(cases: list[Case], limit: int, seed: int) -> list[Case]:
    """A seeded sample in the cases' own order, in which those on the same notes follow one another."""
    kept = sorted(random.Random(seed).sample(range(len(cases)), min(limit, len(cases))))
    return [cases[i] for i in kept]


def locomo_cases(path: Path, per_category: int, seed: int) -> list[Case]:
    """A seeded sample of each category, mixed, so that a run that was stopped early is still a sample."""
    by_category: dict[str, list[tuple[Conversation, Question]]] = defaultdict(list)
    for conversation in load_dataset("locomo", path):
        for question in conversation.questions:
            if question.evidence:
                by_category[question.category].append((conversation, question))
    rng = random.Random(seed)
    cases: list[Case] = []
    for category in sorted(by_category):
        for conversation, question in rng.sample(
            by_category[category], min(per_category, len(by_category[category]))
        ):
            cases.append(locomo_case(conversation, question, rng))
    rng.shuffle(cases)
    return cases


def locomo_case(conversation: Conversation, question: Question, rng: random.Random) -> Case:
    """A question over its evidence turns and a few others."""
    wanted = set(question.evidence)
    others = rng.sample([turn for turn in conversation.turns if turn.id not in wanted], DISTRACTORS)
    shown = sorted(
        [t for t in conversation.turns if t.id in wanted] + others, key=lambda turn: (turn.at, turn.position)
    )
    notes = tuple(note_of(n, Hit(Lane.TURN, turn.id, 0.0, turn=turn)) for n, turn in enumerate(shown, start=1))
    gold = "" if question.category == ADVERSARIAL else question.answer
    return Case(f"locomo {question.category}", question.text, gold, notes, question.asked_at, frozenset(wanted))


def run(model: ChatModel, cases: list[Case], task: Task | None, out: Path) -> list[dict[str, object]]:
    """Answer and score every case, one line of ``out`` each."""
    rows: list[dict[str, object]] = []
    with out.open("w", encoding="utf-8") as file:
        for case in cases:
            messages = ask_messages(case.question, case.notes, case.now)
            first = respond(model, messages, case.notes, case.question, SAMPLING, lambda _: None, adapter=task)
            began = time.monotonic()
            reply = answered(
                model, case.question, case.notes, case.now, SAMPLING, lambda _: None, learned=task is not None
            )
            said, at_first = (CITATION.sub("", each.text).strip() for each in (reply, first))
            rows.append({
                "group": case.group, "question": case.question, "gold": case.gold, "reply": reply.text,
                "score": graded(case, said), "abstained": abstains(said, strict=False),
                "first_score": graded(case, at_first), "first_abstained": abstains(at_first, strict=False),
                "cited": bool(reply.citations), "cited_right": bool(case.cited & set(reply.citations)),
                "seconds": round(time.monotonic() - began, 3), "notes": [note.line for note in case.notes],
            })  # fmt: skip
            file.write(json.dumps(rows[-1], ensure_ascii=False) + "\n")
            file.flush()
    return rows


def graded(case: Case, said: str) -> float:
    """F1 by LoCoMo's rules for the group; of an unanswerable question whether the reply abstains."""
    if not case.gold:
        return float(abstains(said, strict=False))
    return score(said, case.gold, case.group[-1]) if case.group.startswith("locomo") else f1(said, case.gold)


def table(rows: list[dict[str, object]]) -> None:
    """The means of each group on stdout."""
    groups: dict[str, list[dict[str, object]]] = defaultdict(list)
    for row in rows:
        groups[str(row["group"])].append(row)
        groups[f"{str(row['group']).split()[0]} {'answerable' if row['gold'] else 'unanswerable'}"].append(row)
    names = ("score", "abstained", "first_score", "first_abstained", "cited", "cited_right", "seconds")
    print(f"{'group':22} {'n':>4} {'exact':>9} " + " ".join(f"{name[:9]:>9}" for name in names))
    for group, its in sorted(groups.items()):
        exact = [normalised(CITATION.sub("", str(row["reply"]))) == normalised(str(row["gold"])) for row in its]
        columns = [sum(exact) / len(its), *(_mean(its, name) for name in names)]
        print(f"{group:22} {len(its):4} " + " ".join(f"{value:9.3f}" for value in columns))


def _mean(rows: list[dict[str, object]], key: str) -> float:
    return sum(float(row[key]) for row in rows) / len(rows)  # type: ignore[arg-type]


def main() -> None:
    """Measure what the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--adapter", type=Path)
    parser.add_argument("--test", type=Path)
    parser.add_argument("--contexts", type=int)
    parser.add_argument("--locomo", type=Path)
    parser.add_argument("--per-category", type=int, default=40)
    parser.add_argument("--seed", type=int, default=5)
    given = parser.parse_args()
    cases = list(own_cases(given.test, given.contexts)) if given.test else []
    cases += locomo_cases(given.locomo, given.per_category, given.seed) if given.locomo else []
    model = open_chat(load(), {"generation": given.adapter} if given.adapter else None)
    task: Task | None = "generation" if given.adapter else None
    table(run(model, cases, task, given.out))
    model.close()


if __name__ == "__main__":
    main()
