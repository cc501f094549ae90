"""From hits and a question to an answer with citations; knows ports and records, no store and no library."""

from memcli.generate.about_me import is_anothers, tells_of_another, tells_of_anothers
from memcli.generate.acknowledge import acknowledged, pleasantry
from memcli.generate.asking import asks_memory, for_memory_alone, must_be_told, only_memory_knows
from memcli.generate.citations import CitationStream, label, supported_by, without_labels
from memcli.generate.people import asked_of_another
from memcli.generate.prompt import FENCES, Note, ask_messages, chat_messages, chat_opening, note_of
from memcli.generate.respond import DONT_KNOW, NOT_THAT, Reply, abstains, answered, doubt, honest, respond
from memcli.generate.stale import current, looks_back, outdated, put_right
from memcli.generate.wanted import asks

__all__ = [
    "DONT_KNOW",
    "FENCES",
    "NOT_THAT",
    "CitationStream",
    "Note",
    "Reply",
    "abstains",
    "acknowledged",
    "answered",
    "ask_messages",
    "asked_of_another",
    "asks",
    "asks_memory",
    "chat_messages",
    "chat_opening",
    "current",
    "doubt",
    "for_memory_alone",
    "honest",
    "is_anothers",
    "label",
    "looks_back",
    "must_be_told",
    "note_of",
    "only_memory_knows",
    "outdated",
    "pleasantry",
    "put_right",
    "respond",
    "supported_by",
    "tells_of_another",
    "tells_of_anothers",
    "without_labels",
]
