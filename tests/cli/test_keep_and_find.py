"""Adding, listing, searching and showing."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import Line


def test_add_prints_the_short_id_and_the_words_on_stdout_and_talks_on_stderr(memcli: Line) -> None:
    """A pipe receives the data only."""
    ran = memcli("add", "Miso is afraid of the vacuum cleaner", "--tag", "pets")
    assert ran.out.startswith("m:")
    assert "Miso is afraid of the vacuum cleaner" in ran.out
    assert ran.out.endswith("#pets\n")
    assert ran.err == "kept 1 turn and 1 memory\n"


def test_quiet_leaves_only_the_data(memcli: Line) -> None:
    """--quiet silences stderr, not stdout."""
    ran = memcli("--quiet", "add", "tea")
    assert ran.out
    assert ran.err == ""


def test_add_json_names_turns_changes_and_whether_more_follows(memcli: Line) -> None:
    """The document of the contract, with its schema version."""
    told = memcli("add", "tea", "--kind", "core", "--tag", "drink", "--session", "breakfast", "--json").json
    assert told.keys() == {"schema", "turns", "changes", "queued", "secrets", "waiting", "unclear"}
    assert len(told["turns"]) == 1
    after = told["changes"][0]["after"]
    assert (after["kind"], after["tags"], after["text"]) == ("core", ["drink"], "tea")
    assert memcli("show", told["turns"][0], "--json").json["session"] == "breakfast"


@pytest.mark.parametrize("args", [("add", "-"), ("add",)])
def test_add_reads_a_pipe(memcli: Line, args: tuple[str, ...]) -> None:
    """With a dash, or with nothing at all when it is not typed at a terminal."""
    assert "from afar" in memcli(*args, stdin="from afar\n").out


def test_add_keeps_a_file_as_a_document(memcli: Line, tmp_path: Path) -> None:
    """What a file says is not what the user said."""
    file = tmp_path / "note.txt"
    file.write_text("The boiler is serviced in May.", encoding="utf-8")
    told = memcli("add", "--file", str(file), "--raw", "--json").json
    assert told["changes"][0]["after"]["trust"] == "document"


def test_a_path_that_is_there_is_not_kept_as_words(memcli: Line, tmp_path: Path) -> None:
    """It is told what was meant; words that only look like a path are kept, and any with `--raw`."""
    (tmp_path / "notes.md").write_text("tea is green")
    for name, meant in ((f"{tmp_path}/notes.md", f"memcli add --file {tmp_path}"), (f"{tmp_path}/", "markdown")):
        assert meant in memcli("add", name, code=2).err.replace("\n", " ")
    assert not memcli.home.exists()
    for words in (f"{tmp_path}/gone.md", "and/or", "~nobody/x.md", "a/" + "b" * 5_000, "tea is green. Really."):
        memcli("add", words)
    assert memcli.add(f"{tmp_path}/notes.md", "--raw")


def test_a_human_date_becomes_the_day_it_happened(memcli: Line) -> None:
    """Counted from the clock's day."""
    memory = memcli.add("Signed the lease", "--when", "yesterday")
    assert memcli("show", memory, "--json").json["event_at"].startswith("2026-03-01")


@pytest.mark.parametrize("raw", [(), ("--raw",)])
def test_what_is_to_come_happens_then_and_was_said_now(memcli: Line, raw: tuple[str, ...]) -> None:
    """The clock stands at a Monday."""
    memory = memcli.add("Dinner with Kev", "--when", "next friday", *raw)
    told = memcli("show", memory, "--json").json
    assert told["event_at"].startswith("2026-03-13")
    assert told["created_at"].startswith("2026-03-02")
    said = memcli("show", told["sources"][0], "--json").json
    assert (said["session"], said["at"][:16]) == ("notes-2026-03-02", "2026-03-02T12:00")
    past = memcli("show", memcli.add("Tea with Kev", "--when", "yesterday", *raw), "--json").json
    assert memcli("show", past["sources"][0], "--json").json["session"] == "notes-2026-03-01"


