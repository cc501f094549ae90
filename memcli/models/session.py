"""One loaded model with its context, adapters and what the context holds; the only owner of those native handles.

Adapters are loaded once and attached per request. What the context held under one adapter is put aside when
another is attached and taken back afterwards, so that the stable beginning of each task's prompt is evaluated once
(activation memory, MemOS). Handles are freed in the order detach, adapters, context, model, and once: any other
order ends the process.
"""

from __future__ import annotations

import ctypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from memcli.errors import BadInputError, ModelError
from memcli.models.native import check_magic, complaint, llama, open_model, threads

if TYPE_CHECKING:
    from memcli.models.files import Installed
    from memcli.ports import Task, Vectors

_BATCH: Final = 512
_KEPT_TOKENS: Final = 1024
"""Of each adapter's context while another is attached: its stable beginning is shorter than this."""


@dataclass(frozen=True, slots=True)
class Running:
    """How a model is run.

    Attributes:
        context_tokens: what is asked for; a model made for less gets less.
        threads: CPU threads; 0 is every core.
        gpu_layers: layers on the GPU; -1 is all that fit.
    """

    context_tokens: int = 4096
    threads: int = 1
    gpu_layers: int = -1


class Session:
    """A model in memory.

    Raises:
        ModelMissingError: its file cannot be loaded.
        ModelError: there is no memory for its context.
    """

    def __init__(self, model: Installed, file: Path, running: Running, adapters: Mapping[Task, Path]) -> None:
        self._lib: Any = llama()
        self._adapter_files = adapters
        self._adapters: dict[Task, Any] = {}
        self._active: Task | None = None
        self._held: list[int] = []
        self._closed = False
        self._aside: dict[Task | None, tuple[list[int], bytes]] = {}
        parameters = self._parameters(model, running)
        self._model, self.context = open_model(model.name, file, running.gpu_layers, parameters)
        self.vocabulary = self._lib.llama_model_get_vocab(self._model)
        self._memory = self._lib.llama_get_memory(self.context)

    def _parameters(self, model: Installed, running: Running) -> Any:  # noqa: ANN401  # a C struct
        parameters = self._lib.llama_context_default_params()
        parameters.n_ctx = min(running.context_tokens, model.context_tokens or running.context_tokens)
        parameters.n_batch = parameters.n_ubatch = _BATCH
        parameters.n_threads = parameters.n_threads_batch = threads(running.threads)
        parameters.no_perf = True
        if not self._lib.llama_supports_gpu_offload():  # on a CPU it decodes a quarter slower
            parameters.flash_attn_type = self._lib.LLAMA_FLASH_ATTN_TYPE_DISABLED
        return parameters

    @property
    def context_tokens(self) -> int:
        """Tokens that prompt and reply share."""
        return int(self._lib.llama_n_ctx(self.context))

    @property
    def held(self) -> Sequence[int]:
        """The tokens that the context holds."""
        return self._held

    def metadata(self, key: str) -> str:
        """A value from the model's file, or nothing."""
        size = self._lib.llama_model_meta_val_str(self._model, key.encode(), None, 0)
        buffer = ctypes.create_string_buffer(max(size, 0) + 1)
        self._lib.llama_model_meta_val_str(self._model, key.encode(), buffer, len(buffer))
        return buffer.value.decode("utf-8", "replace")

    # -- tokens

    def tokenise(self, text: str, *, special: bool) -> list[int]:
        """Token ids; ``special`` says whether the spelling of a control token is that token or mere text."""
        raw = text.encode("utf-8", "replace")
        buffer = (self._lib.llama_token * (len(raw) + 2))()
        count = self._lib.llama_tokenize(self.vocabulary, raw, len(raw), buffer, len(buffer), False, special)
        return list(buffer[:count])

    def bytes_of(self, token: int, *, special: bool = False) -> bytes:
        """The bytes that a token stands for; none for a control token unless ``special``."""
        buffer = ctypes.create_string_buffer(256)
        size = self._lib.llama_token_to_piece(self.vocabulary, token, buffer, len(buffer), 0, special)
        return buffer.raw[: max(size, 0)]

    def is_control(self, token: int) -> bool:
        """Whether a token is a mark of the chat format rather than text."""
        return bool(self._lib.llama_vocab_is_control(self.vocabulary, token))

    def ends(self, token: int) -> bool:
        """Whether a token ends a reply."""
        return bool(self._lib.llama_vocab_is_eog(self.vocabulary, token))

    # -- evaluation

    def feed(self, tokens: Sequence[int]) -> None:
        """Make the context hold exactly ``tokens``, evaluating only what differs from what it holds.

        Raises:
            ModelError: the evaluation failed, or the session was closed.
        """
        self._check_open()
        same = min(shared(self._held, tokens), len(tokens) - 1)  # the last one again, for its logits
        self._cut(same)
        last = len(tokens) - 1
        for start in range(same, last, _BATCH):
            self._evaluate(tokens[start : min(start + _BATCH, last)])
        # By itself, since a batch rounds otherwise: so its logits do not depend on what was kept.
        self._evaluate(tokens[last:])

    def _evaluate(self, tokens: Sequence[int]) -> None:
        array = (self._lib.llama_token * len(tokens))(*tokens)
        self._decode(self._lib.llama_batch_get_one(array, len(tokens)))
        self._held.extend(tokens)

    def log_probabilities_next(self, prompt: Sequence[int]) -> Vectors:
        """Log-probability of every token after the prompt; shape (vocabulary,). The context holds the prompt."""
        self.feed(prompt)
        row = self._logits(-1)
        row -= row.max()
        return np.asarray(row - np.log(np.exp(row).sum()), dtype=np.float32)

    def log_probabilities_after(self, prompt: Sequence[int], tokens: Sequence[int]) -> Vectors:
        """Log-probability of each token after the prompt and the tokens before it; shape (len(tokens),).

        The context holds the prompt afterwards.
        """
        self.feed(prompt)
        logits = [self._logits(-1)]
        if len(tokens) > 1:
            batch = self._scored_batch(tokens[:-1], len(prompt))
            try:
                self._decode(batch)
            finally:
                self._lib.llama_batch_free(batch)
            logits += [self._logits(i) for i in range(len(tokens) - 1)]
            self._cut(len(prompt))
        rows = np.stack(logits)
        rows -= rows.max(axis=1, keepdims=True)
        chosen = rows[np.arange(len(tokens)), list(tokens)]
        return np.asarray(chosen - np.log(np.exp(rows).sum(axis=1)), dtype=np.float32)

    def _scored_batch(self, tokens: Sequence[int], position: int) -> Any:  # noqa: ANN401  # a C struct
        batch = self._lib.llama_batch_init(len(tokens), 0, 1)
        batch.n_tokens = len(tokens)
        for slot, token in enumerate(tokens):
            batch.token[slot] = token
            batch.pos[slot] = position + slot
            batch.n_seq_id[slot] = 1
            batch.seq_id[slot][0] = 0
            batch.logits[slot] = 1
        return batch

    def _logits(self, row: int) -> Vectors:
        size = self._lib.llama_vocab_n_tokens(self.vocabulary)
        native = self._lib.llama_get_logits_ith(self.context, row)
        return np.ctypeslib.as_array(native, shape=(size,)).astype(np.float32)

    def _decode(self, batch: Any) -> None:  # noqa: ANN401  # a C struct
        if failed := self._lib.llama_decode(self.context, batch):
            self._clear()
            raise ModelError(f"the model failed ({failed}): {complaint('llama.cpp gave no reason')}")

    def _cut(self, length: int) -> None:
        """Forget what the context holds beyond ``length``; all of it where a model cannot forget a part."""
        if not self._lib.llama_memory_seq_rm(self._memory, 0, length, -1):
            self._clear()
            return
        del self._held[length:]

    def _clear(self) -> None:
        self._lib.llama_memory_clear(self._memory, False)  # what is in its cells need not be zeroed
        self._held = []

    # -- adapters

    def use(self, task: Task | None) -> None:
        """Attach a task's adapter, or none; a task without one runs on the base model.

        Raises:
            ModelError: its file is missing, damaged or made for another base model, or the session was closed.
        """
        self._check_open()
        wanted = task if task in self._adapter_files else None
        if wanted == self._active:
            return
        handle = self._adapter(wanted) if wanted else None
        self._put_aside()
        self._attach(handle)
        self._active = wanted
        self._clear()
        self._take_back()

    def _attach(self, handle: Any) -> None:  # noqa: ANN401  # a native pointer
        if handle is None:
            self._lib.llama_set_adapters_lora(self.context, None, 0, None)
            return
        adapters = (self._lib.llama_adapter_lora_p_ctypes * 1)(handle)
        scales = (ctypes.c_float * 1)(1.0)
        if self._lib.llama_set_adapters_lora(self.context, adapters, 1, scales):
            raise ModelError(f"an adapter cannot be attached: {complaint('llama.cpp gave no reason')}")

    def _adapter(self, task: Task) -> Any:  # noqa: ANN401  # a native pointer
        if task not in self._adapters:
            file = self._adapter_files[task]
            hint = "see `memcli adapters list`, or set model.adapters to no"
            try:
                check_magic(file)
            except BadInputError as error:
                raise ModelError(f"the {task} adapter cannot be used: {error.message}", hint=hint) from error
            handle = self._lib.llama_adapter_lora_init(self._model, str(file).encode())
            if not handle:
                raise ModelError(f"the {task} adapter does not fit the model: {complaint('no reason')}", hint=hint)
            self._adapters[task] = handle
        return self._adapters[task]

    def _put_aside(self) -> None:
        self._cut(min(len(self._held), _KEPT_TOKENS))
        if self._held and (state := self.state()):
            self._aside[self._active] = (self._held, state)

    def _take_back(self) -> None:
        held, state = self._aside.pop(self._active, ([], b""))
        if state:
            self.restore(held, state)

    # -- what the context holds, as bytes

    def state(self) -> bytes:
        """What the context holds, to be restored under the same model and adapter; nothing if it cannot be had."""
        size = self._lib.llama_state_seq_get_size(self.context, 0)
        buffer = (ctypes.c_uint8 * size)()
        got = self._lib.llama_state_seq_get_data(self.context, buffer, size, 0)
        return bytes(buffer) if got == size else b""

    def restore(self, tokens: Sequence[int], state: bytes) -> bool:
        """Make the context hold ``tokens``, as it did when ``state`` was taken; else it holds nothing."""
        self._clear()
        buffer = (ctypes.c_uint8 * len(state)).from_buffer_copy(state)
        if self._lib.llama_state_seq_set_data(self.context, buffer, len(state), 0):
            self._held = list(tokens)
            return True
        self._clear()
        return False

    def _check_open(self) -> None:
        """What was freed must not be touched: that would end the process."""
        if self._closed:
            raise ModelError("the model was closed")

    def close(self) -> None:
        """Free everything, once; the session cannot be used afterwards."""
        if self._closed:
            return
        self._closed = True
        self._lib.llama_set_adapters_lora(self.context, None, 0, None)
        for handle in self._adapters.values():
            self._lib.llama_adapter_lora_free(handle)
        self._adapters.clear()
        self._lib.llama_free(self.context)
        self._lib.llama_model_free(self._model)


def shared(held: Sequence[int], tokens: Sequence[int]) -> int:
    """How many tokens two sequences begin with together."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(held, tokens, strict=False)))
