"""Citations that the model miscounted."""

from __future__ import annotations

import pytest

from memcli.generate import Note, Reply
from memcli.generate.respond import cited_anew

NOTES = (
    Note(1, "t:1", "[1] (1 May 2024) Ben: I adopted a grey parrot!", "Ben"),
    Note(2, "t:2", "[2] (1 May 2024) Ana: Lovely. Here it rains.", "Ana"),
    Note(3, "t:3", "[3] (2 May 2024) Ben: My sister came on Friday.", "Ben"),
)


@pytest.mark.parametrize(
    ("reply", "cited", "shown"),
    [
        ("a grey parrot [t:2]", ("t:1",), "a grey parrot [t:1]"),
        ("a grey parrot [t:1]", ("t:1",), "a grey parrot [t:1]"),
        ("a blue whale [t:2]", ("t:2",), "a blue whale [t:2]"),
        ("yes [t:2]", ("t:2",), "yes [t:2]"),
    ],
)
def test_an_answer_cites_the_note_that_holds_it(reply: str, cited: tuple[str, ...], shown: str) -> None:
    """A note that has the words is cited instead of one that has not; where none has, the model's word stands."""
    given = Reply(reply, (reply[-4:-1],))
    assert cited_anew(given, "What did Ben adopt?", NOTES) == Reply(shown, cited)
