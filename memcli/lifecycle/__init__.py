"""How memories fade and what is made of them over time; knows no store, model or screen."""

from memcli.lifecycle.decay import (
    FADED,
    Fading,
    curve,
    expired,
    faded,
    fades_at,
    forecast,
    retention,
    stability,
    strengthened,
)
from memcli.lifecycle.overview import OVERALL
from memcli.lifecycle.profile import KEPT_OUT, PROFILE, Line, foremost, profile
from memcli.lifecycle.strand import Knot, happened, strand

__all__ = [
    "FADED",
    "KEPT_OUT",
    "OVERALL",
    "PROFILE",
    "Fading",
    "Knot",
    "Line",
    "curve",
    "expired",
    "faded",
    "fades_at",
    "forecast",
    "foremost",
    "happened",
    "profile",
    "retention",
    "stability",
    "strand",
    "strengthened",
]
