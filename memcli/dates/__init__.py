"""What a date expression means, given when and where it was said: rules in six languages, no model; pure.

Conventions are told in `memcli.dates.build`.
"""

from memcli.dates.find import find_dates
from memcli.dates.ground import ground
from memcli.dates.resolve import question_range, resolve
from memcli.dates.span import DateSpan, Preference, Relation
from memcli.dates.wording import format_span

__all__ = [
    "DateSpan",
    "Preference",
    "Relation",
    "find_dates",
    "format_span",
    "ground",
    "question_range",
    "resolve",
]
