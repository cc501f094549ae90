"""How the next token is drawn: one native sampler chain per reply; knows no prompt and no model's weights."""

from __future__ import annotations

import ctypes
import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from memcli.errors import ModelError
from memcli.models.native import complaint, llama

if TYPE_CHECKING:
    from memcli.ports import Sampling

_TOP_K: Final = 40
_MIN_P: Final = 0.05
_PENALISED_TOKENS: Final = 64


class Sampler:
    """A chain of native samplers, freed once.

    Raises:
        ModelError: the grammar cannot be parsed.
    """

    def __init__(self, vocabulary: Any, sampling: Sampling) -> None:  # noqa: ANN401  # a native pointer
        self._lib: Any = llama()
        lib = self._lib
        self._size = lib.llama_vocab_n_tokens(vocabulary)
        self._grammar = self._parsed(vocabulary, sampling.grammar) if sampling.grammar else None
        greedy, penalised = sampling.temperature <= 0, sampling.repeat_penalty != 1.0
        self._shortcut = self._grammar is not None and greedy and not penalised
        self._chain = lib.llama_sampler_chain_init(lib.llama_sampler_chain_default_params())
        if penalised:
            penalty = sampling.repeat_penalty
            self._add(lib.llama_sampler_init_penalties(self._size, _PENALISED_TOKENS, penalty, 0.0, 0.0))
        if self._grammar is not None:
            self._add(self._grammar)
        if greedy:
            self._add(lib.llama_sampler_init_greedy())
            return
        self._add(lib.llama_sampler_init_top_k(_TOP_K))
        self._add(lib.llama_sampler_init_top_p(sampling.top_p, 1))
        self._add(lib.llama_sampler_init_min_p(_MIN_P, 1))
        self._add(lib.llama_sampler_init_temp(sampling.temperature))
        self._add(lib.llama_sampler_init_dist(sampling.seed))

    def draw(self, context: Any) -> int:  # noqa: ANN401  # a native pointer
        """The next token, from the logits of the last one that was decoded."""
        if self._shortcut and (token := self._likeliest_if_legal(context)) is not None:
            self._lib.llama_sampler_accept(self._chain, token)
            return token
        return int(self._lib.llama_sampler_sample(self._chain, context, -1))

    def close(self) -> None:
        """Free the chain and what is in it."""
        self._lib.llama_sampler_free(self._chain)

    def _likeliest_if_legal(self, context: Any) -> int | None:  # noqa: ANN401  # a native pointer
        """What greedy decoding takes, if the grammar allows it: to ask about one token is cheap, about all not."""
        logits = np.ctypeslib.as_array(self._lib.llama_get_logits_ith(context, -1), shape=(self._size,))
        best = self._lib.llama_token_data(id=int(logits.argmax()), logit=0.0, p=0.0)
        only = self._lib.llama_token_data_array(data=ctypes.pointer(best), size=1, selected=-1, sorted=False)
        self._lib.llama_sampler_apply(self._grammar, ctypes.byref(only))
        return int(best.id) if math.isfinite(best.logit) else None

    def _parsed(self, vocabulary: Any, text: str) -> Any:  # noqa: ANN401  # native pointers
        native = self._lib.llama_sampler_init_grammar(vocabulary, text.encode(), b"root")
        if not native:
            raise ModelError(f"the grammar cannot be parsed: {complaint('no reason given')}")
        return native

    def _add(self, sampler: Any) -> None:  # noqa: ANN401  # a native pointer
        self._lib.llama_sampler_chain_add(self._chain, sampler)
