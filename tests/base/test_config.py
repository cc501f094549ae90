"""Settings: precedence, bounds, and a file that keeps its comments."""

from __future__ import annotations

from pathlib import Path

import pytest

from memcli import config
from memcli.errors import BadInputError, NotFoundError


def test_environment_beats_file_beats_default(tmp_path: Path) -> None:
    """The nearest word wins."""
    assert config.load(tmp_path, {}).recall_k == 12
    (tmp_path / "config.toml").write_text("[recall]\nk = 5\n")
    assert config.load(tmp_path, {}).recall_k == 5
    assert config.load(tmp_path, {"MEMCLI_RECALL_K": "7"}).recall_k == 7


def test_home_comes_from_the_environment_when_no_flag_names_it(tmp_path: Path) -> None:
    """MEMCLI_HOME is the global flag's fallback."""
    assert config.load(None, {"MEMCLI_HOME": str(tmp_path)}).home.root == tmp_path


@pytest.mark.parametrize(
    ("name", "value", "error", "said"),
    [
        ("recall.k", "many", BadInputError, "whole number"),
        ("recall.k", "0", BadInputError, "out of bounds"),
        ("user.name", " ", BadInputError, "out of bounds"),
        ("model.adapters", "perhaps", BadInputError, "yes or no"),
        ("recall.kk", "1", NotFoundError, "no setting"),
    ],
)
def test_a_wrong_value_is_refused_by_name(
    tmp_path: Path, name: str, value: str, error: type[Exception], said: str
) -> None:
    """The message says what would fit."""
    with pytest.raises(error, match=said):
        config.save(config.load(tmp_path, {}), name, value)
    assert not (tmp_path / "config.toml").exists()


def test_saving_keeps_comments_and_can_be_taken_back(tmp_path: Path) -> None:
    """A user's file stays the user's."""
    file = tmp_path / "config.toml"
    file.write_text("# mine\n[model]\nthreads = 2  # quiet\n")
    settings = config.save(config.load(tmp_path, {}), "recall.k", "9")
    assert (settings.recall_k, "# mine" in file.read_text(), "# quiet" in file.read_text()) == (9, True, True)
    config.save(settings, "recall.k", None)
    assert config.load(tmp_path, {}).recall_k == 12
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("text", ["not toml [", "flat = 1\n", "\x80".encode("latin-1").decode("latin-1")])
def test_a_broken_file_is_one_clear_error(tmp_path: Path, text: str) -> None:
    """It names the file, or the line that is not a table."""
    (tmp_path / "config.toml").write_bytes(text.encode("latin-1"))
    with pytest.raises(BadInputError, match=r"config\.toml"):
        config.load(tmp_path, {})


def test_every_setting_has_a_name_and_every_name_a_setting(tmp_path: Path) -> None:
    """Nothing can be set that nobody reads."""
    settings = config.load(tmp_path, {})
    attributes = {name.attribute for name in config.NAMES.values()}
    assert attributes == set(settings.__slots__) - {"home"}
