"""The wire: every document arrives whole, and nothing malformed gets further than its connection."""

from __future__ import annotations

import os
import socket
import stat
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli import errors
from memcli.errors import BadInputError, BusyError, MemcliError, NotFoundError, StoreError
from memcli.paths import Home
from memcli.service import process
from memcli.service.protocol import MOST_BYTES, Wire, decode_error, encode_error, socket_path

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture
def ends() -> Iterator[tuple[Wire, socket.socket]]:
    """A wire and the raw socket at its other end."""
    here, there = socket.socketpair()
    wire = Wire(here)
    yield wire, there
    wire.close()
    there.close()


@given(st.dictionaries(st.text(), JSON, max_size=4))
def test_what_is_sent_is_received(document: dict[str, object]) -> None:
    """Line breaks and every script survive."""
    here, there = socket.socketpair()
    one, other = Wire(here), Wire(there)
    one.send(document)
    assert other.receive() == document
    one.close()
    assert other.receive() is None
    other.close()


@pytest.mark.parametrize("raw", [b"not json\n", b"[1]\n", b"\xff\xfe\n", b"[" * 100_000 + b"\n"])
def test_what_is_not_a_document_is_refused(ends: tuple[Wire, socket.socket], raw: bytes) -> None:
    """A bad peer gets an error, not a crash."""
    wire, peer = ends
    peer.sendall(raw)
    with pytest.raises(BadInputError):
        wire.receive()


def test_an_endless_line_is_cut_off(ends: tuple[Wire, socket.socket]) -> None:
    """No more than the limit is ever held in memory."""
    wire, peer = ends

    def flood() -> None:
        try:
            for _ in range(2 + (MOST_BYTES >> 20)):
                peer.sendall(b"x" * (1 << 20))
        except OSError:
            return

    sender = threading.Thread(target=flood)
    sender.start()
    with pytest.raises(BadInputError, match="too long"):
        wire.receive()
    peer.shutdown(socket.SHUT_RDWR)
    sender.join()


def test_every_error_crosses_with_its_kind() -> None:
    """Exit codes are the same with and without the service."""
    kinds = [k for k in vars(errors).values() if isinstance(k, type) and issubclass(k, MemcliError)]
    for kind in kinds:
        back = decode_error(encode_error(kind("what", hint="do this")))
        assert (type(back), back.message, back.hint) == (kind, "what", "do this")
    assert len({kind.label for kind in kinds}) == len(kinds)


def test_an_unknown_error_is_still_an_error() -> None:
    """A newer service may know kinds that this client does not."""
    assert type(decode_error({"label": "new", "message": "x"})) is MemcliError
    assert isinstance(decode_error({"label": "not_found", "message": "x"}), NotFoundError)


def test_a_vanished_peer_is_a_busy_error(ends: tuple[Wire, socket.socket]) -> None:
    """Sending into a closed connection is explained."""
    wire, peer = ends
    peer.close()
    with pytest.raises(BusyError):
        wire.send({"do": "x" * 1_000_000})


def test_a_long_home_still_has_a_socket(tmp_path: Path) -> None:
    """Systems limit a socket's path to about a hundred bytes."""
    home = Home(root=tmp_path / ("deep" * 40), models=tmp_path)
    assert len(str(socket_path(home.root))) < 100
    assert socket_path(home.root) == socket_path(home.root)


@pytest.fixture
def far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose path is too long for a socket, and a folder for temporary files of its own."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path / ("deep" * 40)


def test_a_folder_for_the_socket_is_made_for_the_user_alone(far: Path) -> None:
    """Mode 0700, and the same one each time."""
    folder = socket_path(far).parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert socket_path(far).parent == folder


@pytest.mark.parametrize("mode", [0o777, 0o755, 0o701, 0o710])
def test_a_folder_that_others_may_enter_is_refused(far: Path, mode: int) -> None:
    """Somebody else's program could listen there and hear everything."""
    socket_path(far).parent.chmod(mode)
    with pytest.raises(StoreError, match="not yours alone"):
        socket_path(far)
    assert process.status(Home(far, far)) is None
    assert process.stop(Home(far, far)) is False
    with pytest.raises(StoreError, match="not yours alone"):
        process.start(Home(far, far))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_another_owner_is_refused(far: Path) -> None:
    """Whoever knows the home's path can know the folder's name, and make it first."""
    os.chown(socket_path(far).parent, 65_534, 65_534)
    with pytest.raises(StoreError, match="not yours alone"):
        socket_path(far)


@pytest.mark.parametrize("kind", ["link", "file"])
def test_what_is_no_folder_is_refused(far: Path, kind: str) -> None:
    """A link could lead anywhere."""
    folder = socket_path(far).parent
    folder.rmdir()
    if kind == "link":
        (folder.parent / "mine").mkdir(mode=0o700)
        folder.symlink_to(folder.parent / "mine")
    else:
        folder.touch(mode=0o600)
    with pytest.raises(StoreError):
        socket_path(far)
