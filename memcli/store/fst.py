"""The words in a finite-state transducer as Lance's full-text index keeps them; pure, and knows no file.

The format is version 3 of Rust's ``fst`` crate (its module ``raw::node``): nodes are written last first, each read
backwards from its last byte, and name the next node by the distance to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_COMMON: Final = b"te/oasripcnw.hlm-du012g=:bf3y5&_4v9678k%?xCDASFIBEjPTzRNM+LOqHG"
"""The inputs that a node of one transition spells in its first byte, most frequent first."""
_EMPTY: Final = 0
_INDEX_OVER: Final = 32
_INDEX_VERSION: Final = 2
_FOOTER: Final = {1: 16, 2: 16, 3: 20}


@dataclass(frozen=True, slots=True)
class _Node:
    final: bool
    transitions: tuple[tuple[int, int], ...]
    """(input byte, address of the next node)"""


def words(data: bytes) -> Iterator[bytes]:
    """All keys, in order.

    Raises:
        ValueError: it is not such a transducer.
    """
    version = int.from_bytes(data[:8], "little")
    if version not in _FOOTER or len(data) < 8 + _FOOTER[version]:
        raise ValueError(f"a transducer of version {version}")
    footer = len(data) - _FOOTER[version]
    root = int.from_bytes(data[footer + 8 : footer + 16], "little")
    waiting = [(root, b"")]
    try:
        while waiting:
            address, prefix = waiting.pop()
            node = _node(data, address, version)
            if node.final:
                yield prefix
            waiting += [(there, prefix + bytes([letter])) for letter, there in reversed(node.transitions)]
    except IndexError as error:
        raise ValueError("a transducer that is cut off") from error


def _node(data: bytes, address: int, version: int) -> _Node:
    if address == _EMPTY:
        return _Node(final=True, transitions=())
    state = data[address]
    if state >> 6 == 0b11:
        return _next_node(data, address, state)
    return _one_way(data, address, state) if state >> 6 == 0b10 else _many_ways(data, address, state, version)


def _common_input(data: bytes, address: int, state: int) -> tuple[int, int]:
    """The input, and how many bytes it takes."""
    known = state & 0x3F
    return (_COMMON[known - 1], 0) if known else (data[address - 1], 1)


def _next_node(data: bytes, address: int, state: int) -> _Node:
    """One transition, to the node just before."""
    letter, length = _common_input(data, address, state)
    return _Node(final=False, transitions=((letter, address - length - 1),))


def _one_way(data: bytes, address: int, state: int) -> _Node:
    letter, length = _common_input(data, address, state)
    sizes = address - length - 1
    step, output = data[sizes] >> 4, data[sizes] & 0xF
    return _Node(final=False, transitions=((letter, _target(data, sizes - step, step, sizes - step - output)),))


def _many_ways(data: bytes, address: int, state: int, version: int) -> _Node:
    count, length = (state & 0x3F, 0) if state & 0x3F else (data[address - 1], 1)
    count = 256 if length and count == 1 else count
    final = bool(state & 0x40)
    sizes = address - length - 1
    step, output = data[sizes] >> 4, data[sizes] & 0xF
    index = 256 if version >= _INDEX_VERSION and count > _INDEX_OVER else 0
    inputs = sizes - index
    targets = inputs - count
    end = targets - count * step - count * output - (output if final else 0)
    return _Node(
        final,
        tuple((data[inputs - i - 1], _target(data, targets - (i + 1) * step, step, end)) for i in range(count)),
    )


def _target(data: bytes, start: int, size: int, end: int) -> int:
    """The address that a distance leads to."""
    distance = int.from_bytes(data[start : start + size], "little")
    return _EMPTY if distance == 0 else end - distance
