"""The first page of a database file says what the rest is. Where it is destroyed, another's may stand in for it.

New databases get their tables in the same order, and copies are made page by page, so the page of a copy or of a new
database says where the tables of the damaged one begin.
"""

from pathlib import Path

_HEADER = 100
_PAGE_SIZE = slice(16, 18)
_JOURNAL_VERSIONS = slice(18, 20)
_PAGE_COUNT = slice(28, 32)
_WAL = b"\x02\x02"


def graft_first_page(damaged: Path, *, donor: Path) -> None:
    """Overwrite the first page of a file by the donor's. For reading only: its list of free pages is wrong."""
    with donor.open("rb") as stream:
        size = page_size(stream.read(_HEADER))
        stream.seek(0)
        page = bytearray(stream.read(size))
    page[_PAGE_COUNT] = (damaged.stat().st_size // size).to_bytes(4, "big")
    if damaged.with_name(damaged.name + "-wal").exists():
        page[_JOURNAL_VERSIONS] = _WAL
    with damaged.open("r+b") as stream:
        stream.write(page)


def page_size(header: bytes) -> int:
    """Bytes of a page, as the file's header gives them (1 stands for 65536)."""
    size = int.from_bytes(header[_PAGE_SIZE], "big")
    return 65_536 if size == 1 else size
