"""The terminal as rich draws it; apart, because a pipe needs none of it."""

from __future__ import annotations

from rich.console import Console


class Stream(Console):
    """Text is printed as it is: no markup, no emoji codes, no colouring of numbers."""

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, highlight=False, markup=False, emoji=False)

    def on_broken_pipe(self) -> None:
        """Leave the ending to the guard, as for any other error."""
        raise BrokenPipeError
