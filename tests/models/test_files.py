"""The models on disk: what is imported, found, damaged or removed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from memcli.errors import BadInputError, ConflictError, ModelMissingError, NotFoundError
from memcli.models import files
from memcli.models.files import MODEL_FILE
from memcli.models.installer import import_file


def test_a_file_of_the_users_own_is_imported(place: Path, tiny_gguf: Path) -> None:
    """It is copied, described, and can be verified."""
    known = import_file(place, tiny_gguf, "mine")
    assert (known.task, known.source) == ("chat", f"file:{tiny_gguf}")
    assert files.verify(place, "mine") == known
    assert tiny_gguf.exists()


def test_what_cannot_be_imported_is_refused(place: Path, tiny_gguf: Path, tmp_path: Path) -> None:
    """No GGUF, half a GGUF, no file, a name that is taken, and a name that leads elsewhere."""
    text = tmp_path / "notes.gguf"
    text.write_text("notes")
    half = tmp_path / "half.gguf"
    half.write_bytes(tiny_gguf.read_bytes()[:-1000])
    import_file(place, tiny_gguf, "mine")
    cases = [
        (text, "a", BadInputError),
        (half, "a", BadInputError),
        (tmp_path / "absent.gguf", "a", BadInputError),
        (tiny_gguf, "mine", ConflictError),
        (tiny_gguf, "../out", BadInputError),
        (tiny_gguf, ".hidden", BadInputError),
    ]
    for path, name, error in cases:
        with pytest.raises(error):
            import_file(place, path, name)
    assert [each.name for each in files.installed(place)] == ["mine"]


def test_a_removed_model_is_gone(place: Path, tiny_gguf: Path) -> None:
    """And can be removed only once."""
    import_file(place, tiny_gguf, "mine")
    assert files.remove(place, "mine") > tiny_gguf.stat().st_size
    assert files.installed(place) == []
    with pytest.raises(NotFoundError):
        files.remove(place, "mine")


def test_damage_is_found(place: Path, tiny_gguf: Path) -> None:
    """By size and beginning at once, by checksum when verified; always with the way out."""
    import_file(place, tiny_gguf, "mine")
    file = place / "mine" / MODEL_FILE
    whole = file.read_bytes()
    quick = [whole[:-1], whole + b"x", b"nope" + whole[4:], b""]
    for damaged in quick:
        file.write_bytes(damaged)
        with pytest.raises(ModelMissingError) as failure:
            files.find(place, "mine")
        assert failure.value.hint == "run `memcli models pull mine`"
        assert not files.is_here(place, "mine")
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert files.is_here(place, "mine")
    with pytest.raises(ModelMissingError, match="checksum"):
        files.verify(place, "mine")


def test_a_model_without_its_manifest_is_not_installed(place: Path, tiny_gguf: Path) -> None:
    """The manifest is written last, so that a crash leaves no half model."""
    import_file(place, tiny_gguf, "mine")
    manifest = place / "mine" / files.MANIFEST
    for text in ["", "not toml [", 'name = "mine"']:
        manifest.write_text(text)
        assert files.installed(place) == []
    shutil.rmtree(place / "mine")
    with pytest.raises(ModelMissingError):
        files.find(place, "mine")
