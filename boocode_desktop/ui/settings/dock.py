"""The settings as a dock."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from boocode_desktop.ui.context import Context
from boocode_desktop.ui.dock_spec import DockContent, DockSpec
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import IconButton

ID = "settings"


def settings_dock(context: Context) -> DockSpec:
    """The dock behind the traces; it is there before any session is."""

    def build() -> DockContent:
        # Late, because its pages are many and most windows show none of them.
        from boocode_desktop.ui.settings.pane import SettingsPane

        return DockContent(widget=SettingsPane(context), tools=_tools(context))

    return DockSpec(
        id=ID,
        title="Settings",
        icon="settings",
        area="right",
        build=build,
        size=METRICS.right_dock,
        visible=False,
        behind="traces",
        sessionless=True,
    )


def _tools(context: Context) -> QWidget:
    tools = QWidget()
    row = QHBoxLayout(tools)
    row.setContentsMargins(0, 0, 0, 0)
    large = IconButton(
        context.theme, "maximize-2", "Settings in the whole window, or not", size=26, icon_size=14, tone="tx3"
    )
    large.setToolTip(context.actions.tip("settings.maximise"))
    large.clicked.connect(context.actions.action("settings.maximise").trigger)
    row.addWidget(large)
    return tools
