"""The matrices of an adapter under PEFT's names and as a GGUF LoRA, both ways; knows no training and no task.

Only the rows of a Llama's q and k ``lora_B`` differ: transformers rotates halves of a head, llama.cpp pairs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import gguf
import torch

Weights = Mapping[str, torch.Tensor]
"""By PEFT's name, such as ``base_model.model.model.layers.0.mlp.up_proj.lora_A.default.weight``."""

_NAMES: Final = {
    "q_proj": "attn_q", "k_proj": "attn_k", "v_proj": "attn_v", "o_proj": "attn_output",
    "gate_proj": "ffn_gate", "up_proj": "ffn_up", "down_proj": "ffn_down",
}  # fmt: skip
_MODULES: Final = {short: module for module, short in _NAMES.items()}
_ROTATED: Final = frozenset({"q_proj", "k_proj"})
_ALPHA: Final = "adapter.lora.alpha"


@dataclass(frozen=True, slots=True)
class Shape:
    """What makes another adapter of the same shape: rank, alpha, matrices, and the layers that have them."""

    rank: int
    alpha: float
    modules: tuple[str, ...]
    layers: tuple[int, ...]


def permuted(rows: torch.Tensor, heads: int) -> torch.Tensor:
    """Rows of a q or k matrix from transformers' rotary order (halves) to llama.cpp's (pairs); Llama only."""
    return rows.reshape(heads, 2, rows.shape[0] // heads // 2, *rows.shape[1:]).swapaxes(1, 2).reshape(rows.shape)


def unpermuted(rows: torch.Tensor, heads: int) -> torch.Tensor:
    """The inverse of ``permuted``."""
    return rows.reshape(heads, rows.shape[0] // heads // 2, 2, *rows.shape[1:]).swapaxes(1, 2).reshape(rows.shape)


def heads_of(matrix: str, config: Mapping[str, Any]) -> int:
    """The number of heads that the rows of a q or k matrix make."""
    return int(config["num_attention_heads" if matrix.endswith("q_proj") else "num_key_value_heads"])


def write(
    weights: Weights, config: Mapping[str, Any], alpha: float, target: Path, about: Mapping[str, str] | None = None
) -> None:
    """Write an adapter as a GGUF LoRA in f16.

    Args:
        weights: its matrices by PEFT's names.
        config: of the base: its architecture and heads.
        alpha: its output is scaled by ``alpha / rank``.
        target: the file.
        about: further keys of the file's description.
    """
    writer = gguf.GGUFWriter(target, config["model_type"])
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32(_ALPHA, float(alpha))
    for key, value in (about or {}).items():
        writer.add_string(key, value)
    for name, rows in sorted(weights.items()):
        layer, module, side = _parts(name)
        if config["model_type"] == "llama" and side == "lora_b" and module in _ROTATED:
            rows = permuted(rows, heads_of(module, config))
        writer.add_tensor(f"blk.{layer}.{_NAMES[module]}.weight.{side}", rows.to(torch.float16).numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def read(file: Path, config: Mapping[str, Any]) -> dict[str, torch.Tensor]:
    """The matrices of a GGUF LoRA by the names that they have in a PEFT model: what ``write`` did, undone."""
    weights: dict[str, torch.Tensor] = {}
    for tensor in gguf.GGUFReader(file).tensors:
        _, layer, short, _, side = tensor.name.split(".")
        module = _MODULES[short]
        rows = torch.tensor(tensor.data.copy()).float()
        if config["model_type"] == "llama" and side == "lora_b" and module in _ROTATED:
            rows = unpermuted(rows, heads_of(module, config))
        part = "self_attn" if short.startswith("attn") else "mlp"
        name = f"layers.{layer}.{part}.{module}.lora_{side[-1].upper()}.default.weight"
        weights[f"base_model.model.model.{name}"] = rows
    return weights


def shape_of(file: Path) -> Shape:
    """The shape of a GGUF LoRA."""
    reader = gguf.GGUFReader(file)
    names = [tensor.name.split(".") for tensor in reader.tensors]
    rank = min(int(side) for side in reader.tensors[0].shape)
    return Shape(
        rank=rank,
        alpha=float(reader.fields[_ALPHA].contents()),
        modules=tuple(sorted({_MODULES[name[2]] for name in names})),
        layers=tuple(sorted({int(name[1]) for name in names})),
    )


def _parts(name: str) -> tuple[str, str, str]:
    """Layer, module and side of PEFT's name, with or without the adapter's own name in it."""
    parts = name.replace(".default.", ".").split(".")
    return parts[parts.index("layers") + 1], parts[-3], parts[-2].lower()
