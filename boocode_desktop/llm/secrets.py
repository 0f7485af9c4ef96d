"""Keys of endpoints: the environment first, then the system's keyring, and a file only where a person asked for it."""

import asyncio
import json
import os
import tempfile
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol, TypeVar

from boocode_desktop.domain.errors import UserFacingError

KEY_VARIABLE = "BOOCODE_API_KEY"
SERVICE = "boocode"
_PATIENCE_S = 30.0

T = TypeVar("T")


class NoKeyringError(UserFacingError):
    """This computer has no usable keyring; the key was not stored anywhere."""


class Keyring(Protocol):
    """The part of the keyring library that is used. Its calls may block for long: a locked keyring asks first."""

    def get_password(self, service_name: str, username: str) -> str | None: ...
    def set_password(self, service_name: str, username: str, password: str) -> None: ...
    def delete_password(self, service_name: str, username: str) -> None: ...


KeyPlace = Literal["keyring", "file", "environment", "none"]


@dataclass(slots=True)
class Secrets:
    """Keys by the name of their endpoint. What was read is remembered until it is set or forgotten."""

    file: Path
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, kw_only=True)
    keyring: Callable[[], Keyring] | None = field(default=None, kw_only=True)
    _known: dict[str, str] = field(default_factory=dict, repr=False)

    def given(self) -> str:
        """The key of the environment, "" if there is none."""
        return self.environ.get(KEY_VARIABLE, "").strip()

    async def get(self, name: str) -> str:
        """The key of an endpoint, "" if there is none. Never raises: a server that needs one will say so."""
        if given := self.given():
            return given
        if name not in self._known:
            self._known[name] = await self._from_keyring(name) or await asyncio.to_thread(self._from_file, name)
        return self._known[name]

    async def place(self, name: str) -> KeyPlace:
        """Where the key of an endpoint would be taken from."""
        if self.given():
            return "environment"
        if await self._from_keyring(name):
            return "keyring"
        return "file" if await asyncio.to_thread(self._from_file, name) else "none"

    async def set(self, name: str, key: str, *, allow_file: bool = False) -> None:
        """Store a key. `allow_file` says that the person agreed to a file where there is no keyring.

        Raises:
            NoKeyringError: there is no keyring, and no file was allowed.
            UserFacingError: the file cannot be written.
        """
        try:
            await _patiently(lambda: self._ring().set_password(SERVICE, name, key))
        except _ring_errors() as error:
            if not allow_file:
                raise NoKeyringError(
                    f"This computer has no keyring that can be used ({error}). The key was not stored.",
                    f"Set {KEY_VARIABLE}, or allow keeping it in {self.file}, readable by you alone.",
                ) from error
            await asyncio.to_thread(self._write, name, key)
        else:
            await asyncio.to_thread(self._write, name, None)
        self._known[name] = key

    async def forget(self, name: str) -> None:
        """Delete a key wherever it is stored."""
        self._known.pop(name, None)
        try:
            await _patiently(lambda: self._ring().delete_password(SERVICE, name))
        except _ring_errors():
            pass
        await asyncio.to_thread(self._write, name, None)

    def _ring(self) -> Keyring:
        if self.keyring is not None:
            return self.keyring()
        # Found out by a scan of installed packages: too slow for the start, so only when a key is needed.
        import keyring

        return keyring.get_keyring()

    async def _from_keyring(self, name: str) -> str:
        try:
            return await _patiently(lambda: self._ring().get_password(SERVICE, name)) or ""
        except _ring_errors():
            return ""

    def _read(self) -> dict[str, str]:
        try:
            stored = json.loads(self.file.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return {str(k): str(v) for k, v in stored.items()} if isinstance(stored, dict) else {}

    def _from_file(self, name: str) -> str:
        return self._read().get(name, "")

    def _write(self, name: str, key: str | None) -> None:
        stored = self._read()
        if key is None and name not in stored:
            return
        wanted = {k: v for k, v in stored.items() if k != name} | ({name: key} if key is not None else {})
        try:
            handle, temporary = tempfile.mkstemp(prefix=".keys.", dir=self.file.parent)
            with os.fdopen(handle, "w", encoding="utf-8") as out:
                json.dump(wanted, out)
            Path(temporary).replace(self.file)
        except OSError as error:
            text = f"The key could not be stored in {self.file}: {error.strerror or error}."
            raise UserFacingError(text, "Check the folder and the disk, then try again.") from error


def _ring_errors() -> tuple[type[Exception], ...]:
    from keyring.errors import KeyringError

    # Backends let their own errors through: D-Bus without a session bus, a missing library.
    return (KeyringError, OSError, RuntimeError, ImportError, TimeoutError)


async def _patiently(work: Callable[[], T]) -> T:
    """Run blocking work in a thread of its own, which holds up neither the loop nor the program's end."""
    loop = asyncio.get_running_loop()
    result: asyncio.Future[T] = loop.create_future()

    def settle(value: T | None, error: Exception | None) -> None:
        if result.done():
            return
        if error is not None:
            result.set_exception(error)
        else:
            result.set_result(value)  # type: ignore[arg-type]

    def run() -> None:
        value, problem = None, None
        try:
            value = work()
        except Exception as error:  # handed over to the one who waits
            problem = error
        try:
            loop.call_soon_threadsafe(settle, value, problem)
        except RuntimeError:
            return  # the loop is gone, and nobody waits

    threading.Thread(target=run, name="keyring", daemon=True).start()
    return await asyncio.wait_for(result, _PATIENCE_S)
