"""What is trained is what is asked: a tree of tokens computes what its prompts compute alone."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
trees = import_module("memcli.adapters.trees")
lora = import_module("memcli.adapters.lora")
conversion = import_module("convert_adapter")

SIZES = {
    "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2, "num_attention_heads": 4,
    "num_key_value_heads": 2, "vocab_size": 300, "max_position_embeddings": 512,
}  # fmt: skip


class Letters:
    """A tokenizer of bytes: as unlike words as can be, and exact about where one text ends and another begins."""

    eos_token_id = 299

    def encode(self, text: str) -> list[int]:
        return list(text.encode())

    def apply_chat_template(self, messages: list[dict[str, str]], **_: object) -> str:
        said = "".join(f"<{each['role']}>{each['content']}</>\n" for each in messages)
        return f"{said}<assistant>"


@pytest.fixture(scope="module")
def model() -> Any:
    """A small Llama of random weights."""
    torch.manual_seed(1)
    return transformers.LlamaForCausalLM(transformers.LlamaConfig(**SIZES, attn_implementation="eager")).eval()


def alone(model: Any, prompt: list[int], answer: list[int]) -> np.ndarray:
    """Logits at the answer's tokens when prompt and answer are all there is."""
    with torch.no_grad():
        logits = model(torch.tensor([prompt + answer])).logits[0]
    return np.asarray(logits[len(prompt) - 1 : -1])


def branches(model: Any, example: Any) -> list[np.ndarray]:
    """Logits at the answer of every branch of a tree."""
    mask = torch.zeros(example.mask.shape).masked_fill(~example.mask, torch.finfo(torch.float32).min)
    with torch.no_grad():
        logits = model(
            input_ids=example.tokens[None], position_ids=example.positions[None], attention_mask=mask[None, None]
        ).logits[0]
    places = [(example.branch == n) & (example.labels != trees.IGNORED) for n in example.branch.unique() if n]
    return [np.asarray(logits[at.nonzero()[:, 0] - 1]) for at in places]


def test_facts_of_a_turn_are_asked_as_the_product_asks(model: Any) -> None:
    """The branch of a turn sees its session up to that turn, and neither the other session nor other answers."""
    from memcli.extract.asking import messages
    from memcli.records import Role, Turn

    first = [("Ana", "I have a cat", ["Ana has a cat."]), ("assistant", "Nice", None), ("Ana", "bye", [])]
    second = [("Ben", "hi", []), ("Ana", "I moved", ["Ana moved."])]
    talk = {"sessions": [[dict(zip(("speaker", "text", "facts"), each, strict=True)) for each in session]
                         for session in (first, second)]}  # fmt: skip
    found = branches(model, trees.extraction(talk, Letters()))
    expected = []
    for session in (first, second):
        turns = [Turn("t:0", "s", n, Role.ASSISTANT if who == "assistant" else Role.USER, who, text, None)  # type: ignore[arg-type]
                 for n, (who, text, _) in enumerate(session)]  # fmt: skip
        for index, (_, text, facts) in enumerate(session):
            if facts is not None:
                prompt = trees.rendered(messages(text, turns[index], turns[:index]), Letters())
                answer = json.dumps(facts, separators=(",", ":")).encode()
                expected.append(alone(model, list(prompt.encode()), [*answer, Letters.eos_token_id]))
    assert len(found) == len(expected) == 4
    assert all(np.abs(one - two).max() < 1e-4 for one, two in zip(found, expected, strict=True))


def test_votes_are_asked_as_the_product_asks(model: Any) -> None:
    """Old notes are limbs of one tree, and what was said later their branches."""
    from memcli.update.vote import messages

    notes: list[dict[str, Any]] = [
        {"old": "Ana lives in Porto.", "pairs": [{"new": "Ana moved to Faro.", "choice": "changed"},
                                                 {"new": "Ana has a cat.", "choice": "other"}]},
        {"old": "Ben sings.", "pairs": [{"new": "Ben sings.", "choice": "same"}]},
    ]  # fmt: skip
    found = branches(model, trees.update({"notes": notes}, Letters()))
    pairs = [(note["old"], pair) for note in notes for pair in note["pairs"]]
    for logits, (old, pair) in zip(found, pairs, strict=True):
        prompt = trees.rendered(messages(old, pair["new"]), Letters())
        assert np.abs(logits - alone(model, list(prompt.encode()), list(pair["choice"].encode()))).max() < 1e-4


