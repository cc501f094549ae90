"""Asks the model for the facts of every human turn of the test dialogues and counts the lists that are valid JSON.

    python scripts/check_json.py [--turns 1000] [--no-adapters]

Decoded freely first, then under the grammar where that could not be read, as `memcli` does it. Prints a line every
50 turns; ends with exit code 8 if any turn got no valid list.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from memcli.config import load
from memcli.errors import ModelError
from memcli.evals.dialogues import Dialogue, read
from memcli.extract import ModelExtractor
from memcli.extract.asking import CONTEXT_TURNS
from memcli.models import open_chat
from memcli.ports import Sampling
from memcli.records import Message, Turn

TEST = Path(__file__).parent.parent / "adapters" / "data" / "dialogues" / "test"


class Counting(ModelExtractor):
    """Counts how answers were decoded."""

    decoded: Counter[str]

    def _answer(self, prompt: Sequence[Message], sampling: Sampling) -> str:
        self.decoded["under the grammar" if sampling.grammar else "freely"] += 1
        return super()._answer(prompt, sampling)


def turns(dialogue: Dialogue) -> Iterator[tuple[Turn, list[Turn]]]:
    """Each human turn with those before it."""
    before: list[Turn] = []
    for said in dialogue.turns:
        turn = said.as_turn(dialogue.name)
        if not said.by_assistant:
            yield turn, before[-CONTEXT_TURNS:]
        before.append(turn)


def main() -> None:
    """Count."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--turns", type=int, default=1000)
    parser.add_argument("--no-adapters", action="store_true")
    given = parser.parse_args()
    model = open_chat(replace(load(), adapters=not given.no_adapters))
    extractor = Counting(lambda: model, "model", learned=not given.no_adapters)
    extractor.decoded = Counter()
    cases = [case for dialogue in read(sorted(TEST.glob("*.dialogue"))) for case in turns(dialogue)][: given.turns]
    seen: Counter[str] = Counter()
    began = time.process_time()
    for number, (turn, before) in enumerate(cases, start=1):
        try:
            facts = extractor.proposals(turn, before)
            seen["valid"] += 1
            seen["facts"] += len(facts)
        except ModelError as error:
            seen["invalid"] += 1
            print(f"{turn.session} {turn.position}: {error.message}")
        if number % 50 == 0 or number == len(cases):
            spent = (time.process_time() - began) / number
            print(
                f"{number} turns: {dict(seen)}, decoded {dict(extractor.decoded)}, {spent:.2f} CPU s a turn",
                flush=True,
            )
    model.close()
    sys.exit(8 if seen["invalid"] else 0)


if __name__ == "__main__":
    main()
