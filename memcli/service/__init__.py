"""The background process and the thin client that reaches it; below the front ends, above the wiring."""

from memcli.service.connect import parts
from memcli.service.process import start, status, stop

__all__ = ["parts", "start", "status", "stop"]
