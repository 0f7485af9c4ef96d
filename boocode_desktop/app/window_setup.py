"""What the window's first-run page and settings need: engines, keys, settings and the tour. Implements `ui.Setup`."""

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from pathlib import Path

from boocode_desktop.agents.agents_file import FILE_NAME
from boocode_desktop.agents.tour import PROMPT
from boocode_desktop.app.core import Core
from boocode_desktop.app.data_places import clear_logs, data_places, measure
from boocode_desktop.app.engine_command import engine_options
from boocode_desktop.config.settings import Endpoint, Settings
from boocode_desktop.config.settings_copies import keep_copy, load_settings_copy, write_settings_copy
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.product import VERSION
from boocode_desktop.llm import secrets
from boocode_desktop.orchestrator.ports.agents import Prompt
from boocode_desktop.processes.engine_status import EngineStatus
from boocode_desktop.processes.memory import machine_memory
from boocode_desktop.processes.model_files import ModelFile as FoundFile
from boocode_desktop.processes.model_files import ModelFinder
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

GIB = 2**30


def engine_view(status: EngineStatus) -> EngineView:
    """The engine as the window shows it."""
    detail = " ".join(part for part in (status.error, status.hint) if part)
    model = status.model.name if status.model else ""
    return EngineView(phase=status.state, model=model, detail=detail, log=status.log)


def model_file(found: FoundFile) -> ModelFile:
    """A found model as the first-run page shows it."""
    fits = {"yes": True, "tight": True, "no": False}.get(found.fit)
    needs = found.problem or ("" if fits is not False else f"needs about {found.size / GIB:.0f} GB of memory")
    return ModelFile(path=found.path, name=found.name, size=found.size, source=found.source, fits=fits, needs=needs)


def before_text(kept: Path) -> str:
    """Where the settings of before are."""
    return f"What held before is in {kept}: import it to go back."


