from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ("memcli", "plugins", "adapters", "pyproject.toml", "README.md", "LICENSE")


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    """What pyproject.toml says."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names in a wheel that was built from a copy of the sources, without an index."""
    copy = tmp_path_factory.mktemp("sources")
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        elif source.exists():
            shutil.copy(source, copy / name)
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*command, "--wheel-dir", str(copy / "dist"), str(copy)], check=True, capture_output=True)
    (built,) = (copy / "dist").glob("memcli-*.whl")
    return set(zipfile.ZipFile(built).namelist())


@pytest.mark.parametrize(
    "name",
    [
        "memcli/py.typed",
        "memcli/cli/main.py",
        "memcli/models/catalog.toml",
        "memcli_plugins/jsonl.py",
    ],
)
def test_the_wheel_holds_what_an_installed_memcli_needs(wheel: set[str], name: str) -> None:
    """Code, data files and first-party plugins are all inside."""
    assert name in wheel


def test_the_wheel_holds_every_source_file(wheel: set[str]) -> None:
    """No module and no data file of the house is left outside."""
    files = [file for file in (ROOT / "memcli").rglob("*") if file.is_file() and file.suffix != ".pyc"]
    here = {str(file.relative_to(ROOT)) for file in files}
    assert here - wheel == set()


def test_the_wheel_holds_the_licence(wheel: set[str]) -> None:
    """Apache-2.0 asks that its text goes with the work."""
    assert any(name.endswith("licenses/LICENSE") for name in wheel)


def test_every_package_is_listed(project: dict[str, Any]) -> None:
    """A new room that is not listed would work from a checkout and be missing from the wheel."""
    folders = [file.parent for file in (ROOT / "memcli").rglob("*.py")]
    here = {str(folder.relative_to(ROOT)).replace("/", ".") for folder in folders}
    assert here - set(project["tool"]["setuptools"]["packages"]) == set()


def test_every_plugin_is_registered_as_others_are(project: dict[str, Any]) -> None:
    """First-party plugins come through the entry points that third parties use, and no other way."""
    registered = set(project["project"]["entry-points"]["memcli"].values())
    here = {f"memcli_plugins.{file.stem}" for file in (ROOT / "plugins").glob("[!_]*.py")}
    assert registered == here
