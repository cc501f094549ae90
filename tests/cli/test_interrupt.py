"""Ctrl-C while a model answers."""

from __future__ import annotations

import signal

import pytest

from memcli.cli.interrupt import interruptible
from memcli.models.fake import FakeChatModel
from tests.cli.conftest import FakeParts, Line


def test_the_first_ctrl_c_waits_for_the_next_check() -> None:
    """So that it is not lost inside a native library."""
    with interruptible() as check:
        check()
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            check()


def test_a_second_ctrl_c_does_not_wait() -> None:
    """Whoever insists is heard."""
    with interruptible():
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_an_interrupted_answer_is_exit_code_130(memcli: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """And Ctrl-C is Python's own again afterwards."""
    memcli.add("Miso fears the vacuum cleaner")
    before = signal.getsignal(signal.SIGINT)

    def press(*_: object) -> str:
        signal.raise_signal(signal.SIGINT)
        return "It is the vacuum cleaner."

    monkeypatch.setattr(FakeParts, "chat_model", FakeChatModel(rule=press))
    assert "vacuum" not in memcli("ask", "what does Miso fear?", code=130).out
    assert signal.getsignal(signal.SIGINT) == before
    assert "It is the vacuum cleaner" not in memcli("why").out
