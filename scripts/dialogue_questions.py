"""Questions on hand-written dialogues over notes as the product shows them; knows the prompt, trains nothing.

A context takes some turns of a dialogue, now and then as the memory made of one, puts turns of other dialogues
between them under the same names, as retrieval from a full memory does, and asks what the dialogue's writer asked.
A third has no answer: the writer's own traps, the same question about the other person, and questions whose
evidence was not retrieved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from recipes import second

from memcli.dates import find_dates
from memcli.evals.dialogues import Asked, Dialogue, Said
from memcli.generate.dated import date_of
from memcli.generate.prompt import note_of
from memcli.records import Hit, Kind, Lane, Memory
from memcli.terms import terms

DONT_KNOW: Final = "I don't know."
SWAPPED: Final = 0.9
"""Of what one person told of themselves: how often it is asked of the other, too."""
MISSING: Final = 0.1
TRAPS: Final = 0.6
"""Of the writer's own questions without an answer: how many are asked."""
EXCHANGED: Final = 0.5
"""Of talks of two: how often the two go by one another's names, so that no name can be learned by heart."""
MEMORIES: Final = 0.2
FIRST: Final = 2.0
"""The weight of an answer's first token, which says whether there is an answer."""
_ASKS: Final = re.compile(r"(?:what|where|when|how|which|why|who)\b", re.IGNORECASE)
_FIRST_PERSON: Final = re.compile(r"\b(?:I|my|me|mine)\b")
_LEAD: Final = re.compile(r"^(?:on|in|at|since|from|by|for|the)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shown:
    """A note before it has its number; ``source`` is the turn of the dialogue, 0 for a stranger's."""

    hit: Hit
    source: int


class Asker:
    """Draws contexts from dialogues with a seed; ``others`` lend their turns as distractors."""

    def __init__(self, dialogues: Sequence[Dialogue], others: Sequence[Dialogue], seed: int) -> None:
        self.dialogues = [each for each in dialogues if each.language == "en" and each.questions]
        self.rng = Random(seed)
        english = [each for each in others if each.language == "en"]
        self.strangers = [(each, turn) for each in english for turn in each.turns if not turn.by_assistant]

    def contexts(self, people: int = 0) -> Iterator[dict[str, Any]]:
        """One context of every dialogue, or of those of so many people, in a drawn order."""
        for dialogue in self.rng.sample(self.dialogues, len(self.dialogues)):
            if people in {0, len(dialogue.people)}:
                two = len(dialogue.people) == 2 and self.rng.random() < EXCHANGED
                yield self.context(exchanged(dialogue) if two else dialogue)

    def context(self, dialogue: Dialogue) -> dict[str, Any]:
        """Notes of one dialogue with its questions."""
        rng = self.rng
        some = [each for each in dialogue.questions if each.answer or rng.random() < TRAPS]
        asked = some or list(dialogue.questions)
        unnamed = self.unnamed(dialogue)
        hidden = {turn for each in asked if each.turns and rng.random() < MISSING for turn in each.turns}
        shown = self.chosen(dialogue, asked, hidden)
        names = {dialogue.people[0]: "user"} if unnamed else {}
        notes, numbers = self.written(shown, names)
        questions = [
            q for each in asked if (q := self.question(each, dialogue, notes, numbers, hidden)) is not None
        ]
        if len(dialogue.people) == 2:
            questions += self.swapped(asked, dialogue, hidden)
        rng.shuffle(questions)
        today = max(each.hit.at for each in shown) + timedelta(days=rng.randint(0, 40))
        return {"mode": "hand", "today": today.date().isoformat(), "notes": notes, "questions": questions}

    # -- notes

    def unnamed(self, dialogue: Dialogue) -> bool:
        """Whether its only person goes by no name: where nothing names them."""
        heard = " ".join(
            [*(turn.text for turn in dialogue.turns), *(each.question for each in dialogue.questions)]
        )
        return dialogue.with_assistant and dialogue.people[0] not in heard and self.rng.random() < 0.7

    def chosen(self, dialogue: Dialogue, asked: Sequence[Asked], hidden: set[int]) -> list[Shown]:
        """The evidence, some other turns, and strangers' turns, in the order they were said."""
        rng = self.rng
        wanted = {turn for each in asked for turn in each.turns} - hidden
        rest = [turn for turn in dialogue.turns if turn.number not in wanted | hidden]
        rest = rng.sample(rest, min(len(rest), rng.randint(1, 4)))
        own = [turn for turn in dialogue.turns if turn.number in wanted or turn in rest]
        shown = [self.shown(turn) for turn in own]
        first, last = dialogue.turns[0].at, dialogue.turns[-1].at
        for _ in range(rng.choice((0, 1, 2, 3, 4, 5))):
            other, turn = self.stranger(asked)
            at = first + (last - first) * rng.random() + timedelta(days=rng.randint(-60, 20))
            shown.append(self.shown(self.moved(turn, other, dialogue, at)))
        return sorted(shown, key=lambda each: each.hit.at)

    def moved(self, turn: Said, other: Dialogue, dialogue: Dialogue, at: datetime) -> Said:
        """A stranger's turn as if said in this dialogue."""
        to = dialogue.people if not dialogue.with_assistant else dialogue.people * 2
        text, names = turn.text, dict(zip(other.people, self.rng.sample(to, len(to)), strict=False))
        for name, new in names.items():
            text = re.sub(rf"\b{re.escape(name)}\b", new, text)
        return replace(turn, speaker=names.get(turn.speaker, turn.speaker), text=text, at=at, marks=[], number=0)

    def stranger(self, asked: Sequence[Asked]) -> tuple[Dialogue, Said]:
        """A turn of another dialogue, the likeliest of some to be found by one of the questions."""
        question = set(terms(self.rng.choice(asked).question))
        some = self.rng.sample(self.strangers, min(12, len(self.strangers)))
        return max(some, key=lambda each: len(question & set(terms(each[1].text))))

    def shown(self, turn: Said) -> Shown:
        """A turn as it was said, or as the memory of it where that is one sentence."""
        facts = [mark.fact for mark in turn.marks if mark.fact]
        if len(facts) == 1 == len(turn.marks) and self.rng.random() < MEMORIES:
            memory = Memory("m:0", facts[0], Kind.EPISODIC, created_at=turn.at, updated_at=turn.at)
            return Shown(Hit(Lane.MEMORY, "m:0", 0.0, memory=memory), turn.number)
        said = turn.as_turn()
        return Shown(Hit(Lane.TURN, said.id, 0.0, turn=said), turn.number)

    @staticmethod
    def written(shown: Sequence[Shown], names: dict[str, str]) -> tuple[list[str], dict[int, int]]:
        """The lines, and the number of each turn among them."""
        lines: list[str] = []
        numbers: dict[int, int] = {}
        for number, each in enumerate(shown, start=1):
            hit = each.hit
            if hit.turn is not None and hit.turn.speaker in names:
                hit = replace(hit, turn=replace(hit.turn, speaker=names[hit.turn.speaker]))
            elif hit.memory is not None:
                text = hit.memory.text
                for name in names:
                    text = re.sub(rf"^{re.escape(name)}\b", "The user", text).replace(name, "the user")
                hit = replace(hit, memory=replace(hit.memory, text=text))
            lines.append(note_of(number, hit).line)
            if each.source:
                numbers[each.source] = number
        return lines, numbers

    # -- questions

    def question(
        self, asked: Asked, dialogue: Dialogue, notes: list[str], numbers: dict[int, int], hidden: set[int]
    ) -> dict[str, Any] | None:
        """A question as its writer answers it; unanswered where its evidence is out of sight."""
        if not asked.answer:
            return _answered(asked.question, DONT_KNOW, "unknown")
        said = {turn.number: turn for turn in dialogue.turns}
        if set(asked.turns) & hidden:
            seen = set(terms(" ".join(notes))) | set(terms(asked.question))
            gone = all(turn in hidden for turn in asked.turns) and not set(terms(asked.answer)) <= seen
            return _answered(asked.question, DONT_KNOW, "missing") if gone else None
        answer = dated(asked.answer, [said[turn] for turn in asked.turns], notes)
        if _FIRST_PERSON.search(asked.question):
            answer = second(answer)
        cites = "".join(f"[{number}]" for number in sorted({numbers[turn] for turn in asked.turns}))
        kind = "list" if len(asked.turns) > 1 else "date" if answer != asked.answer else "fact"
        return _answered(asked.question, f"{answer} {cites}", kind)

    def swapped(self, asked: Sequence[Asked], dialogue: Dialogue, hidden: set[int]) -> Iterator[dict[str, Any]]:
        """Questions about what one person told of themselves, asked of the other."""
        said = {turn.number: turn for turn in dialogue.turns}
        for each in asked:
            named = [name for name in dialogue.people if re.search(rf"\b{re.escape(name)}\b", each.question)]
            if len(named) != 1 or not each.answer or set(each.turns) & hidden or self.rng.random() > SWAPPED:
                continue
            who, other = named[0], next(name for name in dialogue.people if name != named[0])
            evidence = [said[turn] for turn in each.turns]
            spoken = all(turn.speaker == who and other not in turn.text for turn in evidence)
            about = all(other not in mark.fact for turn in evidence for mark in turn.marks)
            if spoken and about and _ASKS.match(each.question):
                yield _answered(each.question.replace(who, other), DONT_KNOW, "other person")


def exchanged(dialogue: Dialogue) -> Dialogue:
    """The same talk of two people where each goes by the other's name."""
    one, two = dialogue.people
    return renamed(dialogue, {one: two, two: one})


def renamed(dialogue: Dialogue, names: Mapping[str, str]) -> Dialogue:
    """The same talk under other names."""
    former = "|".join(re.escape(name) for name in names)

    def told(text: str) -> str:
        return re.sub(rf"\b({former})\b", lambda found: names[found[0]], text)

    def said(turn: Said) -> Said:
        marks = [replace(mark, fact=told(mark.fact), old=told(mark.old)) for mark in turn.marks]
        return replace(turn, speaker=names.get(turn.speaker, turn.speaker), text=told(turn.text), marks=marks)

    questions = [
        replace(each, question=told(each.question), answer=told(each.answer)) for each in dialogue.questions
    ]
    return replace(
        dialogue,
        speakers=tuple(names.get(each, each) for each in dialogue.speakers),
        turns=[said(turn) for turn in dialogue.turns],
        questions=questions,
    )


def dated(answer: str, evidence: Sequence[Said], notes: Sequence[str]) -> str:
    """An answer that is a time, as the date that the note gives it."""
    for turn in evidence:
        for span in find_dates(answer, turn.at):
            core = _LEAD.sub("", answer.strip().rstrip("."))
            named = date_of(span, turn.at)
            if _LEAD.sub("", span.text) == core and any(f"({named})" in note for note in notes):
                return named
    return answer


def _answered(question: str, answer: str, kind: str) -> dict[str, Any]:
    return {"question": question, "answer": answer, "kind": kind, "first": FIRST}
