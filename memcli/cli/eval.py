"""`eval`: measure this memory on a benchmark file; knows how to ask and to print, and no score's formula."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

from memcli.cli.options import Json, examples
from memcli.cli.progress import progress
from memcli.cli.state import State, of
from memcli.paths import Home
from memcli.records import Filter, Lane

app = typer.Typer(
    help="Measure this memory on benchmark files.",
    epilog=examples("memcli eval retrieval locomo locomo10.json --limit 100"),
    no_args_is_help=True, rich_markup_mode="rich",
)  # fmt: skip


class RankerName(StrEnum):
    """What ranks the candidates."""

    LEARNED = "learned"
    FUSION = "fusion"
    COSINE = "cosine"
    BM25 = "bm25"


Dataset = Annotated[str, typer.Argument(metavar="DATASET", help="The file's format: locomo or longmemeval.")]
File = Annotated[Path, typer.Argument(metavar="FILE", help="The benchmark's JSON file, as published.")]
Conversations = Annotated[str, typer.Option(help="Only these conversations, by name, with commas between.")]
Limit = Annotated[int | None, typer.Option(min=1, help="Ask only so many questions, drawn with a fixed seed.")]


@app.command(epilog=examples("memcli eval retrieval locomo locomo10.json --pooled --json > run.json"))
def retrieval(
    ctx: typer.Context,
    dataset: Dataset,
    file: File,
    conversations: Conversations = "",
    limit: Limit = None,
    pooled: Annotated[bool, typer.Option("--pooled", help="All conversations in one home.")] = False,
    lane: Annotated[list[Lane] | None, typer.Option("--lane", help="Only this lane; may be repeated.")] = None,
    ranker: Annotated[RankerName, typer.Option(help="What ranks the candidates.")] = RankerName.LEARNED,
    as_json: Json = False,
) -> None:
    """Measure how much of the evidence a search finds: recall and hit at 5, 10 and 20, by category."""
    from memcli.evals import datasets
    from memcli.evals import retrieval as evaluation

    state = of(ctx)
    chosen = datasets.choose(
        datasets.load(dataset, file), [n.strip() for n in conversations.split(",") if n.strip()]
    )
    chosen = datasets.sample(chosen, limit)
    where = Filter(lanes=tuple(lane)) if lane else Filter()
    with progress(state) as bar:
        tally = evaluation.measure(chosen, lambda: _bench(state, ranker), where, bar, pooled=pooled)
    names = [conversation.name for conversation in chosen]
    about = {"dataset": dataset, "conversations": names, "pooled": pooled, "ranker": str(ranker)}
    document = evaluation.report(tally, about)
    if as_json:
        state.document(document)
    else:
        state.show(_table(document))


@contextmanager
def _bench(state: State, ranker: RankerName) -> Iterator[Any]:
    """The product's own parts over a home that is removed afterwards; models are the user's."""
    from memcli import retrieve
    from memcli.evals.retrieval import Bench

    others = {
        RankerName.FUSION: retrieve.FUSION,
        RankerName.COSINE: retrieve.COSINE,
        RankerName.BM25: retrieve.BM25,
    }
    with TemporaryDirectory(prefix="memcli-eval-") as folder:
        home = Home(root=Path(folder), models=state.settings.home.models)
        parts = state.wiring(replace(state.settings, home=home, store_uri=""), state.clock)
        try:
            searcher = parts.searcher
            if ranker in others:
                searcher = retrieve.Retriever(parts.store, parts.embedder, others[ranker])
            yield Bench(parts.store, searcher)
        finally:
            parts.close()


def _table(document: Mapping[str, Any]) -> Iterator[str]:
    """One line a category, as people compare them."""
    names = ("recall@5", "recall@10", "recall@20", "hit@10")
    yield f"{'category':<24}{'questions':>10}" + "".join(f"{name:>11}" for name in names) + "   95 % of recall@10"
    rows = {**document["by_category"], "all": document["overall"]}
    for name, scores in rows.items():
        low, high = scores["interval"]["recall@10"]
        numbers = "".join(f"{scores[each]:>11.1f}" for each in names)
        yield f"{name:<24}{scores['questions']:>10}{numbers}   {low:.1f} to {high:.1f}"
    latency, ingest = document["latency_ms"], document["ingest"]
    yield (
        f"search {latency['p50']} ms (p95 {latency['p95']} ms); "
        f"{ingest['turns']} turns kept at {ingest['turns_per_s']} a second"
    )
