"""Choose a front end from the arguments. Imports nothing heavy: the window must paint first."""

import os
import sys

from boocode_desktop.app.interpreter import leave_sources_unread, refuse_bad_pair
from boocode_desktop.cli.arguments import DONE, FAILED, build_parser
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.product import VERSION

NO_DISPLAY = """\
There is no display here, so the window cannot open.
  boocode tour            see the main job in this terminal, with a scripted agent
  boocode run PROMPT      let an agent work in this folder
  boocode --help          everything else
"""


def has_display() -> bool:
    """Whether a window could be shown: a platform chosen for Qt counts, as do Windows and macOS."""
    if sys.platform != "linux":
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def leave_out_extras() -> None:
    """Keep httpx from importing its own command line: with it come rich, click and pygments, 9 MB that nobody uses."""
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]


def run(argv: list[str]) -> int:
    """Run the program; returns the exit code."""
    leave_out_extras()
    as_json = False
    try:
        if not argv:
            return _window(tour=False)  # without making a parser of 36 commands first
        arguments = build_parser().parse_args(argv)
        as_json = getattr(arguments, "json", False)
        if arguments.version:
            sys.stdout.write(f"boocode {VERSION}\n")
            return DONE
        if arguments.command is None:
            return _window(tour=False)
        if arguments.command == "tour" and has_display() and not as_json:
            return _window(tour=True)
        from boocode_desktop.app.headless import run_headless

        return run_headless(arguments)
    except UserFacingError as error:
        from boocode_desktop.cli.output import report

        report(error, as_json=as_json)
        return FAILED


def _window(*, tour: bool) -> int:
    if not has_display():
        sys.stderr.write(NO_DISPLAY)
        return FAILED
    refuse_bad_pair()
    leave_sources_unread()
    from boocode_desktop.app.window import run_window

    return run_window(tour=tour)
