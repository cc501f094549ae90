"""The protocols that rooms fulfil and the corridor relies on; knows no library and no implementation."""

from memcli.ports.clock import Clock, FixedClock, SystemClock
from memcli.ports.models import ChatModel, Embedder, Extractor, Sampling, StopReply, Task, Vectors
from memcli.ports.passing import Exportable, Exporter, Imported, Importer, Progress, Searcher, SilentProgress
from memcli.ports.store import MemoryStore

__all__ = [
    "ChatModel",
    "Clock",
    "Embedder",
    "Exportable",
    "Exporter",
    "Extractor",
    "FixedClock",
    "Imported",
    "Importer",
    "MemoryStore",
    "Progress",
    "Sampling",
    "Searcher",
    "SilentProgress",
    "StopReply",
    "SystemClock",
    "Task",
    "Vectors",
]
