"""The environment in which a real opencode uses the scripted model server, its own home, and nothing of the network."""

import json
import os

MODEL = {
    "name": "fake-1",
    "tool_call": True,
    "reasoning": True,
    "attachment": True,
    "modalities": {"input": ["text", "image"], "output": ["text"]},
    "limit": {"context": 131072, "output": 8192},
}
SMALL = {"name": "fake-2", "tool_call": True, "limit": {"context": 131072, "output": 8192}}


def opencode_config(base_url):
    """opencode's settings for the server at `base_url` (with `/v1`)."""
    options = {"baseURL": base_url, "apiKey": "x"}
    provider = {
        "npm": "@ai-sdk/openai-compatible",
        "name": "Fake",
        "options": options,
        "models": {"fake-1": MODEL, "fake-2": SMALL},
    }
    return {
        "model": "fake/fake-1",
        "small_model": "fake/fake-2",
        "enabled_providers": ["fake"],
        "autoupdate": False,
        "share": "disabled",
        "provider": {"fake": provider},
    }


def opencode_environment(home, base_url):
    """Everything opencode is started with."""
    folders = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "DATA", "CACHE", "STATE")}
    quiet = ("AUTOUPDATE", "MODELS_FETCH", "LSP_DOWNLOAD", "DEFAULT_PLUGINS")
    return {
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        **folders,
        "OPENCODE_CONFIG_CONTENT": json.dumps(opencode_config(base_url)),
        **{f"OPENCODE_DISABLE_{name}": "1" for name in quiet},
    }
