"""The answers of agents on disk, so that a start knows at once what each can do."""

import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

from boocode_desktop.agents.probe_results import ProbeResult
from boocode_desktop.config.text_file import Signature, replace_text, signature
from boocode_desktop.domain.codec import from_plain, to_plain
from boocode_desktop.domain.model_stream import ModelInfo

_log = logging.getLogger(__name__)
FILE_NAME = "agents.json"
FORMAT = 1


class ProbeCache:
    """The newest answer of each agent, with the fingerprint of the program that gave it.

    `load` and `save` block. A damaged file counts as none.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._entries: dict[str, tuple[str, ProbeResult]] = {}
        self._seen: Signature = None

    def load(self) -> None:
        """Take over what is newer on disk; another process may have asked meanwhile."""
        found = signature(self._file)
        if found == self._seen:
            return
        self._seen = found
        for name, (fingerprint, result) in _read(self._file).items():
            mine = self._entries.get(name)
            if mine is None or mine[1].at < result.at:
                self._entries[name] = (fingerprint, result)

    def get(self, name: str, fingerprint: str) -> ProbeResult | None:
        """What the agent answered, if it is still that program."""
        found = self._entries.get(name)
        return found[1] if found is not None and found[0] == fingerprint else None

    def put(self, name: str, fingerprint: str, result: ProbeResult) -> None:
        """Remember an answer; `save` keeps it."""
        self._entries[name] = (fingerprint, result)

    def save(self) -> None:
        """Write what is known, with what other processes wrote meanwhile. A disk that refuses costs only a probe."""
        self.load()
        entries = {name: {"fingerprint": f, "result": to_plain(r)} for name, (f, r) in self._entries.items()}
        try:
            replace_text(self._file, json.dumps({"format": FORMAT, "agents": entries}))
            self._seen = signature(self._file)
        except OSError as error:
            _log.warning("what agents can do could not be kept in %s: %s", self._file, error)


def _read(file: Path) -> dict[str, tuple[str, ProbeResult]]:
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        if kept["format"] != FORMAT:
            return {}
        return {name: _entry(value) for name, value in kept["agents"].items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        _log.warning("%s is not used: %s", file, error)
        return {}


def _entry(value: Any) -> tuple[str, ProbeResult]:
    told = dict(value["result"])
    # Some agents offer hundreds, and the general way takes 40 µs for each.
    models = tuple(ModelInfo(**{**model, "efforts": tuple(model["efforts"])}) for model in told.pop("models"))
    result: ProbeResult = from_plain(ProbeResult, told)
    if not isinstance(result.at, (int, float)):
        raise TypeError("a time is no number")
    return str(value["fingerprint"]), replace(result, models=models)
