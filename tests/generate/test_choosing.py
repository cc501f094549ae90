"""A small model is shown the few notes that are nearest, in the order they were told."""

from __future__ import annotations

from memcli.generate import Note
from memcli.generate.choosing import FEW, chosen

NOTES = (
    Note(1, "t:1", "[1] (1 May 2024) Ana: I paint at dawn.", "Ana", near=0.1, score=2.0),
    Note(2, "t:2", "[2] (2 May 2024) Ana: my kiln is from Faro", "Ana", near=0.7, score=9.0),
    Note(3, "m:3", "[3] (3 May 2024) Ana has [12] kilns.", near=0.2, score=3.0),
    Note(4, "t:4", "[4] (4 May 2024) Ben: nice kiln", "Ben", near=0.6, score=1.0),
    Note(5, "t:5", "[5] (5 May 2024) Ana: back from Faro", "Ana", near=0.0, score=11.5),
)


def test_the_nearest_are_shown_as_they_were_told_and_numbered_anew() -> None:
    """A cosine of .6 counts for more than the ranker's last ten log-odds; numbers in words stay."""
    shown = chosen("Where is Ana's kiln from?", NOTES)
    assert [note.id for note in shown] == ["t:2", "t:4", "t:5"]
    assert [note.number for note in shown] == list(range(1, FEW + 1))
    assert shown[1].line == "[2] (4 May 2024) Ben: nice kiln"
    assert shown[0].speaker == "Ana"


def test_a_list_is_made_up_of_all_notes() -> None:
    """Each may hold a part of it."""
    assert chosen("How many kilns does Ana have?", NOTES) == NOTES
    assert chosen("Which things does Ana own?", NOTES) == NOTES


def test_notes_that_no_search_ranked_are_all_shown() -> None:
    """Somebody else chose them."""
    bare = tuple(Note(note.number, note.id, note.line, note.speaker, note.near) for note in NOTES)
    assert chosen("Where is Ana's kiln from?", bare) == bare


def test_few_notes_stay_as_they_are() -> None:
    """None is lost where there are no more than are shown."""
    assert chosen("Where is Ana's kiln from?", NOTES[:2]) == NOTES[:2]


def test_a_memory_and_its_turn_count_as_one() -> None:
    """Both are shown, and three tellings all the same."""
    twin = Note(6, "m:6", "[6] (2 May 2024) Ana's kiln is from Faro.", near=0.7, score=8.0)
    shown = chosen("Where is Ana's kiln from?", (*NOTES, twin))
    assert [note.id for note in shown] == ["t:2", "t:4", "t:5", "m:6"]


def test_how_it_is_now_is_told_by_later_notes() -> None:
    """Of notes that are as near, the last."""
    days = ("I train on Mondays", "Tuesdays suit me", "it is Fridays", "back to Sundays", "no, Saturdays")
    told = [
        Note(n, f"t:{n}", f"[{n}] (8 May 2024) Ana: {said}", "Ana", 0.5, 6.0) for n, said in enumerate(days, 1)
    ]
    assert [note.id for note in chosen("When did Ana train?", told)] == ["t:1", "t:2", "t:3"]
    assert [note.id for note in chosen("When does Ana train now?", told)] == ["t:3", "t:4", "t:5"]
