"""Every dependency is used and has bounds that hold, and every licence is known."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "scripts" / "supply.py"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
WITHOUT = {"atheris", "fsrs"}
"""Packages that a script says to install first."""
RUN = {"cairosvg", "flask-cors", "import-linter", "moto", "mypy", "ruff", "pytest-asyncio", "pytest-timeout"}
RUN |= {"pytest-textual-snapshot"}
"""Development tools that are run, or that pytest loads, and that nobody imports."""


def test_pins_hold_and_licences_are_known() -> None:
    """The list is printed; nothing is wrong with it; and it says that nobody was asked for advisories."""
    done = subprocess.run([sys.executable, str(SCRIPT)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "lancedb" in done.stdout
    assert "smollm2-135m-instruct" in done.stdout
    assert "advisories: not asked" in done.stdout


def named(requirements: Iterable[str]) -> set[str]:
    """The packages that requirements are of."""
    return {canonicalize_name(Requirement(each).name) for each in requirements}


def imported(*folders: str) -> set[str]:
    """The packages that the modules of some folders import, anywhere in them."""
    homes = packages_distributions()
    found = {name for folder in folders for file in (ROOT / folder).rglob("*.py") for name in _modules(file)}
    foreign = found - sys.stdlib_module_names
    used: set[str] = {canonicalize_name(home) for name in foreign for home in homes.get(name, [])}
    return used - {"memcli"}


def _modules(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name.partition(".")[0] for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def test_the_program_imports_what_it_asks_for_and_nothing_else() -> None:
    """With what `memcli[train]` brings; `pylance` is imported as lance, `PyStemmer` as Stemmer."""
    assert imported("memcli", "plugins") == named([*PROJECT["dependencies"], *EXTRAS["train"]])


def test_tests_and_scripts_import_what_a_developer_installs() -> None:
    """Each tool is imported or run."""
    known = named([*PROJECT["dependencies"], *EXTRAS["dev"]])
    used = imported("tests", "scripts")
    assert used - WITHOUT <= known
    assert named(EXTRAS["dev"]) <= used | RUN
