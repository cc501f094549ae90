"""Deciding what becomes of a memory: pure functions from records to changes; knows no store and no model."""

from memcli.update.edits import Act, birth, inverse, linked, reinforced, revised

__all__ = ["Act", "birth", "inverse", "linked", "reinforced", "revised"]
