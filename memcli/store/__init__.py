"""The only writer: an acknowledging ledger in SQLite and the searchable long-term memory in LanceDB."""

from memcli.store.store import Store

__all__ = ["Store"]
