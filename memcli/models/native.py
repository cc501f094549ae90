"""The one door to llama.cpp: loads it when first needed, keeps it quiet, and remembers what it complained of."""

from __future__ import annotations

import ctypes
import os
from collections import deque
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from memcli.errors import BadInputError, ModelError, ModelMissingError

GGUF_MAGIC: Final = b"GGUF"
_LEVEL_ERROR: Final = 4
_LAYER_STEPS: Final = (999, 48, 32, 24, 16, 8, 0)
"""Layers on the GPU, from all of any model's to none: the first that fit are taken."""
_complaints: deque[str] = deque(maxlen=8)


@cache
def llama() -> ModuleType:
    """The ``llama_cpp`` module, its backend started and its log turned away from the terminal.

    Raises:
        ModelMissingError: llama.cpp cannot be loaded on this machine.
    """
    try:
        import llama_cpp
    except (ImportError, OSError, RuntimeError) as error:
        raise ModelMissingError(
            f"llama.cpp cannot be loaded: {error}",
            hint="pip install --force-reinstall llama-cpp-python",
        ) from error
    llama_cpp.llama_log_set(_listener(llama_cpp), ctypes.c_void_p(0))
    llama_cpp.llama_backend_init()
    return llama_cpp  # type: ignore[no-any-return]  # llama_cpp is not typed here


@cache  # ctypes does not keep the callback alive
def _listener(llama_cpp: Any) -> Any:  # noqa: ANN401  # a ctypes function pointer
    @llama_cpp.llama_log_callback  # type: ignore[untyped-decorator]
    def listen(level: int, text: bytes, _: object) -> None:
        if level == _LEVEL_ERROR:
            _complaints.append(text.decode("utf-8", "replace").strip())

    return listen


def complaint(otherwise: str) -> str:
    """The first thing llama.cpp complained of since the last call, in one line."""
    lines = [line for line in _complaints if line]
    _complaints.clear()
    return lines[0].split(": ", 1)[-1] if lines else otherwise


def threads(wanted: int) -> int:
    """The number of threads for a setting where 0 means every core."""
    return wanted or os.cpu_count() or 1


def open_model(name: str, file: Path, gpu_layers: int, context_parameters: Any) -> tuple[Any, Any]:  # noqa: ANN401
    """The native model and its context; with ``gpu_layers`` -1 as many layers on the GPU as its memory allows.

    Raises:
        ModelMissingError: the file cannot be loaded.
        ModelError: there is no memory for the context.
    """
    lib = llama()
    parameters = lib.llama_model_default_params()
    loaded = False
    for layers in _layers_to_try(gpu_layers, offload=lib.llama_supports_gpu_offload()):
        parameters.n_gpu_layers = layers
        model = lib.llama_model_load_from_file(str(file).encode(), parameters)
        if not model:
            continue
        loaded = True
        if context := lib.llama_init_from_model(model, context_parameters):
            _complaints.clear()
            return model, context
        lib.llama_model_free(model)
    if loaded:
        raise ModelError(
            f"{name} cannot be run: {complaint('no memory for its context')}",
            hint="a smaller model.context_tokens needs less memory",
        )
    raise ModelMissingError(
        f"the model {name} cannot be loaded: {complaint('no reason given')}",
        hint=f"run `memcli models pull {name}`",
    )


def _layers_to_try(wanted: int, *, offload: bool) -> tuple[int, ...]:
    if wanted >= 0:
        return (wanted,)
    return _LAYER_STEPS if offload else (0,)


def check_magic(path: Path) -> None:
    """Whether a file begins as a GGUF does.

    Raises:
        BadInputError: it is not a readable file, or something else.
    """
    try:
        with path.open("rb") as file:
            begins = file.read(len(GGUF_MAGIC))
    except OSError as error:
        raise BadInputError(f"cannot read {path}: {error.strerror}") from error
    if begins != GGUF_MAGIC:
        raise BadInputError(f"{path} is not a GGUF model", hint="only files in the GGUF format can be used")


def metadata(path: Path) -> Mapping[str, str]:
    """A GGUF's own description of itself (key to text), which needs its header, vocabulary and true length.

    Raises:
        BadInputError: it is not a whole GGUF.
    """
    check_magic(path)
    lib = llama()
    parameters = lib.llama_model_default_params()
    parameters.vocab_only = True
    model = lib.llama_model_load_from_file(str(path).encode(), parameters)
    if not model:
        raise BadInputError(f"{path.name} cannot be read: {complaint('it is cut short or damaged')}")
    try:
        keys = (
            _text(lib.llama_model_meta_key_by_index, model, i) for i in range(lib.llama_model_meta_count(model))
        )
        return {key: _text(lib.llama_model_meta_val_str, model, key.encode()) for key in keys}
    finally:
        lib.llama_model_free(model)


def _text(read: Any, model: Any, which: bytes | int) -> str:  # noqa: ANN401  # foreign functions and pointers
    size = read(model, which, None, 0)
    buffer = ctypes.create_string_buffer(size + 1)
    read(model, which, buffer, size + 1)
    return buffer.value.decode("utf-8", "replace")
