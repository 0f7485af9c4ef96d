"""What the first-run page and the settings need from the program beyond `Front`: engines, keys, preferences, the tour.

The composition root implements `Setup`; the window only asks. Methods are coroutines on the application's loop and
raise `UserFacingError` for what a person can act on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from boocode_desktop.config.settings import Endpoint, Settings
from boocode_desktop.domain.errors import UserFacingError

EnginePhase = Literal["stopped", "starting", "ready", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFile:
    """A model file found on this computer. `size` in bytes; `fits` is None when that is not known."""

    path: Path
    name: str
    size: int
    source: str
    fits: bool | None = None
    needs: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSearch:
    """What a search for model files found, and in how many places it looked."""

    files: tuple[ModelFile, ...]
    places: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineView:
    """The local engine as the status bar shows it; `log` holds the last lines, newest last."""

    phase: EnginePhase = "stopped"
    model: str = ""
    detail: str = ""
    log: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointCheck:
    """What a service answered: its models and how long it took."""

    models: tuple[str, ...]
    latency_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tour:
    """Where the tour plays: the session to open and the chat that shows it."""

    session_id: str
    chat_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadProgress:
    """How far a download is, in bytes; `total` 0 while unknown, `rate` in bytes a second."""

    done: int
    total: int
    rate: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DataPlace:
    """A place on the disk where something of ours is kept, and what becomes of it."""

    name: str
    path: Path
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSize:
    """What a place takes, in bytes; at least that where counting took too long."""

    size: int
    complete: bool = True


class NoKeyringError(UserFacingError):
    """This computer has no usable keyring; the key was not stored anywhere."""


KeyPlace = Literal["keyring", "file", "environment", "none"]


class Setup(Protocol):
    """Engines, keys, settings and the tour."""

    def machine(self) -> str:
        """One line about this computer (cores, memory)."""

    def version(self) -> str:
        """The program's version."""

    def settings(self) -> Settings:
        """The settings in force."""

    def agents_file(self) -> Path:
        """Where `agents.toml` is, or would be."""

    async def save_settings(self, settings: Settings) -> None:
        """Write the settings file and put the settings in force."""

    def watch_settings(self, listener: Callable[[Settings], None]) -> Callable[[], None]:
        """Call `listener` with the settings in force after every change, on the loop; returns what ends it."""

    def engine(self) -> EngineView:
        """The local engine as it is now."""

    def watch_engine(self, listener: Callable[[EngineView], None]) -> Callable[[], None]:
        """Call `listener` on every change, on the loop; returns what ends it."""

    async def model_files(self) -> ModelSearch:
        """Model files where people already have them, the best that fits first."""

    async def start_engine(self, path: Path) -> EngineView:
        """Start the local engine with a model file and make it the default model; returns when it is ready."""

    async def stop_engine(self) -> None: ...
    async def download_model(self, source: str, progress: Callable[[DownloadProgress], None]) -> ModelFile:
        """Fetch `owner/repository/file.gguf` or a URL, resuming what is there, checked when done."""

    async def test_endpoint(self, base_url: str, key: str) -> EndpointCheck:
        """Ask a service for its models; with an empty key the kept one is used."""

    async def save_endpoint(self, endpoint: Endpoint, key: str, *, model: str = "", allow_file: bool = False) -> None:
        """Keep a service in the settings and its key in the system keyring; new chats begin with its `model`.

        Raises:
            NoKeyringError: there is no keyring, and no file was allowed; nothing was kept.
        """

    async def remove_endpoint(self, name: str) -> None:
        """Forget a service and its key, and its model as that of new chats."""

    def data_places(self) -> Sequence[DataPlace]:
        """Where everything is kept."""

    async def measure(self, place: DataPlace) -> DataSize:
        """Count what a place takes, off the loop."""

    async def clear_logs(self) -> int:
        """Remove the logs that nothing is written to any more; the bytes that became free."""

    async def export_settings(self, target: Path) -> None:
        """Write the settings into a file of their own; keys are not in it."""

    async def import_settings(self, source: Path) -> Sequence[str]:
        """Take the settings of such a file; a sentence for each one that was wrong and has its default now, and one
        that says where the settings of before are. Services that the file does not name stay."""

    async def reset_settings(self) -> Path:
        """Every default again, but services stay with their keys; the file that holds the settings of before."""

    async def key_place(self, name: str) -> KeyPlace:
        """Where the key of a service is, if it has one."""

    async def replace_key(self, name: str, key: str, *, allow_file: bool = False) -> None:
        """Keep another key for a service, or none ("").

        Raises:
            NoKeyringError: there is no keyring, and no file was allowed.
        """

    async def start_tour(self) -> Tour:
        """Make the sample project with its session, and let the scripted agent begin."""
