"""A local chat model in llama.cpp with one adapter per memory operation; knows prompts and no memory.

One base model is loaded in a process, by the first question asked of it. Requests from several threads wait for
one another; a reply ends when its iterator is closed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock, get_ident
from typing import TYPE_CHECKING, Final

from memcli.errors import ModelError
from memcli.models.decode import text_of
from memcli.models.native import llama
from memcli.models.prefixes import Beginning, Prefixes
from memcli.models.sampler import Sampler
from memcli.models.session import Running, Session, shared
from memcli.models.template import ChatTemplate
from memcli.records import Message

if TYPE_CHECKING:
    from memcli.models.files import Installed
    from memcli.ports import Sampling, Task

_WORTH_A_FILE: Final = 64
"""Tokens: a shorter beginning is evaluated about as fast as its file is read."""
_PROBES: Final = ("a", "7")
_DEFUSING_ROUNDS: Final = 2
"""Taking one spelling apart may complete another around it, once."""


class LlamaEngine:
    """A GGUF chat model.

    Args:
        model: its manifest.
        file: its GGUF.
        running: context, threads, GPU.
        adapters: LoRA files (GGUF) per task; a task that is not there runs on the base model.
        prefixes: where evaluated beginnings are kept; without it they are evaluated in every process.
    """

    def __init__(
        self,
        model: Installed,
        file: Path,
        running: Running,
        adapters: Mapping[Task, Path] | None = None,
        prefixes: Prefixes | None = None,
    ) -> None:
        self._model = model
        self._file = file
        self._running = running
        self._adapters = dict(adapters or {})
        self._prefixes = prefixes or Prefixes(Path(), 0)
        self._loaded: tuple[Session, ChatTemplate] | None = None
        self._lock = Lock()
        self._holder = 0

    @property
    def name(self) -> str:
        return self._model.name

    @property
    def context_tokens(self) -> int:
        most = self._running.context_tokens
        return min(most, self._model.context_tokens or most)

    def count_tokens(self, text: str) -> int:
        with self._alone():
            return len(self._open()[0].tokenise(text, special=False))

    def prepare(self, messages: Sequence[Message], *, adapter: Task | None = None, keep: bool = True) -> None:
        with self._alone():
            session, _ = self._open()
            session.use(adapter)
            tokens = self._beginning(messages)
            if shared(session.held, tokens) == len(tokens) or len(tokens) >= session.context_tokens:
                return
            words = "\n".join(each.content for each in messages)
            beginning = Beginning(self._evaluator(adapter), tuple(tokens), words)
            state = self._prefixes.read(beginning) if len(tokens) >= _WORTH_A_FILE else None
            if state is not None and session.restore(tokens, state):
                return
            if not keep or len(tokens) < _WORTH_A_FILE:
                session.feed(tokens)
                return
            self._prefixes.keep(beginning, lambda: _evaluated(session, tokens))

    def _beginning(self, messages: Sequence[Message]) -> list[int]:
        """The tokens with which every prompt begins that goes on with a message of the user."""
        session, template = self._open()
        safe = [Message(each.role, _as_text(session, each.content)) for each in messages]
        one, other = (
            session.tokenise(template.render([*safe, Message("user", word)]), special=True) for word in _PROBES
        )
        return one[: shared(one, other)]

    def _evaluator(self, adapter: Task | None) -> str:
        """Everything but the tokens that a state depends on."""
        lora = self._adapters.get(adapter) if adapter else None
        made = f"{lora} {lora.stat().st_size} {lora.stat().st_mtime_ns}" if lora else "no adapter"
        return f"{self._model.sha256} {made} llama.cpp {llama().__version__} {self._running.gpu_layers}"

    def stream(
        self, messages: Sequence[Message], sampling: Sampling, *, adapter: Task | None = None
    ) -> Iterator[str]:
        with self._alone():
            session, _ = self._open()
            prompt = self._prompt(messages, room=1)
            session.use(adapter)
            room = session.context_tokens - len(prompt)
            yield from text_of(_decoded(session, prompt, sampling, room), sampling.stop)

    def score(
        self, messages: Sequence[Message], continuations: Sequence[str], *, adapter: Task | None = None
    ) -> list[float]:
        with self._alone():
            session, _ = self._open()
            tokens = [session.tokenise(each, special=False) for each in continuations]
            if not all(tokens):
                raise ModelError("an empty continuation has no probability")
            prompt = self._prompt(messages, room=max(map(len, tokens), default=1))
            session.use(adapter)
            if all(len(each) == 1 for each in tokens):  # all are in the logits after the prompt
                found = session.log_probabilities_next(prompt) if tokens else ()
                return [float(found[each]) for (each,) in tokens]
            return [float(session.log_probabilities_after(prompt, each).mean()) for each in tokens]

    def close(self) -> None:
        with self._alone():
            if self._loaded is not None:
                self._loaded[0].close()
                self._loaded = None

    def _open(self) -> tuple[Session, ChatTemplate]:
        if self._loaded is None:
            session = Session(self._model, self._file, self._running, self._adapters)
            marks = [session.metadata(f"tokenizer.ggml.{each}_token_id") for each in ("bos", "eos")]
            begin, end = (session.bytes_of(int(m), special=True).decode() if m else "" for m in marks)
            template = ChatTemplate(session.metadata("tokenizer.chat_template"), begin, end)
            self._loaded = session, template
        return self._loaded

    def _prompt(self, messages: Sequence[Message], room: int) -> list[int]:
        """The prompt's tokens, which leave ``room`` in the context.

        Raises:
            ModelError: they do not.
        """
        session, template = self._open()
        safe = [Message(each.role, _as_text(session, each.content)) for each in messages]
        tokens = session.tokenise(template.render(safe), special=True)
        if len(tokens) + room > session.context_tokens:
            raise ModelError(
                f"the prompt has {len(tokens)} tokens and the model's context holds {session.context_tokens}",
                hint="lower recall.tokens, raise model.context_tokens, or say less at once",
            )
        return tokens

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Wait for other threads; a thread that would wait for itself is told so."""
        if self._holder == get_ident():
            raise ModelError("the model is still answering", hint="read the reply to its end, or close it, first")
        with self._lock:
            self._holder = get_ident()
            try:
                yield
            finally:
                self._holder = 0


def _evaluated(session: Session, tokens: Sequence[int]) -> bytes:
    session.feed(tokens)
    return session.state()


def _decoded(session: Session, prompt: Sequence[int], sampling: Sampling, room: int) -> Iterator[bytes]:
    sampler = Sampler(session.vocabulary, sampling)
    tokens = list(prompt)
    try:
        for _ in range(min(sampling.max_tokens, room)):
            session.feed(tokens)
            token = sampler.draw(session.context)
            if session.ends(token):
                return
            yield session.bytes_of(token)
            tokens.append(token)
    finally:
        sampler.close()


def _as_text(session: Session, content: str) -> str:
    """Content in which no control token is spelled: what was said must not end a message or begin one."""
    for _ in range(_DEFUSING_ROUNDS):
        for mark in {token for token in session.tokenise(content, special=True) if session.is_control(token)}:
            spelling = session.bytes_of(mark, special=True).decode("utf-8", "replace")
            content = content.replace(spelling, f"{spelling[:1]} {spelling[1:]}")
    return content
