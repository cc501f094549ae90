"""How memories fade and what is made of them over time; knows no store, model or screen."""

from memcli.lifecycle.decay import (
    FADED,
    Fading,
    curve,
    faded,
    fades_at,
    forecast,
    retention,
    stability,
    strengthened,
)

__all__ = ["FADED", "Fading", "curve", "faded", "fades_at", "forecast", "retention", "stability", "strengthened"]
