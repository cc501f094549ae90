"""Deciding what becomes of a memory: pure functions from records to changes; knows no store and no model.

The names here are what every command needs; what reads sentences (``plan``, ``decide``, ``slots``) is slower to
load and imported from its module.
"""

from memcli.update.edits import Act, birth, inverse, linked, reinforced, revised

__all__ = ["Act", "birth", "inverse", "linked", "reinforced", "revised"]
