"""What this is, and on what it runs."""

import platform

from PySide6.QtCore import qVersion
from PySide6.QtWidgets import QWidget

from boocode_desktop.ui.context import Context
from boocode_desktop.ui.dialogs.sheet import Dialog
from boocode_desktop.ui.widgets.buttons import Button


class AboutDialog(Dialog):
    """Version, licence, this computer."""

    def __init__(self, context: Context, window: QWidget) -> None:
        super().__init__(context.theme, window, f"BooCode {context.setup.version()}", icon="ghost", width=440)
        self.say(
            "Coding agents work on a copy of your repository; you read every change before it reaches your folder."
        )
        self.say(
            "Everything it knows is in one database on this computer. No account, no telemetry, no server of ours."
        )
        parts = (context.setup.machine(), f"Python {platform.python_version()}", f"Qt {qVersion()}", platform.system())
        self.say(" · ".join(parts))
        self.say("MIT licence. Icons: Lucide (ISC). Fonts: Inter and JetBrains Mono (OFL).")
        self.add_button(Button(context.theme, "Close", "sec"), accepts=True)
