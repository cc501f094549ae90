"""Writes an export as ChatGPT makes them, as large as you like, to measure imports with; its words mean nothing.

    python scripts/make_export.py conversations.json --messages 1000000 [--each 200] [--talk]
    memcli --home /tmp/big import chatgpt conversations.json --later

Each conversation is a chain of ``--each`` messages, user and assistant in turns, a minute apart. With ``--talk``
they say what the English training dialogues with memcli say, one after another, so that reading takes its time.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any

from memcli.evals.dialogues import ASSISTANT, read

BEGINNING = 1_600_000_000
WORDS = "tea rain river bicycle violin garden window letter bridge orange market winter kitchen harbour".split()
TRAIN = Path(__file__).parent.parent / "adapters" / "data" / "dialogues" / "train"


def anything(rng: random.Random, _assistant: bool) -> str:
    """Words that mean nothing."""
    return " ".join(rng.choices(WORDS, k=rng.randint(4, 40)))


def talk() -> Callable[[bool], str]:
    """What users say, and what memcli does, each in their order in the dialogues."""
    every = read(sorted(TRAIN.glob("*.dialogue")))
    told = [said for each in every if each.language == "en" and ASSISTANT in each.speakers for said in each.turns]
    by: dict[bool, Iterator[str]] = {
        assistant: cycle([said.text for said in told if said.by_assistant is assistant])
        for assistant in (False, True)
    }
    return lambda assistant: next(by[assistant])


def conversation(number: int, messages: int, say: Callable[[bool], str]) -> dict[str, Any]:
    """One conversation, its messages in a chain below a root without one."""
    root = f"root-{number}"
    mapping: dict[str, Any] = {root: {"id": root, "parent": None, "children": [], "message": None}}
    last = root
    for place in range(messages):
        at, own_id = BEGINNING + 60 * (number * messages + place), f"{number}-{place}"
        mapping[last]["children"].append(own_id)
        message = {
            "id": own_id,
            "author": {"role": "assistant" if place % 2 else "user"},
            "create_time": at,
            "content": {"content_type": "text", "parts": [say(bool(place % 2))]},
        }
        mapping[own_id] = {"id": own_id, "parent": last, "children": [], "message": message}
        last = own_id
    title = f"Conversation {number}"
    times = {"create_time": BEGINNING, "update_time": BEGINNING + 60 * messages}
    return {"title": title, "id": f"c-{number}", **times, "mapping": mapping, "current_node": last}


def main() -> None:
    """The file is written conversation by conversation."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--each", type=int, default=200, help="messages of a conversation")
    parser.add_argument("--talk", action="store_true", help="words of the training dialogues")
    args = parser.parse_args()
    say = talk() if args.talk else partial(anything, random.Random(1))
    left, number = args.messages, 0
    with args.file.open("w", encoding="utf-8") as file:
        file.write("[")
        while left > 0:
            file.write(",\n" if number else "")
            json.dump(conversation(number, min(args.each, left), say), file)
            left, number = left - args.each, number + 1
        file.write("]\n")


if __name__ == "__main__":
    main()
