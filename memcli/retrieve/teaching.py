"""Kept answers to lessons, and what they taught to a file of the home's cache; knows no formula of learning.

A purge takes the cache away with what was learned from purged words; the job `ranker` then learns anew from the
answers that are left, which is how it always learns.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import numpy as np

from memcli.errors import StoreError
from memcli.paths import PRIVATE_DIR
from memcli.ports import Vectors
from memcli.records import Answer, Hit, Lane, Taught
from memcli.retrieve.feedback import Lesson, Projection, learned
from memcli.retrieve.fetch import Embed
from memcli.retrieve.question import in_first_person

ANSWERS: Final = 500
"""The latest answers that are learned from."""
FEATURE: Final = "learned"
"""The name under which a hit tells what citations did to its score."""


class Kept(Protocol):
    """The part of the store that learning reads; see ``MemoryStore``."""

    def vectors(self, lane: Lane, ids: Sequence[str]) -> dict[str, Vectors]: ...


def teach(answers: Sequence[Answer], source: Kept, embed: Embed, dimensions: int) -> Projection:
    """What some answers teach, oldest first."""
    found = (_lesson(answer, source, embed) for answer in answers if answer.citations)
    return learned([lesson for lesson in found if lesson is not None], dimensions)


def _lesson(answer: Answer, source: Kept, embed: Embed) -> Lesson | None:
    """An answer as a lesson; what it was shown and is not there any more is left out."""
    given = [hit for hit in answer.retrieved if hit.id in answer.injected]
    vectors: dict[str, Vectors] = {}
    for lane in Lane:
        vectors |= source.vectors(lane, [hit.id for hit in given if hit.lane is lane])
    hits = [hit for hit in given if hit.id in vectors]
    if not hits:
        return None
    speakers = {hit.turn.speaker for hit in hits if hit.turn is not None}
    return Lesson(
        query=embed([in_first_person(answer.question, speakers)])[0],
        records=np.stack([vectors[hit.id] for hit in hits]),
        scores=np.array([_untaught(hit) for hit in hits]),
        cited=np.array([hit.id in answer.citations for hit in hits]),
    )


def _untaught(hit: Hit) -> float:
    """The score as the ranker alone gave it."""
    return hit.score - hit.features.get(FEATURE, 0.0)


@dataclass(slots=True)
class Teaching:
    """The projection in a file; another process may replace it at any time."""

    file: Path
    _read: Projection | None = None
    _stamp: tuple[int, int] = (0, 0)

    def projection(self) -> Projection | None:
        """What was learned, if anything; a damaged file is nothing, since it can be learned anew."""
        try:
            status = self.file.stat()
        except OSError:
            return None
        stamp = (status.st_mtime_ns, status.st_size)
        if stamp != self._stamp:
            self._stamp, self._read = stamp, _load(self.file)
        return self._read

    def keep(self, projection: Projection) -> None:
        """Put a projection into the file, whole or not at all; one of no answers takes the file away.

        Raises:
            StoreError: it cannot be written.
        """
        try:
            if not projection.answers:
                self.file.unlink(missing_ok=True)
                return
            self.file.parent.mkdir(mode=PRIVATE_DIR, parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.file.parent, suffix=".npz", delete=False) as part:
                np.savez(
                    part,
                    of_query=projection.of_query,
                    of_record=projection.of_record,
                    told=np.array([projection.answers, projection.gain]),
                )
            Path(part.name).replace(self.file)
        except OSError as error:
            raise StoreError(f"cannot write {self.file}: {error.strerror}") from error


def taught(projection: Projection | None) -> Taught:
    """A projection in numbers."""
    if projection is None:
        return Taught()
    return Taught(projection.answers, round(projection.gain, 4), projection.in_use)


def _load(file: Path) -> Projection | None:
    try:
        with np.load(file, allow_pickle=False) as kept:
            answers, gain = kept["told"]
            return Projection(kept["of_query"], kept["of_record"], int(answers), float(gain))
    except (OSError, ValueError, KeyError, EOFError):
        return None
