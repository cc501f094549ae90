"""The default embedder, pulled and converted here, equals the model it was made from."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from safetensors.numpy import load_file, save_file

from memcli.config import EMBEDDER
from memcli.models import entries
from memcli.models.delta import Delta
from memcli.models.installer import delta_of
from memcli.models.sentence import SentenceTransformerEmbedder
from memcli.models.sources import fetch
from memcli.ports import Embedder, SilentProgress

pytestmark = pytest.mark.model

FOLDER_FILES = (
    "config.json",
    "vocab.txt",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "modules.json",
    "sentence_bert_config.json",
    "config_sentence_transformers.json",
)

ODD = [
    "",
    " ",
    "\n\t",
    ".",
    "a",
    "?!",
    "😀",
    "👩‍👩‍👧‍👦 family",
    "❤️ 🇩🇪",
    "naïve café Ünïcödé",
    "日本語のテキストです。",
    "Привет, как дела?",
    "مرحبا بالعالم",
    "한국어 문장입니다",
    "नमस्ते दुनिया",
    "ไทย",
    "İstanbul ẞ straße ΟΔΥΣΣΕΥΣ",
    "[CLS] hi [SEP] [MASK] [PAD]",
    "##ing",
    "▁x ▁y",
    "a\x00b",
    "tab\tand\nnewline",
    "x" * 5000,
    "x" * 5000 + " end",
    "https://example.com/a?b=c&d=e#f",
    "I can't, won't; don't!",
    "e\u0301 combining",
    "ﬁ ligature",
    "１２３ fullwidth",
    "\u200bzero\u200bwidth\u00ad",
    "1,234.56 $99 50%",
    "def f(x): return x**2",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
    "\ufeffbom \ufffd",
    "—–…“”‘’",
    "\u00a0nbsp\u3000ideographic",
    "中" * 300,
    "我爱你，中国" * 60,
    "a," * 400,
    "é" * 100,
    "é" * 101,
    "🎉" * 150,
    "[" * 300,
]
VOCABULARY = (
    "time person year way day thing man world life hand part child eye woman place work week case point company "
    "number group problem fact cardiology photosynthesis antidisestablishmentarianism Kubernetes Anna Berlin 2023 "
    "yesterday quickly, sadly; because although between under running swam thought it's they'd 42 7th"
).split()
LENGTHS = [
    *range(1, 32),
    40,
    60,
    80,
    100,
    120,
    140,
    160,
    180,
    200,
    220,
    240,
    250,
    252,
    253,
    254,
    255,
    256,
    257,
    258,
    300,
    400,
    500,
    800,
    1000,
    2000,
    3000,
]


def texts() -> list[str]:
    """Odd ones, and sentences of every length, of which many are longer than the model looks."""
    draw = random.Random(11)
    return [*ODD, *(" ".join(draw.choices(VOCABULARY, k=length)) for length in LENGTHS)]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model as it was published, from where the pull takes it, with what memcli changes in it."""
    folder = tmp_path_factory.mktemp("original")
    entry = replace(entries()[EMBEDDER], beside=(*FOLDER_FILES, "1_Pooling/config.json"))
    file = fetch(entry, folder, "", SilentProgress()).file
    delta = Delta(delta_of(entry))
    save_file({name: delta.added(name, tensor) for name, tensor in load_file(file).items()}, file)
    return file.parent


def test_it_equals_sentence_transformers(embedder: Embedder, original: Path) -> None:
    """Cosine at least 0.9999 for each of a hundred varied texts."""
    wanted = texts()
    assert len(wanted) >= 100
    reference = SentenceTransformerEmbedder(str(original), thread_count=1)
    cosines = (embedder.embed(wanted) * reference.embed(wanted)).sum(axis=1)
    worst = int(cosines.argmin())
    assert cosines[worst] >= 0.9999, wanted[worst][:80]
