"""Model files that are already on this computer, each once, with what its header says and whether it fits."""

import asyncio
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from boocode_desktop.processes.gguf import GgufError, GgufHeader, read_header
from boocode_desktop.processes.memory import MachineMemory, machine_memory
from boocode_desktop.processes.memory_fit import Fit, fits
from boocode_desktop.processes.model_listing import Listed, list_place
from boocode_desktop.processes.model_places import ModelPlace, Source, model_places

_PROJECTOR_ORDER = ("F16", "BF16", "Q8_0", "F32")
_QUANTISATION = re.compile(r"[-_.](?:ud[-_.])?(?:i?q\d\w*|tq\d\w*|b?f16|f32|fp\d+|mxfp4\w*|nvfp4)$", re.IGNORECASE)
_PROJECTOR = re.compile(r"[-_.]?mmproj(?:[-_.]model)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFile:
    """A model that can be chosen.

    Attributes:
        path: What to give to the engine: its only file, or the first of its parts.
        size: Bytes of all parts.
        mmproj: The projector that lets it see, if there is one that belongs to it.
        problem: Why it cannot be used; "" if it can.
    """

    path: Path
    name: str
    source: Source
    size: int
    architecture: str = ""
    quantisation: str = ""
    parameters: int = 0
    context_size: int = 0
    mmproj: Path | None = None
    fit: Fit = "unknown"
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """A listed model with its header, or why that could not be read."""

    listed: Listed
    size: int
    header: GgufHeader | None
    problem: str


class ModelFinder:
    """Looks for models. Remembers the headers of files that did not change, so that looking again is quick.

    Args:
        home: The person's home folder.
        environ: Where the variables of other programs are read from.
        chosen: Folders the person chose, and our own download folder.
    """

    def __init__(self, *, home: Path, environ: Mapping[str, str], chosen: Sequence[Path] = ()) -> None:
        self._home = home
        self._environ = environ
        self._chosen = tuple(chosen)
        self._headers: dict[tuple[str, int, int], GgufHeader | str] = {}

    async def find(self) -> list[ModelFile]:
        """All models of all places, in the order of the places and by name."""
        return await asyncio.to_thread(self._find)

    def _find(self) -> list[ModelFile]:
        places = model_places(self._home, self._environ, self._chosen)
        return describe_models(self._candidates(places), machine_memory())

    def _candidates(self, places: Iterable[ModelPlace]) -> list[_Candidate]:
        seen: set[Path] = set()
        found: list[_Candidate] = []
        for listed in (listed for place in places for listed in list_place(place)):
            real = listed.parts[0].resolve()
            if real not in seen:
                seen.add(real)
                found.append(self._candidate(listed))
        return found

    def _candidate(self, listed: Listed) -> _Candidate:
        missing = listed.count - len(listed.parts)
        header = self._header(listed.parts[0])
        size = sum(_size(part) for part in listed.parts)
        if isinstance(header, str):
            return _Candidate(listed=listed, size=size, header=None, problem=header)
        problem = f"{missing} of {listed.count} parts are missing" if missing else ""
        return _Candidate(listed=listed, size=size, header=header, problem=problem)

    def _header(self, path: Path) -> GgufHeader | str:
        try:
            stat = path.stat()
            key = (str(path), stat.st_mtime_ns, stat.st_size)
            if key not in self._headers:
                self._headers[key] = _read(path)
            return self._headers[key]
        except OSError as error:
            return f"it cannot be read: {error.strerror}"


def describe_models(candidates: Sequence[_Candidate], machine: MachineMemory) -> list[ModelFile]:
    """Candidates as models: projectors joined to what they belong to, everything that is no model left out."""
    projectors = [c for c in candidates if c.header is not None and _is_projector(c.listed, c.header)]
    models = [c for c in candidates if c not in projectors and (c.header is None or c.header.kind == "model")]
    return [_describe(model, projectors, models, machine) for model in models]


def _describe(
    model: _Candidate, projectors: Sequence[_Candidate], models: Sequence[_Candidate], machine: MachineMemory
) -> ModelFile:
    listed, header = model.listed, model.header
    if header is None:
        path = listed.parts[0]
        return ModelFile(path=path, name=listed.name, source=listed.source, size=model.size, problem=model.problem)
    return ModelFile(
        path=listed.parts[0],
        name=listed.name,
        source=listed.source,
        size=model.size,
        architecture=header.architecture,
        quantisation=header.quantisation,
        parameters=header.parameters,
        context_size=header.context_size,
        mmproj=listed.projector or _projector_for(model, projectors, models),
        fit=fits(header, machine, weights=model.size),
        problem=model.problem,
    )


def _projector_for(model: _Candidate, projectors: Sequence[_Candidate], models: Sequence[_Candidate]) -> Path | None:
    """The projector beside a model, if it makes what the model takes and cannot be meant for another model there."""
    group = model.listed.group
    beside = [p for p in projectors if p.listed.group == group and _agree(p.header, model.header)]
    families = {family_of(m.listed.name) for m in models if m.listed.group == group}
    if len(families) > 1:
        beside = [p for p in beside if _related(family_of(p.listed.name), family_of(model.listed.name))]
    best = min(beside, key=_preference, default=None)
    return best.listed.parts[0] if best else None


def family_of(name: str) -> str:
    """A file's name without the words for its quantisation and for being a projector: the model it is of."""
    return _PROJECTOR.sub("", _QUANTISATION.sub("", name)).strip("-_.").lower()


def _related(projector: str, model: str) -> bool:
    """llama.cpp puts the repository in front of both names, and a projector may have no other."""
    return bool(projector) and model.startswith(projector)


def _agree(projector: GgufHeader | None, model: GgufHeader | None) -> bool:
    if projector is None or model is None:
        return False
    return projector.width == model.width or not projector.width or not model.width


def _preference(projector: _Candidate) -> tuple[int, str]:
    quantisation = projector.header.quantisation if projector.header else ""
    order = _PROJECTOR_ORDER.index(quantisation) if quantisation in _PROJECTOR_ORDER else len(_PROJECTOR_ORDER)
    return order, projector.listed.name


def _is_projector(listed: Listed, header: GgufHeader) -> bool:
    return header.kind == "mmproj" or "mmproj" in listed.name.lower()


def _read(path: Path) -> GgufHeader | str:
    try:
        return read_header(path)
    except GgufError as error:
        return str(error)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
