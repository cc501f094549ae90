"""The hand-written dialogues: whole, apart from one another, and what training makes of them."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from memcli.extract.asking import CONTEXT_TURNS
from memcli.extract.grounding import is_grounded
from memcli.ports import Embedder
from memcli.terms import terms

DATA = Path(__file__).parents[2] / "adapters" / "data" / "dialogues"
dialogues = import_module("memcli.evals.dialogues")
extraction = import_module("make_extraction_set")
questions = import_module("dialogue_questions")
revision = import_module("make_revision_set")
TRAIN = dialogues.read(sorted((DATA / "train").glob("*.dialogue")))
TEST = dialogues.read(sorted((DATA / "test").glob("*.dialogue")))


@pytest.mark.parametrize("split", [TRAIN, TEST], ids=["train", "test"])
def test_names_are_unique_and_speakers_known(split: list) -> None:  # type: ignore[type-arg]
    """A dialogue is known by its name, which decides its split."""
    names = [each.name for each in split]
    assert len(names) == len(set(names))
    assert all(turn.speaker in each.speakers for each in split for turn in each.turns)


@pytest.mark.parametrize("split", [TRAIN, TEST], ids=["train", "test"])
def test_a_mark_touches_only_what_is_kept(split: list) -> None:  # type: ignore[type-arg]
    """What is changed, ended or repeated was kept before, in the same words."""
    for dialogue in split:
        kept: set[str] = set()
        for mark in (mark for turn in dialogue.turns for mark in turn.marks):
            assert not mark.old or mark.old in kept, (dialogue.name, mark)
            kept -= {mark.old} if mark.sign in "~-" else set()
            kept |= {mark.fact} if mark.fact else set()


@pytest.mark.parametrize("split", [TRAIN, TEST], ids=["train", "test"])
def test_answers_come_from_turns_that_are_there(split: list) -> None:  # type: ignore[type-arg]
    """Every answer names its turns; a question that cannot be answered names none."""
    for dialogue in split:
        for asked in dialogue.questions:
            assert bool(asked.turns) == bool(asked.answer), (dialogue.name, asked)
            assert all(1 <= turn <= len(dialogue.turns) for turn in asked.turns)


def test_no_dialogue_is_both_trained_on_and_tested() -> None:
    """Validation and test share no dialogue with training, and no turn of any length word for word."""
    train, valid = dialogues.split(TRAIN, DATA / "valid.txt")
    assert len(valid) == sum(len(file.read_text().split()) for file in DATA.glob("valid*.txt"))
    assert train
    assert valid
    assert not {each.name for each in train} & {each.name for each in valid}

    def told(split: list) -> set[str]:  # type: ignore[type-arg]
        turns = (" ".join(re.findall(r"\w+", turn.text.lower())) for each in split for turn in each.turns)
        return {text for text in turns if len(text.split()) > 5}

    assert not told(train) & told(valid)
    assert not told(TRAIN) & told(TEST)


@pytest.mark.model
def test_nothing_in_the_test_set_is_nearly_said_in_the_training_set(embedder: Embedder) -> None:
    """Facts that share words are compared by meaning: of the nearest pairs none says the same."""
    train, test = (
        [mark.fact for each in split for turn in each.turns for mark in turn.marks if mark.fact]
        for split in (TRAIN, TEST)
    )
    words = {fact: frozenset(terms(fact)) for fact in [*train, *test]}
    near = [
        (one, two)
        for one in test
        for two in train
        if len(words[one] & words[two]) >= 0.5 * len(words[one] | words[two])
    ]
    left, right = (embedder.embed([pair[side] for pair in near]) for side in (0, 1))
    assert near
    assert not [pair for pair, cosine in zip(near, (left * right).sum(axis=1), strict=True) if cosine > 0.95]


def test_a_label_says_only_what_is_in_sight() -> None:
    """A fact whose words are in another session is not asked of the model, which could only make it up."""
    for dialogue in (each for each in TRAIN if each.language == "en"):
        for session in dialogue.sessions:
            for index, turn in enumerate(session):
                before = session[max(0, index - CONTEXT_TURNS) : index]
                for fact in extraction.facts_of(turn, before, dialogue) or []:
                    assert is_grounded(fact, [each.text for each in [turn, *before]], dialogue.people)


def test_questions_on_a_dialogue_cite_notes_that_are_shown() -> None:
    """Numbers name notes; a third or so has no answer."""
    asked = []
    for context in questions.Asker(TRAIN, TRAIN, 1).contexts():
        for each in context["questions"]:
            cited = [int(number) for number in re.findall(r"\[(\d+)\]", each["answer"])]
            assert all(1 <= number <= len(context["notes"]) for number in cited)
            assert bool(cited) == (each["answer"] != questions.DONT_KNOW)
            asked.append(bool(cited))
    assert 0.55 < sum(asked) / len(asked) < 0.75


FLAT = """\
dialogue x | Ana & memcli | 2026-03-02 19:20 | en | casual
1 Ana: got flat 821, and the choir sings tomorrow
+ Ana's flat is number 821.
+ Ana's choir sings tomorrow.
2 memcli: Which bus goes there?
3 Ana: 812! wait, and the choir in the barn
~ Ana's flat is number 812. <= Ana's flat is number 821.
~ Ana's choir sings in the barn tomorrow. <= Ana's choir sings tomorrow.
later 2026-03-09 08:10
4 Ana: moved out of that flat
- Ana's flat is number 812.
"""


def test_notes_are_asked_about_as_they_are_kept(tmp_path: Path, fake_embedder: Embedder) -> None:
    """With their dates resolved; written anew they keep the words of the turn, and dates that only they had."""
    (tmp_path / "x.dialogue").write_text(FLAT)
    (dialogue,) = dialogues.read([tmp_path / "x.dialogue"])
    talk = revision.Maker(TRAIN[:40], fake_embedder, 1).talk(dialogue, every=True)
    asked = [dict(line["notes"]) for session in talk["sessions"] for line in session]
    assert asked[1] == {}
    assert asked[2]["Ana's flat is number 821."] == "now: Ana's flat is number 812."
    assert asked[2]["Ana's choir sings on 3 March 2026."] == "now: Ana's choir sings in the barn on 3 March 2026."
    assert asked[3]["Ana's flat is number 812."] == "ended"
    assert all(len(notes) <= revision.LOOKED_AT for notes in asked)
    others = {
        note: said for notes in asked for note, said in notes.items() if "flat" not in note and "choir" not in note
    }
    assert set(others.values()) == {"still"}
    (tree,) = revision.trees(talk)
    assert [len(session) for session in tree["sessions"]] == [3, 1]
