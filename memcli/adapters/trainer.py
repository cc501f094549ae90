"""One LoRA on a frozen base: its steps, its checks, its checkpoint; knows trees of tokens and no task's meaning.

The matrices compute in the base's own type, bf16 where the processor has it, and are kept in fp32 by the
optimiser. The loss is on the answers alone, and only there are logits computed.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import redirect_stderr
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

import torch
from torch.nn.functional import cross_entropy

from memcli.adapters.lora import Shape, Weights
from memcli.adapters.trees import IGNORED, Example, Tokenizer


@dataclass(frozen=True, slots=True)
class Base:
    """A base model as transformers has it, with its tokenizer."""

    model: Any
    tokenizer: Tokenizer

    @property
    def config(self) -> Mapping[str, Any]:
        """Its architecture, by transformers' names."""
        described: dict[str, Any] = self.model.config.to_dict()
        return described


def open_base(place: Path, dtype: torch.dtype | None = None) -> Base:
    """The base in a transformers folder, or in a GGUF, whose weights are dequantised.

    Args:
        place: the folder or the file.
        dtype: what it computes in; bf16 by default where the processor has it.
    """
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call]
    wanted, eager = dtype or quickest(), {"attn_implementation": "eager"}
    found: dict[str, Any] = {"pretrained_model_name_or_path": place}
    if place.is_file():
        found = {"pretrained_model_name_or_path": place.parent, "gguf_file": place.name}
        with redirect_stderr(StringIO()):  # a bar of its own, which nothing switches off
            loaded: Any = AutoModelForCausalLM.from_pretrained(**found, dtype=torch.float32)
        loaded.config.__dict__.pop("quantization_config", None)  # its weights may be packed: they are taken out
        model: Any = AutoModelForCausalLM.from_config(loaded.config, **eager)  # type: ignore[no-untyped-call]
        model.load_state_dict(loaded.state_dict())
        model.to(wanted)
    else:
        model = AutoModelForCausalLM.from_pretrained(**found, dtype=wanted, **eager)
    model.to("cuda" if torch.cuda.is_available() else "cpu")
    tokenizer: Any = AutoTokenizer.from_pretrained(**found)
    return Base(model, tokenizer)


def quickest() -> torch.dtype:
    """bf16 where the processor computes in it, else fp32, which beats it elsewhere."""
    has = torch.cuda.is_available() or torch.ops.mkldnn._is_mkldnn_bf16_supported()
    return torch.bfloat16 if has else torch.float32


