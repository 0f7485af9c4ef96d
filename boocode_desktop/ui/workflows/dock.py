"""The workflows as a dock."""

from boocode_desktop.ui.context import Context
from boocode_desktop.ui.dock_spec import DockContent, DockSpec
from boocode_desktop.ui.theme.tokens import METRICS


def workflows_dock(context: Context) -> DockSpec:
    """A tab behind the changes; closed at first."""

    def build() -> DockContent:
        # Late, because most windows never show it.
        from boocode_desktop.ui.workflows.pane import WorkflowsPane

        pane = WorkflowsPane(context)
        return DockContent(widget=pane, tools=pane.tools)

    return DockSpec(
        id="workflows",
        title="Workflows",
        icon="workflow",
        area="bottom",
        build=build,
        size=METRICS.bottom_dock,
        visible=False,
        behind="changes",
    )
