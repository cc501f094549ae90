"""The difference between two texts, where commands look for it; the TUI has it too, so it lives below both."""

from memcli.worddiff import word_diff

__all__ = ["word_diff"]
