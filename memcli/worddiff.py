"""A difference between two texts, word by word, that reads without colour; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Final

from rich.text import Text

_TOKEN: Final = re.compile(r"\s+|\w+|[^\w\s]")


def word_diff(before: str, after: str) -> Text:
    """The new text with ``[-what was taken out-]`` and ``{+what was put in+}``, as `git --word-diff` marks it."""
    shown = Text()
    for gone, come, same in _pieces(before, after):
        if gone:
            shown.append(f"[-{gone}-]", "red strike")
        if come:
            shown.append(f"{{+{come}+}}", "green")
        shown.append(same)
    return shown


def _pieces(before: str, after: str) -> Iterator[tuple[str, str, str]]:
    """(taken out, put in, kept) in the order of the text."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    for op, a, b, c, d in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if op == "equal":
            yield "", "", "".join(new[c:d])
        else:
            yield "".join(old[a:b]), "".join(new[c:d]), ""
