"""Every failure of SQLite becomes a sentence for people."""

import sqlite3

import pytest
from sqlalchemy.exc import OperationalError

from boocode_desktop.domain.errors import BusyError, DiskFullError, NotFoundError, UserFacingError
from boocode_desktop.storage.failures import DamagedError, in_words


def _error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("what SQLite says")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_FULL, DiskFullError),
        (sqlite3.SQLITE_IOERR_WRITE, DiskFullError),
        (sqlite3.SQLITE_BUSY, BusyError),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, BusyError),
        (sqlite3.SQLITE_CORRUPT, DamagedError),
        (sqlite3.SQLITE_CORRUPT_INDEX, DamagedError),
        (sqlite3.SQLITE_NOTADB, DamagedError),
        (sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY, NotFoundError),
        (sqlite3.SQLITE_CONSTRAINT_UNIQUE, BusyError),
        (sqlite3.SQLITE_READONLY, UserFacingError),
        (sqlite3.SQLITE_IOERR_READ, UserFacingError),
    ],
)
def test_a_code_has_its_error(code: int, kind: type[UserFacingError]) -> None:
    for error in (_error(code), OperationalError("SELECT 1", {}, _error(code))):
        said = in_words(error)
        assert type(said) is kind
        assert said.message
        assert said.hint


def test_an_error_without_a_code_is_passed_on_in_words() -> None:
    assert "strange" in in_words(sqlite3.ProgrammingError("strange")).message
