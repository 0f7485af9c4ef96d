"""Server-sent events: the same events however the bytes were cut."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.net.sse import EventParser, EventTooLongError, ServerEvent


def parse(*chunks: bytes, limit: int = 1 << 20) -> list[ServerEvent]:
    parser = EventParser(limit=limit)
    events = [event for chunk in chunks for event in parser.feed(chunk)]
    return [*events, *parser.close()]


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_fields_and_line_ends(end):
    lines = [b": hello", b"event: note", b"id: 7", b"data: one", b"data:two", b"data:  three", b"other: x", b"", b""]
    events = parse(end.join(lines))
    assert events == [ServerEvent(data="one\ntwo\n three", event="note", id="7")]


def test_comments_are_counted_and_make_no_event():
    parser = EventParser()
    assert parser.feed(b": ping\n\n:\n\n") == [] and parser.comments == 2


def test_an_event_without_data_is_none():
    assert parse(b"event: x\n\ndata\n\n") == [ServerEvent(data="")]


def test_the_name_holds_for_one_event_and_the_id_for_all_that_follow():
    assert parse(b"event: a\nid: 1\ndata: x\n\ndata: y\n\n") == [
        ServerEvent(data="x", event="a", id="1"),
        ServerEvent(data="y", id="1"),
    ]


def test_the_end_completes_an_event_whose_empty_line_was_forgotten():
    assert parse(b"data: [DONE]") == [ServerEvent(data="[DONE]")]
    assert parse(b"data: [DONE]\n") == [ServerEvent(data="[DONE]")]


def test_a_byte_order_mark_is_no_part_of_the_first_field():
    assert parse(b"\xef\xbb\xbfdata: x\n\n") == [ServerEvent(data="x")]


def test_bytes_that_are_no_text_are_replaced():
    assert parse(b"data: a\xffb\n\n") == [ServerEvent(data="a\ufffdb")]


def test_an_endless_line_is_given_up():
    parser = EventParser(limit=1000)
    with pytest.raises(EventTooLongError):
        for _ in range(20):
            parser.feed(b"x" * 100)


def test_an_endless_event_is_given_up():
    parser = EventParser(limit=1000)
    with pytest.raises(EventTooLongError):
        for _ in range(200):
            parser.feed(b"data: 1234567890\n")


def test_a_long_line_in_small_pieces_is_read_in_linear_time():
    line = b"data: " + b"x" * (1 << 20) + b"\n\n"
    pieces = [line[i : i + 64] for i in range(0, len(line), 64)]
    assert len(parse(*pieces, limit=1 << 21)[0].data) == 1 << 20


_line = st.one_of(
    st.sampled_from(["", "data: x", "data:", ": c", "event: e", "id: 1", "data: [DONE]", "data: é😀", "retry: 5"]),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=12),
)
_stream = st.lists(st.tuples(_line, st.sampled_from(["\n", "\r", "\r\n"])), max_size=20).map(
    lambda lines: "".join(text + end for text, end in lines).encode()
)


@given(stream=_stream, cuts=st.lists(st.integers(0, 300), max_size=10))
def test_any_cut_gives_the_same_events(stream, cuts):
    places = sorted({min(c, len(stream)) for c in cuts} | {0, len(stream)})
    chunks = [stream[a:b] for a, b in itertools.pairwise(places)]
    assert parse(*chunks) == parse(stream)


@given(stream=_stream)
def test_single_bytes_give_the_same_events(stream):
    assert parse(*[bytes([byte]) for byte in stream]) == parse(stream)


@given(st.binary(max_size=300))
def test_any_bytes_are_survived(raw):
    assert all(isinstance(event, ServerEvent) for event in parse(raw))
