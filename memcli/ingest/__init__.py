"""From the outside world to turns: cleaning, cutting, sourcing; knows no store and no model."""

from memcli.ingest.text import clean, decode, segments

__all__ = ["clean", "decode", "segments"]
