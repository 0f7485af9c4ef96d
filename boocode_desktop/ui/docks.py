"""The docks of the main window, in the order in which they are added."""

from collections.abc import Sequence

from boocode_desktop.ui.background.dock import background_dock
from boocode_desktop.ui.changes.dock import changes_dock
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.dock_spec import DockSpec
from boocode_desktop.ui.memory.dock import memory_dock
from boocode_desktop.ui.settings.dock import settings_dock
from boocode_desktop.ui.terminal.dock import terminal_dock
from boocode_desktop.ui.timeline.dock import timeline_dock
from boocode_desktop.ui.traces.pane import traces_dock
from boocode_desktop.ui.workflows.dock import workflows_dock


def dock_specs(context: Context) -> Sequence[DockSpec]:
    """What stands beside and below the chats."""
    return (
        changes_dock(context),
        terminal_dock(context),
        background_dock(context),
        workflows_dock(context),
        traces_dock(context),
        timeline_dock(context),
        memory_dock(context),
        settings_dock(context),
    )
