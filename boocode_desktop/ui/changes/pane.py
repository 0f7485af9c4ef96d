"""The changes pane: which files changed, what in them, and what becomes of it."""

import asyncio
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from boocode_desktop.content.decided_hunks import OPEN, decided_of, progress
from boocode_desktop.domain import events as ev
from boocode_desktop.domain.changes import FileChange, FileDiff, Scope
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.records import Decision, Isolation
from boocode_desktop.ui.changes.blaming import Blaming
from boocode_desktop.ui.changes.bottom_bar import BottomBar
from boocode_desktop.ui.changes.deciding import KEY as DECIDING
from boocode_desktop.ui.changes.deciding import Deciding
from boocode_desktop.ui.changes.diff_view import DiffView
from boocode_desktop.ui.changes.empty import EmptyReview
from boocode_desktop.ui.changes.file_bar import FileBar
from boocode_desktop.ui.changes.picturing import Picturing
from boocode_desktop.ui.changes.remarking import Remarking
from boocode_desktop.ui.changes.scopes import ScopeChoice
from boocode_desktop.ui.changes.side import TALL, FileSide
from boocode_desktop.ui.changes.syntax_blocks import SyntaxBlocks
from boocode_desktop.ui.changes.toolbar import ReviewTools
from boocode_desktop.ui.changes.tray import CommentTray
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.going_on import Going
from boocode_desktop.ui.widgets.labels import ElidedLabel

REFRESHING = (ev.ChangesUpdated, ev.TurnFinished)
GLANCE_MS = 700
"""How long after a tool call the list is read again while a turn runs: every call may have written."""
LATE_MS = 300
"""How long the file before stays on screen while another one is read."""
_SMALLEST = QSize(539, 110)


