"""Turns what was downloaded into the GGUF that is run; knows files and formats, not where they came from.

Both conversions happen once, at the pull: Q4_1 decodes slowly on a CPU where Q8_0 is fast, and a BERT embedder's
safetensors would otherwise need torch.
"""

from __future__ import annotations

import ctypes
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from memcli.errors import ModelError
from memcli.models.delta import Delta
from memcli.models.native import complaint, llama
from memcli.models.wordpiece import gguf_spelling

if TYPE_CHECKING:
    from memcli.models.catalog import Conversion

_SKIPPED: Final = ("embeddings.position_ids", "pooler.")


def convert(how: Conversion, source: Path, target: Path, delta: Path | None = None) -> None:
    """Write ``target``, a GGUF, from ``source``; the files it needs beside it are in the source's folder.

    ``delta`` is added to the weights of an embedder.

    Raises:
        ModelError: the source is not what the conversion expects.
        OSError: the target cannot be written.
    """
    if how == "bert-gguf":
        bert_to_gguf(source, target, delta)
    else:
        requantise(source, target)


def requantise(source: Path, target: Path) -> None:
    """Any GGUF to Q8_0."""
    lib = llama()
    parameters = lib.llama_model_quantize_default_params()
    parameters.ftype = lib.LLAMA_FTYPE_MOSTLY_Q8_0
    parameters.allow_requantize = True
    failed = lib.llama_model_quantize(str(source).encode(), str(target).encode(), ctypes.byref(parameters))
    if failed:
        raise ModelError(f"cannot requantise {source.name}: {complaint('llama.cpp gave no reason')}")


def bert_to_gguf(source: Path, target: Path, delta: Path | None = None) -> None:
    """A BERT sentence encoder with mean pooling: matrices as f16, the rest as f32, its WordPiece inside."""
    import gguf
    from safetensors import SafetensorError, safe_open

    try:
        config = json.loads(source.with_name("config.json").read_text(encoding="utf-8"))
        vocabulary = source.with_name("vocab.txt").read_text(encoding="utf-8").splitlines()
        writer = gguf.GGUFWriter(target, "bert")
        _describe(writer, gguf, config)
        _add_vocabulary(writer, gguf, vocabulary)
        with safe_open(source, "numpy") as weights:
            _add_tensors(writer, gguf, weights, config["num_hidden_layers"], Delta(delta))
    except (KeyError, ValueError, SafetensorError) as error:
        raise ModelError(f"{source} is not a BERT encoder that can be converted: {error}") from error
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _describe(writer: Any, gguf: Any, config: Mapping[str, Any]) -> None:  # noqa: ANN401  # gguf has no types
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_layer_norm_eps(config["layer_norm_eps"])
    writer.add_causal_attention(False)
    writer.add_pooling_type(gguf.PoolingType.MEAN)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)


def _add_vocabulary(writer: Any, gguf: Any, vocabulary: list[str]) -> None:  # noqa: ANN401
    special = {name: vocabulary.index(name) for name in ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")}
    kinds = [gguf.TokenType.CONTROL if word in special else gguf.TokenType.NORMAL for word in vocabulary]
    writer.add_tokenizer_model("bert")
    writer.add_tokenizer_pre("default")
    writer.add_token_list([gguf_spelling(word) for word in vocabulary])
    writer.add_token_types(kinds)
    writer.add_token_type_count(2)
    writer.add_bos_token_id(special["[CLS]"])
    writer.add_eos_token_id(special["[SEP]"])
    writer.add_sep_token_id(special["[SEP]"])
    writer.add_unk_token_id(special["[UNK]"])
    writer.add_pad_token_id(special["[PAD]"])
    writer.add_mask_token_id(special["[MASK]"])


def _add_tensors(writer: Any, gguf: Any, weights: Any, layers: int, delta: Delta) -> None:  # noqa: ANN401
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.BERT, layers)
    for name in weights.keys():  # noqa: SIM118  # not a mapping
        if name.startswith(_SKIPPED):
            continue
        tensor = delta.added(name, weights.get_tensor(name).astype("float32"))
        matrix = tensor.ndim > 1 and "position_embeddings" not in name and "token_type" not in name
        known = names.get_name(name, try_suffixes=(".weight", ".bias"))
        if known is None:
            raise ValueError(f"unknown tensor {name}")
        writer.add_tensor(known, tensor.astype("float16") if matrix else tensor)
