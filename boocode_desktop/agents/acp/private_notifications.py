"""Notifications outside the protocol that tell something we know under another name; all others are only counted."""

from boocode_desktop.agents.acp.loose import first_text, object_of, text_of
from boocode_desktop.domain.events import Json


def as_update(method: str, params: object) -> tuple[str, Json] | None:
    """The session and the session update that a private notification amounts to; None if it tells nothing we use.

    qwen tells of a changed mode or model by `qwen/notify/session/mode-update` and `…/model-update` alone.
    """
    given = object_of(params)
    session_id = text_of(given.get("sessionId"))
    if not session_id:
        return None
    if method.endswith("session/mode-update"):
        mode = first_text(given, "currentModeId", "modeId")
        return (session_id, {"sessionUpdate": "current_mode_update", "currentModeId": mode}) if mode else None
    if method.endswith("session/model-update"):
        model = first_text(given, "currentModelId", "modelId", "model")
        return (session_id, {"sessionUpdate": "current_model_update", "currentModelId": model}) if model else None
    return None
