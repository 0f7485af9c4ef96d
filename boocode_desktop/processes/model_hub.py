"""Model repositories of Hugging Face: what a reference means, which files it has, and which of them to fetch."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from boocode_desktop.domain.errors import UsageError, UserFacingError
from boocode_desktop.net.client import HttpClient
from boocode_desktop.net.errors import HttpStatusError

HUB_URL = "https://huggingface.co"
PREFERRED = ("Q4_K_M", "Q4_K_XL", "MXFP4", "Q4_K_S", "Q4_0", "Q5_K_M", "Q6_K", "Q8_0", "BF16", "F16")
PROJECTORS = ("F16", "BF16", "Q8_0", "F32")

_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")
_HOSTS = ("huggingface.co", "hf.co")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_PART = re.compile(r"(.+)-\d{5}-of-\d{5}\.gguf", re.IGNORECASE)
_EXAMPLE = "Examples: org/name, org/name:Q4_K_M, org/name/file.gguf, or the address of a file."


@dataclass(frozen=True, slots=True, kw_only=True)
class HubReference:
    """A repository, and perhaps which of its files: by path, or by quantisation."""

    repo: str
    revision: str = "main"
    file: str = ""
    quantisation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteFile:
    """A file of a repository; `sha256` is "" where the hub does not tell it."""

    path: str
    size: int = 0
    sha256: str = ""

    @property
    def name(self) -> str:
        """Without its folder."""
        return self.path.rpartition("/")[2]


def parse_reference(text: str) -> HubReference:
    """What a person typed or pasted.

    Raises:
        UsageError: it names no repository.
    """
    path, revision, file = _take_address(text.strip()), "main", ""
    path, _, quantisation = path.partition(":")
    owner, _, rest = path.strip("/").partition("/")
    repo, _, rest = rest.partition("/")
    kind, _, after = rest.partition("/")
    if kind in ("resolve", "blob", "tree"):
        revision, _, file = after.partition("/")
    else:
        file = rest
    parts = [owner, repo, revision, *([*file.split("/")] if file else [])]
    if not all(_NAME.fullmatch(part) for part in parts):
        raise UsageError(f"{text!r} is no model on Hugging Face.", _EXAMPLE)
    return HubReference(repo=f"{owner}/{repo}", revision=revision, file=file, quantisation=quantisation.strip())


def is_elsewhere(text: str) -> bool:
    """Whether this is an address, but none of Hugging Face."""
    text = text.strip()
    return text.startswith(("https://", "http://")) and urlsplit(text).hostname not in _HOSTS


def is_file_name(name: str) -> bool:
    """Whether a name is harmless as the name of a file of ours."""
    return _NAME.fullmatch(name) is not None


def _take_address(text: str) -> str:
    """The path of an address of the hub; anything else as it is."""
    if is_elsewhere(text):
        raise UsageError(f"{urlsplit(text).hostname} is not Hugging Face.", _EXAMPLE)
    if text.startswith(("https://", "http://")):
        return urlsplit(text).path
    host, _, rest = text.partition("/")
    return rest if host in _HOSTS else text


def parse_tree(value: Any) -> tuple[RemoteFile, ...]:
    """The files in an answer of the tree API, whatever of it can be read."""
    entries = value if isinstance(value, list) else []
    files = [_remote(entry) for entry in entries if isinstance(entry, dict) and entry.get("type") == "file"]
    return tuple(file for file in files if all(_NAME.fullmatch(part) for part in file.path.split("/")))


def _remote(entry: Mapping[str, Any]) -> RemoteFile:
    large = entry.get("lfs")
    large = large if isinstance(large, dict) else {}
    oid, size = large.get("oid", ""), large.get("size", entry.get("size"))
    return RemoteFile(
        path=str(entry.get("path", "")),
        size=size if isinstance(size, int) and size > 0 else 0,
        sha256=oid if isinstance(oid, str) and _SHA256.fullmatch(oid) else "",
    )


def choose_files(files: Sequence[RemoteFile], reference: HubReference) -> tuple[RemoteFile, ...]:
    """The files of the wanted model in order, the first one to be opened; its projector last, if there is one.

    Raises:
        UserFacingError: there is no such file; the hint lists what there is.
    """
    models = {file.path: file for file in files if _is_gguf(file) and not _is_projector(file)}
    chosen = models.get(reference.file) if reference.file else _by_quantisation(models.values(), reference)
    if chosen is None and reference.file:
        chosen = next((file for file in files if file.path == reference.file and _is_gguf(file)), None)
    if chosen is None:
        wanted = reference.file or reference.quantisation or "file in the GGUF format"
        there = ", ".join(sorted(file.path for file in models.values())[:20])
        raise UserFacingError(f"{reference.repo} has no {wanted}.", f"There is: {there}." if there else "")
    parts = [file for file in models.values() if _base(file) == _base(chosen)] or [chosen]
    projectors = [] if _is_projector(chosen) else [file for file in files if _is_gguf(file) and _is_projector(file)]
    best = _preferred(projectors, PROJECTORS)
    return (*sorted(parts, key=lambda file: file.path), *([best] if best else []))


def _by_quantisation(models: Any, reference: HubReference) -> RemoteFile | None:
    firsts = sorted(models, key=lambda file: file.path)
    if reference.quantisation:
        return next((file for file in firsts if _mentions(file, reference.quantisation)), None)
    return _preferred(firsts, PREFERRED)


def _preferred(files: Sequence[RemoteFile], order: Sequence[str]) -> RemoteFile | None:
    for quantisation in order:
        for file in files:
            if _mentions(file, quantisation):
                return file
    return files[0] if files else None


def _mentions(file: RemoteFile, quantisation: str) -> bool:
    return re.search(rf"(?<![a-z0-9]){re.escape(quantisation)}(?![a-z0-9_])", file.path, re.IGNORECASE) is not None


def _base(file: RemoteFile) -> str:
    match = _PART.fullmatch(file.path)
    return match[1] if match else file.path


def _is_gguf(file: RemoteFile) -> bool:
    return file.name.lower().endswith(".gguf")


def _is_projector(file: RemoteFile) -> bool:
    return "mmproj" in file.name.lower()


def file_url(base_url: str, reference: HubReference, file: RemoteFile) -> str:
    """Where to fetch a file."""
    return f"{base_url}/{reference.repo}/resolve/{quote(reference.revision, safe='')}/{quote(file.path)}"


def hub_headers(token: str) -> dict[str, str]:
    """What to send along, with a token if there is one."""
    return {"Authorization": f"Bearer {token}"} if token else {}


def hub_token(home: Path, environ: Mapping[str, str]) -> str:
    """The token that Hugging Face's own tools would use; reads a file."""
    if token := environ.get("HF_TOKEN"):
        return token.strip()
    folder = Path(environ.get("HF_HOME") or home / ".cache" / "huggingface")
    try:
        return (folder / "token").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""


async def list_repository(
    reference: HubReference, *, base_url: str = HUB_URL, token: str = ""
) -> tuple[RemoteFile, ...]:
    """All files of a repository.

    Raises:
        UserFacingError: there is no such repository, or it may not be read.
        NetError: the hub cannot be reached or refuses.
    """
    client = HttpClient(base_url=base_url, headers=hub_headers(token))
    revision = quote(reference.revision, safe="")
    try:
        return parse_tree(await client.get_json(f"/api/models/{reference.repo}/tree/{revision}?recursive=true"))
    except HttpStatusError as error:
        if error.status not in (401, 403, 404):
            raise
        hint = "Check the name; some repositories want a sign-in and a token (HF_TOKEN)."
        raise UserFacingError(f"Hugging Face shows no repository {reference.repo}.", hint) from error
    finally:
        await client.close()
