"""From the outside world to turns: cleaning, cutting, importing; knows no store but by its port, and no model."""

from memcli.ingest.outgoing import Chosen, Everything, Redacted
from memcli.ingest.pipeline import ImportReport, Source, Tally, run_import
from memcli.ingest.secrets import is_secret, mask
from memcli.ingest.text import clean, decode, segments

__all__ = [
    "Chosen", "Everything", "ImportReport", "Redacted", "Source", "Tally", "clean", "decode", "is_secret", "mask",
    "run_import", "segments",
]  # fmt: skip
