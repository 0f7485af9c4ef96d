"""Comments in the review: written below a line, shown there and in the tray, edited, removed and sent."""

from collections import defaultdict
from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from boocode_desktop.content.diff_rows import Spot
from boocode_desktop.domain.changes import FileDiff
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.orchestrator.views import ChatView
from boocode_desktop.ui.changes.comment_editor import CommentEditor
from boocode_desktop.ui.changes.comments import ReviewComments
from boocode_desktop.ui.changes.diff_view import DiffView
from boocode_desktop.ui.changes.remark_paint import Remark
from boocode_desktop.ui.changes.tray import CommentTray
from boocode_desktop.ui.composer.pickers import Choice
from boocode_desktop.ui.context import Context


class Remarking(QObject):
    """Ties the comments of a session to the diff on screen and to the tray.

    Signals:
        said(str, str): something to tell, and its tone.
        file_asked(str): another file is to be shown.
    """

    said = Signal(str, str)
    file_asked = Signal(str)

    def __init__(self, context: Context, view: DiffView, tray: CommentTray, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._view, self.tray = context, view, tray
        self.comments = ReviewComments(context, self)
        self._diff: FileDiff | None = None
        self._editor: CommentEditor | None = None
        self._spot: Spot = ("new", 0)
        self._edited = ""
        self._wanted = ("", "")
        view.comment_asked.connect(self._on_comment_asked)
        view.remark_acted.connect(self._act)
        tray.acted.connect(self._act)
        tray.chat.opening.connect(self._read_chats)
        self.comments.changed.connect(self._show)

    def show_session(self, session_id: str) -> None:
        """Another session is on screen."""
        self.keep_written()
        self._diff = None
        self.comments.read(session_id)
        self._read_chats()

    def show_diff(self, diff: FileDiff | None) -> None:
        """Another file is on screen, or the same one reads differently."""
        if self._diff is not None and (diff is None or diff.change.path != self._diff.change.path):
            self.keep_written()
        self._diff = diff
        self._show()
        kind, comment_id = self._wanted
        comment = self.comments.get(comment_id)
        if comment is not None and diff is not None and comment.path == diff.change.path:
            self._wanted = ("", "")
            self._act(kind, comment_id)

    def keep_written(self) -> None:
        """Nothing that was written is lost when the file goes: it becomes a comment."""
        if self._editor is not None and self._editor.text:
            self._save(self._editor.text)
        else:
            self._close()

    def send(self) -> None:
        """Send every comment to the chosen chat."""
        count = len(self.comments.all)
        if self._editor is not None:
            self.keep_written()
            count = len(self.comments.all)
        chat = self.tray.chat.selected or self._context.selection.chat_id
        if not count:
            keys = self._context.actions.keys("changes.comment")
            self.said.emit(f"There are no comments yet. {keys} writes one on the line you are on.", "tx2")
        elif chat:
            self._context.bridge.run(
                self.comments.send(chat), owner=self, done=self._on_sent, error=self._on_refused, key="changes.send"
            )

    def _on_sent(self, count: int) -> None:
        many = f"{count} comment{'s' if count != 1 else ''}"
        self.said.emit(f"Sent {many} as one prompt. The answer is in the chat.", "ok")

    def _on_refused(self, problem: UserFacingError) -> None:
        self.said.emit(f"{problem.message} {problem.hint} The comments are kept.".replace("  ", " "), "bad")

    def _read_chats(self) -> None:
        session = self._context.selection.session_id
        if session:
            self._context.bridge.run(self._context.front.chats.views(session), owner=self, done=self._on_chats)

    def _on_chats(self, views: Sequence[ChatView]) -> None:
        choices = [
            Choice(
                id=view.chat.id,
                label=f"{view.chat.title or f'Chat {view.chat.number}'} · {view.chat.agent or 'default agent'}",
                note="only reads" if view.chat.read_only else "",
                enabled=not view.chat.read_only,
            )
            for view in views
        ]
        able = [choice.id for choice in choices if choice.enabled]
        wishes = (self.tray.chat.selected, self._context.selection.chat_id, *able[:1])
        self.tray.chat.offer(choices, next((wish for wish in wishes if wish in able), ""))

    def _show(self) -> None:
        self.tray.show_comments(self.comments.all)
        spots: defaultdict[Spot, list[str]] = defaultdict(list)
        remarks: list[Remark] = []
        for one in self.comments.placed(self._diff) if self._diff is not None else ():
            if one.comment.id != self._edited:
                remarks.append(Remark(ref=one.comment.id, side=one.comment.side, text=one.comment.text, note=one.note))
                spots[one.spot].append(one.comment.id)
        self._view.show_remarks(remarks, spots)

    def _on_comment_asked(self, side: str, number: int) -> None:
        if self._editor is not None:
            self.keep_written()
        self._open((side, number), "")

    def _act(self, kind: str, comment_id: str) -> None:
        comment = self.comments.get(comment_id)
        if comment is None:
            return
        if kind == "remove":
            self.comments.remove(comment_id)
        elif self._diff is None or self._diff.change.path != comment.path:
            self._wanted = (kind, comment_id)
            self.file_asked.emit(comment.path)
        else:
            found = next(p for p in self.comments.placed(self._diff) if p.comment.id == comment_id)
            self._view.reveal_line(*found.spot)
            if kind == "edit":
                self.keep_written()
                self._edited = comment_id
                self._open(found.spot, comment.text)

    def _open(self, spot: Spot, text: str) -> None:
        side, number = spot
        where = f"on line {number}, {side} side"
        editor = self._editor = CommentEditor(self._context.theme, where, text)
        self._spot = spot
        editor.saved.connect(self._save)
        editor.cancelled.connect(self._close)
        self._show()
        self._view.open_editor(editor, side, number)
        editor.words.setFocus()

    def _save(self, text: str) -> None:
        edited, diff, spot = self._edited, self._diff, self._spot
        self._close()
        if edited:
            self.comments.edit(edited, text)
        elif diff is not None:
            self.comments.add(diff, spot, text)

    def _close(self) -> None:
        if self._editor is None:
            return
        focused = self._editor.isAncestorOf(self._editor.window().focusWidget() or self._view)
        self._view.close_editor()
        self._editor.deleteLater()
        self._editor, self._edited = None, ""
        self._show()
        if focused:
            self._view.setFocus()
