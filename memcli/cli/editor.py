"""A person's own editor, opened on a text; knows no record."""

from __future__ import annotations

import shlex
import subprocess
import tempfile
from pathlib import Path

from memcli import config
from memcli.errors import BadInputError


def edited(text: str) -> str:
    """The text as it was left in the editor (VISUAL, EDITOR, else vi), without outer space.

    Raises:
        BadInputError: the editor could not be started, or ended with an error.
    """
    command = config.editor()
    with tempfile.TemporaryDirectory(prefix="memcli-") as folder:
        file = Path(folder) / "memory.txt"
        file.write_text(text + "\n", encoding="utf-8")
        try:
            subprocess.run([*shlex.split(command), str(file)], check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise BadInputError(
                f"the editor {command} did not end well", hint="set EDITOR, or give --text"
            ) from error
        return file.read_text(encoding="utf-8").strip()
