"""Deciding what becomes of a memory: pure functions from records to changes; knows no store and no model."""

from memcli.update.decide import Decision, Review, Verdict, Vote, decide, guard
from memcli.update.edits import Act, birth, inverse, linked, reinforced, revised
from memcli.update.plan import Planner, Settled, accepted, rejected
from memcli.update.rivals import Neighbour
from memcli.update.slots import Slot, slots_of

__all__ = [
    "Act",
    "Decision",
    "Neighbour",
    "Planner",
    "Review",
    "Settled",
    "Slot",
    "Verdict",
    "Vote",
    "accepted",
    "birth",
    "decide",
    "guard",
    "inverse",
    "linked",
    "reinforced",
    "rejected",
    "revised",
    "slots_of",
]
