"""What a foreign program sees of our environment: what every program needs, and what belongs to it. Nothing else."""

from collections.abc import Iterable, Mapping

BASE_NAMES = frozenset(
    {
        *("HOME", "LOGNAME", "USER", "SHELL", "PATH", "TERM", "COLORTERM", "LANG", "LANGUAGE", "TZ", "TMPDIR"),
        *("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"),
        *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"),
        *("APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "PROGRAMFILES", "HOMEDRIVE", "HOMEPATH", "PATHEXT", "COMSPEC"),
        *("SYSTEMDRIVE", "SYSTEMROOT", "WINDIR", "TEMP", "TMP", "USERNAME", "USERPROFILE"),
    }
)
BASE_PREFIXES = ("LC_", "XDG_")


def allowed_environment(environ: Mapping[str, str], prefixes: Iterable[str] = ()) -> dict[str, str]:
    """The variables of `environ` that every program gets, and those that begin with one of `prefixes`."""
    beginnings = (*BASE_PREFIXES, *prefixes)
    return {k: v for k, v in environ.items() if k.upper() in BASE_NAMES or k.startswith(beginnings)}
