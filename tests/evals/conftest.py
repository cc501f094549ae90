"""A benchmark of two short conversations, in LoCoMo's and in LongMemEval's format."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest


def _said(session: int, *lines: str) -> list[dict[str, str]]:
    said = []
    for number, line in enumerate(lines, 1):
        speaker, text = line.split(": ", 1)
        said.append({"speaker": speaker, "dia_id": f"D{session}:{number}", "text": text})
    return said


def _conversation(name: str, pet: str) -> dict[str, Any]:
    first = _said(1, f"Ana: I adopted a {pet} yesterday.", "Ben: How lovely!", "Ana: It sleeps in the kitchen.")
    first[2]["blip_caption"] = f"a photo of a {pet} in a basket"
    return {
        "sample_id": name,
        "conversation": {
            "speaker_a": "Ana",
            "speaker_b": "Ben",
            "session_1_date_time": "1:56 pm on 8 May, 2023",
            "session_1": first,
            "session_2_date_time": "9:05 am on 2 June, 2023",
            "session_2": _said(2, "Ben: I started to learn the cello.", "Ana: Good for you."),
            "session_3_date_time": "9:05 am on 9 June, 2023",
        },
        "qa": [
            _asked(f"When did Ana adopt a {pet}?", "2", ["D1:1"]),
            _asked("What do they do?", "1", ["D1:1; D2:1", "D"]),
            _asked("Where does it sleep?", "4", ["D:1:3", "D9:1"]),
            _asked("Who is Carl?", "4", []),
            _asked("Which violin has Ben?", "5", ["D2:1"]),
        ],
    }


def _asked(question: str, category: str, evidence: list[str]) -> dict[str, Any]:
    answer = "adversarial_answer" if category == "5" else "answer"
    return {"question": question, answer: "cello", "evidence": evidence, "category": int(category)}


@pytest.fixture
def locomo(tmp_path: Path) -> Path:
    """A file in LoCoMo's format."""
    file = tmp_path / "locomo.json"
    file.write_text(json.dumps([_conversation("conv-1", "parrot"), _conversation("conv-2", "tortoise")]))
    return file


@pytest.fixture
def longmemeval(tmp_path: Path) -> Path:
    """A file in LongMemEval's format."""
    entry = {
        "question_id": "q1_abs",
        "question_type": "single-session-user",
        "question": "What did I adopt?",
        "answer": "a parrot",
        "question_date": "2023/06/01 (Thu) 10:00",
        "haystack_session_ids": ["s1", "s2"],
        "haystack_dates": ["2023/05/20 (Sat) 02:21", "2023/05/21 (Sun) 03:00"],
        "haystack_sessions": [
            [{"role": "user", "content": "I adopted a parrot", "has_answer": True}],
            [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hi"}],
        ],
    }
    file = tmp_path / "longmemeval.json"
    file.write_text(json.dumps([entry, {**entry, "question_id": "q2"}]))
    return file
