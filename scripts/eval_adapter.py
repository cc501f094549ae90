"""Measures answers from given notes with the product's engine: own test set and LoCoMo from gold evidence.

    python scripts/eval_adapter.py OUT.jsonl [--adapter FILE] [--test test.jsonl] [--locomo FILE]

Each answered question becomes a line of OUT; a table goes to stdout. LoCoMo: the evidence turns and four others of
the same conversation, in order; F1 as its paper scores it (Porter stems; category 1 by parts, category 3 before
";").
"""

from __future__ import annotations

import argparse
import json
import random
import re
import string
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import Stemmer

from memcli.config import load
from memcli.evals.datasets import ADVERSARIAL, Conversation, Question
from memcli.evals.datasets import load as load_dataset
from memcli.generate import ask_messages, note_of, respond
from memcli.generate.prompt import Note
from memcli.models import open_chat
from memcli.ports import ChatModel, Sampling, Task
from memcli.records import Hit, Lane

STEMS: Final = Stemmer.Stemmer("porter")
ABSTAINS: Final = re.compile(
    r"don'?t know|do not know|not mentioned|no information|not (?:state|specif|say)", re.I
)
CITATION: Final = re.compile(r"\s*\[[^\]]*\]")
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


def words(text: str) -> list[str]:
    """Porter stems without articles and punctuation."""
    bare = "".join(c for c in text.lower().replace(",", "") if c not in string.punctuation)
    return STEMS.stemWords(re.sub(r"\b(a|an|the|and)\b", " ", bare).split())


def f1(said: str, gold: str) -> float:
    """Token F1 over Porter stems."""
    one, two = words(said), words(gold)
    common = sum((Counter(one) & Counter(two)).values())
    return 2 * common / (len(one) + len(two)) if common else 0.0


def score(case: Case, said: str) -> float:
    """F1 as the group wants it; an unanswerable question is right when the reply abstains."""
    if not case.gold:
        return float(bool(ABSTAINS.search(said)))
    if case.group == "locomo 1":
        parts = [part.strip() for part in said.split(",")]
        wanted = [part.strip() for part in case.gold.split(",")]
        return sum(max(f1(part, want) for part in parts) for want in wanted) / len(wanted)
    return f1(said, case.gold.split(";")[0] if case.group == "locomo 3" else case.gold)


def own_cases(path: Path, contexts: int | None) -> Iterator[Case]:
    """The questions of our own test set, those on the same notes one after the other."""
    for line in path.read_text(encoding="utf-8").splitlines()[:contexts]:
        context = json.loads(line)
        notes = tuple(Note(n, f"n{n}", text) for n, text in enumerate(context["notes"], start=1))
        now = datetime.fromisoformat(context["today"]).replace(tzinfo=UTC)
        for asked in context["questions"]:
            gold = CITATION.sub("", asked["answer"])
            cited = frozenset(f"n{n}" for n in re.findall(r"\[(\d+)\]", asked["answer"]))
            yield Case(
                f"own {asked['kind']}", asked["question"], "" if ABSTAINS.search(gold) else gold, notes, now, cited
            )


def locomo_cases(path: Path, per_category: int, seed: int) -> Iterator[Case]:
    """A seeded sample of each category."""
    by_category: dict[str, list[tuple[Conversation, Question]]] = defaultdict(list)
    for conversation in load_dataset("locomo", path):
        for question in conversation.questions:
            if question.evidence:
                by_category[question.category].append((conversation, question))
    rng = random.Random(seed)
    for category in sorted(by_category):
        for conversation, question in rng.sample(
            by_category[category], min(per_category, len(by_category[category]))
        ):
            yield locomo_case(conversation, question, rng)


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
            began = time.monotonic()
            messages = ask_messages(case.question, case.notes, case.now)
            reply = respond(
                model, messages, case.notes, case.question, Sampling(max_tokens=48), lambda _: None, adapter=task
            )
            said = CITATION.sub("", reply.text).strip()
            rows.append({
                "group": case.group, "question": case.question, "gold": case.gold, "reply": reply.text,
                "score": score(case, said), "abstained": bool(ABSTAINS.search(said)),
                "cited": bool(reply.citations), "cited_right": bool(case.cited & set(reply.citations)),
                "seconds": round(time.monotonic() - began, 3), "notes": [note.line for note in case.notes],
            })  # fmt: skip
            file.write(json.dumps(rows[-1], ensure_ascii=False) + "\n")
            file.flush()
    return rows


def table(rows: list[dict[str, object]]) -> None:
    """The means of each group on stdout."""
    groups: dict[str, list[dict[str, object]]] = defaultdict(list)
    for row in rows:
        groups[str(row["group"])].append(row)
        groups[f"{str(row['group']).split()[0]} {'answerable' if row['gold'] else 'unanswerable'}"].append(row)
    print(f"{'group':26} {'n':>4} {'F1':>6} {'exact':>6} {'abst.':>6} {'cited':>6} {'right':>6} {'s':>6}")
    for group, its in sorted(groups.items()):
        exact = [words(CITATION.sub("", str(row["reply"]))) == words(str(row["gold"])) for row in its]
        columns = [
            _mean(its, "score"),
            sum(exact) / len(its),
            *(_mean(its, k) for k in ("abstained", "cited", "cited_right", "seconds")),
        ]
        print(f"{group:26} {len(its):4} " + " ".join(f"{value:6.3f}" for value in columns))


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
    table(run(model, cases, "generation" if given.adapter else None, given.out))
    model.close()


if __name__ == "__main__":
    main()