class Trainer:
    """An adapter in training.

    Args:
        base: the frozen base; its matrices are replaced by adapted ones in place.
        shape: of the adapter.
        start: weights to go on from; a new adapter begins as nothing.
        weight_decay: of AdamW.
        dropout: between the two matrices.

    Raises:
        ValueError: ``start`` is of another shape.
    """

    def __init__(
        self,
        base: Base,
        shape: Shape,
        start: Weights | None = None,
        *,
        weight_decay: float = 0.0,
        dropout: float = 0.0,
    ) -> None:
        from peft import LoraConfig, get_peft_model

        lora = LoraConfig(
            r=shape.rank, lora_alpha=shape.alpha, lora_dropout=dropout, target_modules=list(shape.modules),
            task_type="CAUSAL_LM", layers_to_transform=list(shape.layers),
        )  # fmt: skip
        self.base = base
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # of one of its libraries to the other
            self.model: Any = get_peft_model(base.model, lora, autocast_adapter_dtype=False)
        unknown = self.model.load_state_dict(start, strict=False).unexpected_keys if start else ()
        if unknown:
            raise ValueError(f"the adapter to go on from is of another shape: {unknown[:3]}")
        self.learned = {name: weight for name, weight in self.model.named_parameters() if weight.requires_grad}
        self.masters = {name: weight.detach().float().clone() for name, weight in self.learned.items()}
        self.optimiser = torch.optim.AdamW(
            self.masters.values(), lr=1e-4, weight_decay=weight_decay, betas=(0.9, 0.98)
        )

    def step(self, batch: Sequence[Example], rate: float, clip: float = 1.0) -> list[float]:
        """One step of the optimiser over a batch; the loss of each tree."""
        self.model.train()
        losses = []
        for example in batch:
            loss = self._loss(example)
            (loss / len(batch)).backward()  # type: ignore[no-untyped-call]  # torch's own
            losses.append(float(loss.detach()))
        for name, weight in self.learned.items():
            self.masters[name].grad = None if weight.grad is None else weight.grad.float()
            weight.grad = None
        torch.nn.utils.clip_grad_norm_(self.masters.values(), clip)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.optimiser.step()
        self._take_over()
        return losses

    @torch.no_grad()
    def validate(self, examples: Sequence[Example]) -> dict[str, float]:
        """Loss a token, and shares of answers of which every token, and of which the first, would be chosen."""
        self.model.eval()
        total, count, right, first, answers = 0.0, 0, 0, 0, 0
        for example in examples:
            logits, at = self._answer_logits(example)
            labels, branch = example.labels[at], example.branch[at]
            total += float(cross_entropy(logits, labels, reduction="sum"))
            count += len(labels)
            hit = logits.argmax(-1) == labels
            for number in set(branch.tolist()):
                right += bool(hit[branch == number].all())
                first += bool(hit[branch == number][0])
                answers += 1
        scores = {"loss": total / count, "exact": right / answers, "first": first / answers}
        return {name: round(value, 4) for name, value in scores.items()}

    def weights(self) -> Weights:
        """The matrices as the optimiser keeps them."""
        return {name: weight.detach().cpu() for name, weight in self.masters.items()}

    def state(self) -> dict[str, Any]:
        """What a checkpoint needs."""
        return {"masters": self.masters, "optimiser": self.optimiser.state_dict()}

    @torch.no_grad()
    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint."""
        for name, weight in self.masters.items():
            weight.copy_(state["masters"][name])
        self.optimiser.load_state_dict(state["optimiser"])
        self._take_over()

    @torch.no_grad()
    def _take_over(self) -> None:
        """Let the model compute with the optimiser's matrices."""
        for name, weight in self.learned.items():
            weight.copy_(self.masters[name])

    def _loss(self, example: Example) -> torch.Tensor:
        """The weighted mean loss of the answers' tokens."""
        logits, at = self._answer_logits(example)
        each = cross_entropy(logits, example.labels[at], reduction="none")
        return (each * example.weights[at]).sum() / example.weights[at].sum()

    def _answer_logits(self, example: Example) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits where an answer token is predicted, and where those tokens stand."""
        weight = self.model.base_model.model.lm_head.weight
        mask = torch.zeros(example.mask.shape, dtype=weight.dtype).masked_fill(
            ~example.mask, torch.finfo(weight.dtype).min
        )
        hidden = self.model.base_model.model.model(
            input_ids=example.tokens[None].to(weight.device),
            position_ids=example.positions[None].to(weight.device),
            attention_mask=mask[None, None].to(weight.device),
            use_cache=False,
        ).last_hidden_state[0]
        at = (example.labels != IGNORED).nonzero()[:, 0]
        return (hidden[at - 1] @ weight.T).float().cpu(), at


def batches(examples: Sequence[Example], size: int, seed: int) -> Iterator[list[Example]]:
    """Full batches in a seeded order."""
    order = list(range(len(examples)))
    Random(seed).shuffle(order)
    for first in range(0, len(order) - size + 1, size):
        yield [examples[i] for i in order[first : first + size]]


def share(step: int, progress: float, warmup_steps: int, decay_share: float) -> float:
    """The share of the learning rate: warm-up by steps, level, then a cosine to a twentieth over the last part."""
    warm = min(1.0, (step + 1) / warmup_steps)
    late = max(0.0, (progress - (1 - decay_share)) / decay_share)
    return warm * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * min(1.0, late))))
