"""Bad rows are set aside, so that one of them never stops anything twice."""

import json
import logging
import time

import sqlalchemy as sa

from boocode_desktop.storage import row_maps, tables
from boocode_desktop.storage.readers import BadRow
from boocode_desktop.storage.rows import BrokenRow

_log = logging.getLogger(__name__)


def set_aside(connection: sa.Connection, bad: list[BadRow]) -> None:
    """Move rows to quarantine if they are still bad; one with children keeps its place, mended."""
    for row in bad:
        _set_aside(connection, row)


def _set_aside(connection: sa.Connection, bad: BadRow) -> None:
    row_map = row_maps.BY_TABLE[bad.table]
    table = row_map.table
    here = table.c.serial == bad.serial
    row = connection.execute(sa.select(table).where(here)).mappings().one_or_none()
    if row is None:
        return
    try:
        row_map.decode(row)
    except BrokenRow as error:
        text = json.dumps(dict(row), default=repr)
        kept = {"from_table": table.name, "reason": str(error), "row": text, "at": time.time()}
        connection.execute(sa.insert(tables.quarantine).values(kept))
        stand_in = row_map.mend(row)
        if stand_in is None:
            connection.execute(sa.delete(table).where(here))
        else:
            connection.execute(sa.update(table).where(here).values(row_map.encode(stand_in)))
        _log.warning("row %d of %s was unreadable and is in quarantine: %s", bad.serial, table.name, error)
