"""A `llama-server` for tests: the command line of the real program around our embedded server.

`write_llama_server(folder, …)` puts an executable of that name into a folder for the PATH. It takes the options of
the real one, refuses those it is told to, as an older version would, and may ignore SIGTERM, as the real one does
while a client holds a stream open.
"""

import stat
import sys
from collections.abc import Sequence
from pathlib import Path

from boocode_desktop.processes import engine_host

PROGRAM = """#!{python} -P
import os, signal, sys

refused, stubborn = {refused!r}, {stubborn!r}
arguments, kept = sys.argv[1:], []
for name in arguments:
    if name in refused:
        sys.exit(sys.stderr.write(f"error: invalid argument: {{name}}\\n") and 1)
for option, takes in [("--cors-origins", 1), ("--no-ui", 0), ("--metrics", 0)]:
    if option in arguments:
        at = arguments.index(option)
        del arguments[at : at + 1 + takes]
if stubborn:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
read_end, write_end = os.pipe()
os.set_inheritable(write_end, True)
os.dup2(read_end, 0)
os.execv({python!r}, [{python!r}, "-P", {host!r}, *arguments])
"""


def write_llama_server(folder: Path, *, refused: Sequence[str] = (), stubborn: bool = False) -> Path:
    """Write the program; returns its path.

    Args:
        folder: Where to; it is made.
        refused: Options it does not know.
        stubborn: Whether it ignores SIGTERM.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "llama-server"
    text = PROGRAM.format(python=sys.executable, host=engine_host.__file__, refused=tuple(refused), stubborn=stubborn)
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path