class ChangesPane(QWidget):
    """Implements the review of the session on screen. `tools` goes into the dock's title bar."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._path = self._wished = ""
        self._stale = False
        self._decisions: Sequence[Decision] = ()
        self._isolation: Isolation = "worktree"
        self._waiting_files, self._approved_files = 0, 0
        self._glance = QTimer(self, interval=GLANCE_MS, singleShot=True)
        self._glance.timeout.connect(self._on_glance)
        self._late = QTimer(self, interval=LATE_MS, singleShot=True)
        self._late.timeout.connect(self._on_late)
        self.setObjectName("changes")
        self.setAccessibleName("Changes")
        self.scopes = ScopeChoice(context.theme, self)
        self.side = FileSide(context.theme, self.scopes.picker, context.actions.keys("changes.undo"))
        self.model = self.side.model
        self.bar = FileBar(context.theme, context.actions)
        self.view = DiffView(context.theme, self._colour)
        self._reader = QWidget()
        self._right = _column(self._reader)
        self.tools = ReviewTools(context.theme, context.actions)
        self.foot = BottomBar(context.theme, context.actions)
        self._empty = EmptyReview(context.theme)
        self.tray = CommentTray(context.theme, context.actions)
        self.remarks = Remarking(context, self.view, self.tray, self)
        self.deciding = Deciding(context, self.view, self.model, self.scopes, self)
        self.pictures = Picturing(context, self.view, self._right, self)
        self.blaming = Blaming(context, self.view, self.tools.blame, self)
        self._message = ElidedLabel(context.theme, "")
        self._pages = QStackedWidget()
        self._build()
        self.setFocusProxy(self.view)
        self._connect()
        self.remarks.show_session(context.selection.session_id)
        self.refresh()

    def _build(self) -> None:
        self._right.addWidget(self.bar)
        self._right.addWidget(self.view, 1)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self.side)
        splitter.addWidget(self._reader)
        splitter.setSizes([280, 872])
        splitter.setStretchFactor(1, 1)
        splitter.setChildrenCollapsible(False)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(splitter)
        whole = _column(self)
        whole.addWidget(self.scopes.bar)
        whole.addWidget(self._pages, 1)
        self._message_bar = _padded(self._message, 28)
        self._message_bar.hide()
        whole.addWidget(self._message_bar)
        whole.addWidget(self.tray)
        whole.addWidget(self.foot)

    def _connect(self) -> None:
        context, actions = self._context, self._context.actions
        actions.install("changes", self)
        for name, handler in (
            ("changes.scope", self.scopes.step),
            ("changes.next_hunk", lambda: self._step(1)),
            ("changes.previous_hunk", lambda: self._step(-1)),
            ("changes.expand", self._expand),
            ("changes.comment", self._comment),
            ("changes.send_comments", self.remarks.send),
            ("changes.spacing", self.tools.spacing.click),
            ("changes.wrap", self.tools.wrapping.click),
            ("changes.layout", self._switch_layout),
        ):
            actions.bind(name, handler)
        self.tools.layout_choice.chosen.connect(self.view.choose_layout)
        self.tools.spacing.toggled.connect(lambda hidden: self.view.set_spacing(not hidden))
        self.tools.wrapping.toggled.connect(self.view.set_wrapped)
        self.view.hunk_changed.connect(self._on_view_hunk_changed)
        self.view.fitted.connect(self._on_view_fitted)
        self.side.chosen.connect(self._choose)
        self.scopes.chosen.connect(self._on_scope_chosen)
        self._empty.session_asked.connect(self._on_session_asked)
        for part in (self.remarks, self.deciding, self.blaming):
            part.said.connect(self._say)
        self.deciding.changed.connect(self.refresh)
        self.deciding.busy.connect(self._on_deciding_busy)
        self.remarks.file_asked.connect(self._choose)
        self.remarks.comments.changed.connect(lambda: self.side.count_comments(self.remarks.comments.counts))
        context.selection.session_changed.connect(self._on_session_changed)
        context.bridge.watch(self._hear)

    def sizeHint(self) -> QSize:
        """What the bottom dock starts with."""
        return QSize(1000, 268)

    def refresh(self) -> None:
        """Read the change list again."""
        session = self._context.selection.session_id
        if not session:
            self._show_changes(([], []))
            return
        asked = self._asked
        self._stale = not self._context.bridge.run(
            self._read(*asked),
            owner=self,
            done=lambda found: self._on_read(asked, found),
            error=self.deciding.complain,
            key="changes.refresh",
            slow=Going(words="Reading the changes", stop="at once"),
        )

    @property
    def _asked(self) -> tuple[str, Scope]:
        """What is to be on screen: of which session, in which scope."""
        return self._context.selection.session_id, self.scopes.scope

    async def _read(self, session: str, scope: Scope) -> tuple[Sequence[FileChange], Sequence[Decision]]:
        review = self._context.front.review
        worktree = await self._context.front.store.worktree(session)
        self._isolation = worktree.isolation if worktree is not None else "worktree"
        self.scopes.name_start(worktree.source_head if worktree is not None else "")
        return await review.changes(session, scope=scope), await review.decisions(session)

    def _on_read(self, asked: tuple[str, Scope], found: tuple[Sequence[FileChange], Sequence[Decision]]) -> None:
        """Show it, unless something else is wanted by now."""
        if self._stale:
            self._stale = False
            QTimer.singleShot(0, self, self.refresh)
        if asked == self._asked:
            self._show_changes(found)

    def _hear(self, envelopes: Sequence[ev.Envelope]) -> None:
        session = self._context.selection.session_id
        heard = [e.event for e in envelopes if e.session_id == session]
        if any(isinstance(event, REFRESHING) for event in heard):
            self._glance.stop()
            self.refresh()
        elif any(isinstance(event, ev.ToolFinished) for event in heard) and not self._glance.isActive():
            self._glance.start()

    def _on_glance(self) -> None:
        if self.isVisible():
            self.refresh()

    def _on_session_changed(self, session_id: str) -> None:
        self.remarks.show_session(session_id)
        self._read_others()

    def _on_view_hunk_changed(self, place: int, count: int) -> None:
        self.tools.place.set_text(f"Hunk {place} of {count}" if count else "")

    def _on_view_fitted(self, room: bool) -> None:
        """The choice shows the layout that is seen, and says why the other one is not."""
        self.tools.layout_choice.select(self.view.layout_now)
        self.tools.layout_choice.setEnabled(room)
        self.tools.layout_choice.setToolTip("" if room else "Too narrow for side by side")

    def _show_changes(self, found: tuple[Sequence[FileChange], Sequence[Decision]]) -> None:
        changes, self._decisions = found
        self._late.stop()
        self.side.show_changes(changes)
        self._show_page(1 if changes else 0)
        self._show_totals(changes)
        listed = self.model.changes
        known = any(c.path == self._path for c in listed)
        if not known and listed:
            first = next((c.path for c in listed if c.status in OPEN), listed[0].path)
            self._choose(self._wished if any(c.path == self._wished for c in listed) else first)
            self._wished = ""
        elif known:
            self._choose(self._path, again=True)
        else:
            self._show_nothing()

    def _show_page(self, number: int) -> None:
        """The changes, or why there are none; the keys stay in the pane."""
        here = self._pages.isAncestorOf(self.window().focusWidget() or self)
        self._empty.show_scope(self.scopes.scope)
        goal = self.view if number else self._empty.goal
        self.setFocusProxy(goal)
        self._pages.setCurrentIndex(number)
        if here and not goal.isAncestorOf(self.window().focusWidget() or self):
            goal.setFocus()

    def _show_nothing(self) -> None:
        self._path = self.deciding.path = ""
        self._late.stop()
        self.bar.title.show_change(None)
        self.bar.set_open(False)
        self.view.show_diff(None)
        self.remarks.show_diff(None)
        self.blaming.read(None)
        self.pictures.show(None, self.scopes.scope)

    def _read_others(self, path: str = "") -> None:
        """Other changes are wanted, at `path` if it is among them.

        Those on screen go at once, so that nobody decides about them by mistake.
        """
        self._say("")
        self._wished = path
        self._decisions = ()
        self.side.show_changes(())
        self._show_totals(())
        self._show_nothing()
        self._late.start()
        self.refresh()

    def _show_totals(self, changes: Sequence[FileChange]) -> None:
        state = progress(changes, self._decisions)
        self.side.show_progress(state if self.deciding.possible else None)
        self._waiting_files = state.waiting if self.deciding.possible else 0
        self._approved_files = len({d.path for d in self._decisions if d.action == "approve" and not d.undone})
        self._show_able()

    def _on_deciding_busy(self, busy: bool) -> None:
        # A button that goes out of use would hand the focus to a stranger, and with it the keys.
        focused = self.window().focusWidget()
        if busy and any(part.isAncestorOf(focused) for part in (self.foot, self.bar, self.tools) if focused):
            self.view.setFocus()
        self._show_able()

    def _show_able(self) -> None:
        """What can be decided now: nothing while a decision is being carried out."""
        busy, waiting, approved = self._context.bridge.busy(DECIDING), self._waiting_files, self._approved_files
        able = self.deciding.possible and not busy
        self.foot.show_state(self._isolation, waiting, approved, deciding=able)
        self.tools.everything.setEnabled(able and waiting > 0)
        self.tools.commit.setEnabled(approved > 0)

    def _choose(self, path: str, *, again: bool = False) -> None:
        change = next((c for c in self.model.changes if c.path == path), None)
        if change is None or (path == self._path and not again):
            return
        same = path == self._path
        self._path = self.deciding.path = path
        self.side.mark(path)
        self.bar.title.show_change(change)
        asked = self._asked
        work = self._context.front.review.diff(asked[0], path, scope=asked[1])
        if not same:
            self._late.start()
        self._context.bridge.run(
            work,
            owner=self,
            done=lambda diff: self._show_diff(diff, asked),
            error=lambda problem: self._on_diff_refused(path, problem),
            slow=Going(words=f"Reading {PurePosixPath(path).name}", stop="at once"),
        )

    def _on_late(self) -> None:
        self.view.show_waiting(f"Reading {self._path or 'the changes'}…")

    def _on_diff_refused(self, path: str, problem: UserFacingError) -> None:
        if path == self._path:
            self._late.stop()
            self.deciding.complain(problem)

    def _show_diff(self, diff: FileDiff, asked: tuple[str, Scope]) -> None:
        if diff.change.path != self._path or asked != self._asked:
            return
        self._late.stop()
        possible = self.deciding.possible
        decided = decided_of(self._decisions, self._path) if possible else ()
        same = self.view.path == self._path
        self.deciding.shown = True
        self.view.show_diff(diff, keep_place=same, deciding=possible, decisions=decided)
        self.bar.set_open(possible and diff.change.status in OPEN)
        self.remarks.show_diff(diff if possible else None)
        self.blaming.read(diff.change)
        self.pictures.show(diff.change, self.scopes.scope)

    def _comment(self) -> None:
        if not self.deciding.may("Comments are written"):
            return
        if not self.view.comment_here():
            self._say("There is no line to comment on here.")

    def _on_scope_chosen(self, _scope: str) -> None:
        self._read_others(self._path)

    def minimumSizeHint(self) -> QSize:
        """What it needs when every part has given way that can; by its parts as they are it could never shrink."""
        return _SMALLEST

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tall panes show more."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self, *, again: bool = True) -> None:
        tall = self.height() >= TALL
        self.scopes.fit(tall=tall)
        self.tools.fit(tall=tall)
        self.foot.setVisible(tall)
        self.tray.fit(tall=tall)
        # Showing and hiding parts may make the dock give another height before this returns.
        if again and tall != (self.height() >= TALL):
            self._fit(again=False)

    def _on_session_asked(self) -> None:
        self.scopes.select("session")
        self._read_others()

    def _step(self, by: int) -> None:
        """The neighbouring hunk, which may be one of the neighbouring file."""
        if not self.view.move_hunk(by) and (path := self.model.neighbour(self._path, by)):
            self._choose(path)

    def _expand(self) -> None:
        if not self.view.unfold():
            self._say("Nothing is folded here.")

    def _switch_layout(self) -> None:
        if not self.view.has_room:
            return
        other = "unified" if self.tools.layout_choice.selected == "split" else "split"
        self.tools.layout_choice.select(other)
        self.view.choose_layout(other)  # type: ignore[arg-type]

    def _colour(self, blocks: SyntaxBlocks, side: str, block: int) -> None:
        def came(found: Any) -> None:
            blocks.take(found)
            self.view.colours_came(blocks)

        self._context.bridge.run(asyncio.to_thread(blocks.work, side, block), owner=self, done=came)

    def _say(self, text: str, tone: str = "tx2") -> None:
        self._message.set_text(text, tone)
        self._message_bar.setVisible(bool(text))


def _padded(label: QWidget, height: int) -> QWidget:
    """A label with room at its sides, in a row of a fixed height."""
    row = QWidget()
    row.setFixedHeight(height)
    layout = QHBoxLayout(row)
    layout.setContentsMargins(14, 0, 10, 0)
    layout.addWidget(label)
    return row


def _column(widget: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    return column
