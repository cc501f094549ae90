"""Where files live; knows the layout of a home and nothing of what is in the files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from memcli.errors import StoreError

PRIVATE_DIR = 0o700
PRIVATE_FILE = 0o600


def default_home() -> Path:
    """The user's data directory for memcli on this platform."""
    import platformdirs  # for those who name no home, and no thin client

    return Path(platformdirs.user_data_dir("memcli", appauthor=False))


@dataclass(frozen=True, slots=True)
class Home:
    """The files of one memory: ``root`` may be anywhere, models may be shared between homes."""

    root: Path
    models: Path

    @property
    def config_file(self) -> Path:
        return self.root / "config.toml"

    @property
    def ledger(self) -> Path:
        return self.root / "ledger.db"

    @property
    def lance(self) -> Path:
        return self.root / "lance"

    @property
    def lock(self) -> Path:
        return self.root / "writer.lock"

    @property
    def cache(self) -> Path:
        return self.root / "cache"

    @property
    def prefixes(self) -> Path:
        """Evaluated beginnings of prompts; in the cache, which every purge empties."""
        return self.cache / "prefixes"

    @property
    def adapters(self) -> Path:
        """The user's own adapters, ``<base>/<task>/<name>/``, and which are in use."""
        return self.root / "adapters"

    @property
    def learned(self) -> Path:
        """What search learned from citations; in the cache, so that a purge takes it away."""
        return self.cache / "ranker.npz"

    @property
    def backups(self) -> Path:
        return self.root / "backups"

    @property
    def chat_history(self) -> Path:
        return self.root / "chat_history"

    @property
    def service_log(self) -> Path:
        return self.root / "service.log"

    def exists(self) -> bool:
        """Whether something has been stored here."""
        return self.ledger.exists()

    def ensure(self) -> None:
        """Make the directories, private to the user.

        Raises:
            StoreError: the location is read-only, not a directory, or the disk is full.
        """
        for directory in (self.root, self.cache):
            try:
                directory.mkdir(mode=PRIVATE_DIR, parents=True, exist_ok=True)
            except OSError as error:
                raise StoreError(
                    f"cannot use {directory}: {error.strerror}",
                    hint="choose another place with --home DIR or MEMCLI_HOME",
                ) from error
