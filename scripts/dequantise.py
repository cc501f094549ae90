"""Writes a GGUF base as a transformers folder in F32, which is what adapters are trained on and checked against.

    python scripts/dequantise.py MODEL.gguf OUT

The weights are those that the engine computes with, rounding included, so that an adapter learns on its real base.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer


def dequantise(source: Path, target: Path) -> None:
    """Read, take the mark of quantisation off, write; about half a minute for 135M parameters."""
    given = {"pretrained_model_name_or_path": source.parent, "gguf_file": source.name}
    loaded = AutoModelForCausalLM.from_pretrained(**given, dtype=torch.float32)
    loaded.config.__dict__.pop("quantization_config", None)
    plain = type(loaded)(loaded.config).to(torch.float32)
    plain.load_state_dict(loaded.state_dict())
    plain.save_pretrained(target)
    AutoTokenizer.from_pretrained(**given).save_pretrained(target)


def main() -> None:
    """Dequantise what the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("target", type=Path)
    given = parser.parse_args()
    dequantise(given.model, given.target)


if __name__ == "__main__":
    main()
