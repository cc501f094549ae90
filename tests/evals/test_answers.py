"""Answer scores as the LoCoMo paper's code gives them, and the run that grades answers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.errors import BadInputError, NotFoundError
from memcli.evals import answers, compare
from memcli.evals.answers import Listener
from memcli.evals.datasets import Question, load
from memcli.evals.scorers import abstains, bleu1, f1, score
from memcli.ports import SilentProgress
from memcli.records import Answer, Turn


@pytest.mark.parametrize(
    ("answer", "gold", "expected"),
    [
        ("7 May 2023", "7 May 2023", 1.0),
        ("The 7 May, 2023.", "7 may 2023", 1.0),
        ("painting", "paintings", 1.0),
        ("in May 2023", "7 May 2023", 2 / 3),
        ("June", "7 May 2023", 0.0),
        ("", "x", 0.0),
        ("x", "", 0.0),
    ],
)
def test_f1_is_over_stemmed_words(answer: str, gold: str, expected: float) -> None:
    """Case, punctuation, articles and endings do not count."""
    assert f1(answer, gold) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("answer", "gold", "category", "expected"),
    [
        ("chess, cats", "cats, chess", "1", 1.0),
        ("chess", "cats, chess", "1", 0.5),
        ("cats chess", "cats, chess", "4", 1.0),
        ("yes", "yes; she said so", "3", 1.0),
        ("That is not mentioned in the conversation.", "chess", "5", 1.0),
        ("No information available", "chess", "5", 1.0),
        ("chess", "chess", "5", 0.0),
    ],
)
def test_each_category_has_its_own_rule(answer: str, gold: str, category: str, expected: float) -> None:
    """1 by parts, 3 up to the semicolon, 5 by abstention."""
    assert score(answer, gold, category) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("answer", "gold", "expected"),
    [("a red cat", "red cat", 1.0), ("red", "red cat", 0.3679), ("red red", "red cat", 0.5), ("", "cat", 0.0)],
)
def test_bleu1_clips_and_punishes_brevity(answer: str, gold: str, expected: float) -> None:
    """exp(1 - 2/1) for half the length."""
    assert bleu1(answer, gold) == pytest.approx(expected, abs=1e-4)


@given(st.text(max_size=60), st.text(max_size=60))
def test_scores_lie_between_nothing_and_all(answer: str, gold: str) -> None:
    """Whatever is said."""
    for category in "12345":
        assert 0.0 <= score(answer, gold, category) <= 1.0 + 1e-9
    assert 0.0 <= bleu1(answer, gold) <= 1.0


def test_abstention_in_other_words_is_counted_apart() -> None:
    """The paper's code knows two phrases only."""
    assert not abstains("I don\u2019t know.")
    assert abstains("I don\u2019t know.", strict=False)


class Parrot:
    """Answers every question with the same words."""

    def __init__(self, words: str) -> None:
        self.words = words
        self.heard = 0

    @contextmanager
    def __call__(self) -> Iterator[Listener]:
        yield Listener(self._remember, self._ask)

    def _remember(self, turns: Sequence[Turn]) -> None:
        self.heard += len(turns)
        self.turns = [turn.id for turn in turns]

    def _ask(self, question: Question) -> Answer:
        return Answer("a:1", question.text, self.words, question.asked_at, injected=tuple(self.turns[:1]))


def test_a_run_grades_every_question(locomo: Path) -> None:
    """Answerable ones overall, adversarial ones as abstention."""
    parrot = Parrot("perhaps a cello")
    document = answers.report(
        answers.measure(load("locomo", locomo), parrot, SilentProgress()), {"dataset": "locomo"}
    )
    assert parrot.heard == 10
    assert (document["questions"], document["overall"]["questions"], document["abstention"]["questions"]) == (
        10,
        8,
        2,
    )
    assert document["by_category"]["2"]["f1"] == pytest.approx(66.67, abs=0.01)
    assert document["by_category"]["2"]["supported"] == 100.0
    assert document["abstention"]["f1"] == 0.0


def test_a_reference_is_no_word_of_an_answer(locomo: Path) -> None:
    """It is kept with the answer, and costs no precision."""
    runs = [
        answers.report(answers.measure(load("locomo", locomo), Parrot(words), SilentProgress()), {})
        for words in ("cello", "cello [t:7k2q9x][m:aaaaaa]")
    ]
    assert runs[0]["overall"]["f1"] == runs[1]["overall"]["f1"] > 0
    assert runs[1]["results"][0]["answer"].endswith("[m:aaaaaa]")


def test_two_runs_are_compared_by_question(locomo: Path, tmp_path: Path) -> None:
    """The better one gains clearly; a run against itself gains nothing."""
    files = {}
    for words in ("no idea", "cello"):
        document = answers.report(answers.measure(load("locomo", locomo), Parrot(words), SilentProgress()), {})
        files[words] = tmp_path / f"{words}.json"
        files[words].write_text(json.dumps(document))
    before, after = compare.read(files["no idea"]), compare.read(files["cello"])
    gained = compare.compare(before, after)
    assert gained["questions"] == 10
    assert gained["scores"]["f1"]["gain"] == pytest.approx(80.0)
    assert compare.compare(after, after)["scores"]["f1"] == {
        "before": 80.0, "after": 80.0, "gain": 0.0, "interval": [0.0, 0.0], "clear": False,
    }  # fmt: skip


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"results": [{}]}', '{"results": 3}'])
def test_other_files_are_no_reports(text: str, tmp_path: Path) -> None:
    """One clear line, and what to do."""
    file = tmp_path / "x.json"
    file.write_text(text)
    with pytest.raises(BadInputError):
        compare.read(file)
    with pytest.raises(NotFoundError):
        compare.read(tmp_path / "absent.json")


def test_runs_of_different_questions_do_not_compare() -> None:
    """Nothing in common is an error, not a gain of zero."""
    with pytest.raises(BadInputError, match="in common"):
        compare.compare({"results": [{"id": "a", "scores": {"f1": 1}}]}, {"results": []})
