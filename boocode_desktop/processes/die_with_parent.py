"""Run as a script (`python -I -S die_with_parent.py PARENT COMMAND…`): become a command that dies with its parent.

With a `t` behind the parent's number, the terminal that is its standard input becomes the command's own: shells need
that for job control. The kernel's parent-death signal must be asked for by the child itself, and code between fork and
exec is unsafe in a program with threads; so this runs after exec and then becomes the command. Standard library only,
imports kept few.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(argv: list[str]) -> int:
    """Ask for the signal, undo what Python ignores, become the command; returns only when that fails."""
    parent, command = int(argv[1].removesuffix("t")), argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        return 1
    if argv[1].endswith("t"):
        own_terminal()
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    try:
        os.execv(command[0], command)
    except OSError as error:
        sys.stderr.write(f"{command[0]}: {error.strerror}\n")
        return 127


def own_terminal() -> None:
    """Make the standard input the terminal that controls this session."""
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv))
