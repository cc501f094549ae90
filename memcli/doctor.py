"""Whether a home is well, and what can be mended without losing anything; joins store, models and disk.

It reads and reports: a check that cannot run is itself a finding, never an exception.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from memcli import models
from memcli.config import Settings, embedder_for
from memcli.errors import MemcliError, StoreError
from memcli.ingest.secrets import mask
from memcli.paths import PRIVATE_DIR, PRIVATE_FILE, Home
from memcli.records import Filter, new_id
from memcli.store.backup import check as check_backup
from memcli.store.border import REACH, UNREACHED
from memcli.store.rescue import is_damaged, newest_backup, rescue
from memcli.update import Act
from memcli.update.audit import Fault, Finding, audit, repairs, untied
from memcli.wiring import Parts

NOT_MENDED: Final = "not mended: "
LOW_DISK: Final = 500 * 10**6
NO_DISK: Final = 20 * 10**6
_OTHERS: Final = 0o077
_SHOWN: Final = 3
_ALL: Final = 1_000_000_000


class Verdict(StrEnum):
    """What came of a check. A warning is something the user may want so."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Check:
    """One finding, and what to do about it."""

    name: str
    verdict: Verdict
    detail: str
    hint: str | None = None


def examine(parts: Parts, *, deep: bool = False) -> list[Check]:
    """Every check, in the order in which a failure explains the next; ``deep`` reads every value and backup."""
    home = parts.settings.home
    checks = [_home(home), *_permissions(home, deep=deep)]
    if home.exists():
        checks += _store(parts)
        checks += [_derived(parts), *_backups(home)] if deep else []
    return [*checks, *_models(parts.settings), _disk(home)]


def mend(parts: Parts) -> list[str]:
    """Close what others can read, move what waits into the search tables, rebuild those that differ.

    What the ledger derives from its records is made anew where it differs, before the tables are compared with it.
    """
    done = [f"{path} is private now" for path in _mend_permissions(parts.settings.home)]
    if not parts.settings.home.exists():
        return done
    try:
        if parts.store.renew_derived():
            done.append("columns, sources, names and counts of words made anew from the records")
        problems = [*parts.store.problems(), *parts.store.deep_problems()]
        if far := next((line for line in problems if UNREACHED in line), ""):
            raise StoreError(far, hint=REACH)  # to make them anew there would only lose what is there
        if problems:
            done.append(f"{parts.store.reembed(parts.embedder)} rows of the search tables rebuilt")
        if finished := parts.store.finish_purges():
            done.append(f"{finished} purges finished")
        done += _tidy(parts)
        moved = parts.store.flush(force=True)
        if moved.turns + moved.memories:
            done.append(f"{moved.turns + moved.memories} rows moved into the search tables")
    except MemcliError as error:
        done.append(f"{NOT_MENDED}{error.message}")
    return done


def rescuable(parts: Parts) -> Path | None:
    """The backup that can replace a ledger damaged beyond mending; None if it is not, or no backup is whole."""
    home = parts.settings.home
    found = newest_backup(home) if is_damaged(home) else None
    return found[0] if found else None


def rescue_from(parts: Parts, backup: Path) -> list[str]:
    """Put a backup in the damaged ledger's place; what was done, in lines.

    Raises:
        BusyError: somebody is writing.
        StoreError: it cannot be written.
    """
    parts.close()
    done = rescue(parts.settings.home, backup, parts.clock.now())
    return [
        f"the ledger of {done.backup.name} is in the damaged one's place, which is kept as {done.damaged}",
        f"{done.turns} turns and {done.changes} changes since then could be read and were added",
    ]


def _home(home: Home) -> Check:
    if not home.root.is_dir():
        return Check("home", Verdict.WARNING, f"{home.root} is not there yet", "`memcli init` makes it")
    if not os.access(home.root, os.W_OK):
        return Check("home", Verdict.FAILED, f"{home.root} cannot be written", "check who owns it")
    return Check("home", Verdict.OK, str(home.root))


