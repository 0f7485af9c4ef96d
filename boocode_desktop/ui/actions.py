"""The one table of what people can do: menus, shortcuts and the command palette are made from it.

A row says what an action is called; whoever can do it binds a handler to its id. A test walks the table.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from boocode_desktop.ui.theme.theme import Theme

Where = Literal["window", "chat", "composer", "changes", "terminal"]
Menu = Literal["project", "session", "chat", "changes", "terminal", "view", "program"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionSpec:
    """One thing people can do. `where` is the part of the window whose focus its shortcut needs; `hidden` rows are
    left out of the palette because they only make sense by key."""

    id: str
    title: str
    menu: Menu
    icon: str = ""
    shortcut: str = ""
    where: Where = "window"
    hidden: bool = False
    hint: str = ""


def _row(
    id: str,
    title: str,
    menu: Menu,
    icon: str = "",
    shortcut: str = "",
    *,
    where: Where = "window",
    hidden: bool = False,
    hint: str = "",
) -> ActionSpec:
    return ActionSpec(
        id=id, title=title, menu=menu, icon=icon, shortcut=shortcut, where=where, hidden=hidden, hint=hint
    )


def action_table() -> tuple[ActionSpec, ...]:
    """Every action, in the order of menus."""
    return (
        _row("project.open", "Open a folder…", "project", "folder-open", "Ctrl+O"),
        _row("project.trust", "Trust this folder…", "project", "shield"),
        _row("project.untrust", "Stop trusting this folder", "project", "shield-x"),
        _row("project.remove", "Forget this project", "project", "folder", hint="asks nothing of the folder"),
        _row("session.new", "New session", "session", "plus", "Ctrl+N"),
        _row("session.new_in_place", "New session in the folder itself", "session", "folder", "Ctrl+Alt+N"),
        _row("session.rename", "Rename session…", "session", "pencil", "F2"),
        _row("session.archive", "Archive session", "session", "archive"),
        _row("session.delete", "Delete session…", "session", "trash-2", hint="asks first"),
        _row("session.rewind", "Rewind to an earlier turn…", "session", "undo-2", "Ctrl+Alt+Z", hint="asks first"),
        _row("session.undo_rewind", "Undo the last rewind", "session", "redo-2"),
        _row("session.next", "Next session", "session", "arrow-down", "Ctrl+PgDown"),
        _row("session.previous", "Previous session", "session", "arrow-up", "Ctrl+PgUp"),
        _row("chat.new", "New chat", "chat", "message-square-plus", "Ctrl+T"),
        _row("chat.new_read_only", "New read-only chat", "chat", "eye"),
        _row("chat.rename", "Rename chat…", "chat", "pencil"),
        _row("chat.close", "Close chat", "chat", "x", "Ctrl+W"),
        _row("chat.reopen", "Reopen the chat closed last", "chat", "archive-restore", "Ctrl+Alt+W"),
        _row("chat.move_left", "Move tab left", "chat", "arrow-left", "Ctrl+Shift+PgUp"),
        _row("chat.move_right", "Move tab right", "chat", "arrow-right", "Ctrl+Shift+PgDown"),
        _row("chat.fork_beside", "Fork chat beside the original", "chat", "split", "Ctrl+Alt+F"),
        _row("chat.tear_off", "Move chat to its own window", "chat", "external-link", "Ctrl+Shift+N"),
        _row("pane.split", "Open chat in a new pane", "chat", "columns-2", "Ctrl+\\"),
        _row("pane.new", "New pane with the session's history", "chat", "history", "Ctrl+Alt+\\"),
        _row("pane.new_code", "New chat in a new pane", "chat", "message-square-plus"),
        _row("pane.new_ask", "New read-only chat in a new pane", "chat", "eye"),
        _row("pane.next", "Next pane", "chat", "arrow-right", "Ctrl+Alt+PgDown"),
        _row("pane.previous", "Previous pane", "chat", "arrow-left", "Ctrl+Alt+PgUp"),
        _row("pane.move_tab", "Move chat to the next pane", "chat", "corner-down-right", "Ctrl+Alt+Shift+PgDown"),
        _row("pane.close", "Close pane", "chat", "x", "Ctrl+Shift+W", hint="its tabs move to the oldest pane"),
        _row("chat.next", "Next chat", "chat", "arrow-right", "Ctrl+Tab"),
        _row("chat.previous", "Previous chat", "chat", "arrow-left", "Ctrl+Shift+Tab"),
        _row("chat.stop", "Stop the running turn", "chat", "circle-stop", "Ctrl+."),
        _row("chat.resume", "Continue the interrupted turn", "chat", "play"),
        _row("chat.question", "Go to the open question", "chat", "shield-question-mark", "Ctrl+Shift+Q"),
        _row("chat.find", "Find in this chat", "chat", "search", "Ctrl+F", where="chat"),
        _row("chat.focus", "Write a message", "chat", "corner-down-left", "Ctrl+L"),
        _row("composer.send", "Send or queue the message", "chat", "arrow-up", "Return", where="composer", hidden=True),
        _row("composer.steer", "Send into the running turn", "chat", "navigation", "Ctrl+Return", where="composer"),
        _row("composer.newline", "New line", "chat", "", "Shift+Return", where="composer", hidden=True),
        _row("composer.stop", "Stop the running turn", "chat", "", "Esc", where="composer", hidden=True),
        _row("composer.older", "Older prompt", "chat", "", "Ctrl+Up", where="composer", hidden=True),
        _row("composer.newer", "Newer prompt", "chat", "", "Ctrl+Down", where="composer", hidden=True),
        _row("composer.attach", "Attach an image…", "chat", "paperclip", "Ctrl+Shift+A"),
        _row("composer.agent", "Choose the agent…", "chat", "bot", "Ctrl+Shift+G"),
        _row("composer.model", "Choose the model…", "chat", "cpu", "Ctrl+Shift+O"),
        _row("composer.effort", "Choose the thinking effort…", "chat", "brain", "Ctrl+Shift+E"),
        _row("changes.approve_hunk", "Approve hunk", "changes", "check", "A", where="changes", hidden=True),
        _row("changes.reject_hunk", "Reject hunk", "changes", "x", "R", where="changes", hidden=True),
        _row("changes.next_hunk", "Next hunk", "changes", "arrow-down", "J", where="changes", hidden=True),
        _row("changes.previous_hunk", "Previous hunk", "changes", "arrow-up", "K", where="changes", hidden=True),
        _row("changes.approve_file", "Approve file", "changes", "check-check", "Shift+A", where="changes", hidden=True),
        _row("changes.reject_file", "Reject file", "changes", "file-x", "Shift+R", where="changes", hidden=True),
        _row("changes.focus", "Review the changes", "changes", "file-diff", "Ctrl+Shift+J"),
        _row("changes.maximise", "Review in the whole window, or not", "changes", "maximize-2", "Ctrl+Shift+M"),
        _row("changes.approve_all", "Approve all changes", "changes", "check-check"),
        _row("changes.reject_all", "Reject all changes…", "changes", "x", hint="asks first"),
        _row("changes.commit", "Commit approved work…", "changes", "git-commit-horizontal", "Shift+C", where="changes"),
        _row("changes.undo", "Undo the last decision", "changes", "undo-2", "Ctrl+Z", where="changes"),
        _row(
            "changes.undo_one", "Undo the decision of this row", "changes", "undo-2", "U", where="changes", hidden=True
        ),
        _row("changes.scope", "Look at the next scope", "changes", "layers", "O", where="changes"),
        _row("changes.blame", "Show or hide who wrote each line", "changes", "history", "B", where="changes"),
        _row("changes.turn", "Open the turn that wrote this line", "changes", "corner-down-left", "T", where="changes"),
        _row("changes.comment", "Comment on this line", "changes", "message-square", "C", where="changes"),
        _row("changes.send_comments", "Send the comments", "changes", "send", "Ctrl+Shift+Return", where="changes"),
        _row("changes.expand", "Show unchanged or decided lines", "changes", "unfold-vertical", "E", where="changes"),
        _row("changes.spacing", "Show or hide changes of white space", "changes", "pilcrow", "S", where="changes"),
        _row("changes.wrap", "Wrap long lines", "changes", "wrap-text", "W", where="changes"),
        _row("changes.layout", "Switch unified and side by side", "changes", "columns-2", "V", where="changes"),
        _row("changes.picture_mode", "Compare pictures another way", "changes", "image", "I", where="changes"),
        _row("changes.picture_zoom", "Picture fitted or at 100 %", "changes", "scan-search", "Z", where="changes"),
        _row("terminal.new", "New terminal", "terminal", "square-terminal", "Ctrl+Shift+T"),
        _row("terminal.new_elsewhere", "New terminal in a folder…", "terminal", "folder-open"),
        _row("terminal.agent", "Run an agent in a terminal…", "terminal", "bot"),
        _row("terminal.copy", "Copy from the terminal", "terminal", "copy", "Ctrl+Shift+C", where="terminal"),
        _row("terminal.paste", "Paste into the terminal", "terminal", "clipboard", "Ctrl+Shift+V", where="terminal"),
        _row("terminal.find", "Find in the terminal", "terminal", "search", "Ctrl+Shift+F", where="terminal"),
        _row("terminal.next", "Next terminal", "terminal", "arrow-right", "Ctrl+Shift+Right", where="terminal"),
        _row("terminal.previous", "Previous terminal", "terminal", "arrow-left", "Ctrl+Shift+Left", where="terminal"),
        _row("terminal.rename", "Rename the terminal…", "terminal", "pencil"),
        _row("terminal.restart", "Restart the terminal", "terminal", "rotate-cw"),
        _row("terminal.close", "Close the terminal", "terminal", "trash-2", hint="ends what runs in it"),
        _row("view.palette", "Search or command", "view", "search", "Ctrl+K"),
        _row("view.menu", "Main menu", "view", "menu", "F10"),
        _row("view.sidebar", "Show or hide the sidebar", "view", "panel-left", "Ctrl+B"),
        _row("view.filter", "Filter the sessions", "view", "list-filter", "Ctrl+Alt+S"),
        _row("view.changes", "Show or hide changes", "view", "panel-bottom", "Ctrl+J"),
        _row("view.traces", "Show or hide traces", "view", "panel-right", "Ctrl+Alt+B"),
        _row("view.terminal", "Show or hide the terminal", "view", "square-terminal", "Ctrl+`"),
        _row("view.next_part", "Go to the next part of the window", "view", "arrow-right", "F6"),
        _row("view.previous_part", "Go to the previous part of the window", "view", "arrow-left", "Shift+F6"),
        _row("view.timeline", "Show or hide the timeline", "view", "milestone", "Ctrl+Alt+I"),
        _row("view.background", "Show or hide what runs and waits", "view", "list-todo", "Ctrl+Alt+R"),
        _row("view.workflows", "Show or hide workflows", "view", "workflow", "Ctrl+Alt+K"),
        _row("workflows.maximise", "Workflows in the whole window, or not", "view", "maximize-2"),
        _row("view.memory", "Show or hide what agents remember", "view", "memory-stick", "Ctrl+Alt+M"),
        _row("view.settings", "Show or hide the settings", "view", "settings", "Ctrl+Alt+,"),
        _row("dock.float", "Float the side pane, or put it back", "view", "external-link", "Ctrl+Alt+O"),
        _row("dock.left", "Move the side pane to the left", "view", "panel-left"),
        _row("dock.right", "Move the side pane to the right", "view", "panel-right"),
        _row("dock.bottom", "Move the side pane below the chats", "view", "panel-bottom"),
        _row("dock.untab", "Take the side pane out of its tabs", "view", "columns-2"),
        _row("dock.next_tab", "Next tab of the side pane", "view", "arrow-right", "Ctrl+Alt+Y"),
        _row("dock.close", "Close the side pane", "view", "x"),
        _row("layout.choose", "Choose a layout…", "view", "layers-2", "Ctrl+Alt+L"),
        _row("layout.review", "Layout: Review", "view", "file-diff", "Ctrl+Alt+1"),
        _row("layout.focus", "Layout: Focus", "view", "maximize-2", "Ctrl+Alt+2"),
        _row("layout.everything", "Layout: Everything", "view", "layers", "Ctrl+Alt+3"),
        _row("layout.save", "Save this layout…", "view", "plus"),
        _row("layout.delete", "Delete a layout…", "view", "trash-2"),
        _row("layout.reset", "Reset the layout", "view", "rotate-ccw", "Ctrl+Alt+0"),
        _row("view.theme", "Switch dark and light", "view", "moon", "Ctrl+Shift+L"),
        _row("view.welcome", "Welcome page", "view", "house"),
        _row("program.settings", "Settings…", "program", "settings", "Ctrl+,"),
        _row("settings.maximise", "Settings in the whole window, or not", "program", "maximize-2"),
        _row("program.keys", "Keyboard shortcuts", "program", "keyboard", "F1"),
        _row("program.tour", "Take the tour", "program", "route"),
        _row("program.about", "About BooCode", "program", "info"),
        _row("program.restart", "Close and open again", "program", "rotate-cw", hint="everything comes back"),
        _row("program.quit", "Quit", "program", "power", "Ctrl+Q"),
    )


class Actions(QObject):
    """The table as `QAction`s of a window. Rows without a handler are disabled and not offered."""

    def __init__(self, window: QWidget, theme: Theme, table: Sequence[ActionSpec] | None = None) -> None:
        super().__init__(window)
        self._theme = theme
        self.specs = {spec.id: spec for spec in (table or action_table())}
        self._actions = {spec.id: self._make(spec) for spec in self.specs.values()}
        self._bound: set[str] = set()
        self._keys = {spec.id: spec.shortcut for spec in self.specs.values()}
        self.install("window", window)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def action(self, action_id: str) -> QAction:
        """The `QAction` of a row."""
        return self._actions[action_id]

    def bind(self, action_id: str, handler: Callable[[], object]) -> None:
        """Say what a row does. Binding again is a mistake of ours.

        Raises:
            ValueError: the row is bound already.
        """
        if action_id in self._bound:
            raise ValueError(f"{action_id} is bound twice")
        self._bound.add(action_id)
        action = self._actions[action_id]
        action.triggered.connect(lambda _checked=False: handler())
        action.setEnabled(True)

    def unbound(self) -> list[str]:
        """Rows nobody handles."""
        return [i for i in self.specs if i not in self._bound]

    def install(self, where: Where, widget: QWidget) -> None:
        """Make the shortcuts of a part work while `widget` or a child of it has the focus."""
        window = where == "window"
        context = Qt.ShortcutContext.WindowShortcut if window else Qt.ShortcutContext.WidgetWithChildrenShortcut
        for spec in self.specs.values():
            if spec.where == where:
                self._actions[spec.id].setShortcutContext(context)
                widget.addAction(self._actions[spec.id])

    def set_keys(self, keys: Mapping[str, str]) -> None:
        """The keys of actions are these from now on; "" for none. Those of the composer stay."""
        for action_id, shortcut in keys.items():
            if self.specs[action_id].where != "composer":
                self._keys[action_id] = shortcut
                self._actions[action_id].setShortcut(QKeySequence(shortcut))

    def in_force(self) -> Mapping[str, str]:
        """The keys of every action as they are now; "" for none."""
        return self._keys

    def menu(self, parent: QWidget, *action_ids: str) -> QMenu:
        """A menu of rows; "" makes a separator."""
        menu = QMenu(parent)
        for action_id in action_ids:
            if action_id:
                menu.addAction(self._actions[action_id])
            else:
                menu.addSeparator()
        return menu

    def tip(self, action_id: str) -> str:
        """A tool tip: the title with its shortcut."""
        spec = self.specs[action_id]
        keys = self.keys(action_id)
        return f"{spec.title.rstrip('…')}  {keys}" if keys else spec.title

    def keys(self, action_id: str) -> str:
        """The shortcut as people read it, such as `Ctrl K`."""
        text = QKeySequence(self._keys[action_id]).toString(QKeySequence.SequenceFormat.NativeText)
        return text.replace("+", " ").replace("Return", "Enter")

    def _make(self, spec: ActionSpec) -> QAction:
        action = QAction(spec.title, self)
        action.setObjectName(spec.id)
        if spec.shortcut and spec.where != "composer":
            action.setShortcut(QKeySequence(spec.shortcut))
        action.setEnabled(False)
        return action

    def _on_theme_changed(self) -> None:
        for spec in self.specs.values():
            if spec.icon:
                self._actions[spec.id].setIcon(self._theme.icon(spec.icon, "tx2", 16))
