"""What children print: lines, bounds, the ring."""

from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.processes.child_output import LineSplitter, LogRing


def _lines(chunks: list[bytes], limit: int = 1 << 20) -> list[bytes]:
    lines: list[bytes] = []
    splitter = LineSplitter(lines.append, limit=limit)
    for chunk in chunks:
        splitter.feed(chunk)
    splitter.close()
    return lines


@given(st.lists(st.binary(max_size=40).map(lambda b: b.replace(b"\r", b"")), max_size=20))
def test_lines_do_not_depend_on_how_bytes_arrive(chunks: list[bytes]) -> None:
    whole = b"".join(chunks)
    expected = whole.split(b"\n")
    if expected[-1] == b"":
        expected.pop()
    assert _lines(chunks) == expected


@given(st.lists(st.binary(max_size=60), max_size=30), st.integers(1, 50))
def test_no_line_is_longer_than_the_limit(chunks: list[bytes], limit: int) -> None:
    assert all(len(line) <= limit for line in _lines(chunks, limit))


def test_an_overlong_line_is_cut_once_and_the_next_one_is_whole() -> None:
    lines: list[bytes] = []
    splitter = LineSplitter(lines.append, limit=4)
    for chunk in (b"abcdef", b"ghi", b"jk\nok\n"):
        splitter.feed(chunk)
    assert lines == [b"abcd", b"ok"]
    assert splitter.cut == 1


def test_carriage_returns_before_line_ends_go() -> None:
    assert _lines([b"one\r\ntwo\r", b"\nthree\r"]) == [b"one", b"two", b"three"]


def test_ring_keeps_the_newest_lines_within_both_bounds() -> None:
    ring = LogRing(max_bytes=15, max_lines=3)
    ring.sink().feed(b"".join(b"line %d\n" % n for n in range(10)))
    assert ring.tail() == ("line 8", "line 9")
    wide = LogRing(max_bytes=1000, max_lines=3)
    wide.sink().feed(b"".join(b"line %d\n" % n for n in range(10)))
    assert wide.tail() == ("line 7", "line 8", "line 9")
    assert wide.tail(1) == ("line 9",)


@given(st.lists(st.binary(max_size=80), max_size=40))
def test_ring_never_exceeds_its_bytes(chunks: list[bytes]) -> None:
    ring = LogRing(max_bytes=100, max_lines=50, line_limit=30)
    sink = ring.sink()
    for chunk in chunks:
        sink.feed(chunk)
    sink.close()
    assert sum(len(line.encode(errors="surrogateescape")) for line in ring.tail(1000)) <= 3 * 100  # U+FFFD is 3 bytes


def test_two_outputs_of_a_child_do_not_mix_their_half_lines() -> None:
    ring = LogRing()
    out, err = ring.sink(), ring.sink()
    out.feed(b"half ")
    err.feed(b"error\n")
    out.feed(b"line\n")
    assert ring.tail() == ("error", "half line")


def test_ring_tells_its_listener() -> None:
    heard: list[str] = []
    ring = LogRing()
    ring.listen(heard.append)
    ring.sink().feed(b"a\n\n b\xff\n")
    assert heard == ["a", " b�"]
