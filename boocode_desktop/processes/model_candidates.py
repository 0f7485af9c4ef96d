"""Listed model files with their headers, and which projector belongs to which model."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from boocode_desktop.processes.gguf import GgufError, GgufHeader, read_header
from boocode_desktop.processes.model_listing import Listed

_PROJECTOR_ORDER = ("F16", "BF16", "Q8_0", "F32")
_QUANTISATION = re.compile(r"[-_.](?:ud[-_.])?(?:i?q\d\w*|tq\d\w*|b?f16|f32|fp\d+|mxfp4\w*|nvfp4)$", re.IGNORECASE)
_PROJECTOR = re.compile(r"[-_.]?mmproj(?:[-_.]model)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A listed model with its header, or None and why that could not be read or used."""

    listed: Listed
    size: int
    header: GgufHeader | None
    problem: str = ""

    @property
    def is_projector(self) -> bool:
        """Whether it is no model but what lets one see."""
        named = "mmproj" in self.listed.name.lower()
        return self.header is not None and (self.header.kind == "mmproj" or named)

    @property
    def is_model(self) -> bool:
        """Whether it is a model, or might be one if it could be read."""
        return not self.is_projector and (self.header is None or self.header.kind == "model")


class HeaderCache:
    """Reads headers; those of files that did not change since are remembered."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int, int], GgufHeader | str] = {}

    def candidate(self, listed: Listed) -> Candidate:
        """Read what was listed. Blocks for some milliseconds."""
        header = self._header(listed.parts[0])
        size = sum(_size(part) for part in listed.parts)
        if isinstance(header, str):
            return Candidate(listed=listed, size=size, header=None, problem=header)
        missing = listed.count - len(listed.parts)
        problem = f"{missing} of {listed.count} parts are missing" if missing else ""
        return Candidate(listed=listed, size=size, header=header, problem=problem)

    def _header(self, path: Path) -> GgufHeader | str:
        try:
            stat = path.stat()
            key = (str(path), stat.st_mtime_ns, stat.st_size)
            if key not in self._known:
                self._known[key] = _read(path)
            return self._known[key]
        except OSError as error:
            return f"it cannot be read: {error.strerror}"


def projector_for(model: Candidate, candidates: Sequence[Candidate]) -> Path | None:
    """The projector beside a model, if it makes what the model takes and cannot be meant for another model there."""
    beside = [c for c in candidates if c.listed.group == model.listed.group]
    projectors = [c for c in beside if c.is_projector and _agree(c.header, model.header)]
    if len({family_of(c.listed.name) for c in beside if c.is_model}) > 1:
        family = family_of(model.listed.name)
        projectors = [c for c in projectors if _related(family_of(c.listed.name), family)]
    best = min(projectors, key=_preference, default=None)
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


def _preference(projector: Candidate) -> tuple[int, str]:
    quantisation = projector.header.quantisation if projector.header else ""
    order = _PROJECTOR_ORDER.index(quantisation) if quantisation in _PROJECTOR_ORDER else len(_PROJECTOR_ORDER)
    return order, projector.listed.name


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