class WindowSetup:
    """Implements `Setup` over a core."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._listeners: list[Callable[[Settings], None]] = []
        self._finder = ModelFinder(home=Path.home(), environ=os.environ, chosen=self._model_folders())

    def _model_folders(self) -> tuple[Path, ...]:
        return (self._core.paths.models, *self._core.settings.value.model_folder_paths)

    def machine(self) -> str:
        """Cores and memory of this computer."""
        memory = machine_memory()
        return f"{os.cpu_count()} cores · {memory.available / GIB:.0f} GB free of {memory.total / GIB:.0f}"

    def version(self) -> str:
        """The program's version."""
        return VERSION

    def settings(self) -> Settings:
        """The settings in force."""
        return self._core.settings.value

    def agents_file(self) -> Path:
        """Where `agents.toml` is, or would be."""
        return self._core.paths.settings_file.parent / FILE_NAME

    async def save_settings(self, settings: Settings) -> None:
        """Write the settings file and put the settings in force."""
        before = self._core.settings.value
        # Only what changed, so that what somebody wrote into the file meanwhile stays.
        names = [f.name for f in fields(settings) if getattr(settings, f.name) != getattr(before, f.name)]
        changes = {name: getattr(settings, name) for name in names}
        fresh = await asyncio.to_thread(lambda: self._core.settings.update(**changes))
        for listener in tuple(self._listeners):
            listener(fresh)
        await self._core.catalog.forget_listings()

    def watch_settings(self, listener: Callable[[Settings], None]) -> Callable[[], None]:
        """Call `listener` with the settings in force after every change; returns what ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def engine(self) -> EngineView:
        """The local engine as it is now."""
        return engine_view(self._core.engine.status)

    def watch_engine(self, listener: Callable[[EngineView], None]) -> Callable[[], None]:
        """Call `listener` on every change; returns what ends it."""
        return self._core.engine.listen(lambda status: listener(engine_view(status)))

    async def model_files(self) -> ModelSearch:
        """Model files where people already have them, the best that fits first."""
        self._finder.choose(self._model_folders())
        found = await self._finder.find()
        places = len(self._finder.places())
        files = sorted((model_file(f) for f in found), key=lambda f: (f.fits is False, -f.size))
        return ModelSearch(files=tuple(files), places=places)

    async def start_engine(self, path: Path) -> EngineView:
        """Start the local engine with a model file and make it the default model."""
        core = self._core
        status = await core.engine.start(path, engine_options(core.settings.value.engine))
        engine = replace(core.settings.value.engine, model=str(path))
        await self.save_settings(replace(core.settings.value, engine=engine, default_model=path.stem))
        return engine_view(status)

    async def stop_engine(self) -> None:
        """End the local engine."""
        await self._core.engine.stop()

    async def download_model(self, source: str, progress: Callable[[DownloadProgress], None]) -> ModelFile:
        """Fetch a model, resuming what is there, checked when done."""
        # Late, because it brings the HTTP library with it.
        from boocode_desktop.app.model_downloads import fetch_model

        path = await fetch_model(source, self._core.paths.models, progress)
        found = await self._finder.find()
        known = next((f for f in found if f.path == path), None)
        if known is not None:
            return model_file(known)
        size = await asyncio.to_thread(lambda: path.stat().st_size)
        return ModelFile(path=path, name=path.name, size=size, source="downloaded")

    async def test_endpoint(self, base_url: str, key: str) -> EndpointCheck:
        """Ask a service for its models."""
        known = next((e for e in self._core.settings.value.endpoints if e.base_url == base_url), None)
        started = time.monotonic()
        models = await self._core.catalog.check(known or Endpoint(name="", base_url=base_url), key)
        latency = (time.monotonic() - started) * 1000
        return EndpointCheck(models=tuple(m.id for m in models), latency_ms=latency)

    async def save_endpoint(self, endpoint: Endpoint, key: str, *, model: str = "", allow_file: bool = False) -> None:
        """Keep a service and its key, and make one of its models that of new chats."""
        if not endpoint.name:
            raise UserFacingError("The service has no name.", "Give it one; its key is kept under it.")
        if key:
            await self._store_key(endpoint.name, key, allow_file=allow_file)
        settings = self._core.settings.value
        others = tuple(e for e in settings.endpoints if e.name != endpoint.name)
        default = f"{endpoint.name}/{model}" if model else settings.default_model
        await self.save_settings(replace(settings, endpoints=(*others, endpoint), default_model=default))

    async def remove_endpoint(self, name: str) -> None:
        """Forget a service and its key."""
        settings = self._core.settings.value
        await self._core.secrets.forget(name)
        left = tuple(e for e in settings.endpoints if e.name != name)
        default = "" if settings.default_model.startswith(f"{name}/") else settings.default_model
        await self.save_settings(replace(settings, endpoints=left, default_model=default))

    def data_places(self) -> Sequence[DataPlace]:
        """Where everything is kept."""
        return data_places(self._core.paths)

    async def measure(self, place: DataPlace) -> DataSize:
        """Count what a place takes, off the loop."""
        return await asyncio.to_thread(measure, place.path)

    async def clear_logs(self) -> int:
        """Remove the logs that nothing is written to any more; the bytes that became free."""
        return await asyncio.to_thread(clear_logs, self._core.paths.logs)

    async def export_settings(self, target: Path) -> None:
        """Write the settings into a file of their own; keys are not in it."""
        settings = self._core.settings.value
        await asyncio.to_thread(write_settings_copy, target, settings)

    async def import_settings(self, source: Path) -> Sequence[str]:
        """Take the settings of such a file; a sentence for each one that was wrong and has its default now."""
        core = self._core
        loaded = await asyncio.to_thread(load_settings_copy, source, core.settings.value)
        kept = await asyncio.to_thread(keep_copy, core.paths.settings_file, core.settings.value)
        await self.save_settings(loaded.settings)
        return (*loaded.problems, before_text(kept))

    async def reset_settings(self) -> Path:
        """Every default again, but services stay with their keys; the file that holds the settings of before."""
        core = self._core
        kept = await asyncio.to_thread(keep_copy, core.paths.settings_file, core.settings.value)
        await self.save_settings(replace(Settings(), endpoints=core.settings.value.endpoints))
        return kept

    async def key_place(self, name: str) -> KeyPlace:
        """Where the key of a service is, if it has one."""
        return await self._core.secrets.place(name)

    async def replace_key(self, name: str, key: str, *, allow_file: bool = False) -> None:
        """Keep another key for a service, or none ("")."""
        if key:
            await self._store_key(name, key, allow_file=allow_file)
        else:
            await self._core.secrets.forget(name)
        await self._core.catalog.forget_listings()

    async def _store_key(self, name: str, key: str, *, allow_file: bool) -> None:
        try:
            await self._core.secrets.set(name, key, allow_file=allow_file)
        except secrets.NoKeyringError as problem:
            raise NoKeyringError(problem.message, problem.hint) from problem

    async def start_tour(self) -> Tour:
        """Make the sample project with its session, and let the scripted agent begin."""
        from boocode_desktop.app.tour import begin_tour

        place = await begin_tour(self._core)
        await self._core.front.turns.send(place.chat_id, Prompt(text=PROMPT))
        return Tour(session_id=place.session_id, chat_id=place.chat_id)
