"""The memory as a dock."""

from boocode_desktop.ui.context import Context
from boocode_desktop.ui.dock_spec import RIGHT_SIDE_NEEDS, DockContent, DockSpec
from boocode_desktop.ui.theme.tokens import METRICS


def memory_dock(context: Context) -> DockSpec:
    """A tab behind the traces; closed at first."""

    def build() -> DockContent:
        # Late, because most windows never show it.
        from boocode_desktop.ui.memory.pane import MemoryPane

        return DockContent(widget=MemoryPane(context))

    return DockSpec(
        id="memory",
        title="Memory",
        icon="memory-stick",
        area="right",
        build=build,
        size=METRICS.right_dock,
        visible=False,
        needs=RIGHT_SIDE_NEEDS,
        behind="traces",
    )
