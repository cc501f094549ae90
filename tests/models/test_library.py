"""The room's front: settings in, models out, and nothing heavy loaded before it is needed."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from memcli import config, models
from memcli.config import Settings
from memcli.errors import BadInputError, ModelMissingError, NotFoundError
from memcli.models.sentence import SentenceTransformerEmbedder
from memcli.paths import Home
from memcli.ports import SilentProgress


@pytest.fixture
def bare(tmp_path: Path) -> Settings:
    """A home and no models."""
    return Settings(home=Home(root=tmp_path / "home", models=tmp_path / "models"))


def test_importing_loads_nothing_heavy() -> None:
    """The command line's hot path stays fast."""
    heavy = "llama_cpp torch sentence_transformers transformers gguf safetensors tokenizers httpx jinja2"
    code = f"import memcli.models, memcli.models.engine, memcli.models.embedder, memcli.models.convert, sys\n\
print([name for name in '{heavy}'.split() if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_opening_loads_nothing_heavy(bare: Settings, tiny_gguf: Path) -> None:
    """A model is loaded by the first question, not by being opened."""
    models.import_file(bare, tiny_gguf, "mine")
    opened = models.open_chat(replace(bare, chat_model="mine"))
    assert opened.context_tokens == 2048
    opened.close()


@pytest.mark.parametrize("name", ["smollm2-135m-instruct", "no-such-model"])
def test_a_model_that_is_not_here_says_how_to_get_it(bare: Settings, name: str) -> None:
    """Chat model and embedder alike."""
    for act in (
        lambda: models.open_chat(replace(bare, chat_model=name)),
        lambda: models.open_embedder(replace(bare, embedder=name)),
        lambda: models.verify(bare, name),
    ):
        with pytest.raises(ModelMissingError) as failure:
            act()
        assert failure.value.hint == f"run `memcli models pull {name}`"
        assert failure.value.exit_code == 5
    assert not models.is_here(bare, name)


def test_a_model_for_something_else_is_refused(bare: Settings, tiny_gguf: Path) -> None:
    """A chat model cannot embed."""
    models.import_file(bare, tiny_gguf, "mine")
    with pytest.raises(BadInputError, match="not an embedder"):
        models.open_embedder(replace(bare, embedder="mine"))


def test_using_a_model_writes_the_setting_it_is_for(bare: Settings, tiny_gguf: Path) -> None:
    """By its task; a sentence-transformers model is an embedder."""
    models.import_file(bare, tiny_gguf, "mine")
    uses = {
        "mine": "model.chat",
        "qwen2.5-1.5b-instruct": "model.chat",
        "bge-small-en-v1.5": "model.embedder",
        "st:some/model": "model.embedder",
    }
    for name, setting in uses.items():
        assert models.use(bare, name)[0] == setting
        assert config.value_of(config.load(bare.home.root), setting) == name
    with pytest.raises(NotFoundError):
        models.use(bare, "no-such-model")


def test_sentence_transformers_models_are_opened_by_prefix(bare: Settings, tmp_path: Path) -> None:
    """And one that cannot be loaded is a missing model, in one line."""
    opened = models.open_embedder(replace(bare, embedder=f"st:{tmp_path}"))
    assert isinstance(opened, SentenceTransformerEmbedder)
    assert opened.name == f"st:{tmp_path}"
    with pytest.raises(ModelMissingError, match="cannot be loaded") as failure:
        opened.embed(["x"])
    assert "\n" not in failure.value.message


def test_pulling_an_unknown_name_says_what_is_possible(bare: Settings) -> None:
    """Not a model of the catalog: list, or import."""
    with pytest.raises(NotFoundError, match="no model called nonsense"):
        models.pull(bare, "nonsense", SilentProgress())


def test_the_catalog_is_complete() -> None:
    """Every entry has what a pull needs, and the defaults are held to a checksum."""
    defaults = Settings(home=Home(Path(), Path()))
    assert models.entries()[defaults.chat_model].task == "chat"
    assert models.entries()[defaults.embedder].task == "embedding"
    for name, entry in models.entries().items():
        assert re.fullmatch(r"(pypi:\S+==\S+#\S+\.\w+|hf:\S+/\S+/\S+\.gguf@\S+)", entry.source), name
        assert re.fullmatch(r"([0-9a-f]{64})?", entry.sha256), name
        assert entry.task in ("chat", "embedding")
        assert entry.convert in ("", "q8_0", "bert-gguf")
        assert entry.licence
        assert entry.size_bytes > 0
        assert entry.use
    assert models.entries()[defaults.chat_model].sha256
    assert models.entries()[defaults.embedder].sha256


@pytest.mark.model
def test_the_defaults_are_here_and_whole(settings: Settings) -> None:
    """As they were installed."""
    for name in (settings.chat_model, settings.embedder):
        assert models.verify(settings, name).source_sha256 == models.entries()[name].sha256
