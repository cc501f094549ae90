"""Which step to do again: the counterpart of undo, read from the history; pure."""

from __future__ import annotations

from collections.abc import Sequence

from memcli.records import Change, Op


def undone_batch(log: Sequence[Change]) -> str | None:
    """The latest undo of a log (newest first) that was not taken back; None after a new change.

    Taking an undo back does its change again. Being recalled does not count as a change.
    """
    by_id = {change.id: change for change in log}
    taken_back: set[str] = set()
    for change in log:
        if change.op is Op.REINFORCE or change.id in taken_back:
            continue
        if change.undoes is None:
            return None
        undone = by_id.get(change.undoes)
        if undone is None or undone.undoes is None:
            return change.batch
        taken_back.add(undone.id)
    return None
