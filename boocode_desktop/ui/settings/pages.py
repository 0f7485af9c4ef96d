"""Which pages the settings have, in their order, and how each is made when it is first shown."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QVBoxLayout, QWidget

from boocode_desktop.ui.context import Context
from boocode_desktop.ui.first_run.choice_card import text_label
from boocode_desktop.ui.settings.agents.page import AgentsPage
from boocode_desktop.ui.settings.form import SettingsForm
from boocode_desktop.ui.settings.services import ServicesPage
from boocode_desktop.ui.theme.tokens import METRICS

SERVICES = "Services and keys"
Make = Callable[[Context, SettingsForm], QWidget]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSpec:
    """A page. `about` is the sentence below its title; pages without `make` hold the settings of `group`."""

    name: str
    icon: str
    about: str = ""
    group: str = ""
    make: Make | None = None


def page_table() -> tuple[PageSpec, ...]:
    """Every page."""
    return (
        PageSpec(name="General", icon="sliders-horizontal", about="How new chats work.", group="General"),
        PageSpec(name="Agents", icon="bot", make=AgentsPage),
        PageSpec(
            name="Permissions",
            icon="shield-check",
            about="What agents may do without asking. A rule that denies always wins.",
            group="Permissions",
        ),
        PageSpec(name="Models", icon="cpu", about="Which model a new chat begins with.", group="Models"),
        PageSpec(
            name="Local engine",
            icon="hard-drive",
            about="How the llama.cpp server is started; holds from its next start.",
            group="Local engine",
        ),
        PageSpec(name=SERVICES, icon="key-round", make=lambda context, _form: ServicesPage(context)),
        PageSpec(name="Appearance", icon="palette", about="How the window looks.", group="Appearance"),
    )


def make_page(spec: PageSpec, context: Context, form: SettingsForm) -> QWidget:
    """The contents of a page."""
    if spec.make is not None:
        return spec.make(context, form)
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 8, 0)
    column.setSpacing(0)
    column.addWidget(text_label(spec.name, METRICS.h2, 600))
    column.addWidget(text_label(spec.about, METRICS.ui, tone="muted"))
    column.addSpacing(10)
    form.fill(column, [setting for setting in form.table.values() if setting.group == spec.group])
    column.addStretch(1)
    return page
