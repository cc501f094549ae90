"""The three looks (dark, light, high contrast) and which was chosen last; Textual's own can be chosen as well."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from textual.theme import BUILTIN_THEMES, Theme

from memcli.errors import StoreError
from memcli.paths import Home

DARK: Final = Theme(
    name="memcli-dark",
    primary="#7aa2c8",
    secondary="#9d8cc4",
    accent="#e0af68",
    foreground="#d6d9de",
    background="#15181d",
    surface="#1b1f26",
    panel="#262b34",
    success="#8fb573",
    warning="#e0af68",
    error="#d9737a",
    dark=True,
)
LIGHT: Final = Theme(
    name="memcli-light",
    primary="#2f5d8a",
    secondary="#6a4fa0",
    accent="#8a5a00",
    foreground="#1d2127",
    background="#fbfaf7",
    surface="#f3f1ec",
    panel="#e4e1d9",
    success="#3d6b22",
    warning="#8a5a00",
    error="#a8323b",
    dark=False,
)
CONTRAST: Final = Theme(
    name="memcli-contrast",
    primary="#ffffff",
    secondary="#00ffff",
    accent="#ffff00",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#303030",
    success="#00ff00",
    warning="#ffff00",
    error="#ff8080",
    dark=True,
    text_alpha=1.0,
    variables={"foreground-muted": "#ffffff", "foreground-disabled": "#d0d0d0", "border": "#ffffff"},
)
THEMES: Final = (DARK, LIGHT, CONTRAST)


def kept(home: Home) -> str | None:
    """The look that was chosen last in a home, if there still is one of that name."""
    try:
        name = _file(home).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return name if name in {*BUILTIN_THEMES, *(theme.name for theme in THEMES)} else None


def keep(home: Home, name: str) -> None:
    """Note the look that was chosen; a home that holds nothing yet is not made for it.

    Raises:
        StoreError: it cannot be written.
    """
    if not home.exists():
        return
    home.ensure()
    try:
        _file(home).write_text(f"{name}\n", encoding="utf-8")
    except OSError as error:
        raise StoreError(f"cannot note the theme: {error.strerror}") from error


def _file(home: Home) -> Path:
    return home.cache / "tui-theme"
