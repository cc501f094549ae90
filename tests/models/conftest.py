"""Small GGUF files made on the spot, so that pulling and checking need no large model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from memcli.models.files import folder


def write_tiny_gguf(path: Path, architecture: str = "llama", kilobytes: int = 64) -> Path:
    """A GGUF that llama.cpp can describe: a header, a vocabulary and one tensor."""
    import gguf

    writer = gguf.GGUFWriter(path, architecture)
    writer.add_context_length(2048)
    writer.add_embedding_length(32)
    writer.add_block_count(1)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(["<s>", "</s>", "a", "b"])
    writer.add_token_types([3, 3, 1, 1])
    writer.add_token_merges(["a b"])
    if architecture == "bert":
        writer.add_pooling_type(gguf.PoolingType.MEAN)
    noise = np.random.default_rng(0).standard_normal((kilobytes * 8, 32), dtype=np.float32)
    writer.add_tensor("token_embd.weight", noise)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.fixture
def tiny_gguf(tmp_path: Path) -> Path:
    """A small whole GGUF."""
    return write_tiny_gguf(tmp_path / "tiny.gguf")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """An empty folder for models."""
    return folder(tmp_path, "models")
