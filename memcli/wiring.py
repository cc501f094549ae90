"""The one composition root: settings in, an assistant out; every front end begins here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from memcli.config import Settings, embedder_for
from memcli.ports import ChatModel, Clock, Embedder, Extractor, Searcher, SystemClock, Task
from memcli.records import Filter, Lane

if TYPE_CHECKING:
    from memcli.assistant import Assistant
    from memcli.learn import Learner, Reader
    from memcli.records import Candidate, Memory
    from memcli.store import Store
    from memcli.update.decide import Vote
    from memcli.update.plan import Ask
    from memcli.update.revise import Revision
    from memcli.update.rivals import Neighbour

SIMILAR = 12
MANY = 5_000
"""Imported turns that wait, from which on rules alone read them: the adapter would take about an hour."""


class Parts:
    """The parts of one assistant, each made when first needed, so that a command pays only for what it uses."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock = clock or SystemClock()

    @cached_property
    def embedder(self) -> Embedder:
        return self.open_embedder(self._embedder_name())

    def open_embedder(self, name: str) -> Embedder:
        """An embedder by name; its weights are loaded by the first text."""
        from memcli.models import open_embedder

        return open_embedder(replace(self.settings, embedder=name))

    def _embedder_name(self) -> str:
        return embedder_for(self.settings, self.store.made_with())

    def reembed(self) -> int:
        """Embed everything anew with the embedder that is set; the number of records."""
        self.embedder = self.open_embedder(self.settings.embedder)
        return self.store.reembed(self.embedder)

    @cached_property
    def chat_model(self) -> ChatModel:
        from memcli.models import open_chat

        return open_chat(self.settings)

    @cached_property
    def store(self) -> Store:
        from memcli.store import Store

        return Store.open(self.settings, lambda: self.embedder, self.clock)

    @cached_property
    def searcher(self) -> Searcher:
        from memcli.retrieve import Retriever, Teaching, default_ranker

        teaching = Teaching(self.settings.home.learned)
        return Retriever(self.store, self.embedder, default_ranker(self.settings.ranker), teaching=teaching)

    @cached_property
    def assistant(self) -> Assistant:
        from memcli.assistant import Assistant

        return Assistant(
            self.settings,
            self.store,
            lambda: self.searcher,
            lambda: self.chat_model,
            self.clock,
            lambda: self.learner,
            self._trained,
        )

    def _trained(self, task: Task) -> bool:
        """Whether the chat model has an adapter for a task, in use."""
        from memcli.models import has_adapter

        return has_adapter(self.settings, task)

    @property
    def _hears_talk(self) -> bool:
        from memcli.models import hears_talk

        return hears_talk(self.settings)

    @cached_property
    def learner(self) -> Learner:
        from memcli.learn import Learner

        return Learner(
            self.store,
            self._reader,
            self.clock,
            self.settings.review,
            self._similar,
            self.settings.secrets,
            self.settings.user_name,
            lambda: self._live_reader,
            self._import_reader,
        )

    @cached_property
    def _reader(self) -> Reader:
        """Who reads notes: rules and the linear model, unless the model is asked for."""
        from memcli.extract import RulesExtractor
        from memcli.learn import Reader
        from memcli.update import gone, weigh

        by_model = self.settings.extract_method == "model"
        votes: dict[str, Ask | None] = {"off": None, "model": self._model_vote}
        asked = self.settings.vote == "model" and self._hears_talk
        return Reader(
            self._model_extractor(careful=False) if by_model else RulesExtractor(),
            votes.get(self.settings.vote, weigh.vote),
            self._revise if asked else None,
            None if self.settings.vote == "off" else gone.likeliest,
        )

    @cached_property
    def _live_reader(self) -> Reader:
        """Who reads a conversation: with adapters in use, they help where rules find nothing and do not decide."""
        reader = self._careful
        if self.settings.vote == "auto" and self._trained("update"):
            reader = replace(reader, vote=self._joint_vote, revise=self._revise if self._hears_talk else None)
        return reader

    def _import_reader(self, waiting: int) -> Reader:
        """Who reads imports: rules and the adapter too, unless so many wait that it would take hours."""
        wanted = self.settings.extract_imports
        return self._careful if wanted == "model" or (wanted == "auto" and waiting <= MANY) else self._reader

    @cached_property
    def _careful(self) -> Reader:
        """Rules, and beside them the extraction adapter where it is in use."""
        if self.settings.extract_method == "auto" and self._trained("extraction"):
            return replace(self._reader, extractor=self._model_extractor(careful=True))
        return self._reader

    def _model_extractor(self, *, careful: bool) -> Extractor:
        from memcli.extract import ModelExtractor

        name, learned = f"{self.settings.chat_model}+extraction", self._trained("extraction")
        return ModelExtractor(lambda: self.chat_model, name, learned=learned, careful=careful)

    def _model_vote(self, candidate: Candidate, neighbours: Sequence[Neighbour]) -> Vote | None:
        from memcli.update.vote import ModelVoter

        voter = ModelVoter(lambda: self.chat_model, f"{self.settings.chat_model}+update")
        return voter(candidate, neighbours)

    def _revise(self, talk: Sequence[str], memories: Sequence[Memory]) -> Sequence[Revision]:
        from memcli.update.revise import ModelReviser

        return ModelReviser(lambda: self.chat_model, f"{self.settings.chat_model}+update")(talk, memories)

    def _joint_vote(self, candidate: Candidate, neighbours: Sequence[Neighbour]) -> Vote | None:
        """The linear model's vote, which costs nothing; the adapter's where that has none."""
        from memcli.update import weigh

        return weigh.vote(candidate, neighbours) or self._model_vote(candidate, neighbours)

    def _similar(self, text: str) -> dict[str, float]:
        """Cosines of the nearest memories, where the embedder is open anyway: an `add` does not wait for it."""
        if "embedder" not in self.__dict__:
            return {}
        found = self.store.nearest(Lane.MEMORY, self.embedder.embed([text])[0], SIMILAR, Filter())
        return {each.id: each.score for each in found}

    def absent_models(self) -> list[str]:
        """The models that are set and not on this machine; a look at the files, nothing is opened."""
        from memcli.models import is_here

        wanted = (self._embedder_name(), self.settings.chat_model)
        return [name for name in wanted if not is_here(self.settings, name)]

    def close(self) -> None:
        """Close what was opened, models last: the store may embed while it closes."""
        for name in ("store", "chat_model", "embedder"):
            if name in self.__dict__:
                getattr(self, name).close()


@contextmanager
def assistant(settings: Settings, clock: Clock | None = None) -> Iterator[Assistant]:
    """An assistant for one command, closed at its end."""
    parts = Parts(settings, clock)
    try:
        yield parts.assistant
    finally:
        parts.close()
