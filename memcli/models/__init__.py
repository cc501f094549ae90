"""Models on this machine: what others may use of this room.

Nothing here loads llama.cpp, torch or sentence-transformers before a model is first asked for something.
"""

from memcli.models.catalog import CatalogEntry, entries
from memcli.models.files import Installed
from memcli.models.library import (
    find,
    has_adapter,
    hears_talk,
    import_file,
    installed,
    is_asked,
    is_brought,
    is_here,
    open_chat,
    open_embedder,
    pull,
    remove,
    use,
    verify,
)

__all__ = [
    "CatalogEntry",
    "Installed",
    "entries",
    "find",
    "has_adapter",
    "hears_talk",
    "import_file",
    "installed",
    "is_asked",
    "is_brought",
    "is_here",
    "open_chat",
    "open_embedder",
    "pull",
    "remove",
    "use",
    "verify",
]
