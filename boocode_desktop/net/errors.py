"""What can go wrong on the way to a server: the HTTP library's errors, converted once."""

import contextlib
import socket
import ssl
from collections.abc import Iterator

import httpx

from boocode_desktop.domain.errors import AdapterError
from boocode_desktop.domain.retry import Failure


class NetError(AdapterError):
    """A request failed; `failure` says how, for the decision whether to try again."""

    def __init__(self, message: str, hint: str = "", *, failure: Failure) -> None:
        super().__init__(message, hint)
        self.failure = failure


class HttpStatusError(NetError):
    """The server answered with an error status. `body` is its text, at most 64 KB of it."""

    def __init__(self, message: str, hint: str = "", *, failure: Failure, body: str = "") -> None:
        super().__init__(message, hint, failure=failure)
        self.status = failure.status
        self.body = body


class ChecksumError(NetError):
    """A download came out different from what was announced; nothing of it was kept."""


@contextlib.contextmanager
def converted(host: str, *, streaming: bool = False) -> Iterator[None]:
    """Turn the library's errors into ours. `streaming`: the head of the answer has arrived already.

    Raises:
        NetError: instead of anything the HTTP library raises.
    """
    try:
        yield
    except httpx.InvalidURL as error:
        raise bad_address(host, error) from error
    except httpx.HTTPError as error:
        raise _convert(error, host, streaming) from error


def silent(host: str) -> NetError:
    """The error for a server that stopped to send."""
    text = f"{host} fell silent: nothing came for too long."
    return _error("stall", text, "The server may be overloaded or gone.")


def bad_address(address: str, error: Exception) -> NetError:
    """The error for an address that cannot be used."""
    return _error("protocol", f"{address} is not a usable address ({error}).", _ADDRESS_HINT)


_ADDRESS_HINT = "An address looks like https://api.example.com/v1 or http://127.0.0.1:8080/v1."
_NETWORK_HINT = "Check the network connection and the address in the settings."


def _convert(error: httpx.HTTPError, host: str, streaming: bool) -> NetError:
    match error:
        case httpx.TimeoutException():
            return _timeout(error, host)
        case httpx.ConnectError():
            return _connect(error, host)
        case httpx.RemoteProtocolError() | httpx.ReadError() | httpx.WriteError() | httpx.CloseError():
            return _broken(error, host, streaming)
        case httpx.UnsupportedProtocol():
            return bad_address(host, error)
        case httpx.ProxyError():
            return _error("protocol", f"The proxy in front of {host} refused: {error}.", "Check HTTPS_PROXY.")
        case httpx.TooManyRedirects():
            return _error("protocol", f"{host} redirects without end.", "Check the address.")
        case _:
            return _error("protocol", f"{host} did not answer as a web server should: {error}.", "Check the address.")


def _timeout(error: httpx.TimeoutException, host: str) -> NetError:
    if isinstance(error, httpx.ConnectTimeout):
        return _error("stall", f"{host} could not be reached in time.", _NETWORK_HINT)
    return silent(host)


def _connect(error: httpx.ConnectError, host: str) -> NetError:
    causes = list(_causes(error))
    if any(isinstance(c, socket.gaierror) for c in causes):
        return _error("name_resolution", f"The name {host} could not be found.", _NETWORK_HINT)
    tls = next((c for c in causes if isinstance(c, ssl.SSLError)), None)
    if tls is not None:
        hint = "The certificate is not trusted, or the address wants http:// instead of https://."
        return _error("protocol", f"No secure connection to {host}: {getattr(tls, 'reason', '') or tls}.", hint)
    if any(isinstance(c, ConnectionRefusedError) for c in causes):
        return _error("refused", f"Nothing answers at {host}: the connection was refused.", "Start the server first.")
    if any(isinstance(c, ConnectionResetError) for c in causes):
        return _error("reset", f"{host} closed the connection while it was opened.", _NETWORK_HINT)
    return _error("unreachable", f"{host} cannot be reached: {error}.", _NETWORK_HINT)


def _broken(error: httpx.TransportError, host: str, streaming: bool) -> NetError:
    if streaming:
        return _error("broken_stream", f"{host} broke the connection in the middle of its answer.", "")
    malformed = isinstance(error, httpx.RemoteProtocolError) and "disconnected" not in str(error)
    if malformed:
        text = f"{host} did not answer as a web server should: {error}."
        return _error("protocol", text, "Check the address and its port.")
    return _error("reset", f"{host} closed the connection without an answer.", "")


def _causes(error: BaseException) -> Iterator[BaseException]:
    pending: list[BaseException] = [error]
    seen: set[int] = set()
    while pending:
        current = pending.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        pending += [c for c in (current.__cause__, current.__context__) if c is not None]
        if isinstance(current, BaseExceptionGroup):
            pending += current.exceptions


def _error(kind: str, message: str, hint: str) -> NetError:
    return NetError(message, hint, failure=Failure(kind=kind))  # type: ignore[arg-type]
