"""What can be done to memories wherever they are listed; each change is one call of the corridor, in a thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from memcli.humanize import count, cut, one_line, printable
from memcli.records import Change, Memory
from memcli.requests import Patch
from memcli.tui.screens.asking import Asking

if TYPE_CHECKING:
    from memcli.erasure import Plan
    from memcli.tui.screens.dialogs import Written


class Acting(Asking):
    """A screen with memories; ``chosen`` are the marked ones, else the one pointed at."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "add", "Add", show=False),
        Binding("e", "edit", "Edit", show=False),
        Binding("p", "pin", "Pin", show=False),
        Binding("t", "tag", "Tag", show=False),
        Binding("l", "link", "Link", show=False),
        Binding("f,delete", "forget", "Forget", show=False),
        Binding("o", "source", "Open the source", show=False),
        Binding("g", "graph", "Graph of its links", show=False),
        Binding("y", "copy", "Copy", show=False),
        Binding("x", "export", "Export", show=False),
        Binding("X", "erase", "Erase for good", show=False),
    ]

    def chosen(self) -> Sequence[Memory]:
        """The memories that are meant."""
        raise NotImplementedError

    def changed(self, changes: Sequence[Change], done: str) -> None:
        """Say what was done, and show it."""
        if not changes:
            self.app.notify("nothing to change")
            return
        first = changes[0].after or changes[0].before
        words = cut(one_line(printable(first.text)), 48) if first else ""
        told = words if len(changes) == 1 else count(len({c.memory_id for c in changes}), "memory")
        self.app.notify(f"{done}: {told}\nu takes it back", markup=False)
        self.home.look()

    def act(self, call: Callable[[], Sequence[Change]], done: str) -> None:
        """Change something in a thread."""
        self.do(call, lambda changes: self.changed(changes, done))

    def action_add(self) -> None:
        """Write something down."""
        self.write(None, self._add)

    def _add(self, written: Written) -> None:
        now = self.now()

        def keep() -> Sequence[Change]:
            from memcli.tui.writing import note_of

            return self.assistant.remember(note_of(written, now)).changes

        if written.text:
            self.act(keep, "remembered")

    def action_edit(self) -> None:
        """Change words, kind, importance or date."""
        if chosen := self.chosen():
            memory = chosen[0]
            self.write(memory, lambda written: self._edited(memory, written))

    def _edited(self, memory: Memory, written: Written) -> None:
        before, now = type(written).of(memory), self.now()

        def save() -> Sequence[Change]:
            from memcli.tui.writing import patch_of

            patch = patch_of(before, written, now)
            return [] if patch == Patch() else [self.assistant.edit(memory.id, patch)]

        self.act(save, "edited")

    def action_pin(self) -> None:
        """Keep from fading; if all are pinned, let them fade again."""
        chosen = self.chosen()
        pinned = not all(memory.pinned for memory in chosen)
        ids = [memory.id for memory in chosen]
        self.act(lambda: self.assistant.pin(ids, pinned=pinned), "pinned" if pinned else "unpinned")

    def action_tag(self) -> None:
        """Ask for tags, then put them on."""
        chosen = self.chosen()
        if not chosen:
            return
        have = " ".join(f"#{tag}" for tag in chosen[0].tags) or "none yet"
        title = f"Tags of {count(len(chosen), 'memory')} (now {have})"
        self.ask(title, lambda line: self._tag(chosen, line), hint="work home -old")

    def _tag(self, chosen: Sequence[Memory], line: str) -> None:
        words = [word.lstrip("#") for word in line.split()]
        add = [word for word in words if word and not word.startswith("-")]
        off = [word[1:].lstrip("#") for word in words if word.startswith("-")]
        if add or off:
            self.act(lambda: [c for m in chosen for c in self.assistant.tag(m.id, add, off)], "tagged")

    def action_link(self) -> None:
        """Tie two marked memories together, or this one to another that is then found."""
        match self.chosen():
            case [source, target]:
                self._relate(source, target)
            case [source]:
                self.pick("Link to which memory?", lambda target: self._relate(source, target))
            case _:
                self.app.notify("mark two memories to link, or none", severity="warning")

    def _relate(self, source: Memory, target: Memory) -> None:
        title = "How does the first relate to the second?"
        self.ask(title, lambda relation: self._link(source, target, relation), "related")

    def _link(self, source: Memory, target: Memory, relation: str) -> None:
        self.act(lambda: [self.assistant.link(source.id, target.id, relation)], "linked")

    def action_forget(self) -> None:
        """Put away; several only after a question."""
        ids = [memory.id for memory in self.chosen()]
        if len(ids) > 1:
            question = f"Forget {count(len(ids), 'memory')}? Undo brings them back."
            self.confirm(question, lambda: self._forget(ids))
        elif ids:
            self._forget(ids)

    def _forget(self, ids: Sequence[str]) -> None:
        self.act(lambda: self.assistant.forget(ids), "forgotten")

    def action_erase(self) -> None:
        """Erase for good, once the word is typed."""
        from memcli.tui.screens.erasing import planned

        if chosen := self.chosen():
            ids, words, home = tuple(memory.id for memory in chosen), chosen[0].text, self.settings.home
            self.do(lambda: planned(self.store, ids, home), lambda found: self._ask_erase(*found, words))

    def _ask_erase(self, plan: Plan, backups: int, words: str) -> None:
        from memcli.tui.screens.erasing import question

        self.ask(question(plan, words, backups), lambda word: self._erase(plan, word.strip().lower()))

    def _erase(self, plan: Plan, word: str) -> None:
        from memcli.tui.screens.erasing import ALL, WORD, erase

        if word not in {WORD, ALL}:
            self.app.notify("nothing was erased")
            return
        self.app.notify("erasing, and searching for what is left …")
        home, now = self.settings.home, self.now()
        self.do(lambda: erase(self.store, plan, home, now, word), self._erased)

    def _erased(self, told: str) -> None:
        self.app.notify(told, markup=False, timeout=15)
        self.changed_elsewhere()

    def changed_elsewhere(self) -> None:
        """Read again what was changed in a way that the history does not tell."""
        self.renew()
        self.home.look()

    def action_source(self) -> None:
        """Show the conversation that a memory is from."""
        chosen = self.chosen()
        if chosen and chosen[0].sources:
            self.open_turn(chosen[0].sources[0])
        elif chosen:
            self.app.notify("this memory has no source", severity="warning")

    def open_turn(self, turn_id: str) -> None:
        """Show what was said around a turn."""
        self.home.show_turn(turn_id)

    def action_graph(self) -> None:
        """Go to the memory's neighbourhood."""
        if chosen := self.chosen():
            self.home.show_graph(chosen[0].id)

    def action_copy(self) -> None:
        """Copy the words."""
        if chosen := self.chosen():
            self.app.copy_to_clipboard("\n".join(memory.text for memory in chosen))
            self.app.notify(f"copied {count(len(chosen), 'memory')}")

    def action_export(self) -> None:
        """Ask for a file, then write them to it."""
        if chosen := self.chosen():
            title = (
                f"Write {count(len(chosen), 'memory')} to which file (.jsonl or .csv) or folder of notes (notes/)?"
            )
            self.ask(title, lambda name: self._export(chosen, name), "memories.jsonl")

    def _export(self, chosen: Sequence[Memory], name: str) -> None:
        from memcli.tui.exporting import export

        told = f"wrote {count(len(chosen), 'memory')} to {name}"
        self.do(lambda: export(self.store, chosen, name), lambda _: self.app.notify(told, markup=False))
