"""Which pages the settings have, in their order, and how each is made when it is first shown."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from boocode_desktop.ui.context import Context
from boocode_desktop.ui.settings.agents.page import AgentsPage
from boocode_desktop.ui.settings.data import DataPage
from boocode_desktop.ui.settings.engine import EnginePage
from boocode_desktop.ui.settings.form import SettingsForm
from boocode_desktop.ui.settings.keyboard import KeyboardPage
from boocode_desktop.ui.settings.parts import page_column
from boocode_desktop.ui.settings.permissions import PermissionsPage
from boocode_desktop.ui.settings.services import ServicesPage

READABLE = 880
SERVICES = "Services and keys"
Make = Callable[[Context, SettingsForm], QWidget]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSpec:
    """A page. `about` is the sentence below its title; pages without `make` hold the settings of `group`,
    and a search finds a page by its `words` too. A `wide` page takes all the room there is."""

    name: str
    icon: str
    about: str = ""
    group: str = ""
    make: Make | None = None
    words: str = ""
    wide: bool = False


def page_table() -> tuple[PageSpec, ...]:
    """Every page."""
    return (
        PageSpec(name="General", icon="sliders-horizontal", about="How new chats work.", group="General"),
        PageSpec(
            name="Agents",
            icon="bot",
            group="Agents",
            make=AgentsPage,
            wide=True,
            words="status sandbox pool catalogue install diagnose memory processes",
        ),
        PageSpec(
            name="Permissions",
            icon="shield-check",
            group="Permissions",
            make=PermissionsPage,
            words="rules allow deny ask scope decisions history",
        ),
        PageSpec(name="Models", icon="cpu", about="Which model a new chat begins with.", group="Models"),
        PageSpec(
            name="Local engine",
            icon="hard-drive",
            group="Local engine",
            make=EnginePage,
            words="llama.cpp server start stop log model files gguf download",
        ),
        PageSpec(
            name=SERVICES,
            icon="key-round",
            make=ServicesPage,
            words="keyring endpoint base url api openai deepseek",
        ),
        PageSpec(name="Appearance", icon="palette", about="How the window looks.", group="Appearance"),
        PageSpec(name="Keyboard", icon="keyboard", make=KeyboardPage, words="shortcuts keys actions bindings"),
        PageSpec(
            name="Data and storage",
            icon="database",
            make=DataPage,
            words="disk size folder export import zip markdown json clean up logs worktrees reset backup",
        ),
    )


def make_page(spec: PageSpec, context: Context, form: SettingsForm) -> QWidget:
    """The contents of a page."""
    page = _made(spec, context, form)
    if not spec.wide:
        page.setMaximumWidth(READABLE)
    return page


def _made(spec: PageSpec, context: Context, form: SettingsForm) -> QWidget:
    if spec.make is not None:
        return spec.make(context, form)
    page = QWidget()
    column = page_column(page, spec.name, spec.about)
    column.setSpacing(0)
    column.addSpacing(8)
    form.fill(column, [setting for setting in form.table.values() if setting.group == spec.group])
    column.addStretch(1)
    return page
