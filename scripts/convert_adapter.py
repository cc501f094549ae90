"""Converts a PEFT adapter to a GGUF LoRA and checks it: logits of llama.cpp against transformers on an F32 base.

    python scripts/convert_adapter.py ADAPTER BASE OUT.gguf [--check]

ADAPTER is a PEFT folder, BASE the transformers folder it was trained on (Llama or Qwen2 architecture). The check
needs an F32 base because quantisation noise hides a wrong permutation, which still loads and often keeps the top
token. It writes the base as GGUF for that, in a temporary folder.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any, Final

import gguf
import numpy as np
import torch
from safetensors.torch import load_file

from memcli.adapters import lora
from memcli.adapters.lora import heads_of, permuted

_TOLERANCE: Final = 0.01
_CHECK_TEXT: Final = "[1] (8 May 2023) Ana: we met yesterday (7 May 2023).\nQuestion: When did Ana meet her?\n"


def config_of(base: Path) -> dict[str, Any]:
    """The description of the base in a transformers folder."""
    return dict(json.loads((base / "config.json").read_text(encoding="utf-8")))


def convert(adapter: Path, base: Path, target: Path) -> None:
    """Write a PEFT adapter as GGUF, in f16."""
    settings = json.loads((adapter / "adapter_config.json").read_text(encoding="utf-8"))
    weights = load_file(adapter / "adapter_model.safetensors")
    lora.write(weights, config_of(base), settings["lora_alpha"], target)


def restored(adapter: Path, base: Path) -> dict[str, torch.Tensor]:
    """The matrices of a GGUF LoRA (or a PEFT folder) under the names they have in a PEFT model."""
    if adapter.is_dir():
        kept = load_file(adapter / "adapter_model.safetensors")
        return {name.replace(".weight", ".default.weight"): weight.float() for name, weight in kept.items()}
    return lora.read(adapter, config_of(base))


def f32_base(base: Path, tokenizer_gguf: Path | None, target: Path) -> None:
    """The base's own weights as an F32 GGUF, with the description and vocabulary of an existing GGUF of it.

    Without one, the description is the config's and there is no vocabulary: token ids are all it takes.
    """
    config = config_of(base)
    writer = gguf.GGUFWriter(target, config["model_type"])
    if tokenizer_gguf is None:
        describe(writer, config)
    else:
        copy_description(gguf.GGUFReader(tokenizer_gguf), writer)
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH[config["model_type"].upper()], config["num_hidden_layers"])
    for name, weight in load_file(base / "model.safetensors").items():
        stem = name.removesuffix(".weight").removesuffix(".bias")
        rows = weight.float()
        if config["model_type"] == "llama" and stem.endswith(("q_proj", "k_proj")):
            rows = permuted(rows, heads_of(stem, config))
        writer.add_tensor(f"{names.get_name(stem)}{name[len(stem) :]}", np.ascontiguousarray(rows.numpy()))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def copy_description(reader: gguf.GGUFReader, writer: gguf.GGUFWriter) -> None:
    """All that a GGUF says of its model but the type of its weights."""
    for key, field in reader.fields.items():
        if not key.startswith(("GGUF.", "general.architecture", "general.file_type")):
            kind = field.types[0]
            inner = field.types[1] if kind == gguf.GGUFValueType.ARRAY else None
            writer.add_key_value(key, field.contents(), kind, inner)


def describe(writer: gguf.GGUFWriter, config: dict[str, Any]) -> None:
    """The shape of a model from its config."""
    rope = config.get("rope_parameters") or config
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_freq_base(rope["rope_theta"])
    writer.add_rope_dimension_count(config["hidden_size"] // config["num_attention_heads"])
    writer.add_vocab_size(config["vocab_size"])
    writer.add_tokenizer_model("no_vocab")


def check(adapter: Path, base: Path, converted: Path, tokenizer_gguf: Path) -> float:
    """The largest difference of any logit on a short text, base and adapter in F32."""
    from peft import PeftModel
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokens = AutoTokenizer.from_pretrained(base).encode(_CHECK_TEXT)
    plain = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    model: Any = PeftModel.from_pretrained(plain, adapter)
    with torch.no_grad():
        expected = model(torch.tensor([tokens])).logits[0].numpy()
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "base.gguf"
        f32_base(base, tokenizer_gguf, whole)
        found = llama_logits(whole, converted, tokens)
    return float(np.abs(found - expected).max())


def llama_logits(model: Path, lora: Path | None, tokens: list[int]) -> np.ndarray:
    """Logits of every token, shape (len(tokens), vocabulary), with an adapter attached."""
    import llama_cpp

    exact = {"type_k": llama_cpp.GGML_TYPE_F32, "type_v": llama_cpp.GGML_TYPE_F32}  # an f16 cache alone gives 0.25
    llm = llama_cpp.Llama(
        str(model), n_ctx=256, logits_all=True, lora_path=lora and str(lora), verbose=False, **exact
    )
    llm.eval(tokens)
    scores = np.array(llm.scores[: len(tokens)])
    llm.close()
    return scores


def main() -> None:
    """Convert, and check where a GGUF of the base is given."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("adapter", "base", "target"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--check", type=Path, metavar="GGUF", help="a GGUF of the base, for its vocabulary")
    given = parser.parse_args()
    convert(given.adapter, given.base, given.target)
    print(f"{given.target}: {given.target.stat().st_size / 1e6:.1f} MB")
    if given.check:
        difference = check(given.adapter, given.base, given.target, given.check)
        print(f"largest difference of a logit: {difference:.4f}")
        if difference > _TOLERANCE:
            raise SystemExit("the converted adapter does not compute the same")


if __name__ == "__main__":
    main()
