from __future__ import annotations

import socket

import pytest
from pytest_socket import SocketConnectBlockedError


@pytest.mark.filterwarnings("ignore")  # pytest-socket warns before it refuses
def test_no_test_can_reach_another_machine() -> None:
    """An address that is nobody's is refused before a packet leaves."""
    with socket.socket() as line, pytest.raises(SocketConnectBlockedError):
        line.connect(("192.0.2.1", 80))