def _permissions(home: Home, *, deep: bool) -> Iterator[Check]:
    if home.root.is_dir():
        opened = list(_open_to_others(home, deep=deep))
        shown = ", ".join(path.name for path in opened[:_SHOWN])
        if opened:
            yield Check(
                "permissions", Verdict.FAILED, f"others may read {shown}", "`memcli doctor --fix` closes it"
            )
        else:
            yield Check("permissions", Verdict.OK, "for you alone")


def _open_to_others(home: Home, *, deep: bool = True) -> Iterator[Path]:
    """Lance asks nobody for its files' modes, and lies in a closed directory."""
    paths = (
        [home.root, *home.root.rglob("*")]
        if deep
        else [home.root, home.ledger, home.config_file, home.chat_history]
    )
    for path in paths:
        inside = path.is_relative_to(home.lance) and path != home.lance
        models = path.is_relative_to(home.models)
        if not inside and not models and path.exists() and path.stat().st_mode & _OTHERS:
            yield path


def _mend_permissions(home: Home) -> list[Path]:
    opened = list(_open_to_others(home))
    for path in opened:
        path.chmod(PRIVATE_DIR if path.is_dir() else PRIVATE_FILE)
    return opened


def _store(parts: Parts) -> Iterator[Check]:
    try:
        problems = parts.store.problems()
        counted = parts.store.stats()
    except MemcliError as error:
        yield Check("store", Verdict.FAILED, error.message, error.hint)
        return
    if problems:
        more = f" and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
        hint = REACH if any(UNREACHED in line for line in problems) else "`memcli doctor --fix`"
        yield Check("store", Verdict.FAILED, "; ".join(problems[:_SHOWN]) + more, hint)
    else:
        yield Check("store", Verdict.OK, "ledger, history and search tables agree")
    yield _memories(parts)
    yield from _links(parts)
    yield from _purges(parts)
    yield Check("waiting", Verdict.OK, f"{counted.pending:,} rows wait for the search tables")
    yield _embedder(counted.embedder, parts.settings)


def _derived(parts: Parts) -> Check:
    """Everything that is kept twice, and every vector."""
    try:
        problems = parts.store.deep_problems()
    except MemcliError as error:
        return Check("derived", Verdict.FAILED, error.message, error.hint)
    if problems:
        more = f" and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
        hint = REACH if any(UNREACHED in line for line in problems) else "`memcli doctor --deep --fix`"
        return Check("derived", Verdict.FAILED, "; ".join(problems[:_SHOWN]) + more, hint)
    if "://" in (parts.settings.store_uri or ""):
        told = (
            f"right as far as one sees: files in {parts.settings.store_uri} that no row is in cannot be looked at"
        )
        return Check("derived", Verdict.WARNING, told, "`memcli purge --verify` cannot search them either")
    return Check("derived", Verdict.OK, "columns, names, counts and vectors are their records'")


def _backups(home: Home) -> Iterator[Check]:
    """Whether a backup would help on the day it is needed."""
    files = sorted(home.backups.glob("*.zip"))
    damaged = []
    for file in files:
        try:
            check_backup(file)
        except MemcliError as error:
            damaged.append(f"{file.name}: {error.message}")
    if damaged:
        yield Check(
            "backups", Verdict.FAILED, "; ".join(damaged[:_SHOWN]), "delete it, and `memcli jobs run backup`"
        )
    elif not files:
        yield Check("backups", Verdict.WARNING, "none in the home", "`memcli jobs run backup` makes one")
    else:
        yield Check("backups", Verdict.OK, f"{len(files)} whole, the latest {files[-1].name}")


def _findings(parts: Parts) -> tuple[list[Finding], int]:
    """The faults of the memories in force, and how many memories there are."""
    known = parts.store.list_memories(Filter(), limit=_ALL)
    turns = parts.store.turns_by_id([source for memory in known for source in memory.sources])
    return audit(known, turns, _masking(parts)), len(known)


def _masking(parts: Parts) -> Callable[[str], str]:
    """What takes secrets out of a memory, unless the user wants them kept."""
    return str if parts.settings.secrets == "keep" else lambda text: mask(text).text


