"""What tests of several rooms share: the real models, loaded once, and their fakes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import hypothesis
import pytest

from memcli import config, models
from memcli.config import Settings
from memcli.models.fake import FakeChatModel, FakeEmbedder
from memcli.paths import Home
from memcli.ports import ChatModel, Embedder

hypothesis.settings.register_profile("long", deadline=None)  # on a busy machine a pause would be a failure
hypothesis.settings.register_profile("short", deadline=None, derandomize=True)  # a failure is the change's own


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--long`` runs the long forms too."""
    parser.addoption("--long", action="store_true", help="run the long form of the suites that have one")


def pytest_configure(config: pytest.Config) -> None:
    """The long form draws new examples each time; the short one is the same for the same tree."""
    hypothesis.settings.load_profile("long" if config.getoption("--long") else "short")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip the long forms unless they were asked for."""
    if not config.getoption("--long"):
        for item in items:
            if "long" in item.keywords:
                item.add_marker(pytest.mark.skip(reason="run with --long"))


@pytest.fixture(scope="session", autouse=True)
def no_service_by_surprise() -> Iterator[None]:
    """No command of a test leaves a background process: those that are about it start it themselves."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEMCLI_SERVICE_AUTOSTART", "false")
        yield


@pytest.fixture(scope="session")
def models_dir() -> Path:
    """Where the real models are."""
    return config.load().home.models


@pytest.fixture
def settings(tmp_path: Path, models_dir: Path) -> Settings:
    """Defaults in a home of its own, with the real models, without the adapters, which every training changes."""
    return Settings(home=Home(root=tmp_path / "home", models=models_dir), adapters=False)


@pytest.fixture(scope="session")
def real_settings(models_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Like ``settings``, for models that live as long as the session."""
    return replace(config.load(), home=Home(root=tmp_path_factory.mktemp("home"), models=models_dir))


@pytest.fixture(scope="session")
def embedder(real_settings: Settings) -> Iterator[Embedder]:
    """The default embedder."""
    real = models.open_embedder(real_settings)
    yield real
    real.close()


@pytest.fixture(scope="session")
def chat_model(real_settings: Settings) -> Iterator[ChatModel]:
    """The default chat model, without adapters."""
    real = models.open_chat(real_settings)
    yield real
    real.close()


@pytest.fixture
def fake_embedder() -> FakeEmbedder:
    """Hashed words as vectors."""
    return FakeEmbedder()


@pytest.fixture
def fake_chat() -> FakeChatModel:
    """Repeats the last message."""
    return FakeChatModel()