def test_an_empty_list_names_the_status_that_was_asked_for(memcli: Line) -> None:
    """What is active is no answer to what was superseded."""
    memcli.add("Ana lives in Porto.")
    ran = memcli("list", "--status", "superseded", "--status", "archived")
    assert "nothing superseded or archived; of other statuses there are 1" in ran.err


@pytest.mark.parametrize("command", ["ask", "search"])
def test_nothing_is_asked_with_no_words(memcli: Line, command: str) -> None:
    """Nor is it said that there was something to keep."""
    said = memcli(command, " ", code=7).err
    assert "no text" in said
    assert "keep" not in said


def test_a_long_text_is_kept_whole_in_pieces_and_as_one_memory_only_when_raw(memcli: Line) -> None:
    """Nothing of it is lost."""
    words = " ".join(f"word{n}." for n in range(900))
    told = memcli("add", words, "--json").json
    pieces = [memcli("show", turn, "--json").json["text"] for turn in told["turns"]]
    assert len(pieces) > 1
    assert " ".join(pieces).split() == words.split()
    assert told["changes"] == []
    assert memcli("add", words, "--raw", "--json").json["changes"][0]["after"]["text"] == words


def test_wait_returns_when_nothing_waits_for_the_search_tables(memcli: Line) -> None:
    """The rows are flushed."""
    memcli("add", "tea", "--wait")
    assert memcli("stats", "--json").json["pending"] == 0


@pytest.mark.parametrize(
    ("stdin", "says"),
    [
        ("", "no text"),
        (" \n\t", "no text"),
        ("a" * 1_000_000, "1,000,000 bytes"),
        (b"\x00\x01\x02", "binary"),
        (b"\xff\xfe\xfa", "UTF-8"),
    ],
    ids=["empty", "blank", "1 MB", "binary", "not utf-8"],
)
def test_what_cannot_be_kept_is_refused_in_one_line_and_leaves_nothing(
    memcli: Line, stdin: str | bytes, says: str
) -> None:
    """Exit code 7, and the home is still empty."""
    ran = memcli("add", "-", stdin=stdin, code=7)
    assert ran.out == ""
    assert says in ran.err.splitlines()[0]
    assert memcli("stats", "--json").json["turns"] == 0


@pytest.mark.parametrize("option", ["--when", "--since", "--until", "--as-of", "--known-at"])
def test_a_date_nobody_understands_is_bad_input(memcli: Line, option: str) -> None:
    """The line shows what would be understood."""
    command = ("add", "tea") if option == "--when" else ("list",)
    ran = memcli(*command, option, "blorp", code=7)
    assert "blorp" in ran.err
    assert "yesterday" in ran.err


def test_a_missing_file_is_bad_input(memcli: Line, tmp_path: Path) -> None:
    """And is named."""
    assert "gone.txt" in memcli("add", "--file", str(tmp_path / "gone.txt"), code=7).err


def test_list_is_newest_first_in_pages(memcli: Line) -> None:
    """The next page is offered as long as there is one."""
    for n in range(5):
        memcli.add(f"memory {n}")
    first = memcli("list", "-n", "2")
    assert [line.split()[-1] for line in first.out.splitlines()] == ["4", "3"]
    assert "--offset 2" in first.err
    last = memcli("list", "-n", "2", "--offset", "4")
    assert last.out.rstrip().endswith("memory 0")
    assert "more" not in last.err


def test_list_filters_by_tag_kind_status_and_date(memcli: Line) -> None:
    """Each filter alone."""
    tea = memcli.add("tea", "--tag", "drink", "--kind", "core")
    lease = memcli.add("lease", "--when", "2024-05-03", "--kind", "episodic")
    memcli("forget", lease, "--yes")

    def ids(*options: str) -> list[str]:
        return [memory["id"] for memory in memcli("list", *options, "--json").json]

    assert ids() == [tea]
    assert ids("--tag", "drink") == [tea]
    assert ids("--tag", "other") == []
    assert ids("--kind", "episodic", "--all") == [lease]
    assert ids("--status", "archived") == [lease]
    assert ids("--until", "2024", "--all") == [lease]
    assert ids("--since", "2025", "--all") == [tea]


