"""A run's report as Markdown, for people and for a repository; knows the reports' JSON and no score."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from memcli.evals import operations

_SCORES: Final[Mapping[str, Sequence[str]]] = {
    "retrieval": ("recall@5", "recall@10", "recall@20", "hit@10"),
    "answers": ("f1", "bleu1", "abstained", "supported"),
}
_ABOUT: Final = ("dataset", "conversations", "pooled", "ranker", "model")


def markdown(document: Mapping[str, Any]) -> str:
    """Every score of a run in percent, each with its 95 % bootstrap interval, by category and over all."""
    return "\n".join(_counted(document) if document["evaluation"] == "operations" else _lines(document)) + "\n"


def _counted(document: Mapping[str, Any]) -> Iterator[str]:
    """The operations are counts, not questions: as they are shown on a terminal."""
    yield f"# Evaluation of operations\n\n- file: {document['file']}\n- extractor: {document['extractor']}\n"
    yield from (f"    {line}" for line in operations.lines(document))


def _lines(document: Mapping[str, Any]) -> Iterator[str]:
    names = _SCORES[document["evaluation"]]
    yield f"# Evaluation of {document['evaluation']}"
    yield ""
    yield from (f"- {key}: {_said(document[key])}" for key in _ABOUT if key in document)
    yield f"- questions: {document['questions']}"
    latency = document["latency_ms"]
    yield f"- latency: {latency['p50']} ms at the median, {latency['p95']} ms at the 95th percentile"
    if ingest := document.get("ingest"):
        yield f"- kept: {ingest['turns']} turns, {ingest['turns_per_s']} a second with their vectors"
    yield ""
    yield f"| category | questions | {' | '.join(names)} |"
    yield "|---|---:|" + "---:|" * len(names)
    rows = {**document["by_category"], "**all**": document["overall"]}
    yield from (_row(category, scores, names) for category, scores in rows.items())
    yield ""
    yield "In percent, with 95 % intervals by bootstrap over the questions."


def _row(category: str, scores: Mapping[str, Any], names: Sequence[str]) -> str:
    cells = (f"{scores[name]:.1f} [{scores['interval'][name][0]:.1f}, {scores['interval'][name][1]:.1f}]"
             for name in names)  # fmt: skip
    return f"| {category} | {scores['questions']} | {' | '.join(cells)} |"


def _said(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
