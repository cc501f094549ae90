"""Citations: numbers the model wrote become ids of notes it was shown, and any other number is removed; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from memcli.generate.prompt import LABEL, Note
from memcli.terms import terms

_BRACKET: Final = re.compile(r"\[([\d,;\s]*|[mt]:\w*)\]")
_OPENING: Final = re.compile(r"\[(?:[\d,;\s]*|[mt](?::\w*)?)$")
_SHOWN_CHARS: Final = 8
_SUPPORT: Final = 0.5


def label(record_id: str) -> str:
    """How an id is written inside an answer: ``[m:7k2q9x]``, a prefix that `memcli show` takes."""
    return f"[{record_id[:_SHOWN_CHARS]}]"


class CitationStream:
    """Rewrites ``[2]`` to ``[m:7k2q9x]`` while pieces arrive, holding back only what may be half a citation.

    An id that the model wrote itself stays where it is that of a note.
    """

    def __init__(self, notes: Sequence[Note]) -> None:
        self._ids = {note.number: note.id for note in notes}
        self._held = ""
        self.cited: dict[str, None] = {}

    def feed(self, piece: str) -> str:
        """The text that can be shown now."""
        text = self._held + piece
        opening = _OPENING.search(text)
        self._held = opening.group() if opening else ""
        return _BRACKET.sub(self._labels, text[: len(text) - len(self._held)])

    def finish(self) -> str:
        """What was held back; a citation that never closed is dropped, a lone bracket is kept."""
        rest, self._held = self._held, ""
        return rest if rest.strip() == "[" else ""

    def _labels(self, match: re.Match[str]) -> str:
        if ":" in match.group(1):
            known = [each for each in self._ids.values() if label(each) == match.group()]
        else:
            numbers = [int(n) for n in re.findall(r"\d+", match.group(1))]
            known = [self._ids[n] for n in numbers if n in self._ids]
        self.cited.update(dict.fromkeys(known))
        return "".join(label(record_id) for record_id in known)


def supported_by(answer: str, question: str, notes: Sequence[Note]) -> list[str]:
    """The ids of the notes that hold what an answer says, where the model named none.

    A note supports an answer when it has at least half of the answer's terms that the question did not bring;
    the best ones are returned, and none if the answer brings nothing of its own.
    """
    said = own_terms(answer, question)
    if not said:
        return []
    shares = {note.id: _share(said, set(terms(note.line))) for note in notes}
    best = max(shares.values(), default=0.0)
    return [note.id for note in notes if best >= _SUPPORT and shares[note.id] == best]


def without_labels(answer: str) -> str:
    """An answer's words alone."""
    return " ".join(LABEL.sub("", answer).split())


def is_invented(answer: str, question: str, notes: Sequence[Note]) -> bool:
    """Whether most of what an answer brings is in none of the notes, so that it cannot have come from them.

    An answer that only repeats words of the question must at least find those in a note. One without words to
    judge (yes, no, a count) passes.
    """
    said = own_terms(answer, question) or own_terms(answer, "")
    return bool(said) and _share(said, {term for note in notes for term in terms(note.line)}) < _SUPPORT


def own_terms(answer: str, question: str) -> list[str]:
    """The index terms of an answer that the question did not bring, each once, judgements and counts left out."""
    brought = {*terms(question), *_JUDGEMENTS}
    return [t for t in dict.fromkeys(terms(LABEL.sub("", answer))) if t not in brought and not t.isdigit()]


def _share(said: Sequence[str], held: set[str]) -> float:
    return sum(term in held for term in said) / len(said)


_JUDGEMENTS: Final = frozenset(
    terms("yes yeah likely probably maybe unlikely answer one two three four five six seven eight nine ten times")
)
