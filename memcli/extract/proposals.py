"""Which of the sentences proposed for a turn are kept: a weighing of what each says and who else says it; pure.

Rules, the model and the model once more on each sentence of the turn propose. The weights are in
``proposals.json`` with their card, fitted by ``scripts/fit_proposals.py`` on turns of our own. A feature is cut
into ranges, each with a weight, so that the file can be read as a table.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Final, Literal, TypeAlias

from memcli import logistic
from memcli.extract.sentences import clauses, sentences
from memcli.terms import terms

By: TypeAlias = Literal["rule", "whole", "part"]
"""Who proposes: a rule, the model that read the whole turn, or one sentence of it."""
EACH: Final[tuple[By, ...]] = ("rule", "whole", "part")
SAME: Final = 0.7
"""Of the index terms of the shorter sentence, from which on another tells it too; of those of both, from which on
they say it in the same words."""
WORTHY: Final = 1.0
"""The worth, in log-odds, from which on a rule's word is enough."""
LEAN: Final = 0.1
"""How much likelier a model's sentence must be than a rule's that tells the same. A rule's can change what is
known; a model's waits where its words are not the user's."""
UNDATED: Final = 3
"""Index terms that two sentences must have beside dates and numbers, to be compared without those."""
UNWEIGHED: Final = -1.0
"""The worth of what no rule proposes: less than a rule lets pass."""
PLAIN: Final = 8
"""Index terms of a turn up to which nothing is added to what a rule read of it and finds worth keeping."""


