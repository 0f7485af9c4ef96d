"""What servers tell about their models: `/v1/models` and llama.cpp's `/props`, in every dialect met so far."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from boocode_desktop.net.client import HttpClient
from boocode_desktop.net.errors import NetError

_CONTEXT_KEYS = ("context_length", "max_model_len", "context_window", "max_context_length", "n_ctx", "context_size")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedModel:
    """A model as its server lists it; `context_size` 0 and `vision` None where the list is silent."""

    id: str
    context_size: int = 0
    vision: bool | None = None
    owned_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerProps:
    """What a llama.cpp server runs with."""

    context_size: int = 0
    vision: bool = False


async def list_models(http: HttpClient) -> tuple[ListedModel, ...]:
    """The models of a server.

    Raises:
        NetError: no answer, or not a list of models.
    """
    return read_models(await http.get_json("/models"))


async def read_props(http: HttpClient) -> ServerProps | None:
    """The properties of a llama.cpp server; None from any other."""
    parts = urlsplit(http.base_url)
    path = parts.path.rstrip("/").removesuffix("/v1")
    try:
        value = await http.get_json(urlunsplit((parts.scheme, parts.netloc, f"{path}/props", "", "")))
    except NetError:
        return None
    if not isinstance(value, dict):
        return None
    settings, modalities = value.get("default_generation_settings"), value.get("modalities")
    size = settings.get("n_ctx") if isinstance(settings, dict) else value.get("n_ctx")
    vision = isinstance(modalities, dict) and bool(modalities.get("vision"))
    return ServerProps(context_size=size if isinstance(size, int) else 0, vision=vision)


def read_models(value: Any) -> tuple[ListedModel, ...]:
    """The models in the answer of `/models`, whether it is an object or a bare list."""
    rows = value.get("data", value.get("models")) if isinstance(value, dict) else value
    if not isinstance(rows, list):
        return ()
    return tuple(_model(row) for row in rows if isinstance(row, dict) and (row.get("id") or row.get("name")))


def normalized(base_url: str) -> str:
    """An address as people type it, made into the one that paths are added to: most servers answer below /v1."""
    text = base_url.strip().rstrip("/").removesuffix("/chat/completions").rstrip("/")
    if not text:
        return ""
    if "://" not in text:
        text = f"http://{text}"
    _, _, path = text.partition("://")[2].partition("/")
    return text if path else f"{text}/v1"


def _model(row: dict[str, Any]) -> ListedModel:
    places = [row, *(row[k] for k in ("meta", "metadata", "limits") if isinstance(row.get(k), dict))]
    sizes = [p[k] for p in places for k in _CONTEXT_KEYS if isinstance(p.get(k), int) and p[k] > 0]
    return ListedModel(
        id=str(row.get("id") or row.get("name")),
        context_size=sizes[0] if sizes else 0,
        vision=_vision(row),
        owned_by=str(row.get("owned_by") or ""),
    )


def _vision(row: dict[str, Any]) -> bool | None:
    architecture = row.get("architecture")
    inputs = architecture.get("input_modalities") if isinstance(architecture, dict) else row.get("input_modalities")
    abilities = row.get("capabilities")
    if isinstance(inputs, list):
        return "image" in inputs
    if isinstance(abilities, list):
        return "multimodal" in abilities or "vision" in abilities
    if isinstance(abilities, dict) and isinstance(abilities.get("vision"), bool):
        return bool(abilities["vision"])
    return None
