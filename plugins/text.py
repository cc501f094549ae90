"""Plain text: a file, or the ``.txt`` files of a folder or ZIP, cut at paragraphs and kept as documents.

Options: ``session`` names them all; else each file's name does. ``when`` is their time; else the files' own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Final

from memcli.hooks import hookimpl
from memcli.ingest.files import entries
from memcli.ingest.talk import Talk, moment, name_of, now_of, zone_of
from memcli.ingest.text import decode, segments
from memcli.ports import Imported, Importer
from memcli.records import Origin

FORMAT: Final = "text"


class Text:
    """``ports.Importer``."""

    name = FORMAT

    def read(self, path: Path, options: Mapping[str, str]) -> Iterator[Imported]:
        """One file at a time is in memory. A file that changed brings what is new in it."""
        with entries(path, "*.txt", "*.text") as found:
            alone = name_of(options, path) if path.is_file() and len(found) == 1 else ""
            for entry in found:
                session = options.get("session") or alone or entry.name
                told = options.get("when")
                at = moment(told, zone_of(options)) if told else min(entry.modified, now_of(options))
                text = decode(entry.bytes(), entry.name)
                talk, seen = Talk(FORMAT, session), dict[str, int]()
                for piece in segments(text.replace("\r\n", "\n").strip()):
                    digest = blake2b(piece.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
                    seen[digest] = seen.get(digest, 0) + 1
                    own_id = f"{session}/{digest}/{seen[digest]}"
                    talk.say(piece, at, own_id, speaker="document", origin=Origin.DOCUMENT)
                yield talk.give()


@hookimpl
def memcli_importers() -> Sequence[Importer]:
    """Plain text."""
    return [Text()]
