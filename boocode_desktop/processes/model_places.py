"""Where people already have model files: the folders of the usual programs. Looks at nothing but one pointer file."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Source = Literal["folder", "Hugging Face", "LM Studio", "llama.cpp", "Ollama"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPlace:
    """A folder that may hold models, and whose it is. It need not exist."""

    source: Source
    folder: Path


def model_places(home: Path, environ: Mapping[str, str], chosen: Sequence[Path] = ()) -> tuple[ModelPlace, ...]:
    """All of them, chosen folders first, none twice."""
    caches = _caches(home, environ)
    found = [ModelPlace(source="folder", folder=folder) for folder in chosen]
    found.append(ModelPlace(source="Hugging Face", folder=_hub(home, environ)))
    found += [ModelPlace(source="LM Studio", folder=folder) for folder in _lm_studio(home)]
    llama = environ.get("LLAMA_CACHE")
    found.append(ModelPlace(source="llama.cpp", folder=Path(llama) if llama else caches / "llama.cpp"))
    found += [ModelPlace(source="Ollama", folder=folder) for folder in _ollama(home, environ)]
    return tuple({place.folder: place for place in reversed(found)}.values())[::-1]


def _caches(home: Path, environ: Mapping[str, str]) -> Path:
    if sys.platform == "darwin":
        return home / "Library" / "Caches"
    if sys.platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    return Path(environ.get("XDG_CACHE_HOME") or home / ".cache")


def _hub(home: Path, environ: Mapping[str, str]) -> Path:
    for variable in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        if value := environ.get(variable):
            return Path(value)
    if value := environ.get("HF_HOME"):
        return Path(value) / "hub"
    return Path(environ.get("XDG_CACHE_HOME") or home / ".cache") / "huggingface" / "hub"


def _lm_studio(home: Path) -> Iterator[Path]:
    try:
        pointed = (home / ".lmstudio-home-pointer").read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        pointed = ""
    if pointed:
        yield Path(pointed) / "models"
    yield home / ".lmstudio" / "models"
    yield home / ".cache" / "lm-studio" / "models"


def _ollama(home: Path, environ: Mapping[str, str]) -> Iterator[Path]:
    if value := environ.get("OLLAMA_MODELS"):
        yield Path(value)
    yield home / ".ollama" / "models"
    if sys.platform == "linux":
        yield Path("/usr/share/ollama/.ollama/models")
