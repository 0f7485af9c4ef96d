"""The timeline as a dock."""

from boocode_desktop.ui.context import Context
from boocode_desktop.ui.dock_spec import RIGHT_SIDE_NEEDS, DockContent, DockSpec
from boocode_desktop.ui.theme.tokens import METRICS


def timeline_dock(context: Context) -> DockSpec:
    """A tab behind the traces; closed at first."""

    def build() -> DockContent:
        # Late, because most windows never show it.
        from boocode_desktop.ui.timeline.pane import TimelinePane

        return DockContent(widget=TimelinePane(context))

    return DockSpec(
        id="timeline",
        title="Timeline",
        icon="milestone",
        area="right",
        build=build,
        size=METRICS.right_dock,
        visible=False,
        needs=RIGHT_SIDE_NEEDS,
        behind="traces",
    )
