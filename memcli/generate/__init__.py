"""From hits and a question to an answer with citations; knows ports and records, no store and no library."""

from memcli.generate.citations import CitationStream, label, supported_by
from memcli.generate.prompt import Note, ask_messages, chat_messages, note_of
from memcli.generate.respond import DONT_KNOW, Reply, respond

__all__ = [
    "DONT_KNOW",
    "CitationStream",
    "Note",
    "Reply",
    "ask_messages",
    "chat_messages",
    "label",
    "note_of",
    "respond",
    "supported_by",
]
