"""The environment of commands that agents run: an allow-list, so that no key of ours or of the person leaks in."""

import os
from collections.abc import Mapping

_NAMES = frozenset({
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TERM", "COLORTERM", "NO_COLOR",
    "VIRTUAL_ENV", "CONDA_PREFIX", "JAVA_HOME", "GOPATH", "GOROOT", "CARGO_HOME", "RUSTUP_HOME", "NVM_DIR",
    "PYENV_ROOT", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "NO_PROXY",
    "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "TEMP", "TMP", "USERNAME", "USERPROFILE", "APPDATA",
    "LOCALAPPDATA", "PROGRAMDATA", "PROGRAMFILES", "PROGRAMFILES(X86)",
})  # fmt: skip
_PROXIES = frozenset({"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"})
_PREFIXES = ("LC_", "XDG_")


def command_environment(environ: Mapping[str, str] | None = None, **more: str) -> dict[str, str]:
    """What a command gets of our environment, and `more`. Proxies only where they hold no password."""
    source = os.environ if environ is None else environ
    kept = {name: value for name, value in source.items() if _is_kept(name, value)}
    plain = {"TERM": "dumb", "PAGER": "cat", "GIT_PAGER": "cat", "GIT_TERMINAL_PROMPT": "0", "GIT_EDITOR": "true"}
    return {"PATH": os.defpath, **kept, **plain, **more}


def _is_kept(name: str, value: str) -> bool:
    upper = name.upper()
    if upper in _PROXIES:
        return "@" not in value
    return upper in _NAMES or name.startswith(_PREFIXES)
