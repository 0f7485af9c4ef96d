"""Which files of a place are model files: a bounded walk over folders, and Ollama's manifests. Reads no model."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boocode_desktop.processes.model_places import ModelPlace, Source

MAX_DEPTH = 6
MAX_ENTRIES = 50_000
MAX_FILES = 2_000
MAX_BESIDE = 200
MAX_MANIFEST = 1 << 20

_PART = re.compile(r"(?P<base>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})\.gguf", re.IGNORECASE)
_DIGEST = re.compile(r"sha256:([0-9a-f]{64})")
_OLLAMA_MODEL = "application/vnd.ollama.image.model"
_OLLAMA_PROJECTOR = "application/vnd.ollama.image.projector"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A model as the disk names it: its parts in order, of `count` there should be, and a projector if one is named.

    `group` is what a projector beside it may be paired within.
    """

    name: str
    source: Source
    parts: tuple[Path, ...]
    count: int = 1
    group: Path
    projector: Path | None = None


def list_place(place: ModelPlace) -> list[Listed]:
    """What a place holds; nothing where it does not exist or may not be read."""
    if place.source == "Ollama":
        return list(_ollama(place))[:MAX_FILES]
    return group_parts(list(_walk(place.folder))[:MAX_FILES], place.source)


def list_beside(path: Path) -> list[Listed]:
    """A file and the models in its folder."""
    try:
        names = sorted(entry.name for entry in os.scandir(path.parent) if entry.name.lower().endswith(".gguf"))
    except OSError:
        return []
    return group_parts([path.parent / name for name in names[:MAX_BESIDE]], "folder")


def group_parts(files: list[Path], source: Source) -> list[Listed]:
    """Files as models: parts of one model together."""
    sets: dict[tuple[Path, str, int], list[Path]] = {}
    listed: list[Listed] = []
    for path in files:
        if match := _PART.fullmatch(path.name):
            sets.setdefault((path.parent, match["base"], int(match["count"])), []).append(path)
        else:
            listed.append(Listed(name=path.stem, source=source, parts=(path,), group=path.parent))
    for (folder, base, count), parts in sets.items():
        listed.append(Listed(name=base, source=source, parts=tuple(sorted(parts)), count=count, group=folder))
    return listed


def _walk(root: Path) -> Iterator[Path]:
    """Files ending in .gguf, links to files included; links to folders are not followed."""
    left = MAX_ENTRIES
    waiting = [(root, 0)]
    while waiting:
        folder, depth = waiting.pop()
        try:
            with os.scandir(folder) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            left -= 1
            if left < 0:
                return
            if entry.is_dir(follow_symlinks=False):
                if depth < MAX_DEPTH:
                    waiting.append((Path(entry.path), depth + 1))
            elif entry.name.lower().endswith(".gguf") and _is_file(entry):
                yield Path(entry.path)


def _is_file(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_file()
    except OSError:
        return False


def _ollama(place: ModelPlace) -> Iterator[Listed]:
    """Models by their manifests, `manifests/HOST/NAMESPACE/MODEL/TAG`; the weights are blobs named by content."""
    manifests, blobs = place.folder / "manifests", place.folder / "blobs"
    for path in _manifests(manifests):
        layers = _layers(path)
        weights = [_blob(blobs, layer) for layer in layers if layer.get("mediaType") == _OLLAMA_MODEL]
        projectors = [_blob(blobs, layer) for layer in layers if layer.get("mediaType") == _OLLAMA_PROJECTOR]
        if weights and weights[0] is not None:
            name = _ollama_name(path.relative_to(manifests))
            projector = projectors[0] if projectors else None
            yield Listed(name=name, source=place.source, parts=(weights[0],), group=path, projector=projector)


def _manifests(folder: Path) -> Iterator[Path]:
    try:
        yield from sorted(path for path in folder.glob("*/*/*/*") if path.is_file())
    except OSError:
        return


def _layers(path: Path) -> list[dict[str, Any]]:
    try:
        if path.stat().st_size > MAX_MANIFEST:
            return []
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    layers = manifest.get("layers") if isinstance(manifest, dict) else None
    return [layer for layer in layers if isinstance(layer, dict)] if isinstance(layers, list) else []


def _blob(blobs: Path, layer: dict[str, Any]) -> Path | None:
    match = _DIGEST.fullmatch(str(layer.get("digest", "")))
    path = blobs / f"sha256-{match[1]}" if match else None
    return path if path is not None and path.is_file() else None


def _ollama_name(path: Path) -> str:
    host, namespace, model, tag = path.parts
    owner = "" if namespace == "library" else f"{namespace}/"
    return f"{'' if host == 'registry.ollama.ai' else host + '/'}{owner}{model}:{tag}"
