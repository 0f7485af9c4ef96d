"""Why an engine did not start or ended, in words for people, from its last lines."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from boocode_desktop.processes.child_specs import Exit
from boocode_desktop.processes.engine_life import LifeOver
from boocode_desktop.processes.gguf import GgufError


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineFailure:
    """What happened and what to do. `lasting` ones come again however often it is tried; `wanted` ones are no failure:
    somebody else ended it."""

    message: str
    hint: str = ""
    lasting: bool = False
    wanted: bool = False


_FORMAT_HINT = "Choose a file in the GGUF format, usually ending in .gguf."
_MEMORY_HINT = "Close other programs, choose a smaller model, or set a smaller context."
_BROKEN_HINT = "Download it again; a download that broke off can be resumed."


@dataclass(frozen=True, slots=True)
class _Cause:
    """A pattern in an engine's error lines, and what it means; `{name}` is the model's file."""

    pattern: str
    message: str
    hint: str


_PROJECTOR = r"mmproj|multimodal|clip_init"
_CAUSES = (
    _Cause(
        _PROJECTOR,
        "The projector of {name} cannot be used.",
        "Choose the projector that belongs to this model, or none.",
    ),
    _Cause(r"invalid magic", "{name} is not a model file.", _FORMAT_HINT),
    _Cause(r"not within the file bounds|corrupted or incomplete", "{name} is cut off.", _BROKEN_HINT),
    _Cause(
        r"unknown model architecture",
        "The engine does not know this kind of model: {name}.",
        "A newer llama.cpp may know it.",
    ),
    _Cause(r"couldn't bind|address already in use", "The engine found no free port.", "Start it again."),
    _Cause(
        r"failed to allocate|unable to allocate|out of memory|bad_alloc|cannot allocate memory|cudamalloc failed",
        "There is not enough memory for {name}.",
        _MEMORY_HINT,
    ),
    _Cause(r"permission denied", "{name} may not be read.", "Check who may read the file."),
    _Cause(r"no such file or directory", "{name} is not there.", "Was it moved or deleted?"),
    _Cause(r"(?:invalid|unknown) argument", "The engine does not know one of its options.", "Update llama.cpp."),
)
_ERROR_LINE = re.compile(r"\b[EF] |error|failed|fatal", re.IGNORECASE)


def explain_header(error: GgufError | OSError, model: Path) -> EngineFailure:
    """Why a file is not even worth starting an engine for."""
    if isinstance(error, FileNotFoundError):
        return EngineFailure(message=f"{model} is not there.", hint="Was it moved or deleted?", lasting=True)
    if isinstance(error, OSError):
        return EngineFailure(message=f"{model} cannot be read: {error.strerror}.", lasting=True)
    return EngineFailure(message=f"{model.name} is not a model file: {error}.", hint=_FORMAT_HINT, lasting=True)


def explain_life(over: LifeOver, model: Path) -> EngineFailure:
    """Why a life is over."""
    if over.how == "slow":
        message = f"{model.name} was not loaded within {over.limit_s:.0f} s."
        return EngineFailure(message=message, hint="Choose a smaller model, or a faster disk.")
    if over.how == "hung":
        return EngineFailure(message="The engine did not answer any more and was ended.")
    return explain_end(over.exit) if over.served else explain_start(over.exit, model)


def blames_projector(tail: Sequence[str]) -> bool:
    """Whether it failed over the projector."""
    return any(re.search(_PROJECTOR, line) for line in tail if _ERROR_LINE.search(line))


def explain_start(end: Exit, model: Path) -> EngineFailure:
    """Why an engine ended before it was ready."""
    text = "\n".join(line for line in end.tail if _ERROR_LINE.search(line))
    for cause in _CAUSES:
        if re.search(cause.pattern, text, re.IGNORECASE):
            return EngineFailure(message=cause.message.format(name=model.name), hint=cause.hint, lasting=True)
    if end.signal == "SIGKILL":
        message = f"The engine was killed while it loaded {model.name}: there was probably too little memory."
        return EngineFailure(message=message, hint=_MEMORY_HINT)
    return EngineFailure(message=f"The engine {end.describe()} while it loaded {model.name}.", hint=last_word(end.tail))


def explain_end(end: Exit) -> EngineFailure:
    """Why an engine that had been ready ended."""
    return EngineFailure(message=f"The engine {end.describe()}.", hint=last_word(end.tail))


def last_word(tail: Sequence[str]) -> str:
    """The last line that tells of an error, as a hint; else ""."""
    line = next((line for line in reversed(tail) if _ERROR_LINE.search(line)), "")
    return f"Its last words: {line.strip()[:300]}" if line else ""
