"""What can be done with layouts: choose one, save the present one, delete, reset."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QByteArray, QObject

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.ui.commands.desk import Desk
from boocode_desktop.ui.dialogs.questions import LineDialog
from boocode_desktop.ui.layouts import (
    BUILT_IN,
    START,
    STORED,
    BuiltInLayout,
    name_problem,
    read_layouts,
    write_layouts,
)
from boocode_desktop.ui.palette.entries import Entry
from boocode_desktop.ui.palette.palette import Palette


class LayoutCommands(QObject):
    """The layout rows of the `view` menu. Saved layouts hold every dock: where, how large, open, tabbed, floating."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.window)
        self._desk, self._context = desk, desk.context
        bind = desk.context.actions.bind
        for layout in BUILT_IN:
            bind(f"layout.{layout.id}", partial(self.use_built_in, layout))
        bind("layout.choose", lambda: self._read(self._offer))
        bind("layout.save", self.ask_name)
        bind("layout.delete", lambda: self._read(self._offer_deleting))
        bind("layout.reset", self.reset)

    def use_built_in(self, layout: BuiltInLayout) -> None:
        """Arrange the docks as one of the window's own layouts says."""
        height = self._desk.window.height()
        self._desk.docks.arrange(layout.shown, {i: int(height * share) for i, share in layout.shares.items()})

    def reset(self) -> None:
        """As it was at the very first start."""
        self._desk.docks.arrange(START, {})

    def use(self, name: str, state: bytes) -> None:
        """Arrange the docks as they were when the layout was saved."""
        if not self._desk.docks.restore(QByteArray(state)):
            problem = UserFacingError(
                f"The layout “{name}” cannot be used: another version of BooCode saved it.",
                "Nothing was moved. Arrange the panes again and save it anew.",
            )
            self._context.bridge.refused.emit(problem)

    def ask_name(self) -> None:
        """Save what is on screen under a name."""
        dialog = LineDialog(self._context.theme, self._desk.window, "Save this layout", label="Name", button="Save")
        dialog.entered.connect(self.save)
        dialog.open()

    def save(self, name: str) -> None:
        """Save what is on screen; a layout of that name is replaced."""
        words, state = " ".join(name.split()), bytes(self._desk.docks.save().data())

        def done(_: object) -> None:
            self._desk.notices.tell("Layout saved", words)

        self._context.bridge.run(self._save(words, state), owner=self, done=done, key="layout.save")

    async def _save(self, name: str, state: bytes) -> None:
        store = self._context.front.store
        layouts = read_layouts(await store.setting(STORED))
        if problem := name_problem(name, layouts):
            raise UserFacingError(problem, "Choose another name; nothing was saved.")
        await store.set_setting(STORED, write_layouts({**layouts, name: state}))

    async def _delete(self, name: str) -> None:
        store = self._context.front.store
        layouts = read_layouts(await store.setting(STORED))
        layouts.pop(name, None)
        await store.set_setting(STORED, write_layouts(layouts))

    def _read(self, show: Callable[[dict[str, bytes]], None]) -> None:
        self._context.bridge.run(
            self._context.front.store.setting(STORED),
            owner=self,
            done=lambda stored: show(read_layouts(stored)),
            key="layout.read",
        )

    def _offer(self, layouts: dict[str, bytes]) -> None:
        own = [
            Entry(
                title=layout.name,
                group="Layouts",
                icon="layers-2",
                detail=layout.words,
                keys=self._context.actions.keys(f"layout.{layout.id}"),
                act=partial(self.use_built_in, layout),
            )
            for layout in BUILT_IN
        ]
        saved = [
            Entry(title=name, group="Saved", icon="layers", act=partial(self.use, name, state))
            for name, state in sorted(layouts.items())
        ]
        more = [
            Entry(title="Save this layout…", group="More", icon="plus", act=self.ask_name),
            Entry(title="Reset the layout", group="More", icon="rotate-ccw", act=self.reset),
        ]
        self._open([*own, *saved, *more], "Choose a layout…")

    def _offer_deleting(self, layouts: dict[str, bytes]) -> None:
        if not layouts:
            self._desk.notices.tell("No saved layouts", "Review, Focus and Everything always stay.", tone="info")
            return
        entries = [
            Entry(title=name, group="Saved", icon="trash-2", act=partial(self._ask_delete, name, state))
            for name, state in sorted(layouts.items())
        ]
        self._open(entries, "Delete which layout…")

    def _ask_delete(self, name: str, state: bytes) -> None:
        def done(_: object) -> None:
            self._desk.notices.tell("Layout deleted", name, action="Undo", act=lambda: self._bring_back(name, state))

        self._context.bridge.run(self._delete(name), owner=self, done=done, key="layout.delete")

    def _bring_back(self, name: str, state: bytes) -> None:
        self._context.bridge.run(self._save(name, state), owner=self)

    def _open(self, entries: list[Entry], title: str) -> None:
        Palette(self._context.theme, self._desk.window, entries, title=title).open()
