"""JSON that is larger than memory, element by element; knows no format.

ijson is loaded when a file is read: most runs import nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import IO, Any, Final

from memcli.errors import BadInputError
from memcli.ingest.files import Entry

_BOM: Final = b"\xef\xbb\xbf"
_SPACE: Final = b" \t\r\n"
_LEAD: Final = 4096
DEEPEST: Final = 500
LONGEST_STRING: Final = 64 * 1024**2
_STRING: Final = re.compile(rb'"(?:[^"\\]+|\\.)*+"', re.DOTALL)
_BRACKET: Final = re.compile(rb"[][{}]")
_PLAIN: Final = ("string", "number", "boolean")
_MOST_VALUES: Final = 1_000


def elements(entry: Entry, prefix: str = "item") -> Iterator[Any]:
    """The values at a place of the document, one at a time: ``item`` is each element of the top array.

    Raises:
        BadInputError: it is not JSON, is cut off, or is not UTF-8.
    """
    import ijson

    with entry.open() as stream:
        try:
            yield from ijson.items(_without_bom(stream), prefix, use_float=True)
        except (ijson.JSONError, UnicodeDecodeError, ValueError, OverflowError) as error:
            raise _bad(entry, error) from error


def head(entry: Entry, places: Sequence[str]) -> tuple[dict[str, Any], str | None]:
    """The plain values, by their places, ahead of the first of ``places`` that is an array, and which that is.

    Raises:
        BadInputError: it is not JSON, is cut off before, or is not UTF-8.
    """
    import ijson

    values: dict[str, Any] = {}
    with entry.open() as stream:
        try:
            for place, event, value in ijson.parse(_without_bom(stream), use_float=True):
                if event == "start_array" and place in places:
                    return values, place
                if event in _PLAIN and len(values) < _MOST_VALUES:
                    values[place] = value
        except (ijson.JSONError, UnicodeDecodeError, ValueError, OverflowError) as error:
            raise _bad(entry, error) from error
    return values, None


def opening(entry: Entry) -> str:
    """The first character that is not space: ``[`` or ``{`` in a JSON document; empty if there is none."""
    with entry.open() as stream:
        return stream.read(_LEAD).removeprefix(_BOM).lstrip(_SPACE)[:1].decode("latin-1")


def document(entry: Entry) -> Any:  # noqa: ANN401 -- whatever JSON a stranger's file holds
    """The whole of a small document.

    Raises:
        BadInputError: it is not JSON, is not UTF-8, or is too large to be read at once.
    """
    try:
        return json.loads(entry.bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise _bad(entry, error) from error


def _bad(entry: Entry, error: Exception) -> BadInputError:
    if isinstance(error, UnicodeDecodeError) or "UTF" in str(error):
        return BadInputError(f"{entry.name} is not UTF-8 text")
    told = str(error).splitlines()[0] if str(error) else type(error).__name__
    return BadInputError(f"{entry.name} is not JSON, or is cut off: {told[:120]}")


def _without_bom(stream: IO[bytes]) -> Shallow:
    if stream.read(len(_BOM)) != _BOM:
        stream.seek(0)
    return Shallow(stream)


class Shallow:
    """A stream of JSON that ends with an error where it is nested too deeply.

    ijson names every place by the whole way to it, so that 200,000 brackets would take all of the memory.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._depth = 0
        self._string = b""

    def read(self, size: int = -1) -> bytes:
        """As of any stream.

        Raises:
            BadInputError: it is nested too deeply, or a string is too long.
        """
        chunk = self._stream.read(size)
        bare = _STRING.sub(b"", self._string + chunk)
        begun = bare.find(b'"')
        self._string = bare[begun:] if begun >= 0 else b""
        if len(self._string) > LONGEST_STRING:
            raise BadInputError(f"a string is longer than {LONGEST_STRING:,} bytes")
        self._follow(bare[:begun] if begun >= 0 else bare)
        return chunk

    def _follow(self, bare: bytes) -> None:
        opened = bare.count(b"[") + bare.count(b"{")
        if self._depth + opened <= DEEPEST:
            self._depth += opened - bare.count(b"]") - bare.count(b"}")
            return
        for bracket in _BRACKET.findall(bare):
            self._depth += 1 if bracket in (b"[", b"{") else -1
            if self._depth > DEEPEST:
                raise BadInputError(f"it is nested more than {DEEPEST} levels deep")