def test_notes_after_a_turn_are_asked_about_as_the_product_asks(model: Any) -> None:
    """A session is a limb, and every note a branch that sees the talk up to its turn and no other note."""
    from memcli.extract.asking import line_of
    from memcli.records import Role
    from memcli.update.revise import messages

    note = "Ana's flat is number 821."
    talk = [("Ana", "812!", [(note, "now: Ana's flat is number 812."), ("Ana sings.", "still")]),
            ("assistant", "Noted.", []), ("Ana", "choir's over", [("Ana sings.", "ended")])]  # fmt: skip
    lines = [dict(zip(("speaker", "text", "notes"), each, strict=True)) for each in talk]
    found = branches(model, trees.update({"sessions": [lines]}, Letters()))
    expected = []
    for number, (_, _, notes) in enumerate(talk):
        heard = [line_of(who, Role.ASSISTANT if who == "assistant" else Role.USER, text)
                 for who, text, _ in talk[: number + 1]]  # fmt: skip
        for asked, answer in notes:
            prompt = trees.rendered(messages(heard, asked), Letters())
            end = [Letters.eos_token_id] if answer.startswith("now") else []
            expected.append(alone(model, list(prompt.encode()), [*answer.encode(), *end]))
    assert len(found) == len(expected) == 3
    assert all(np.abs(one - two).max() < 1e-4 for one, two in zip(found, expected, strict=True))


def test_questions_are_asked_as_the_product_asks(model: Any) -> None:
    """The notes are the trunk, a question a branch."""
    from datetime import UTC, datetime

    from memcli.generate.prompt import Note, ask_messages

    context = {
        "today": "2024-03-04", "notes": ["[1] (1 March 2024) Ana: I have a cat."],
        "questions": [{"question": "What has Ana?", "answer": "a cat [1]"}, {"question": "Why?", "answer": "No."}],
    }  # fmt: skip
    found = branches(model, trees.generation(context, Letters()))
    notes = [Note(1, "", "[1] (1 March 2024) Ana: I have a cat.")]
    for logits, asked in zip(found, context["questions"], strict=True):
        prompt = trees.rendered(
            ask_messages(asked["question"], notes, datetime(2024, 3, 4, tzinfo=UTC)),  # type: ignore[index]
            Letters(),
        )
        answer = [*asked["answer"].encode(), Letters.eos_token_id]  # type: ignore[index]
        assert np.abs(logits - alone(model, list(prompt.encode()), answer)).max() < 1e-4


@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning")
@pytest.mark.parametrize("architecture", ["Llama", "Qwen2"])
def test_a_converted_adapter_computes_the_same(architecture: str, tmp_path: Path) -> None:
    """Logits of llama.cpp and of transformers: a small base of random weights and a random adapter, in F32."""
    peft = pytest.importorskip("peft")
    torch.manual_seed(2)
    config = getattr(transformers, f"{architecture}Config")(**SIZES, tie_word_embeddings=True, bos_token_id=1)
    base = getattr(transformers, f"{architecture}ForCausalLM")(config).eval()
    base.save_pretrained(tmp_path / "base")
    target = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
    lora = peft.LoraConfig(
        r=4, lora_alpha=8, target_modules=target, task_type="CAUSAL_LM", init_lora_weights=False
    )
    adapted = peft.get_peft_model(base, lora).eval()
    adapted.save_pretrained(tmp_path / "adapter")
    tokens = list(range(3, 40, 3))
    with torch.no_grad():
        expected = adapted(torch.tensor([tokens])).logits[0].numpy()
    conversion.convert(tmp_path / "adapter", tmp_path / "base", tmp_path / "adapter.gguf")
    conversion.f32_base(tmp_path / "base", None, tmp_path / "base.gguf")
    found = conversion.llama_logits(tmp_path / "base.gguf", tmp_path / "adapter.gguf", tokens)
    assert np.abs(found - expected).max() < 0.01
    plain = conversion.llama_logits(tmp_path / "base.gguf", None, tokens)
    assert np.abs(plain - expected).max() > 0.1


def test_an_adapter_comes_back_from_its_file(tmp_path: Path) -> None:
    """Training goes on from shipped weights: what conversion permuted is taken back."""
    (tmp_path / "config.json").write_text(
        json.dumps({"model_type": "llama", "num_attention_heads": 4, "num_key_value_heads": 2}), encoding="utf-8"
    )
    (tmp_path / "adapter_config.json").write_text(json.dumps({"lora_alpha": 8}), encoding="utf-8")
    rng = np.random.default_rng(0)
    names = ("self_attn.q_proj.lora_B", "self_attn.k_proj.lora_B", "mlp.up_proj.lora_A")
    shapes = ((64, 4), (32, 4), (4, 64))
    weights = {
        f"base_model.model.model.layers.1.{name}.weight": torch.tensor(rng.normal(size=shape)).half().float()
        for name, shape in zip(names, shapes, strict=True)
    }
    from safetensors.torch import save_file

    save_file(weights, tmp_path / "adapter_model.safetensors")
    conversion.convert(tmp_path, tmp_path, tmp_path / "adapter.gguf")
    back = lora.read(tmp_path / "adapter.gguf", conversion.config_of(tmp_path))
    assert {name.replace(".default", "") for name in back} == set(weights)
    assert all(torch.equal(back[name.replace(".weight", ".default.weight")], weights[name]) for name in weights)
