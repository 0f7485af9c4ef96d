"""What SQLite says, in words for people: converted once, where it enters."""

import sqlite3

from sqlalchemy.exc import DBAPIError

from boocode_desktop.domain.errors import BusyError, DiskFullError, NotFoundError, UserFacingError

LOCK_WAIT_S = 5
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_SHMOPEN}


class DamagedError(UserFacingError):
    """The database file cannot be read as one."""


def origin_of(error: BaseException) -> BaseException:
    """SQLite's own error: SQLAlchemy's text around it repeats the statement, which is for nobody's eyes."""
    return (error.orig or error) if isinstance(error, DBAPIError) else error


def code_of(error: BaseException) -> int:
    """SQLite's extended result code, 0 where the error does not carry one."""
    return getattr(origin_of(error), "sqlite_errorcode", 0) or 0


def is_damage(error: BaseException) -> bool:
    """Whether the file itself is broken."""
    return code_of(error) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def is_busy(error: BaseException) -> bool:
    """Whether somebody else held the lock for as long as we wait."""
    return code_of(error) & 0xFF in _BUSY


def is_full(error: BaseException) -> bool:
    """Whether there was no room to write."""
    return code_of(error) in _FULL or code_of(error) & 0xFF == sqlite3.SQLITE_FULL


def no_room(message: str = "The disk is full: BooCode could not write to its database.") -> DiskFullError:
    """The error where there is no room to write."""
    return DiskFullError(message, "Nothing stored so far is lost. Free some space, then try again.")


def damaged() -> DamagedError:
    """The error where the file is broken."""
    return DamagedError(
        "BooCode's database is damaged.",
        "Close BooCode and start it again: it then keeps a copy and repairs what it can.",
    )


def in_words(error: BaseException) -> UserFacingError:
    """The error for people behind an error of SQLite."""
    family = code_of(error) & 0xFF
    if is_full(error):
        return no_room()
    if is_damage(error):
        return damaged()
    if is_busy(error):
        return BusyError(
            f"Another program has held BooCode's database locked for {LOCK_WAIT_S} seconds.",
            "Nothing was written. Close what uses the file (a database browser, a backup, another BooCode), "
            "then try again.",
        )
    if code_of(error) == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
        return NotFoundError(
            "The session or chat this belongs to no longer exists.", "It was deleted meanwhile; nothing was written."
        )
    if code_of(error) == sqlite3.SQLITE_CONSTRAINT_UNIQUE:
        return BusyError("The same thing has just been stored by another BooCode.", "Nothing was written. Try again.")
    if family in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return UserFacingError(
            "BooCode cannot write to its database file.", "Check the permissions of the data folder and of its disk."
        )
    return UserFacingError(f"The database failed: {origin_of(error)}", "Nothing of this write was kept. Try again.")
