"""Reading and writing one setting by its dotted key, and what people type for lists. Pure."""

import shlex
from dataclasses import replace
from typing import Any

from boocode_desktop.config.settings import AUTO, Settings, SettingSpec


def value_of(settings: Settings, key: str) -> Any:
    """The value of a dotted key such as `engine.threads`."""
    value: Any = settings
    for part in key.split("."):
        value = getattr(value, part)
    return value


def with_value(settings: Settings, key: str, value: Any) -> Settings:
    """The settings with one value changed."""
    head, _, rest = key.partition(".")
    if rest:
        return replace(settings, **{head: replace(getattr(settings, head), **{rest: value})})
    return replace(settings, **{head: value})


def list_text(value: Any) -> str:
    """A list setting as people type it: words as a shell would read them."""
    if value is None:
        return ""
    return value if isinstance(value, str) else shlex.join(value)


def list_value(text: str, spec: SettingSpec) -> Any:
    """What was typed, as the setting's value.

    Raises:
        ValueError: a quote is not closed.
    """
    text = text.strip()
    if not text and spec.optional:
        return None
    if text == AUTO and AUTO in spec.choices:
        return AUTO
    return tuple(shlex.split(text))
