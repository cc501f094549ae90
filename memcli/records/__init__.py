"""The frozen records that travel between rooms; knows no storage, model or screen.

Every time is an aware ``datetime``: the instant is what is compared, the offset is what the speaker's clock
showed. Ids are ``lane:body`` (``m:`` memory, ``t:`` turn, ``c:`` change, ``b:`` batch, ``a:`` answer).
"""

from memcli.records.asked import (
    COVERAGE,
    SIMILARITY,
    Answer,
    Facets,
    Filter,
    Hit,
    Message,
    RankerState,
    Scored,
    Taught,
)
from memcli.records.kept import Candidate, Change, Extraction, Link, Mark, Memory, Turn
from memcli.records.names import (
    CHAT,
    Kind,
    Lane,
    Op,
    Origin,
    Outcome,
    Precision,
    Priority,
    Role,
    Stance,
    Status,
    new_id,
    stable_id,
)
from memcli.records.work import FlushReport, JobRun, StoreStats, Work

__all__ = [
    "CHAT",
    "COVERAGE",
    "SIMILARITY",
    "Answer",
    "Candidate",
    "Change",
    "Extraction",
    "Facets",
    "Filter",
    "FlushReport",
    "Hit",
    "JobRun",
    "Kind",
    "Lane",
    "Link",
    "Mark",
    "Memory",
    "Message",
    "Op",
    "Origin",
    "Outcome",
    "Precision",
    "Priority",
    "RankerState",
    "Role",
    "Scored",
    "Stance",
    "Status",
    "StoreStats",
    "Taught",
    "Turn",
    "Work",
    "new_id",
    "stable_id",
]
