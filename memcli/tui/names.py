"""The screens' names, apart from the screens: the command line tells them without loading any."""

from __future__ import annotations

from typing import Final

PLACES: Final = ("today", "memories", "chat", "inbox", "timeline", "forecast", "graph", "log", "jobs", "models")
"""The screens, in the order of their digits, from 0."""
