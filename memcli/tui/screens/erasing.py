"""Erasing for good: what would go, a word that must be typed, the purge, and the search for what is left of it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from memcli.erasure import Plan, Scope, Verdict
from memcli.humanize import count, cut, one_line, printable
from memcli.paths import Home
from memcli.ports import MemoryStore
from memcli.store import backup

WORD: Final = "purge"
ALL: Final = "purge all"
"""Backups too: one of the memory as it is then takes their place."""
_SHOWN: Final = 5
_WORDS: Final = 110


def question(plan: Plan, words: str, backups: int) -> str:
    """What must be agreed to; ``words`` are the first memory's, ``backups`` how many there are."""
    told = cut(one_line(printable(words)), _WORDS)
    asked = f'“{told}”\n\nThere is no undo. Type "{WORD}" to erase {_amount(plan)} for good'
    also = f', or "{ALL}" to make {count(backups, "backup")} anew without it as well'
    return f"{asked}{also if backups else ''}."


def planned(store: MemoryStore, ids: tuple[str, ...], home: Home) -> tuple[Plan, int]:
    """What goes with some memories, and how many backups there are; for a thread."""
    return store.plan_purge(Scope(ids=ids)), len(backup.kept(home))


def erase(store: MemoryStore, plan: Plan, home: Home, now: datetime, word: str) -> str:
    """Erase, search every file for traces, and say what was found; for a thread."""
    traces = store.traces(plan)
    store.purge(plan)
    if word == ALL:
        backup.renew(home, now)
    return _told(plan, store.verify(traces))


def _told(plan: Plan, verdict: Verdict) -> str:
    lines = [f"erased {_amount(plan)}"]
    lines += [f"kept {count(len(plan.shared), 'turn')} that other memories rest on"] if plan.shared else []
    lines += [f"{finding.place}: {finding.where} still has it" for finding in verdict.findings[:_SHOWN]]
    lines += [f"not searched: {unread}" for unread in verdict.unread[:_SHOWN]]
    lines += [f"{adapter} was trained on it" for adapter in verdict.adapters]
    lines += ["verified: nothing is left of it"] if verdict.erased else []
    return printable("\n".join(lines))


def _amount(plan: Plan) -> str:
    parts = [(plan.memories, "memory"), (plan.turns, "turn"), (plan.answers, "kept answer")]
    told = ", ".join(count(len(ids), name) for ids, name in parts if ids) or "parts of histories"
    return f"{told} that had seen it" if plan.answers else told
