"""Writes an export as ChatGPT makes them, as large as you like, to measure imports with; its words mean nothing.

    python scripts/make_export.py conversations.json --messages 1000000 [--each 200]
    memcli --home /tmp/big import chatgpt conversations.json --later

Each conversation is a chain of ``--each`` messages, user and assistant in turns, a minute apart.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path
from typing import Any

BEGINNING = 1_600_000_000
WORDS = "tea rain river bicycle violin garden window letter bridge orange market winter kitchen harbour".split()


def conversation(number: int, messages: int, rng: random.Random) -> dict[str, Any]:
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
            "content": {"content_type": "text", "parts": [" ".join(rng.choices(WORDS, k=rng.randint(4, 40)))]},
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
    args = parser.parse_args()
    rng, left, number = random.Random(1), args.messages, 0
    with args.file.open("w", encoding="utf-8") as file:
        file.write("[")
        while left > 0:
            file.write(",\n" if number else "")
            json.dump(conversation(number, min(args.each, left), rng), file)
            left, number = left - args.each, number + 1
        file.write("]\n")


if __name__ == "__main__":
    main()
