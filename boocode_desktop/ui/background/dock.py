"""The background as a dock."""

from boocode_desktop.ui.context import Context
from boocode_desktop.ui.dock_spec import DockContent, DockSpec
from boocode_desktop.ui.theme.tokens import METRICS


def background_dock(context: Context) -> DockSpec:
    """A tab behind the changes; closed at first."""

    def build() -> DockContent:
        # Late, because most windows never show it.
        from boocode_desktop.ui.background.pane import BackgroundPane

        return DockContent(widget=BackgroundPane(context))

    return DockSpec(
        id="background",
        title="Background",
        icon="list-todo",
        area="bottom",
        build=build,
        size=METRICS.bottom_dock,
        visible=False,
        behind="changes",
    )
