"""Run as a script (`python -I -S landlock.py [--write PATH]... [--scope] -- COMMAND...`): become a confined command.

Landlock binds the calling thread and what it becomes, so this runs after exec, never between fork and exec of a
program with threads. With `--write`, files are changed only at and below those paths; reading stays open. With
`--scope`, and always with `--write`, no signal and no abstract socket reaches a process outside. Standard library
only, few imports. It ends with 126 rather than start a command that is not bound.
"""

import ctypes
import itertools
import os
import signal
import stat
import sys
from collections.abc import Sequence

LEAST_ABI = 3
"""Older kernels do not bind truncation."""
SCOPE_ABI = 6
CANNOT_CONFINE = 126

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_PR_SET_NO_NEW_PRIVS = 38
_WRITE_FILE, _TRUNCATE, _REFER = 1 << 1, 1 << 14, 1 << 13
_FILE_RIGHTS = _WRITE_FILE | _TRUNCATE
# Removing and making of every kind of file, and moving between folders.
_WRITES = _FILE_RIGHTS | _REFER | sum(1 << bit for bit in range(4, 13))
_SCOPES = 0b11
_PATH_BENEATH = 1
_ASK_VERSION = 1


class _Ruleset(ctypes.Structure):
    _fields_ = (("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def landlock_abi() -> int:
    """The version of Landlock that this kernel enforces; 0 where it has none or it is turned off."""
    if sys.platform != "linux":
        return 0
    return max(0, int(_libc().syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_ASK_VERSION))))


def confine(writable: Sequence[str], *, writes: bool, abi: int) -> None:
    """Bind this thread and everything it starts, for good.

    Raises:
        OSError: the kernel refuses; nothing may be started then.
    """
    libc = _libc()
    rules = _Ruleset(fs=_WRITES if writes else 0, net=0, scoped=_SCOPES if abi >= SCOPE_ABI else 0)
    size = ctypes.sizeof(rules) if abi >= SCOPE_ABI else 8
    ruleset = _checked(libc.syscall(_CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(size), ctypes.c_uint32(0)))
    for path in writable if writes else ():
        _allow(libc, ruleset, path)
    _checked(libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    _checked(libc.syscall(_RESTRICT_SELF, ruleset, ctypes.c_uint32(0)))
    os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: str) -> None:
    try:
        parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    folder = stat.S_ISDIR(os.fstat(parent).st_mode)
    rule = _PathBeneath(allowed=_WRITES if folder else _FILE_RIGHTS, parent=parent)
    _checked(libc.syscall(_ADD_RULE, ruleset, ctypes.c_int(_PATH_BENEATH), ctypes.byref(rule), ctypes.c_uint32(0)))
    os.close(parent)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def main(argv: list[str]) -> int:
    """Confine, then become the command; returns only when one of the two fails."""
    border = argv.index("--")
    options, command = argv[1:border], argv[border + 1 :]
    writes = "--write" in options
    writable = [path for option, path in itertools.pairwise(options) if option == "--write"]
    try:
        confine(writable, writes=writes, abi=landlock_abi())
    except OSError as error:
        sys.stderr.write(f"The sandbox could not be set up, so nothing was started: {error}\n")
        return CANNOT_CONFINE
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    try:
        os.execvp(command[0], command)
    except OSError as error:
        sys.stderr.write(f"{command[0]}: {error.strerror}\n")
        return 127


if __name__ == "__main__":
    sys.exit(main(sys.argv))
