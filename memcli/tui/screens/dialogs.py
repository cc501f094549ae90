"""Small questions: one line, yes or no, a memory's fields; each hands back an answer and does nothing itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Footer, Input, Label, Select, TextArea

from memcli.humanize import day
from memcli.records import Kind, Memory

_CANCEL: Final = Binding("escape", "cancel", "Cancel")


class Ask(ModalScreen[str | None]):
    """One line of text; None if it was not given."""

    BINDINGS: ClassVar[list[BindingType]] = [_CANCEL]

    def __init__(self, title: str, value: str = "", hint: str = "") -> None:
        super().__init__()
        self._title, self._value, self._hint = title, value, hint

    def compose(self) -> ComposeResult:
        """The question and a line to answer on."""
        with Vertical(classes="dialog"):
            yield Label(self._title, classes="title", markup=False)
            yield Input(self._value, placeholder=self._hint, select_on_focus=False)
        yield Footer(show_command_palette=False, compact=True)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """The line is the answer."""
        self.dismiss(event.value.strip() or None)

    def action_cancel(self) -> None:
        """No answer."""
        self.dismiss(None)


class Confirm(ModalScreen[bool]):
    """Whether to go on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes"),
        Binding("n,escape", "answer(False)", "No"),
    ]

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """The question and two buttons."""
        with Vertical(classes="dialog"):
            yield Label(self._question, classes="title", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Yes", id="yes", compact=True)
                yield Button("No", id="no", variant="primary", compact=True)
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """What is harmless is what Enter does."""
        self.query_one("#no").focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """A button answers too."""
        self.dismiss(event.button.id == "yes")

    def action_answer(self, answer: bool) -> None:
        """Yes or no."""
        self.dismiss(answer)


@dataclass(frozen=True, slots=True)
class Written:
    """A memory's fields as they were typed; ``when`` is still words."""

    text: str
    kind: Kind
    importance: str
    when: str
    tags: str

    @classmethod
    def of(cls, memory: Memory) -> Written:
        """A memory's fields as they are typed."""
        when = day(memory.event_at) if memory.event_at else ""
        return cls(memory.text, memory.kind, f"{memory.importance:.2g}", when, " ".join(memory.tags))


class Edit(ModalScreen[Written | None]):
    """The fields of a memory, or of a new one."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "save", "Save"), _CANCEL]

    def __init__(self, memory: Memory | None = None) -> None:
        super().__init__()
        self._memory = memory

    def compose(self) -> ComposeResult:
        """Words, kind, importance or tags, date."""
        memory = self._memory
        given = Written.of(memory) if memory else Written("", Kind.SEMANTIC, "", "", "")
        kinds = [(kind.value, kind) for kind in Kind]
        with Vertical(classes="dialog wide"):
            yield Label("Edit the memory" if memory else "Remember something", classes="title")
            yield TextArea(given.text, id="text", tab_behavior="focus")
            with Horizontal(classes="field"):
                yield Label("Kind")
                yield Select(kinds, value=given.kind, allow_blank=False, id="kind", compact=True)
            with Horizontal(classes="field"):
                yield Label("When")
                yield Input(
                    given.when, id="when", compact=True, placeholder="a date, or words such as last Friday"
                )
            with Horizontal(classes="field"):
                yield Label("Importance" if memory else "Tags")
                if memory:
                    yield Input(given.importance, id="importance", compact=True, placeholder="from 0 to 1")
                else:
                    yield Input("", id="tags", compact=True, placeholder="words, with spaces between them")
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """One goes on writing where the words end."""
        text = self.query_one("#text", TextArea)
        text.move_cursor(text.document.end)

    def action_save(self) -> None:
        """Hand the fields back."""
        given = {field.id: field.value for field in self.query(Input)}
        self.dismiss(
            Written(
                text=self.query_one("#text", TextArea).text.strip(),
                kind=Kind(str(self.query_one("#kind", Select).value)),
                importance=given.get("importance", ""),
                when=given.get("when", ""),
                tags=given.get("tags", ""),
            )
        )

    def action_cancel(self) -> None:
        """Nothing was changed."""
        self.dismiss(None)
