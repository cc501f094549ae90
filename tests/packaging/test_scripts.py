from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = ("bash", "cat", "cmp", "sed", "df", "awk", "getconf", "dirname", "mktemp", "rm", "env", "sleep", "grep")
PYTHON_WITHOUT_VENV = """#!/bin/sh
case "$2" in *ensurepip*) exit 1 ;; esac
exit 0
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A fresh checkout, as far as the scripts look at it."""
    shutil.copytree(ROOT / "scripts", tmp_path / "checkout" / "scripts")
    shutil.copy(ROOT / "pyproject.toml", tmp_path / "checkout")
    return tmp_path / "checkout"


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder of programs: a machine with a shell's usual tools and nothing else."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found is not None
        (programs / tool).symlink_to(found)
    return programs


def program(machine: Path, name: str, script: str) -> None:
    """Put a program on the machine."""
    (machine / name).write_text(script)
    (machine / name).chmod(0o755)


def run(checkout: Path, machine: Path, script: str) -> tuple[int, list[str]]:
    """The exit code of a script and the lines it told."""
    done = subprocess.run(
        [str(checkout / "scripts" / script)],
        env={"PATH": str(machine)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == ""
    return done.returncode, done.stderr.splitlines()


@pytest.mark.parametrize("script", ["run", "test"])
def test_a_machine_without_python_is_told_so_in_one_line(checkout: Path, machine: Path, script: str) -> None:
    """Nothing is made, and the line says which Python is needed."""
    code, told = run(checkout, machine, script)
    assert code == 1
    assert len(told) == 1
    assert "needs Python 3.11 or newer" in told[0]
    assert not (checkout / ".venv").exists()


def test_a_python_without_venv_is_told_so_in_one_line(checkout: Path, machine: Path) -> None:
    """As on a Debian that has python3 and not python3-venv."""
    program(machine, "python3", PYTHON_WITHOUT_VENV)
    code, told = run(checkout, machine, "run")
    assert code == 1
    assert len(told) == 1
    assert "python3-venv" in told[0]


def test_a_machine_without_a_compiler_is_told_so_before_anything_is_installed(
    checkout: Path, machine: Path
) -> None:
    """Minutes of downloads are not spent on an installation that cannot end well."""
    (machine / "python3").symlink_to(sys.executable)
    code, told = run(checkout, machine, "run")
    assert code == 1
    assert len(told) == 1
    assert "no C++ compiler" in told[0]
    assert not (checkout / ".venv").exists()


def test_a_full_disk_is_told_so_before_anything_is_installed(checkout: Path, machine: Path) -> None:
    """The line says how much there is and how much is needed."""
    (machine / "python3").symlink_to(sys.executable)
    program(machine, "c++", "#!/bin/sh\n")
    (machine / "df").unlink()
    program(machine, "df", "#!/bin/sh\necho header\necho /dev/disk 1000000 900000 102400 90% /\n")
    code, told = run(checkout, machine, "run")
    assert code == 1
    assert len(told) == 1
    assert "100 MB are free" in told[0]
