"""What a person asks in a chat after telling it plain things: how much is answered, refused, and made up.

    python scripts/eval_asked.py tests/data/asked/mended.jsonl OUT      # goes on where it stopped
    python scripts/eval_asked.py tests/data/asked/mended.jsonl OUT --show  # those that did not come out, too

Each line of the set is a home: what is told in a chat (from ``changes_from`` on 18 days later, in another), and
what is asked in a third, with the real models. A right answer holds one of ``any``, each of ``all`` and nothing of
``none``; ``unknown`` is what memory does not hold. Nobody mends a rule on the set that is called unseen.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from memcli import config
from memcli.cli.talk import Talk
from memcli.generate import abstains
from memcli.paths import Home
from memcli.ports import FixedClock
from memcli.records import Answer
from memcli.wiring import Parts

FIRST: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER: Final = datetime(2026, 3, 20, 9, tzinfo=UTC)
ASKED: Final = datetime(2026, 3, 21, 18, tzinfo=UTC)
VERDICTS: Final = ("right", "wrong", "wrongly refused", "rightly refused", "made up")
_LABEL: Final = re.compile(r"\[[mt]:\w+\]")
_KINDS: Final = (
    ("when", r"\bwhen\b|what (?:day|date|time|year)|which (?:day|year|month)|birthday"),
    ("how many", r"\bhow (?:many|much|old|long|far|often)\b"),
    ("yes or no", r"^\W*(?:am|is|are|was|were|do|does|did|has|have|had|will|can)\b"),
    ("who", r"\bwho(?:se)?\b|\bnames?\b|\bcalled\b"),
    ("where", r"\bwhere\b"),
    ("what", r""),
)


def kind_of(asked: Mapping[str, Any]) -> str:
    """The kind of a question, by its words and what it wants."""
    if len(asked.get("all", ())) > 1:
        return "list"
    return next(kind for kind, form in _KINDS if re.search(form, asked["q"], re.IGNORECASE))


def verdict(asked: Mapping[str, Any], reply: str) -> str:
    """What became of a question."""
    refused, said = abstains(reply), f" {reply.lower()} "
    if asked.get("unknown"):
        return "rightly refused" if refused else "made up"
    if refused:
        return "wrongly refused"
    said = _LABEL.sub("", said)
    held = any(word.lower() in said for word in asked.get("any") or asked["all"])
    held = held and all(word.lower() in said for word in asked.get("all") or ())
    spoilt = any(word.lower() in said for word in asked.get("none") or ())
    return "right" if held and not spoilt else "wrong"


def said(parts: Parts, clock: FixedClock, at: datetime, texts: Sequence[str]) -> Iterator[Answer]:
    """One conversation: each answer, after what was said is read."""
    clock.at = at
    talk = Talk(parts.assistant)
    for text in texts:
        done = talk.say(text, lambda _: None)
        talk.learned()
        yield done.answer


def run(home: Mapping[str, Any], models: Parts) -> list[dict[str, Any]]:
    """Tell a home what there is to tell, and ask: a row for each question."""
    clock = FixedClock(FIRST)
    with tempfile.TemporaryDirectory() as folder:
        place = Home(Path(folder), models.settings.home.models)
        settings = replace(models.settings, home=place, user_name=home.get("user", "user"))
        parts = Parts(settings, clock)
        parts.embedder, parts.chat_model = models.embedder, models.chat_model
        changed = home.get("changes_from", len(home["told"]))
        for at, texts in ((FIRST, home["told"][:changed]), (LATER, home["told"][changed:])):
            list(said(parts, clock, at, texts))
        replies = said(parts, clock, ASKED, [each["q"] for each in home["asked"]])
        rows = [row(str(home["home"]), *pair) for pair in zip(home["asked"], replies, strict=True)]
        parts.store.close()
    return rows


def row(home: str, asked: Mapping[str, Any], answer: Answer) -> dict[str, Any]:
    """What became of a question, with all that shows why."""
    cited = [hit.text for hit in answer.retrieved if hit.id in answer.citations]
    judged = {"kind": kind_of(asked), "verdict": verdict(asked, answer.text)}
    return {"home": home, **asked, "reply": answer.text, "cited": cited, **judged}


def counts(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """A line for each kind of question, and one for all."""
    by: dict[str, Counter[str]] = defaultdict(Counter)
    for each in rows:
        by[each["kind"]][each["verdict"]] += 1
        by["all"][each["verdict"]] += 1
    yield f"{'':<10}" + "".join(f"{name:>17}" for name in VERDICTS)
    for kind in (*sorted(by.keys() - {"all"}), "all"):
        yield f"{kind:<10}" + "".join(f"{by[kind][name]:>17}" for name in VERDICTS)


def shown(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What did not come out."""
    for each in rows:
        if "right" not in each["verdict"].split() and each["verdict"] != "rightly refused":
            yield f"{each['home']}: {each['verdict']}: {each['q']} -> {each['reply']} {each['cited']}"


def main() -> None:
    """Ask each home once, keep the rows, print the counts."""
    parser = argparse.ArgumentParser()
    parser.add_argument("set", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--show", action="store_true")
    given = parser.parse_args()
    homes = [json.loads(line) for line in given.set.read_text(encoding="utf-8").splitlines() if line.strip()]
    done = given.out.read_text(encoding="utf-8").splitlines() if given.out.exists() else []
    rows = [json.loads(line) for line in done]
    models = Parts(replace(config.load(), threads=1))
    for home in homes:
        if str(home["home"]) not in {each["home"] for each in rows}:
            rows += (new := run(home, models))
            with given.out.open("a", encoding="utf-8") as kept:
                kept.writelines(json.dumps(each, ensure_ascii=False) + "\n" for each in new)
    print("\n".join([*(shown(rows) if given.show else ()), *counts(rows)]))


if __name__ == "__main__":
    main()
