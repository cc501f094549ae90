"""What training changed in an embedder's weights, added where the model is converted."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from memcli.config import EMBEDDER
from memcli.errors import ModelError
from memcli.models import entries
from memcli.models.delta import Delta

ZERO = np.zeros((3, 2), dtype=np.float32)


@pytest.fixture
def delta(tmp_path: Path) -> Delta:
    """A matrix in low rank, and a vector as it is."""
    b, a = np.array([[1], [2], [3]], dtype=np.float16), np.array([[10, 20]], dtype=np.float16)
    save_file({"m.b": b, "m.a": a, "v": np.array([1, 2], dtype=np.float16)}, tmp_path / "delta.safetensors")
    return Delta(tmp_path / "delta.safetensors")


def test_a_change_is_added(delta: Delta) -> None:
    """Thin matrices are multiplied first; what has no change stays."""
    assert delta.added("m", ZERO).tolist() == [[10, 20], [20, 40], [30, 60]]
    assert delta.added("v", np.ones(2, dtype=np.float32)).tolist() == [2, 3]
    assert delta.added("other", ZERO) is ZERO
    assert Delta(None).added("m", ZERO) is ZERO


def test_a_change_of_another_shape_is_refused(delta: Delta) -> None:
    """It was made for another model."""
    with pytest.raises(ModelError, match=r"\(3, 2\)"):
        delta.added("m", ZERO.T)


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    """By its name, with what helps."""
    file = tmp_path / "delta.safetensors"
    file.write_bytes(b"nothing")
    with pytest.raises(ModelError, match=r"delta\.safetensors cannot be read"):
        Delta(file)


def test_the_shipped_change_is_the_one_of_its_card() -> None:
    """The default embedder's file is there and has the hash that its card states."""
    import tomllib

    folder = files("memcli_adapters").joinpath(Path(entries()[EMBEDDER].delta).parent.as_posix())
    card = tomllib.loads(folder.joinpath("retrieval.toml").read_text(encoding="utf-8"))
    weights = folder.joinpath("retrieval.safetensors").read_bytes()
    assert hashlib.sha256(weights).hexdigest() == card["weights_sha256"]