def _memories(parts: Parts) -> Check:
    """The junk rate: the share of memories in force with a fault."""
    findings, total = _findings(parts)
    if not findings:
        return Check("memories", Verdict.OK, f"none of {total:,} is a repeat, an echo, stale, secret or an orphan")
    junk = len({finding.memory.id for finding in findings})
    counts = Counter(finding.fault.value for finding in findings)
    detail = f"{junk:,} of {total:,} are junk ({100 * junk / total:.1f} %): "
    detail += ", ".join(f"{number} {fault}" for fault, number in counts.most_common())
    return Check("memories", Verdict.WARNING, detail, "`memcli doctor --fix`, and `memcli undo` takes it back")


def _links(parts: Parts) -> Iterator[Check]:
    """Links that lead nowhere."""
    if dangling := parts.store.dangling_links():
        shown = ", ".join(f"{link.source} {link.relation} {link.target}" for link in dangling[:_SHOWN])
        detail = f"{len(dangling):,} link(s) to what is not there any more: {shown}"
        yield Check("links", Verdict.WARNING, detail, "`memcli doctor --fix`, and `memcli undo` takes it back")


def _tidy(parts: Parts) -> list[str]:
    """Archive repeats and echoes, resolve dates, take out secrets and loose links, in one batch to be undone."""
    act = Act(new_id("b"), parts.clock.now(), "doctor")
    findings = _findings(parts)[0]
    changes = repairs(findings, act, _masking(parts))
    dangling = parts.store.dangling_links()
    ends = parts.store.memories_by_id([end for link in dangling for end in (link.source, link.target)])
    parts.store.commit([*changes, *untied(dangling, ends, act)])
    done = [f"{len(changes)} memories put right"] if changes else []
    done += [f"{len(dangling)} link(s) to nowhere taken away"] if dangling else []
    if any(finding.fault is Fault.SECRET for finding in findings):
        done.append("the history keeps the secrets that were taken out: memcli forget ID --purge erases them")
    return [*done, f"memcli undo {act.batch} takes it back"] if changes or dangling else []


def _purges(parts: Parts) -> Iterator[Check]:
    """Opening the store finishes what was cut off: what is still open could not be finished."""
    if unfinished := parts.store.unfinished_purges():
        detail = f"{unfinished} purges could not be finished: traces may be left"
        yield Check("purges", Verdict.FAILED, detail, "`memcli doctor --fix`, when nothing else is writing")


def _embedder(made_with: str, settings: Settings) -> Check:
    wanted = embedder_for(settings, made_with)
    if made_with == wanted != settings.embedder:
        detail = f"{made_with}; {settings.embedder} finds more"
        return Check("embedder", Verdict.OK, detail, f"`memcli models use {settings.embedder}` embeds anew")
    if made_with and made_with != wanted:
        detail = f"the search tables were made with {made_with}, and {wanted} is set"
        return Check("embedder", Verdict.FAILED, detail, f"memcli models use {made_with}")
    return Check("embedder", Verdict.OK, made_with or "none used yet")


def _models(settings: Settings) -> Iterator[Check]:
    here = {model.name for model in models.installed(settings)}
    for use, name in (("chat model", settings.chat_model), ("embed model", settings.embedder)):
        if models.is_brought(name):
            yield Check(use, Verdict.OK, f"{name}, opened by a plugin")
        elif name not in here:
            yield Check(use, Verdict.WARNING, f"{name} is not here", f"memcli models pull {name}")
        else:
            yield _whole(settings, use, name)


def _whole(settings: Settings, use: str, name: str) -> Check:
    try:
        models.verify(settings, name)
    except MemcliError as error:
        return Check(use, Verdict.FAILED, error.message, error.hint)
    return Check(use, Verdict.OK, f"{name}, checksum right")


def _disk(home: Home) -> Check:
    place = next(path for path in (home.root, *home.root.parents) if path.exists())
    free = shutil.disk_usage(place).free
    told = f"{free / 10**9:.1f} GB free"
    if free < NO_DISK:
        return Check("disk", Verdict.FAILED, told, "free some space: writes may fail")
    return Check("disk", Verdict.WARNING if free < LOW_DISK else Verdict.OK, told)
