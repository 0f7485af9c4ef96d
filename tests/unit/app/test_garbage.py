"""Memory that was freed goes back to the system where the C library can do that."""

import re
import sys
from pathlib import Path

import pytest

from boocode_desktop.app.garbage import return_free_memory

PIECES, SIZE = 200_000, 400


def _resident_kb() -> int:
    found = re.search(r"^Rss:\s+(\d+)", Path("/proc/self/smaps_rollup").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1])


@pytest.mark.skipif(sys.platform != "linux", reason="needs glibc and /proc")
def test_holes_between_live_pieces_are_returned():
    pieces = [bytes(SIZE * 4) for _ in range(PIECES // 4)]
    kept = [p for n, p in enumerate(pieces) if n % 64 == 0]
    del pieces
    before = _resident_kb()
    return_free_memory()
    assert _resident_kb() < before - 20_000
    assert len(kept) == PIECES // 4 // 64 + 1
