"""The changes pane as a dock."""

from boocode_desktop.ui.changes.pane import ChangesPane
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.dock_spec import DockContent, DockSpec
from boocode_desktop.ui.theme.tokens import METRICS


def changes_dock(context: Context) -> DockSpec:
    """The dock below the chat."""

    def build() -> DockContent:
        pane = ChangesPane(context)
        return DockContent(widget=pane, tools=pane.tools)

    return DockSpec(
        id="changes", title="Changes", icon="file-diff", area="bottom", build=build, size=METRICS.bottom_dock
    )
