"""`ranker` on the command line, and the job behind it."""

from __future__ import annotations

from tests.cli.conftest import Line


def test_the_ranker_is_shown_with_its_card_and_weights(memcli: Line) -> None:
    """A person can read what search goes by."""
    shown = memcli("ranker", "show", "--json").json
    assert shown["weights"]
    assert shown["taught"] == {"answers": 0, "gain": 0.0, "in_use": False}
    assert {"data", "licence"} <= set(shown["card"])
    assert "nothing learned from citations yet" in memcli("ranker", "show").out


def test_citations_are_learned_from_reset_and_learned_again(memcli: Line) -> None:
    """A reset counts from now on; its undo counts all answers again; the job does nothing without new answers."""
    memcli.add("I like jazz.", "--raw")
    memcli.add("My bike is green.", "--raw")
    assert memcli("ask", "What music do I like?", "--json").json["retrieved"]
    assert "answers with citations" in memcli("jobs", "run", "ranker").out
    assert "no new answers" in memcli("jobs", "run", "ranker").out
    before = memcli("ranker", "show", "--json").json["taught"]
    assert memcli("ranker", "reset", "--json").json["taught"]["answers"] == 0
    assert memcli("ranker", "reset", "--undo", "--json").json["taught"] == before
