"""Two reports of the same questions, compared question by question; knows the reports' JSON and nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from memcli.errors import BadInputError, NotFoundError
from memcli.evals.intervals import Estimate, paired


def read(path: Path) -> Mapping[str, Any]:
    """A report that ``eval … --json`` wrote.

    Raises:
        NotFoundError: there is no such file.
        BadInputError: it is not such a report.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if not all("scores" in result and "id" in result for result in document["results"]):
            raise BadInputError(f"{path} has results without scores", hint="write it with `memcli eval … --json`")
    except FileNotFoundError as error:
        raise NotFoundError(f"no such file: {path}") from error
    except OSError as error:
        raise BadInputError(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise BadInputError(
            f"{path} is not an evaluation report", hint="write it with `memcli eval … --json`"
        ) from error
    return dict(document)


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """The gain of ``after`` over ``before`` in percentage points, by paired bootstrap over the questions of both.

    ``scores`` holds for each score both means, ``gain``, its 95 % ``interval``, and ``clear``: the interval lies
    on one side of 0.

    Raises:
        BadInputError: the reports share no question or no score.
    """
    old, new = _by_question(before), _by_question(after)
    shared = [question for question in old if question in new]
    names = [name for name in old[shared[0]] if name in new[shared[0]]] if shared else []
    if not names:
        raise BadInputError("the two reports have no question in common", hint="compare runs of the same dataset")
    return {
        "evaluation": "comparison",
        "questions": len(shared),
        "only_before": len(old) - len(shared),
        "only_after": len(new) - len(shared),
        "scores": {name: _gain([old[q][name] for q in shared], [new[q][name] for q in shared]) for name in names},
    }


def _by_question(report: Mapping[str, Any]) -> dict[str, Mapping[str, float]]:
    return {result["id"]: result["scores"] for result in report["results"]}


def _gain(before: list[float], after: list[float]) -> dict[str, Any]:
    gain: Estimate = paired(before, after)
    return {
        "before": round(100 * sum(before) / len(before), 2),
        "after": round(100 * sum(after) / len(after), 2),
        "gain": round(100 * gain.mean, 2),
        "interval": [round(100 * gain.low, 2), round(100 * gain.high, 2)],
        "clear": gain.low > 0 or gain.high < 0,
    }
