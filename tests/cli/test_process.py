"""The program as a process of its own: what it imports, what it prints where, how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from memcli.paths import Home
from memcli.service.process import status, stop

SLOW = {"lancedb", "lance", "torch", "llama_cpp", "textual", "transformers", "dateparser", "sentence_transformers"}
AUTOSTART = "false"
RUN = "import sys; from memcli.cli.main import run; run()"
REPORT = """
import json, sys
from memcli.cli.main import run
try:
    run()
finally:
    print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


def environment(home: Path, models: Path) -> Mapping[str, str]:
    """Nothing of the caller's but its Python."""
    return {
        "MEMCLI_HOME": str(home), "MEMCLI_MODELS": str(models), "OMP_NUM_THREADS": "1", "PATH": "/usr/bin:/bin",
        "MEMCLI_SERVICE_AUTOSTART": AUTOSTART,
    }  # fmt: skip


def process(
    home: Path, *args: str, program: str = RUN, stdin: bytes = b"", models: Path = Path("/nonexistent")
) -> subprocess.CompletedProcess[bytes]:
    """One run of the program."""
    return subprocess.run(
        [sys.executable, "-c", program, *args],
        input=stdin, capture_output=True, env=environment(home, models), check=False, timeout=120,
    )  # fmt: skip


@pytest.mark.parametrize("args", [("--help",), ("list",), ("add", "tea"), ("history",), ("log",), ("show", "m:")])
def test_the_hot_path_loads_no_slow_library(tmp_path: Path, args: tuple[str, ...]) -> None:
    """Those are for the commands that need them."""
    process(tmp_path, "add", "coffee")
    ran = process(tmp_path, *args, program=REPORT)
    assert ran.returncode == 0
    loaded = set(json.loads(ran.stderr.decode().splitlines()[-1]))
    assert loaded & SLOW == set()
    assert "memcli.hooks" not in loaded or args[0] not in ("add", "list")


@pytest.mark.parametrize(("autostart", "paused"), [(True, False), (True, True), (False, False)])
def test_what_an_import_leaves_to_the_background_has_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, autostart: bool, paused: bool
) -> None:
    """A service is started for the turns to read, as for other commands, and else the line says that none runs."""
    home = Home(root=tmp_path / "home", models=Path("/nonexistent"))
    (tmp_path / "talk.txt").write_text("03/04/2026, 09:15 - Ana: I moved to Porto.\n")
    monkeypatch.setattr(f"{__name__}.AUTOSTART", str(autostart).lower())
    if paused:
        process(home.root, "jobs", "pause", "extract")
    try:
        said = process(home.root, "import", "whatsapp", str(tmp_path / "talk.txt")).stderr.decode()
        runs = autostart and not paused
        assert (status(home) is not None) is runs
        assert ("to read for memories in the background" in said) is runs
        assert ("memcli jobs run extract" in said) is not runs
        assert ("the job is paused" in said) is paused
    finally:
        stop(home)


def test_data_goes_to_stdout_and_talk_to_stderr(tmp_path: Path) -> None:
    """So that a pipe can be read by a program."""
    ran = process(tmp_path, "add", "-", "--json", stdin="grüße aus Köln\n".encode())
    assert json.loads(ran.stdout)["changes"][0]["after"]["text"] == "grüße aus Köln"
    assert ran.stderr == b""


def test_output_in_a_pipe_has_no_colours_and_one_line_for_each_record(tmp_path: Path) -> None:
    """However long the record."""
    process(tmp_path, "add", "word " * 60)
    process(tmp_path, "add", "tea")
    lines = process(tmp_path, "list").stdout.decode().splitlines()
    assert len(lines) == 2
    assert "\x1b" not in "".join(lines)
    assert len(lines[1]) > 300


def test_a_reader_that_leaves_early_is_no_error(tmp_path: Path) -> None:
    """As with `memcli list | head -1`."""
    home = tmp_path / "home"
    lines = "\n".join(json.dumps({"content": f"line {n} " + "x" * 200}) for n in range(3000))
    assert process(home, "import", "jsonl", "-", stdin=lines.encode()).returncode == 0
    writer = subprocess.Popen(
        [sys.executable, "-c", RUN, "export", "jsonl", "-"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(home, tmp_path),
    )  # fmt: skip
    assert writer.stdout is not None
    assert writer.stderr is not None
    writer.stdout.read(10)
    writer.stdout.close()
    assert writer.wait(timeout=60) == 0
    assert b"Traceback" not in writer.stderr.read()
    writer.stderr.close()


def test_a_missing_model_is_exit_code_5_and_what_was_added_is_kept(tmp_path: Path) -> None:
    """Nothing is downloaded without being asked for."""
    ran = process(tmp_path, "add", "tea", "--wait")
    assert ran.returncode == 5
    assert b"memcli models pull" in ran.stderr
    assert b"tea" in process(tmp_path, "list").stdout


def test_the_installed_program_is_the_same(tmp_path: Path) -> None:
    """The entry point that pip writes."""
    program = Path(sys.executable).with_name("memcli")
    if not program.exists():
        pytest.skip("memcli is not installed here")
    done = subprocess.run(
        [program, "--version"], capture_output=True, env=environment(tmp_path, tmp_path), check=False, timeout=60
    )
    assert done.stdout.startswith(b"memcli ")


@pytest.mark.model
def test_the_real_models_search_and_answer(tmp_path: Path, models_dir: Path) -> None:
    """From an empty home to a cited answer, each command a process of its own."""
    for text in ("Miso the cat is afraid of the vacuum cleaner", "Paulo raised the rent to 900 euros"):
        assert process(tmp_path, "add", text, models=models_dir).returncode == 0
    found = json.loads(process(tmp_path, "search", "what scares my pet?", "--json", models=models_dir).stdout)
    assert "Miso" in found["hits"][0]["text"]
    asked = process(tmp_path, "ask", "What is Miso afraid of?", "--json", models=models_dir)
    told = json.loads(asked.stdout)
    assert told["answer"]
    assert set(told["citations"]) <= set(told["injected"])
    assert process(tmp_path, "why", models=models_dir).stdout.count(b"Given to the model") == 1
