"""What training changed in an embedder's weights: two thin matrices a tensor, or the change itself.

The matrices are the best approximation of their rank to the whole change (Eckart and Young 1936), so that a few
megabytes stand for 90. They are added once, where the model is converted; nothing is slower for it afterwards.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from memcli.errors import ModelError

Weights = NDArray[np.float32]


class Delta:
    """The changes in a safetensors file: ``NAME.b`` (out, rank) times ``NAME.a`` (rank, in), or ``NAME`` as it is.

    Args:
        file: None changes nothing.
    """

    def __init__(self, file: Path | None) -> None:
        self._changes = _read(file) if file is not None else {}

    def added(self, name: str, tensor: Weights) -> Weights:
        """The tensor with its change.

        Raises:
            ModelError: the change is of another shape.
        """
        change = self._change(name)
        if change is None:
            return tensor
        if change.shape != tensor.shape:
            raise ModelError(f"the change of {name} has the shape {change.shape}, not {tensor.shape}")
        return tensor + change

    def _change(self, name: str) -> Weights | None:
        if f"{name}.a" in self._changes:
            return np.asarray(self._changes[f"{name}.b"] @ self._changes[f"{name}.a"])
        return self._changes.get(name)


def _read(file: Path) -> dict[str, Weights]:
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        return {name: tensor.astype(np.float32) for name, tensor in load_file(file).items()}
    except (OSError, SafetensorError) as error:
        raise ModelError(f"{file.name} cannot be read: {error}", hint="install memcli anew") from error
