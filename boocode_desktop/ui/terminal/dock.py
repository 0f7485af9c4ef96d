"""The terminals as a dock."""

from boocode_desktop.ui.context import Context
from boocode_desktop.ui.dock_spec import DockContent, DockSpec
from boocode_desktop.ui.theme.tokens import METRICS


def terminal_dock(context: Context) -> DockSpec:
    """The dock below the chat, beside the changes."""

    def build() -> DockContent:
        # Late, because the emulation costs 3 MB and most windows show no terminal.
        from boocode_desktop.ui.terminal.pane import TerminalPane

        pane = TerminalPane(context)
        return DockContent(widget=pane, tools=pane.tools, on_count=pane.waiting_changed.connect)

    return DockSpec(
        id="terminal",
        title="Terminal",
        icon="square-terminal",
        area="bottom",
        build=build,
        size=METRICS.bottom_dock,
        visible=False,
        behind="changes",
    )
