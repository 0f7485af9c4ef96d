"""A `Setup` in memory: a few model files, one service that answers, a tour that opens a session of the fake front."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from boocode_desktop.config.settings import Endpoint, Settings
from boocode_desktop.config.settings_copies import load_settings_copy, write_settings_copy
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.ui.setup_port import (
    DataPlace,
    DataSize,
    DownloadProgress,
    EndpointCheck,
    EngineView,
    KeyPlace,
    ModelFile,
    ModelSearch,
    NoKeyringError,
    Tour,
)
from tests.fakes.front import World

GB = 1_000_000_000
FILES = (
    ModelFile(
        path=Path("/models/Qwen3-Coder-30B-A3B-Q4_K_M.gguf"),
        name="Qwen3-Coder-30B-A3B-Q4_K_M.gguf",
        size=int(18.6 * GB),
        source="LM Studio",
        fits=True,
    ),
    ModelFile(
        path=Path("/models/gpt-oss-20b-mxfp4.gguf"),
        name="gpt-oss-20b-mxfp4.gguf",
        size=int(12.1 * GB),
        source="Hugging Face cache",
        fits=True,
    ),
    ModelFile(
        path=Path("/models/GLM-4.5-Air-Q4_K_M.gguf"),
        name="GLM-4.5-Air-Q4_K_M.gguf",
        size=int(72.9 * GB),
        source="Downloads",
        fits=False,
        needs="needs 78 GB memory",
    ),
)


@dataclass
class FakeSetup:
    """Answers at once; what was asked is in `calls`."""

    world: World
    files: tuple[ModelFile, ...] = FILES
    current: Settings = field(default_factory=Settings)
    view: EngineView = field(default_factory=EngineView)
    listeners: list[Callable[[EngineView], None]] = field(default_factory=list)
    calls: list[tuple[Any, ...]] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, DataSize] = field(default_factory=dict)
    no_keyring: bool = False
    watchers: list[Callable[[Settings], None]] = field(default_factory=list)
    refusal: UserFacingError | None = None

    def machine(self) -> str:
        return "16 cores · 31 GB free of 64"

    def version(self) -> str:
        return "0.1.0"

    def settings(self) -> Settings:
        return self.current

    def agents_file(self) -> Path:
        return Path("/home/me/.config/boocode/agents.toml")

    async def save_settings(self, settings: Settings) -> None:
        self.calls.append(("save_settings",))
        if self.refusal is not None:
            raise self.refusal
        self._become(settings)

    def watch_settings(self, listener: Callable[[Settings], None]) -> Callable[[], None]:
        self.watchers.append(listener)
        return lambda: self.watchers.remove(listener)

    def _become(self, settings: Settings) -> None:
        self.current = settings
        for watcher in tuple(self.watchers):
            watcher(settings)

    def engine(self) -> EngineView:
        return self.view

    def watch_engine(self, listener: Callable[[EngineView], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def show_engine(self, view: EngineView) -> None:
        """The engine changed its state."""
        self.view = view
        for listener in list(self.listeners):
            listener(view)

    async def model_files(self) -> ModelSearch:
        return ModelSearch(files=self.files, places=5)

    async def start_engine(self, path: Path) -> EngineView:
        self.calls.append(("start_engine", path))
        self.show_engine(EngineView(phase="starting", model=path.name))
        self.show_engine(EngineView(phase="ready", model=path.name))
        return self.view

    async def stop_engine(self) -> None:
        self.show_engine(EngineView())

    async def download_model(self, source: str, progress: Callable[[DownloadProgress], None]) -> ModelFile:
        self.calls.append(("download_model", source))
        progress(DownloadProgress(done=3, total=5))
        return replace(self.files[0], name=source.rsplit("/", 1)[-1])

    async def test_endpoint(self, base_url: str, key: str) -> EndpointCheck:
        self.calls.append(("test_endpoint", base_url, key))
        if key == "wrong":
            raise UserFacingError("The service refused the key (401).", "Check the key and try again.")
        return EndpointCheck(models=("deepseek-v4-flash", "deepseek-v4-pro"), latency_ms=212.0)

    async def save_endpoint(self, endpoint: Endpoint, key: str, *, model: str = "", allow_file: bool = False) -> None:
        self.calls.append(("save_endpoint", endpoint, key, model, allow_file))
        if key and self.no_keyring and not allow_file:
            raise NoKeyringError("This computer has no keyring. The key was not stored.", "Allow a file.")
        self._become(replace(self.current, endpoints=(*self.current.endpoints, endpoint)))
        self.keys[endpoint.name] = key

    async def remove_endpoint(self, name: str) -> None:
        self.calls.append(("remove_endpoint", name))
        kept = tuple(e for e in self.current.endpoints if e.name != name)
        self._become(replace(self.current, endpoints=kept))

    def data_places(self) -> Sequence[DataPlace]:
        home = Path("/home/me/.local/share/boocode")
        return (
            DataPlace(name="Database", path=home / "database", about="Chats, traces, rules and usage. Never removed."),
            DataPlace(name="Worktrees", path=home / "worktrees", about="Copies that agents work in."),
            DataPlace(name="Logs", path=home / "logs", about="Redacted."),
        )

    async def measure(self, place: DataPlace) -> DataSize:
        return self.sizes.get(place.name, DataSize(size=0))

    async def clear_logs(self) -> int:
        self.calls.append(("clear_logs",))
        return 3_000_000

    async def export_settings(self, target: Path) -> None:
        write_settings_copy(target, self.current)

    async def import_settings(self, source: Path) -> Sequence[str]:
        loaded = load_settings_copy(source, self.current)
        self._become(loaded.settings)
        return loaded.problems

    async def reset_settings(self) -> Path:
        self._become(replace(Settings(), endpoints=self.current.endpoints))
        return Path("/home/me/.config/boocode/settings.before.toml")

    async def key_place(self, name: str) -> KeyPlace:
        return "keyring" if self.keys.get(name) else "none"

    async def replace_key(self, name: str, key: str, *, allow_file: bool = False) -> None:
        self.calls.append(("replace_key", name, key, allow_file))
        if key and self.no_keyring and not allow_file:
            raise NoKeyringError("This computer has no keyring. The key was not stored.", "Allow a file.")
        self.keys[name] = key

    async def start_tour(self) -> Tour:
        self.calls.append(("start_tour",))
        project = self.world.add_project("/tmp/boocode-tour/sample", trusted=True)
        session = self.world.add_session(project.id, "Fix the failing test")
        chat = next(c for c in self.world.chats.values() if c.session_id == session.id)
        return Tour(session_id=session.id, chat_id=chat.id)
