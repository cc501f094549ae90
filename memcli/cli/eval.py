"""`eval`: measure this memory on a benchmark file; knows how to ask and to print, and no score's formula."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from memcli.cli.options import Json, examples
from memcli.cli.progress import progress
from memcli.cli.state import State, of
from memcli.errors import BadInputError
from memcli.paths import Home
from memcli.ports import Clock, Embedder, FixedClock
from memcli.records import Answer, Filter, Lane, Turn

if TYPE_CHECKING:
    from memcli.assistant import Assistant
    from memcli.evals.answers import Listener
    from memcli.evals.datasets import Conversation, Question
    from memcli.evals.journal import Journal
    from memcli.evals.retrieval import Bench
    from memcli.wiring import Parts

app = typer.Typer(
    help="Measure this memory on benchmark files.",
    epilog=examples("memcli eval retrieval locomo locomo10.json --limit 100"),
    no_args_is_help=True, rich_markup_mode="rich",
)  # fmt: skip


class RankerName(StrEnum):
    """What ranks the candidates."""

    LEARNED = "learned"
    LOCOMO = "locomo"
    FUSION = "fusion"
    COSINE = "cosine"
    BM25 = "bm25"


Dataset = Annotated[str, typer.Argument(metavar="DATASET", help="The file's format: locomo or longmemeval.")]
File = Annotated[Path, typer.Argument(metavar="FILE", help="The benchmark's JSON file, as published.")]
Conversations = Annotated[str, typer.Option(help="Only these conversations, by name, with commas between.")]
Out = Annotated[
    Path | None,
    typer.Option(
        metavar="NAME", help="Write NAME.json and NAME.md; a run that is cut off goes on when it is given again."
    ),
]
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
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Measure how much of the evidence a search finds: recall and hit at 5, 10 and 20, by category."""
    from memcli.evals import retrieval as evaluation

    state = of(ctx)
    chosen = _chosen(dataset, file, conversations, limit)
    where = Filter(lanes=tuple(lane)) if lane else Filter()
    names = [conversation.name for conversation in chosen]
    about = {"dataset": dataset, "conversations": names, "pooled": pooled, "ranker": str(ranker)}
    with progress(state) as bar, _journal(out, {**about, "limit": limit, "lanes": where.lanes}) as journal:
        tally = evaluation.measure(
            chosen, lambda: _bench(state, ranker), where, bar, pooled=pooled, journal=journal
        )
        document = evaluation.report(tally, about)
        _write(state, out, document)
    if as_json:
        state.document(document)
    else:
        state.show(_table(document))