def test_list_json_holds_each_memory_by_field_and_its_retention(memcli: Line) -> None:
    """An array of records."""
    memcli.add("tea", "--kind", "core")
    (memory,) = memcli("list", "--json").json
    assert memory["text"] == "tea"
    assert memory["retention"] == 1.0
    assert {"id", "kind", "created_at", "importance", "strength", "status", "sources", "revision"} <= memory.keys()


def test_an_empty_home_lists_nothing_and_is_not_made_by_looking(memcli: Line) -> None:
    """Reading leaves no file behind."""
    assert memcli("list", "--json").json == []
    assert "memcli add" in memcli("list").err
    assert not memcli.home.exists()


def test_search_finds_both_lanes_best_first(memcli: Line) -> None:
    """The turn that was said and the memory made of it."""
    memcli.add("Miso the cat fears the vacuum cleaner")
    memcli.add("Paulo raised the rent")
    told = memcli("search", "vacuum cleaner", "--json").json
    assert told.keys() == {"schema", "query", "hits", "fits", "took_ms"}
    best = told["hits"][:2]
    assert {hit["lane"] for hit in best} == {"turn", "memory"}
    assert all("Miso" in hit["text"] for hit in best)
    scores = [hit["score"] for hit in told["hits"]]
    assert scores == sorted(scores, reverse=True)


def test_a_hit_names_its_lane_speaker_session_memory_and_sources(memcli: Line) -> None:
    """The keys of the contract, in both lanes."""
    memory = memcli.add("Miso fears the vacuum", "--session", "s1")
    hits = {hit["lane"]: hit for hit in memcli("search", "vacuum", "--json").json["hits"]}
    keys = {"lane", "id", "score", "text", "at", "speaker", "session", "memory", "sources"}
    assert hits["turn"].keys() == hits["memory"].keys() == keys
    assert hits["memory"]["memory"]["id"] == memory
    assert hits["memory"]["sources"] == [hits["turn"]["id"]] == hits["turn"]["sources"]
    assert (hits["turn"]["speaker"], hits["turn"]["session"], hits["turn"]["memory"]) == ("user", "s1", None)


def test_search_can_be_kept_to_a_lane_and_a_number(memcli: Line) -> None:
    """-k and --lane."""
    for n in range(4):
        memcli.add(f"vacuum {n}")
    hits = memcli("search", "vacuum", "--lane", "memory", "-k", "3", "--json").json["hits"]
    assert [hit["lane"] for hit in hits] == ["memory"] * 3


def test_an_empty_query_is_bad_input(memcli: Line) -> None:
    """It is not answered with everything."""
    memcli("search", "  ", code=7)


def test_show_tells_sources_links_and_history(memcli: Line) -> None:
    """All of one memory on one page."""
    cat, fear = memcli.add("Miso is a cat"), memcli.add("Miso fears the vacuum", "--tag", "pets")
    memcli("link", fear, cat, "--relation", "about")
    page = memcli("show", fear).out
    assert "user: Miso fears the vacuum" in page
    assert f"about -> {cat[:8]}" in page
    assert "2 changes" in page
    told = memcli("show", fear, "--json").json
    assert told["links"] == [{"source": fear, "target": cat, "relation": "about", "weight": 1.0}]
    assert [step["op"] for step in told["history"]] == ["ADD", "LINK"]


@pytest.mark.parametrize("command", ["show", "history", "diff", "undo", "why"])
def test_an_unknown_id_is_not_found(memcli: Line, command: str) -> None:
    """Exit code 3 everywhere."""
    memcli.add("tea")
    error = memcli(command, "zzzz", "--json", code=3).error
    assert (error["code"], error["label"]) == (3, "not_found")


def test_an_ambiguous_prefix_names_the_candidates(memcli: Line) -> None:
    """Exit code 4, and the ids that it could be."""
    ids = [memcli.add(f"memory {n}") for n in range(3)]
    error = memcli("show", "m:", "--json", code=4).error
    assert all(each in error["hint"] for each in ids)


