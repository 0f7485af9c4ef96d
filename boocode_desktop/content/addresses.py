"""Where an address leads, in words that cannot be mistaken: the host that is really asked."""

from dataclasses import dataclass
from urllib.parse import urlsplit

_BREAKS = "/?&=#-_.,;:%+"


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """`host` as it is looked up (or the mail address), and what is odd about the address, "" if nothing is."""

    host: str
    mail: bool = False
    warning: str = ""


def destination(address: str, label: str = "") -> Destination:
    """Where an address leads; `label` is the text that the link shows."""
    if address.lower().startswith("mailto:"):
        return Destination(host=address[7:].split("?", 1)[0], mail=True)
    try:
        parts = urlsplit(address)
        host, user = parts.hostname or "", parts.username
    except ValueError:
        return Destination(host=address, warning="The address is malformed.")
    ascii_host = _looked_up(host)
    shown = label.strip().removesuffix("/")
    named = _host_of(shown) if "." in shown and " " not in shown else ""
    if named and named != host and not host.endswith(f".{named}"):
        warning = f"The link reads {named}, but leads to {ascii_host}."
    elif user:
        warning = f"What stands before @ is no part of the host: it leads to {ascii_host}."
    elif ascii_host != host:
        warning = f"The host holds letters that can look like others: it is looked up as {ascii_host}."
    else:
        warning = ""
    return Destination(host=ascii_host, warning=warning)


def breakable(address: str) -> str:
    """An address that may be broken into lines where people expect it (zero-width spaces after its signs)."""
    return "".join(f"{sign}\u200b" if sign in _BREAKS else sign for sign in address)


def _host_of(text: str) -> str:
    try:
        host = urlsplit(text if "://" in text else f"//{text}").hostname or ""
    except ValueError:
        return ""
    return host if "." in host and host.rsplit(".", 1)[-1].isalpha() else ""


def _looked_up(host: str) -> str:
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host.encode("ascii", "backslashreplace").decode("ascii")
