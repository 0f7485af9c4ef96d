"""Model files that are already on this computer, each once, with what its header says and whether it fits."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from boocode_desktop.processes.memory import MachineMemory, machine_memory
from boocode_desktop.processes.memory_fit import LEAST_CONTEXT, Fit, fits, needed_bytes
from boocode_desktop.processes.model_candidates import Candidate, HeaderCache, projector_for
from boocode_desktop.processes.model_listing import list_beside, list_place
from boocode_desktop.processes.model_places import ModelPlace, Source, model_places


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFile:
    """A model that can be chosen.

    Attributes:
        path: What to give to the engine: its only file, or the first of its parts.
        size: Bytes of all parts.
        needs: Bytes of memory it takes with the least useful context; 0 if unknown.
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
    needs: int = 0
    mmproj: Path | None = None
    fit: Fit = "unknown"
    problem: str = ""


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
        self._headers = HeaderCache()

    def choose(self, folders: Sequence[Path]) -> None:
        """The person chose other folders."""
        self._chosen = tuple(folders)

    def places(self) -> tuple[ModelPlace, ...]:
        """Where it looks."""
        return model_places(self._home, self._environ, self._chosen)

    async def find(self) -> list[ModelFile]:
        """All models of all places, in the order of the places and by name."""
        return await asyncio.to_thread(self._find)

    def _find(self) -> list[ModelFile]:
        seen: set[Path] = set()
        candidates: list[Candidate] = []
        for listed in (listed for place in self.places() for listed in list_place(place)):
            real = listed.parts[0].resolve()
            if real not in seen:
                seen.add(real)
                candidates.append(self._headers.candidate(listed))
        return describe_models(candidates, machine_memory())


def describe_models(candidates: Sequence[Candidate], machine: MachineMemory) -> list[ModelFile]:
    """Candidates as models: projectors joined to what they belong to, everything that is no model left out."""
    return [_describe(model, candidates, machine) for model in candidates if model.is_model]


def projector_beside(path: Path) -> Path | None:
    """The projector that lies beside a model's file and belongs to it. Reads the headers of the folder's models."""
    headers = HeaderCache()
    candidates = [headers.candidate(listed) for listed in list_beside(path)]
    model = next((c for c in candidates if c.is_model and path in c.listed.parts), None)
    return projector_for(model, candidates) if model else None


def _describe(model: Candidate, candidates: Sequence[Candidate], machine: MachineMemory) -> ModelFile:
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
        needs=needed_bytes(header, LEAST_CONTEXT, weights=model.size),
        mmproj=listed.projector or projector_for(model, candidates),
        fit=fits(header, machine, weights=model.size),
        problem=model.problem,
    )
