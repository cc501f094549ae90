"""What is kept of what rules and model propose: the table of weights, and one sentence for one fact."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from memcli.extract.proposals import EACH, By, Floors, Proposal, Ranges, best, chosen, features, shipped, tells

SAID = "I start at the bakery on 4 May. Boots is dead"
START = Proposal("Ana starts at the bakery on 4 May 2026.", frozenset({"rule", "whole"}), -0.3)
PROPOSALS = st.lists(
    st.builds(
        Proposal,
        st.text("abc de", min_size=1, max_size=20),
        st.frozensets(st.sampled_from(EACH), min_size=1, max_size=1),
        st.floats(-9, 0),
    ),
    max_size=6,
    unique_by=lambda proposal: proposal.text,
)


def one(text: str, likelihood: float, *by: By) -> Proposal:
    """A proposal."""
    return Proposal(text, frozenset(by), likelihood)


def test_a_range_holds_its_lower_edge() -> None:
    """Each value has exactly one weight."""
    ranges = Ranges((0.0, 1.0), (1.0, 2.0, 3.0))
    assert [ranges.weight(value) for value in (-1.0, 0.0, 0.5, 1.0, 9.0)] == [1.0, 2.0, 2.0, 3.0, 3.0]


def test_the_shipped_table_knows_every_feature() -> None:
    """One weight more than edges, in order, and nothing that is not seen."""
    weighing = shipped()
    assert set(weighing.ranges) <= set(features(START, [START], SAID, "Ana"))
    for ranges in weighing.ranges.values():
        assert len(ranges.weights) == len(ranges.edges) + 1
        assert list(ranges.edges) == sorted(set(ranges.edges))
    assert weighing.open.model < weighing.careful.model
    assert weighing.open.rule < weighing.careful.rule


def test_of_those_that_tell_the_same_one_is_kept() -> None:
    """The likelier one, in the words of whoever said it."""
    worse = one("Ana starts at the bakery.", -2.5, "part")
    assert chosen([worse, START], SAID, "Ana", Floors(0.1, 0.1)) == [START.text]


LONG = "Ana met Karen and Tom on the ferry to Bergen and saw the harbour, the market and the old church with them"
WHOLE = one("Ana met Karen and Tom on the ferry to Bergen.", -0.2, "whole")
PART = one("Ana met Karen on the ferry.", -0.3, "part")


def test_a_part_that_is_likely_is_kept_beside_its_whole() -> None:
    """Each may be changed alone; in the same words but one it is the same."""
    nearly = replace(WHOLE, text="Ana met Karen and Tom on the ferry to old Bergen.")
    for again, kept in ((0.5, [WHOLE, PART]), (2.0, [WHOLE])):
        found = best([WHOLE, PART, nearly], [0.9, 0.6, 0.8], Floors(0.1, 0.1, again=again), LONG)
        assert found == [proposal.text for proposal in kept]


def test_nothing_is_added_to_what_a_rule_read_of_a_plain_turn() -> None:
    """A short plain statement is told once."""
    sure = replace(WHOLE, by=frozenset[By]({"rule"}), worth=2.0)
    assert best([sure, PART], [0.9, 0.8], Floors(0.1, 0.1, again=0.5), "I met Karen") == [WHOLE.text]


def test_what_nobody_else_says_and_is_unlikely_is_left() -> None:
    """The model took the one spoken to for the cat."""
    wrong = one("Ana's vet said Saule had kidneys.", -3.0, "whole")
    assert chosen([START, wrong], SAID, "Ana", shipped().careful) == [START.text]


def test_two_readings_of_one_date_are_one_fact() -> None:
    """Of "picking up a skoda on friday" one stays."""
    first = one("Ana picked up a skoda on 27 February 2026.", -1.1, "whole")
    second = one("Ana is picking up a skoda on 6 March 2026.", -1.2, "part")
    assert len(chosen([first, second], "picking up a skoda on friday", "Ana", Floors(0.0, 0.0))) == 1


def test_a_fact_that_is_a_number_is_not_told_by_another() -> None:
    """Dates are left aside only where enough is left without them."""
    assert not tells("Walter is 71.", "Walter retired from the post office in 2018.")


def test_what_rule_and_model_say_in_the_same_words_is_kept() -> None:
    """However it is weighed; so is what a rule finds worth keeping by itself."""
    floors = Floors(0.9, 0.9)
    both, alone = one("Peter lives in Toronto.", -3.0, "rule", "whole"), one("Peter left.", -3.0, "whole")
    worthy = replace(alone, by=frozenset[By]({"rule"}), worth=2.0)
    assert [floors.admit(each, 0.1) for each in (both, alone, worthy)] == [True, False, True]


@given(PROPOSALS, st.floats(0, 1), st.floats(0, 1))
def test_a_lower_threshold_loses_nothing(every: list[Proposal], low: float, high: float) -> None:
    """What a higher one keeps is kept or told by what is; in the order of the proposals, and nothing twice."""
    low, high = sorted((low, high))
    few, many = (chosen(every, "abc de", "Ana", Floors(floor, floor)) for floor in (high, low))
    assert all(any(tells(one, other) for other in many) for one in few)
    assert many == [proposal.text for proposal in every if proposal.text in many]
    assert not any(tells(a, b) for a in many for b in many if a != b)
