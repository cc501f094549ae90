"""What ``--json`` prints, schema version 1: records as the documents of the contract; knows no stream.

Objects carry ``"schema": 1``; listings are arrays. Keys are only ever added within a version. Records appear
under their field names as ``memcli.codec`` spells them; times are ISO 8601 with offset.

=================  =====================================================================================
add                ``turns`` [id], ``changes`` [Change], ``queued`` bool, ``secrets`` [kind] left out of memories,
                   ``waiting`` [``memory reason``] in the inbox, ``unclear`` bool: something is meant by no name
search             ``query``, ``hits`` [Hit], ``took_ms``
Hit                ``lane id score text at speaker session memory sources`` (+ ``features`` in ``why``)
list               [Memory + ``retention``]; show: the same + ``links history``, or a Turn + ``lane``
ask, why           ``answer_id question answer citations`` [id] ``retrieved`` [Hit] ``injected`` [id] ``took_ms
                   trust`` (of the least trusted of what it cites; null if nothing)
history, log       [Change]; ``diff``: ``change before after text`` (text is the marked-up word diff)
edit ... undo      ``changes`` [Change]; with ``--dry-run`` also ``dry_run`` true
purge              ``memories turns answers losing shared`` [id] ``dry_run``, ``verified`` null or: ``erased looked
                   unread adapters short findings`` [``place where what``]; ``forget --purge``: the same
import, export     ``format path turns memories links``; import also ``skipped batch dry_run first last sessions
                   waiting``, with --dry-run ``estimate_s``; export --redact ``redacted`` {kind: times}
merge              ``turns memories links changed removed erased changes conflicts`` [id] ``dry_run previous``
                   (where the copy of what was there is, or null)
config list        [``name value default what``]; ``get``: ``name value``; ``path``: ``path``
adapters list      [``base task name active metrics shipped here``]; ``show``: the same + ``card choices``;
                   ``promote``, ``rollback``: ``at who why step base base_sha256 task name``
adapters eval      [``task before after passed general personal``: ``examples before after``]; ``train``: one
profile            ``overall`` Memory (the summary of everything) or null, ``lines`` [``topic memory
                   text count confidence support evidence``]
forecast           ``days count fading`` [``memory`` Memory, ``fades_at``, ``ends`` bool (by its
                   ``--ttl``), ``curve`` [0..1] until the last day]
timeline           ``by``, ``timeline`` [``step``, ``events`` [Memory]]; with ``--of``: ``of`` id, ``strand``
                   [``at``, ``memory`` Memory, ``link`` Link or null]
backup, restore    ``created memcli schema turns memories changes sha256 bytes format``, and ``path``, or
                   ``restored`` bool and ``previous`` (where the copy of what was there is, or null)
jobs list          ``jobs`` [``name what every_s heavy paused next last``], ``queue`` ``waiting failed tried``
jobs run, history  ``run`` JobRun; [JobRun]; ``pause``, ``resume``: ``name paused``
service            ``running`` bool, if so ``version settings pid uptime_s requests warm``; ``stop``:
                   ``stopped``; ``install``, ``uninstall``: ``file text commands ran``
stats              StoreStats' fields + ``home``
doctor             ``healthy`` bool, ``checks`` [``name status detail hint``], status ok, warning or failed
an error           on stderr: ``{"error": {"code", "label", "message", "hint"}}``
=================  =====================================================================================
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeAlias

from memcli import codec
from memcli.cli.options import SCHEMA
from memcli.lifecycle import retention
from memcli.records import Answer, Change, Hit, Link, Memory, Turn

Document: TypeAlias = dict[str, Any]


def of(**keys: Any) -> Document:  # noqa: ANN401 -- any JSON value
    """An object of this schema version."""
    return {"schema": SCHEMA, **keys}


def memory(record: Memory, now: datetime) -> Document:
    """A memory's fields and what is left of it."""
    return {**codec.encode(record), "retention": round(retention(record, now), 4)}


def memory_shown(record: Memory, links: Sequence[Link], history: Sequence[Change], now: datetime) -> Document:
    """A memory with its links and the outline of its history."""
    steps = [{"id": c.id, "at": c.at.isoformat(), "op": c.op.value, "actor": c.actor} for c in history]
    return of(**memory(record, now), lane="memory", links=[codec.encode(link) for link in links], history=steps)


def turn_shown(record: Turn) -> Document:
    """A turn's fields."""
    return of(**codec.encode(record), lane="turn")


def hit(found: Hit, now: datetime, *, features: bool = False) -> Document:
    """A search result; a turn is its own source."""
    turn = found.turn
    shown: Document = {
        "lane": found.lane.value,
        "id": found.id,
        "score": round(found.score, 6),
        "text": found.text,
        "at": found.at.isoformat(),
        "speaker": turn.speaker if turn else None,
        "session": turn.session if turn else None,
        "memory": memory(found.memory, now) if found.memory else None,
        "sources": list(found.memory.sources) if found.memory else [found.id],
    }
    return shown | ({"features": dict(found.features)} if features else {})


def answer(record: Answer, now: datetime, *, features: bool = False) -> Document:
    """An answer with its three lists kept apart."""
    return of(
        answer_id=record.id,
        question=record.question,
        answer=record.text,
        citations=list(record.citations),
        retrieved=[hit(h, now, features=features) for h in record.retrieved],
        injected=list(record.injected),
        took_ms=round(record.took_ms, 1),
        model=record.model,
        trust=record.trust,
        at=record.at.isoformat(),
    )


def changes(made: Sequence[Change], *, dry_run: bool = False) -> Document:
    """What a command did to memories, or would do."""
    return of(changes=[codec.encode(change) for change in made], dry_run=dry_run)
