"""Opens the palette: with what can be done now, what was used lately, chats and files that are looked for meanwhile."""

import asyncio
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject

from boocode_desktop.ui.commands.desk import Desk
from boocode_desktop.ui.commands.palette_entries import chat_shelf, palette_entries
from boocode_desktop.ui.composer.mention_lines import Others, mention_lines
from boocode_desktop.ui.composer.mention_search import MentionSearch
from boocode_desktop.ui.palette.entries import Shelf
from boocode_desktop.ui.palette.palette import Palette

STORED = "palette.recent"
MOST_RECENT = 30
_MOST_CHATS = 5_000


class PaletteCommands(QObject):
    """One palette at a time. What was used is remembered across restarts."""

    def __init__(self, desk: Desk, open_settings: Callable[[str], None]) -> None:
        super().__init__(desk.window)
        self._desk, self._context, self._open_settings = desk, desk.context, open_settings
        self._recent: tuple[str, ...] | None = None

    def open(self) -> None:
        """Search or command."""
        entries = palette_entries(self._desk, self._open_settings)
        palette = Palette(self._context.theme, self._desk.window, entries, recent=self._recent or ())
        palette.used.connect(self._on_used)
        session_id = self._context.selection.session_id
        if session_id and self._context.front.mentions is not None:
            self._add_files(palette, session_id)
        palette.open()
        self._context.bridge.run(self._chats(), owner=palette, done=palette.add)
        if self._recent is None:
            self._context.bridge.run(self._remembered(), owner=palette, done=palette.remember)

    async def _remembered(self) -> Sequence[str]:
        stored = await self._context.front.store.setting(STORED)
        self._recent = tuple(str(key) for key in stored)[:MOST_RECENT] if isinstance(stored, list) else ()
        return self._recent

    async def _chats(self) -> Shelf:
        titles = await self._context.front.store.chat_titles(_MOST_CHATS)
        return await asyncio.to_thread(chat_shelf, self._desk, titles)

    def _add_files(self, palette: Palette, session_id: str) -> None:
        search = MentionSearch(self._context, session_id, palette)
        search.open(others=False)
        search.answered.connect(
            lambda query: palette.show_more(query, mention_lines(search.found, Others(), query, self._mention))
        )
        palette.search_with(search.ask)

    def _mention(self, text: str) -> None:
        pane = self._desk.area.pane
        if pane is not None:
            pane.composer.mention(text)

    def _on_used(self, key: str) -> None:
        self._recent = tuple(dict.fromkeys((key, *(self._recent or ()))))[:MOST_RECENT]
        self._context.bridge.run(self._context.front.store.set_setting(STORED, list(self._recent)))
