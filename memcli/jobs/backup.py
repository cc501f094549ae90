"""The job that keeps a few daily copies of the ledger in the home; what a copy is, the store knows."""

from __future__ import annotations

from typing import Final

from memcli.jobs.job import Context
from memcli.paths import PRIVATE_DIR
from memcli.store.backup import rotate, write

DAILY: Final = "daily-*.zip"


def backup(context: Context) -> str:
    """Copy the ledger under today's date, and let the oldest copies go."""
    settings, now = context.assistant.settings, context.assistant.clock.now()
    home = settings.home
    if not home.exists():
        return "nothing to copy"
    if settings.backups:
        home.backups.mkdir(mode=PRIVATE_DIR, exist_ok=True)
        write(home, home.backups / f"daily-{now:%Y-%m-%d}.zip", now)
    gone = rotate(home.backups, DAILY, settings.backups)
    return f"{settings.backups and 1} copied, {len(gone)} removed"
