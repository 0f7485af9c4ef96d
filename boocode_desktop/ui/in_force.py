"""What the window itself takes from the settings, at once and whoever changed them."""

from PySide6.QtWidgets import QApplication

from boocode_desktop.config.settings import Settings
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.shortcuts import chosen_keys, keys_in_force


def put_in_force(context: Context, settings: Settings) -> None:
    """Theme, motion, text size and keys."""
    app = QApplication.instance()
    theme = context.theme
    theme.reduced_motion, theme.text_size = settings.reduced_motion, settings.text_size
    table = tuple(context.actions.specs.values())
    context.actions.set_keys(keys_in_force(table, chosen_keys(settings.shortcuts)))
    if isinstance(app, QApplication) and theme.choice != settings.theme:
        theme.apply(app, settings.theme)
