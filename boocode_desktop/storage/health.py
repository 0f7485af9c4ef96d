"""Whether a database file is one, whether it is whole, and which schema it has."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from boocode_desktop.storage.connections import connect
from boocode_desktop.storage.failures import is_damage


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What a look at the file found. `problem` is "" where it can be used; `version` 0 without tables is empty."""

    problem: str = ""
    version: int = 0
    empty: bool = False


def examine(database: Path, *, thorough: bool) -> Health:
    """Look at a file without changing it; `thorough` reads all of it.

    Raises:
        sqlite3.Error: it cannot be looked at (locked, no permission).
    """
    try:
        with closing(connect(database)) as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0] if thorough else "ok"
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        return Health(problem=str(error))
    problem = "" if verdict == "ok" else str(verdict).splitlines()[-1]
    return Health(problem=problem, version=version, empty=not tables)
