"""What a dock is before it is made: its name, where it starts, how large, and who makes its content."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtWidgets import QWidget

Area = Literal["left", "right", "bottom"]
RIGHT_SIDE_NEEDS = 1120
"""The width of a window that has room for a dock at the right: the chat and the changes need what is left, px."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DockContent:
    """What a dock shows, and the controls it wants in its title bar. `on_count` takes who hears the short figure beside
    the title whenever it changes."""

    widget: QWidget
    tools: QWidget | None = None
    on_count: Callable[[Callable[[str], None]], object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DockSpec:
    """A dock: its stable `id`, where it starts and how large. `fixed` docks have no title bar and cannot be moved.

    `needs` is the width of the window, in px, below which the dock makes room for the others; 0 for never.
    `behind` is the dock added before whose tab it starts beside, "" for a place of its own. `sessionless` docks can be
    open while no session is.
    """

    id: str
    title: str
    icon: str
    area: Area
    build: Callable[[], DockContent]
    size: int
    visible: bool = True
    fixed: bool = False
    needs: int = 0
    behind: str = ""
    sessionless: bool = False