_NAME: Final = re.compile(r"(?<=\s)[A-ZÀ-Þ]")
"""A capital, but for the first."""
_DATE: Final = re.compile(
    r"\b(?:\d[\d.,:]*|january|february|march|april|may|june|july|august|september|october|november|december)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A sentence, who proposes it, and the mean log-probability of its tokens were it all that the turn tells.

    ``worth`` is what the rule that proposes it makes of its words, in log-odds (``memcli.extract.worth``);
    ``unsaid`` are content words of it that nobody said.
    """

    text: str
    by: frozenset[By]
    likelihood: float
    worth: float = UNWEIGHED
    unsaid: int = 0


@dataclass(frozen=True, slots=True)
class Ranges:
    """A feature cut at ``edges``, with a weight for each range between them."""

    edges: tuple[float, ...]
    weights: tuple[float, ...]

    def weight(self, value: float) -> float:
        """The weight of the range that a value lies in."""
        return self.weights[bisect_right(self.edges, value)]


@dataclass(frozen=True, slots=True)
class Floors:
    """From which probability on a proposal is kept: a rule's, who reads plain statements well, or a model's.

    What a rule finds worth keeping by itself stays, and what rule and model say in the same words. The model's own
    may hold so many words ``unsaid``. From ``again`` on a part of what is kept is kept by itself too, or a whole
    of which a part is: each may be changed alone.
    """

    rule: float
    model: float
    unsaid: int = 0
    again: float = math.inf

    def admit(self, proposal: Proposal, weight: float) -> bool:
        """Whether a proposal of that probability is kept."""
        if "rule" in proposal.by:
            return weight >= self.rule or proposal.worth >= WORTHY or len(proposal.by) > 1
        return weight >= self.model and proposal.unsaid <= self.unsaid


@dataclass(frozen=True, slots=True)
class Weighing:
    """P(worth keeping) = 1 / (1 + e^-(bias + the weight of each feature's range)).

    ``careful`` and ``open`` are from where on a proposal is kept: in a conversation and an import, or where a user
    wants the model asked about everything.
    """

    bias: float
    ranges: Mapping[str, Ranges]
    careful: Floors
    open: Floors
    card: Mapping[str, object] = field(default_factory=dict)

    def probability(self, seen: Mapping[str, float]) -> float:
        """How likely it is that a proposal with these features is worth keeping, 0..1."""
        weights = (ranges.weight(seen[name]) for name, ranges in self.ranges.items())
        return logistic.probability(self.bias + sum(weights))


@cache
def shipped() -> Weighing:
    """The weights that come with memcli."""
    read = logistic.table("extract", "proposals")
    table = read["features"].items()
    ranges = {name: Ranges(tuple(each["edges"]), tuple(each["weights"])) for name, each in table}
    careful, open_ = Floors(**read["careful"]), Floors(**read["open"])
    return Weighing(read["bias"], ranges, careful, open_, read["card"])


def chosen(proposals: Sequence[Proposal], said: str, speaker: str, floors: Floors) -> list[str]:
    """The texts worth keeping, in their order; of those that tell the same the one that is weighed highest."""
    weigh = shipped()
    weights = [weigh.probability(features(p, proposals, said, speaker)) for p in proposals]
    return best(proposals, weights, floors, said)


def best(proposals: Sequence[Proposal], weights: Sequence[float], floors: Floors, said: str) -> list[str]:
    """The same for proposals that are weighed already."""
    kept: list[Proposal] = []
    plain = len(set(terms(said))) <= PLAIN
    pairs = zip(proposals, weights, strict=True)
    for proposal, weight in sorted(pairs, key=lambda pair: -pair[1] - LEAN * ("rule" in pair[0].by)):
        told = [other for other in kept if tells(proposal.text, other.text)]
        enough = weight < floors.again or (plain and any(_is_sure(other) for other in told))
        if floors.admit(proposal, weight) and not (told and (enough or _in_same_words(proposal, told))):
            kept.append(proposal)
    texts = {proposal.text for proposal in kept}
    return [p.text for p in proposals if p.text in texts]


def _is_sure(proposal: Proposal) -> bool:
    """Does a rule read it, and find it worth keeping?"""
    return "rule" in proposal.by and proposal.worth >= WORTHY


def _in_same_words(proposal: Proposal, others: Sequence[Proposal]) -> bool:
    """Is it one of the others, but for a word or two?"""
    return any(_overlap(*_undated(proposal.text, other.text)) >= SAME for other in others)


def features(proposal: Proposal, every: Sequence[Proposal], said: str, speaker: str) -> dict[str, float]:
    """What can be seen of a proposal among all those for the words ``said`` by a speaker."""
    turn, own = frozenset(terms(said)), frozenset(terms(proposal.text)) - frozenset(terms(speaker))
    others = [other for other in every if other is not proposal]
    clause = max(_clauses(said), key=lambda each: (len(own & each), -len(each)))
    return {
        "likelihood": proposal.likelihood,
        "worth": proposal.worth,
        "terms unsaid": float(min(proposal.unsaid, 2)),
        "terms": float(len(own)),
        "terms of the turn": float(len(turn)),
        "share of the turn": len(own & turn) / max(1, len(turn)),
        "share of the clause": len(own & clause) / max(1, len(clause)),
        "share in the clause": len(own & clause) / max(1, len(own)),
        "names": float(min(3, len(_NAME.findall(proposal.text)))),
        "number": float(any(c.isdigit() for c in proposal.text)),
        "speaker first": float(proposal.text.lower().startswith(speaker.lower())),
        **{f"{by} proposes it": float(by in proposal.by) for by in EACH},
        **{f"{by} says so": _seconded(proposal, others, by) for by in EACH},
    }


def _seconded(proposal: Proposal, others: Sequence[Proposal], by: By) -> float:
    """How much of it is said by one who does not propose it as it stands: 0..1."""
    if by in proposal.by:
        return 0.0
    return max((_alike(proposal, other) for other in others if by in other.by), default=0.0)


@lru_cache(maxsize=8)
def _clauses(said: str) -> tuple[frozenset[str], ...]:
    """The terms of each clause of a turn; it has one at least."""
    return tuple(frozenset(terms(part)) for each in sentences(said) for part in clauses(each)) or (frozenset(),)


def _alike(one: Proposal, other: Proposal) -> float:
    return _overlap(set(terms(one.text)), set(terms(other.text)))


def _overlap(left: set[str], right: set[str]) -> float:
    """The share of common terms (Jaccard)."""
    return len(left & right) / max(1, len(left | right))


def _undated(one: str, other: str) -> tuple[set[str], set[str]]:
    """The terms of two sentences, dates and numbers aside where enough is left without them."""
    undated = set(terms(_DATE.sub("", one))), set(terms(_DATE.sub("", other)))
    return undated if min(map(len, undated)) >= UNDATED else (set(terms(one)), set(terms(other)))


def tells(one: str, other: str) -> bool:
    """Whether two sentences on a turn tell the same by their words, dates aside, or one a part of the other."""
    left, right = _undated(one, other)
    return len(left & right) >= SAME * min(len(left), len(right))
