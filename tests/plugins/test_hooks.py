"""Each hook beside importers and exporters, used by a plugin as anyone writes one, in a process of its own."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from memcli import hooks
from tests.plugins.test_plugins import PAGE, RUN, install

MODELS = """
from memcli.hooks import hookimpl
from memcli.models.fake import FakeChatModel, FakeEmbedder

class Embedders:
    name = "hashed"
    def open(self, model, settings):
        return FakeEmbedder(name=f"hashed:{model}")

class Chats:
    name = "parrot"
    def open(self, model, settings):
        return FakeChatModel([f"{model} says so [1]."])

@hookimpl
def memcli_embedders():
    return [Embedders()]

@hookimpl
def memcli_chat_models():
    return [Chats()]
"""

COMMANDS = """
import typer
from memcli.cli.state import of
from memcli.hooks import hookimpl

app = typer.Typer()

@app.command()
def shout(ctx: typer.Context) -> None:
    '''Tell how much there is, loudly.'''
    with of(ctx).assistant() as assistant:
        of(ctx).show([f"{assistant.store.stats().turns} TURNS!"])

class Shout:
    name, app = "shout", app

class Thief:
    name, app = "stats", app

@hookimpl
def memcli_commands():
    return [Shout(), Thief()]
"""

JOBS = """
from datetime import timedelta
from memcli.hooks import hookimpl
from memcli.jobs import Job

def counted(context):
    return f"{context.assistant.store.stats().turns} kept"

@hookimpl
def memcli_jobs():
    return [Job("count", "count what is kept", timedelta(hours=1), counted)]
"""

REDACTORS = """
import re
from memcli.hooks import hookimpl

class Badges:
    name = "badges"
    def find(self, text):
        return [(found.start(), found.end(), "badge") for found in re.finditer(r"EMP-[0-9]+", text)]

@hookimpl
def memcli_redactors():
    return [Badges()]
"""


class Site:
    """A place that Python looks for packages in, and memcli run there."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "site").mkdir()

    def __call__(self, *args: str, code: int = 0) -> str:
        """What a command prints, both streams."""
        env = {"PYTHONPATH": str(self.root / "site"), "MEMCLI_MODELS": str(self.root), "PATH": "/usr/bin:/bin"}
        line = [sys.executable, "-c", RUN, "--home", str(self.root / "home"), "--no-service", *args]
        done = subprocess.run(line, capture_output=True, text=True, env=env, check=False, timeout=120)
        assert done.returncode == code, done.stderr
        return done.stdout + done.stderr

    def has(self, name: str, source: str) -> None:
        """Install a plugin."""
        install(self.root / "site", name, source)


@pytest.fixture
def memcli(tmp_path: Path) -> Site:
    """A command line in a process of its own, where plugins can be installed."""
    return Site(tmp_path)


def test_models_of_a_plugin_embed_and_answer(memcli: Site) -> None:
    """Once they are set, as any other is."""
    memcli.has("models_of_mine", MODELS)
    memcli("models", "use", "hashed:words")
    memcli("models", "use", "parrot:Polly")
    memcli("add", "Miso is afraid of the vacuum cleaner", "--raw")
    assert "vacuum" in memcli("search", "vacuum")
    assert json.loads(memcli("stats", "--json"))["embedder"] == "hashed:words"
    assert "hashed:words, opened by a plugin" in memcli("doctor")


def test_a_command_of_a_plugin_stands_beside_the_others(memcli: Site) -> None:
    """In the help too; it takes no name of memcli's."""
    memcli.has("loud", COMMANDS)
    memcli("add", "tea is green", "--raw")
    assert memcli("shout") == "1 TURNS!\n"
    assert "Tell how much there is, loudly." in memcli("--help")
    assert "TURNS!" not in memcli("stats")


def test_a_job_of_a_plugin_is_listed_and_run(memcli: Site) -> None:
    """Its runs are kept as any job's."""
    memcli.has("counting", JOBS)
    memcli("add", "tea is green", "--raw")
    assert "1 kept" in memcli("jobs", "run", "count")
    assert {job["name"] for job in json.loads(memcli("jobs", "list", "--json"))["jobs"]} >= {"count", "flush"}


def test_what_a_redactor_finds_stays_out_of_memories(memcli: Site) -> None:
    """As memcli's own rules do."""
    memcli.has("badges", REDACTORS)
    memcli("add", "My badge is EMP-1234 and I like tea", "--raw")
    listed = memcli("list", "--json")
    assert "[secret: badge]" in listed
    assert "EMP-1234" not in listed


def test_a_redactor_that_fails_lets_nothing_through(memcli: Site) -> None:
    """The command says which one it was."""
    memcli.has("badges", REDACTORS.replace("return [(found", "raise OSError; return [(found"))
    assert "the redactor badges failed: OSError" in memcli("add", "My badge is EMP-1234", "--raw", code=7)


@pytest.mark.parametrize("hook", hooks.HOOKS)
def test_a_part_that_lacks_what_its_hook_asks_for_is_told(memcli: Site, hook: str) -> None:
    """And nothing of the plugin is used."""
    source = "from memcli.hooks import hookimpl\nclass Part:\n    name = 'part'\n"
    memcli.has("half", f"{source}@hookimpl\ndef memcli_{hook}():\n    return [Part()]\n")
    listed = {plugin["name"]: plugin for plugin in json.loads(memcli("plugins", "list", "--json"))}
    assert "AttributeError" in listed["half"]["problem"]


def test_the_page_tells_every_hook() -> None:
    """One row each."""
    told = re.findall(r"^\| `memcli_(\w+)\(\)` \|", PAGE.read_text("utf-8"), re.M)
    assert tuple(told) == hooks.HOOKS
