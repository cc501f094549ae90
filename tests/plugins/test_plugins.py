"""Plugins of others: the one of `memcli help plugins`, one that is broken, one that wants a name that is taken."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PAGE = Path(__file__).parents[2] / "memcli" / "cli" / "pages" / "plugins.md"
RUN = "import sys; from memcli.cli.main import run; run()"


def install(site: Path, name: str, source: str) -> None:
    """A distribution of one module, as pip would leave it."""
    (site / f"{name}.py").write_text(source, encoding="utf-8")
    info = site / f"{name}-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[memcli]\n{name} = {name}\n", encoding="utf-8")


def run(tmp_path: Path, *args: str) -> Any:
    """What a process with the plugins of ``tmp_path/site`` prints."""
    env = {"PYTHONPATH": str(tmp_path / "site"), "MEMCLI_MODELS": str(tmp_path), "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-c", RUN, "--home", str(tmp_path / "home"), "--no-service", *args, "--json"]
    done = subprocess.run(command, capture_output=True, env=env, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder that Python looks for packages in."""
    (tmp_path / "site").mkdir()
    return tmp_path / "site"


def cookbook() -> str:
    """The importer that `memcli help plugins` shows."""
    found = re.search(
        r"<!-- cookbook -->\s+```python\n(.*?)```\s+<!-- /cookbook -->", PAGE.read_text("utf-8"), re.S
    )
    assert found
    return found[1]


def test_the_importer_of_the_page_works(tmp_path: Path, site: Path) -> None:
    """Installed as anyone's plugin is; importing again adds nothing."""
    install(site, "diary", cookbook())
    (tmp_path / "sea.diary").write_text("2026-03-01 Rain.\n2026-03-02 Saw the sea.\n", encoding="utf-8")
    first, again = (run(tmp_path, "import", "diary", str(tmp_path / "sea.diary")) for _ in range(2))
    assert (first["turns"], first["first"][:10], first["last"][:10]) == (2, "2026-03-01", "2026-03-02")
    assert (again["turns"], again["skipped"]) == (0, 2)


HOOK = "from memcli.hooks import hookimpl\n@hookimpl\ndef memcli_importers():\n    "


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("import nonexistent_module\n", "ModuleNotFoundError"),
        ("def f(:\n", "SyntaxError"),
        (HOOK + "raise RuntimeError('no luck')\n", "RuntimeError: no luck"),
        (HOOK + "return [object()]\n", "AttributeError"),
        (HOOK.replace("()", "(self, what)") + "return []\n", "PluginValidationError"),
        (HOOK.replace("importers", "surprises") + "return []\n", "PluginValidationError"),
        (
            HOOK + "return [type('J', (), {'name': 'jsonl', 'read': None})()]\n",
            "jsonl is brought by another plugin",
        ),
    ],
)
def test_a_broken_plugin_is_told_and_the_others_work(
    tmp_path: Path, site: Path, source: str, problem: str
) -> None:
    """Whatever is wrong with it."""
    install(site, "broken", source)
    install(site, "diary", cookbook())
    listed = {plugin["name"]: plugin for plugin in run(tmp_path, "plugins", "list")}
    assert problem in listed["broken"]["problem"]
    assert (listed["broken"]["package"], listed["broken"]["version"]) == ("broken", "1.2")
    assert (listed["diary"]["imports"], listed["diary"]["problem"]) == (["diary"], "")
    assert listed["jsonl"] == {
        "name": "jsonl", "package": "memcli", "version": listed["jsonl"]["version"],
        "imports": ["jsonl"], "exports": ["jsonl"], "problem": "",
        **{hook: [] for hook in ("embedders", "chat_models", "commands", "jobs", "redactors")},
    }  # fmt: skip


def test_every_own_plugin_works(tmp_path: Path) -> None:
    """None of those that come with memcli has a problem."""
    listed = run(tmp_path, "plugins", "list")
    assert [plugin["name"] for plugin in listed if plugin["problem"]] == []
    assert len(listed) >= 12
