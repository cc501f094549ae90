"""The three looks: dark, light, high contrast; names only, so that any of Textual's own can be chosen as well."""

from __future__ import annotations

from typing import Final

from textual.theme import Theme

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