def test_an_id_may_be_shortened_and_its_lane_left_out(memcli: Line) -> None:
    """As far as it stays unique."""
    memory = memcli.add("tea")
    assert memcli("show", memory.removeprefix("m:"), "--json").json["id"] == memory


def test_a_read_only_home_can_be_read_and_says_that_it_cannot_be_written(memcli: Line) -> None:
    """One line, and what was kept is still there."""
    memcli.add("tea")
    files = [memcli.home, *memcli.home.iterdir()]
    for file in files:
        file.chmod(file.stat().st_mode & ~0o222)
    try:
        if _writable_anyway(memcli.home):
            pytest.skip("this user may write everywhere")
        assert "tea" in memcli("list").out
        assert memcli("add", "coffee", code=1).err.startswith("memcli: ")
    finally:
        for file in files:
            file.chmod(0o700)
    assert [memory["text"] for memory in memcli("list", "--json").json] == ["tea"]


def _writable_anyway(folder: Path) -> bool:
    try:
        (folder / "probe").touch()
    except OSError:
        return False
    (folder / "probe").unlink()
    return True


def test_a_home_that_is_a_file_is_told_in_one_line(memcli: Line) -> None:
    """Nothing can be kept there."""
    memcli.home.write_text("not a folder", encoding="utf-8")
    ran = memcli("add", "tea", code=1)
    assert len(ran.err.splitlines()) == 1
    assert str(memcli.home) in ran.err


def test_a_store_of_a_newer_version_is_left_alone(memcli: Line) -> None:
    """Every command says that an upgrade is needed."""
    memcli.add("tea")
    connection = sqlite3.connect(memcli.home / "ledger.db")
    connection.execute("PRAGMA user_version = 999")
    connection.close()
    for command in (("list",), ("add", "coffee"), ("search", "tea"), ("log",)):
        assert "newer memcli" in memcli(*command, code=1).err


def test_what_could_command_a_terminal_is_not_printed(memcli: Line, tmp_path: Path) -> None:
    """A stranger's file cannot colour or clear the screen."""
    file = tmp_path / "evil.jsonl"
    file.write_text('{"content": "hello", "speaker": "\\u001b[2Jeve"}\n', encoding="utf-8")
    memcli("import", "jsonl", str(file))
    assert "\x1b" not in memcli("search", "hello").out


def test_a_secret_is_left_out_of_the_memory_and_said_so(memcli: Line) -> None:
    """The turn keeps the words as they were said."""
    ran = memcli("add", "The wifi password at the cottage is swordfish7")
    assert "1 secret was left out of the memory (password)" in ran.err
    (memory,) = memcli("list", "--json").json
    assert "[secret: password]" in memory["text"]
    assert "cottage" in memory["text"]
    assert "swordfish7" not in memcli("list", "--json").out
    assert "swordfish7" in memcli("show", memory["sources"][0]).out
    raw = memcli("add", "My PIN is 4821", "--raw", "--json").json
    assert raw["secrets"] == ["code"]
    assert raw["changes"][0]["after"]["text"] == "My PIN is [secret: code]"


def test_secrets_are_kept_or_refused_where_the_user_wants(memcli: Line) -> None:
    """By the setting input.secrets."""
    memcli("config", "set", "input.secrets", "keep")
    ran = memcli("add", "The wifi password at the cottage is swordfish7")
    assert "secret" not in ran.err
    assert "swordfish7" in memcli("list").out
    memcli("config", "set", "input.secrets", "refuse")
    assert "holds a secret (code)" in memcli("add", "My PIN is 4821", code=7).err
    assert "4821" not in str(memcli("search", "PIN 4821", "--json").json["hits"])


def test_what_was_true_then_leaves_out_what_was_told_later_without_a_beginning(memcli: Line) -> None:
    """And says so; a beginning that is told counts, however late it is told."""
    memcli("add", "I like jazz")
    memcli("add", "I have lived in Porto since 2019")
    listed = memcli("list", "--as-of", "2020")
    assert "Porto" in listed.out
    assert "jazz" not in listed.out
    assert "1 memory more, told later" in listed.err
    assert "jazz" in memcli("list", "--as-of", "2020", "--undated").out
