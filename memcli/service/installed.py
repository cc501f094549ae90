"""The service in the hands of the system's own manager: a systemd user unit or a launchd agent; runs neither.

Started at login, it is there before the first command. The files hold paths, and no settings.
"""

from __future__ import annotations

import hashlib
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from memcli.errors import StoreError
from memcli.paths import Home
from memcli.service.process import PROGRAM

_UNIT: Final = """\
[Unit]
Description=memcli, the memory in {home}

[Service]
ExecStart={command}
Environment={models}
Restart=on-failure
RestartSec=5
Nice=5

[Install]
WantedBy=default.target
"""

_AGENT: Final = """\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key><string>{name}</string>
  <key>ProgramArguments</key>
  <array>
{words}
  </array>
  <key>EnvironmentVariables</key><dict><key>MEMCLI_MODELS</key><string>{models}</string></dict>
  <key>RunAtLoad</key><true/>
  <key>KeepAlive</key><dict><key>SuccessfulExit</key><false/></dict>
  <key>ProcessType</key><string>Background</string>
</dict>
</plist>
"""


@dataclass(frozen=True, slots=True)
class Installation:
    """A file for the system's manager, and the commands that make it take notice."""

    file: Path
    text: str
    enable: tuple[str, ...]
    disable: tuple[str, ...]

    def write(self) -> None:
        """Put the file in its place.

        Raises:
            StoreError: it cannot be written.
        """
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            self.file.write_text(self.text, encoding="utf-8")
        except OSError as error:
            raise StoreError(f"cannot write {self.file}: {error.strerror}") from error

    def remove(self) -> bool:
        """Take the file away; whether it was there."""
        there = self.file.exists()
        self.file.unlink(missing_ok=True)
        return there


def installation(home: Home, user: Path, platform: str = sys.platform) -> Installation:
    """What installing a home's service means on this system.

    Args:
        home: whose service.
        user: the user's home directory.
        platform: ``darwin`` has launchd; everything else is taken to have systemd.
    """
    return _launchd(home, user) if platform == "darwin" else _systemd(home, user)


def _words(home: Home) -> list[str]:
    return [sys.executable, "-m", PROGRAM, "--home", str(home.root)]


def _name(home: Home) -> str:
    """One name for each home, so that several can be installed."""
    return f"memcli-{hashlib.blake2b(str(home.root).encode(), digest_size=4).hexdigest()}"


def _systemd(home: Home, user: Path) -> Installation:
    name = f"{_name(home)}.service"
    command = " ".join(_quoted(word) for word in _words(home))
    models = _quoted(f"MEMCLI_MODELS={home.models}")
    return Installation(
        file=user / ".config/systemd/user" / name,
        text=_UNIT.format(home=str(home.root).replace("%", "%%"), command=command, models=models),
        enable=("systemctl --user daemon-reload", f"systemctl --user enable --now {name}"),
        disable=(f"systemctl --user disable --now {name}", "systemctl --user daemon-reload"),
    )


def _quoted(word: str) -> str:
    """A word as systemd reads it: quoted, with its own marks made plain."""
    plain = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{plain}"'


def _launchd(home: Home, user: Path) -> Installation:
    name = f"io.memcli.{_name(home)}"
    file = user / "Library/LaunchAgents" / f"{name}.plist"
    words = "\n".join(f"    <string>{escape(word)}</string>" for word in _words(home))
    return Installation(
        file=file,
        text=_AGENT.format(name=name, words=words, models=escape(str(home.models))),
        enable=(f"launchctl load -w {shlex.quote(str(file))}",),
        disable=(f"launchctl unload -w {shlex.quote(str(file))}",),
    )
