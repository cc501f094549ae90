"""From hits and a question to an answer with citations; knows ports and records, no store and no library."""

from memcli.generate.citations import CitationStream, label, supported_by
from memcli.generate.prompt import FENCES, Note, ask_messages, chat_messages, chat_opening, note_of
from memcli.generate.respond import DONT_KNOW, Reply, abstains, honest, respond

__all__ = [
    "DONT_KNOW",
    "FENCES",
    "CitationStream",
    "Note",
    "Reply",
    "abstains",
    "ask_messages",
    "chat_messages",
    "chat_opening",
    "honest",
    "label",
    "note_of",
    "respond",
    "supported_by",
]