@app.command(epilog=examples("memcli eval answers locomo locomo10.json --conversations conv-26 --limit 50"))
def answers(
    ctx: typer.Context,
    dataset: Dataset,
    file: File,
    conversations: Conversations = "",
    limit: Limit = None,
    k: Annotated[int | None, typer.Option("-k", min=1, help="Hits looked at for each answer.")] = None,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Measure the answers: F1 and BLEU-1 by category as the LoCoMo paper scores them, and abstention."""
    from memcli.evals import answers as evaluation

    state = of(ctx)
    chosen = _chosen(dataset, file, conversations, limit)
    names = [conversation.name for conversation in chosen]
    about = {"dataset": dataset, "conversations": names, "model": state.settings.chat_model}
    with progress(state) as bar, _journal(out, {**about, "limit": limit, "k": k}) as journal:
        graded = evaluation.measure(chosen, lambda: _listener(state, k), bar, journal)
        document = evaluation.report(graded, about)
        _write(state, out, document)
    if as_json:
        state.document(document)
    else:
        state.show(_answer_table(document))


@app.command(epilog=examples("memcli eval compare before.json after.json"))
def compare(
    ctx: typer.Context,
    before: Annotated[Path, typer.Argument(help="A report written with --json.")],
    after: Annotated[Path, typer.Argument(help="Another report of the same questions.")],
    as_json: Json = False,
) -> None:
    """Compare two reports question by question: gains with intervals by paired bootstrap."""
    from memcli.evals import compare as comparison

    state = of(ctx)
    document = comparison.compare(comparison.read(before), comparison.read(after))
    if as_json:
        state.document(document)
    else:
        state.show(_gains(document))


@contextmanager
def _journal(out: Path | None, about: Mapping[str, Any]) -> Iterator[Journal]:
    """What a run noted so far, beside its report; it goes when the report is written."""
    from memcli.evals.journal import Journal

    journal = Journal(out and out.with_name(f"{out.name}.partial.jsonl"), about)
    yield journal
    journal.close()


def _write(state: State, out: Path | None, document: Mapping[str, Any]) -> None:
    """The report in both forms, where one is wanted."""
    from memcli.evals.markdown import markdown

    if out is None:
        return
    try:
        out.with_name(f"{out.name}.json").write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
        out.with_name(f"{out.name}.md").write_text(markdown(document), encoding="utf-8")
    except OSError as error:
        raise BadInputError(f"cannot write {out}: {error.strerror}") from error
    state.say(f"wrote {out}.json and {out}.md", "dim")


def _chosen(dataset: str, file: Path, conversations: str, limit: int | None) -> list[Conversation]:
    from memcli.evals import datasets

    names = [name.strip() for name in conversations.split(",") if name.strip()]
    return datasets.sample(datasets.choose(datasets.load(dataset, file), names), limit)


@contextmanager
def _temporary(state: State, clock: Clock) -> Iterator[Parts]:
    """The product's own parts over a home that is removed afterwards; models are the user's."""
    with TemporaryDirectory(prefix="memcli-eval-") as folder:
        home = Home(root=Path(folder), models=state.settings.home.models)
        parts = state.wiring(replace(state.settings, home=home, store_uri=""), clock)
        try:
            yield parts
        finally:
            parts.close()


@app.command(epilog=examples("memcli eval operations labelled.jsonl --json"))
def operations(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Labelled turns, dialogues, or LoCoMo.")],
    limit: Annotated[int | None, typer.Option(min=1, help="Tell only the first turns.")] = None,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Measure how words become memories: extraction, updates by class, duplicates, time."""
    from memcli.evals import operations as evaluation
    from memcli.models import open_embedder

    state = of(ctx)
    cases = evaluation.load(file)[:limit]
    about = {"file": file.name, "extractor": state.settings.extract_method, "vote": state.settings.vote}
    with (
        closing(open_embedder(state.settings)) as embedder,
        progress(state) as bar,
        _journal(out, {**about, "limit": limit}) as journal,
    ):
        tally = evaluation.run(cases, lambda: _learner(state, embedder), bar, journal)
        document = evaluation.report(tally, about)
        _write(state, out, document)
    if as_json:
        state.document(document)
    else:
        state.show(evaluation.lines(document))


@contextmanager
def _learner(state: State, embedder: Embedder) -> Iterator[tuple[Assistant, Embedder]]:
    """A new home; the embedder serves the next one too."""
    with _temporary(state, state.clock) as parts:
        parts.embedder = embedder
        try:
            yield parts.assistant, embedder
        finally:
            parts.store.close()
            del parts.store, parts.embedder


@contextmanager
def _bench(state: State, ranker: RankerName) -> Iterator[Bench]:
    from memcli import retrieve
    from memcli.evals.retrieval import Bench

    others = {
        RankerName.FUSION: retrieve.FUSION,
        RankerName.COSINE: retrieve.COSINE,
        RankerName.BM25: retrieve.BM25,
    }
    with _temporary(state, state.clock) as parts:
        chosen = others.get(ranker) or retrieve.default_ranker(ranker)
        searcher = retrieve.Retriever(parts.store, parts.embedder, chosen)
        yield Bench(parts.store, searcher)


@contextmanager
def _listener(state: State, k: int | None) -> Iterator[Listener]:
    """Questions are asked at their own time: "last week" is the week before that."""
    from memcli.evals.answers import Listener

    clock = FixedClock()
    with _temporary(state, clock) as parts:

        def remember(turns: Sequence[Turn]) -> None:
            parts.store.add_turns(turns)
            parts.store.flush(force=True)

        def ask(question: Question) -> Answer:
            clock.at = question.asked_at
            return parts.assistant.ask(question.text, lambda _piece: None, k=k)

        yield Listener(remember, ask)


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


def _answer_table(document: Mapping[str, Any]) -> Iterator[str]:
    names = ("f1", "bleu1", "abstained", "supported")
    yield f"{'category':<24}{'questions':>10}" + "".join(f"{name:>11}" for name in names) + "   95 % of f1"
    for name, scores in {**document["by_category"], "answerable": document["overall"]}.items():
        low, high = scores["interval"]["f1"]
        numbers = "".join(f"{scores[each]:>11.1f}" for each in names)
        yield f"{name:<24}{scores['questions']:>10}{numbers}   {low:.1f} to {high:.1f}"
    yield f"answer {document['latency_ms']['p50']} ms (p95 {document['latency_ms']['p95']} ms)"


def _gains(document: Mapping[str, Any]) -> Iterator[str]:
    yield f"{'score':<14}{'before':>9}{'after':>9}{'gain':>8}   95 % over {document['questions']} questions"
    for name, score in document["scores"].items():
        low, high = score["interval"]
        verdict = "clear" if score["clear"] else "not clear"
        numbers = f"{score['before']:>9.1f}{score['after']:>9.1f}{score['gain']:>+8.1f}"
        yield f"{name:<14}{numbers}   {low:+.1f} to {high:+.1f}, {verdict}"
