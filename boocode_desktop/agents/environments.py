"""What a foreign agent sees of our environment: what every command gets, the way to its model, and its own keys."""

from collections.abc import Iterable, Mapping

from boocode_desktop.processes.command_environment import command_environment

_MORE = frozenset({"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"})


def agent_environment(environ: Mapping[str, str], prefixes: Iterable[str] = ()) -> dict[str, str]:
    """An agent's variables. Unlike the commands it runs, it may know a proxy's password: it has to get through."""
    beginnings = tuple(prefixes)
    own = {k: v for k, v in environ.items() if k.upper() in _MORE or (beginnings and k.startswith(beginnings))}
    return command_environment(environ) | own
