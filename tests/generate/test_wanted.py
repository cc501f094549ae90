"""What questions want to know, as people type them."""

from __future__ import annotations

import pytest

from memcli.generate.wanted import Form, asks, wanted


@pytest.mark.parametrize(
    ("question", "form", "words", "whose"),
    [
        ("what's my job?", Form.WHAT, ("job",), ()),
        ("What do I do for a living?", Form.WHAT, ("job",), ()),
        ("what does my brother do", Form.WHAT, ("job",), ("brother",)),
        ("Do I have a sister?", Form.YES, ("sister",), ()),
        ("what is Priya's dog called?", Form.WHO, (), ("priya", "dog")),
        ("tell me my sister's name", Form.WHO, (), ("sister",)),
        ("whats my sisters name", Form.WHO, (), ("sister",)),
        ("do you know where my sister lives?", Form.WHERE, ("live",), ("sister",)),
        ("when is my wedding?", Form.WHEN, ("wed",), ()),
        ("braces off what day??", Form.WHEN, ("brace",), ()),
        ("how old is Kit?", Form.AGE, (), ("kit",)),
        ("how many cows do I have?", Form.COUNT, ("cow",), ()),
        ("which football team do I support?", Form.WHAT, ("support",), ()),
        ("Remind me who Anneke is.", Form.WHO, (), ("annek",)),
        ("what did I say about the boiler?", Form.ABOUT, ("boiler",), ()),
    ],
)
def test_a_question_is_read(question: str, form: Form, words: tuple[str, ...], whose: tuple[str, ...]) -> None:
    """Its form, what an answer must hold, and of whom."""
    asked = wanted(question)
    assert asked is not None
    assert (asked.form, asked.words, asked.whose) == (form, words, whose)


@pytest.mark.parametrize(
    "text",
    [
        "What should I cook tonight?",
        "How are you?",
        "How do I boil an egg?",
        "I have a sister.",
    ],
)
def test_what_no_sentence_answers_is_not_read(text: str) -> None:
    """Advice, small talk, and what asks nothing."""
    assert wanted(text) is None


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("what's my job", True),
        ("whats my job", True),
        ("do i have a brother", True),
        ("is Cody married", True),
        ("when do my mocks start", True),
        ("name all my children", True),
        ("my blood type again", True),
        ("i need my sister's birthday", True),
        ("I need a new coat", False),
        ("List: milk, eggs", False),
        ("When I was young I lived in Rome.", False),
        ("Have a nice day", False),
        ("Do it tomorrow", False),
        ("My name is Ana", False),
        ("What a lovely day", False),
        ("I wonder", False),
    ],
)
def test_a_question_may_lack_its_mark(text: str, asked: bool) -> None:
    """As people type in a chat; a statement is none for its first word."""
    assert asks(text) is asked


def test_a_reminder_asks_nothing() -> None:
    """Of what it wants reminded, something is asked; what it wants reminded to do is told."""
    assert asks("remind me what my job is")
    assert not asks("remind me to call mum on sunday")
