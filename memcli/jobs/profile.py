"""The job that keeps the user's profile: tags the memories that are its lines; lifecycle says which."""

from __future__ import annotations

from dataclasses import replace

from memcli import lifecycle, update
from memcli.humanize import count
from memcli.jobs.decay import pages
from memcli.jobs.job import Context
from memcli.lifecycle import PROFILE
from memcli.records import Memory, Op
from memcli.update import Act


def rebuild(context: Context) -> str:
    """Tag the profile's lines, and take the tag from what is none any more; nothing changes if nothing did."""
    assistant, now = context.assistant, context.assistant.clock.now()
    memories = [memory for page in pages(assistant.store) for memory in page]
    lines = lifecycle.profile(memories, assistant.settings.user_name, now)
    chosen = {line.memory.id for line in lines}
    before = {memory.id for memory in memories if PROFILE in memory.tags}
    act = Act(batch=context.batch, at=now, actor="job:profile", reason="a line of the profile")
    gone = replace(act, reason="no line of the profile any more")
    changes = [update.revised(m, _tagged(m), act, Op.TAG) for m in memories if m.id in chosen - before]
    changes += [update.revised(m, _untagged(m), gone, Op.TAG) for m in memories if m.id in before - chosen]
    assistant.store.commit(changes)
    if not lines:
        return "no line: nothing that is kept says who you are, what you like, do or own"
    return f"{count(len(lines), 'line')}, {len(changes)} changed"


def _tagged(memory: Memory) -> Memory:
    return replace(memory, tags=(*memory.tags, PROFILE))


def _untagged(memory: Memory) -> Memory:
    return replace(memory, tags=tuple(tag for tag in memory.tags if tag != PROFILE))
