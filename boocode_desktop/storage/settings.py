"""Small stored values by key."""

import logging
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from boocode_desktop.storage.readers import Reading
from boocode_desktop.storage.rows import BrokenRow, from_json, to_json
from boocode_desktop.storage.tables import settings

_log = logging.getLogger(__name__)


def setting(reading: Reading, key: str) -> Any:
    """A value, None if absent or unreadable."""
    text = reading.connection.execute(sa.select(settings.c.body).where(settings.c.key == key)).scalar_one_or_none()
    if text is None:
        return None
    try:
        return from_json(text)
    except BrokenRow as error:
        _log.warning("the stored setting %s is unreadable and counts as not set: %s", key, error)
        return None


def set_setting(connection: sa.Connection, key: str, value: Any) -> None:
    """Keep a value; None forgets it."""
    if value is None:
        connection.execute(sa.delete(settings).where(settings.c.key == key))
        return
    statement = insert(settings).values(key=key, body=to_json(value))
    connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"body": statement.excluded.body}))
