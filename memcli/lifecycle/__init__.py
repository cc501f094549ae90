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
from memcli.lifecycle.profile import KEPT_OUT, PROFILE, Line, foremost, profile

__all__ = [
    "FADED",
    "KEPT_OUT",
    "PROFILE",
    "Fading",
    "Line",
    "curve",
    "expired",
    "faded",
    "fades_at",
    "forecast",
    "foremost",
    "profile",
    "retention",
    "stability",
    "strengthened",
]
