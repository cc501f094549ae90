"""`profile` on the command line."""

from __future__ import annotations

from tests.cli.conftest import Line


def test_a_profile_is_chosen_shown_edited_and_undone(memcli: Line) -> None:
    """Each line is a memory: what is done to memories is done to lines."""
    assert "rebuild" in memcli("profile", "show").err
    home = memcli.add("I live in Porto.", "--raw")
    memcli.add("I like jazz.", "--raw")
    made = memcli("profile", "rebuild", "--json").json["lines"]
    assert [(line["topic"], line["memory"] == home) for line in made] == [("likes", False)] or made[0][
        "memory"
    ] == home
    assert all(line["evidence"] and line["count"] == 1 for line in made)
    memcli("edit", home, "--text", "I live in Lisbon.")
    assert "Lisbon" in memcli("profile", "show").out
    memcli("tag", home, "not-profile")
    memcli("profile", "rebuild")
    assert "Lisbon" not in memcli("profile", "show").out
    memcli("undo")
    assert "Lisbon" not in memcli("profile", "show").out, "it is still tagged not-profile"


def test_a_rebuild_that_changes_nothing_writes_nothing(memcli: Line) -> None:
    """The history holds only what changed."""
    memcli.add("I like jazz.", "--raw")
    memcli("profile", "rebuild")
    before = memcli("log", "--json").json
    memcli("profile", "rebuild")
    assert memcli("log", "--json").json == before
    assert before[0]["actor"] == "job:profile"


def test_the_profile_begins_with_the_summary_of_everything(memcli: Line) -> None:
    """Once there is one; it is a memory as any other."""
    assert memcli("profile", "show", "--json").json["overall"] is None
    made = memcli.add("In all, since 2 Mar 2026, on 2 days: pottery; ferry", "--raw", "--tag", "overall")
    assert memcli("profile", "show", "--json").json["overall"]["id"] == made
    assert memcli("profile", "show").out.splitlines()[0].startswith(f"{made[:8]}  In all, since")
