"""Scrolling over rows whose heights are guesses until they are seen."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boocode_desktop.domain.transcript import TextEntry
from boocode_desktop.ui.transcript.blocks import Blocks, Place
from boocode_desktop.ui.transcript.folds import Folds
from boocode_desktop.ui.transcript.row_builder import RowBuilder
from boocode_desktop.ui.transcript.rows import Row, TextBody
from boocode_desktop.ui.transcript.scroller import BOTTOM_ROOM, Scroller

HEIGHT = 300


def entry(number: int, paragraphs: int = 2) -> TextEntry:
    text = "\n\n".join(
        f"entry {number} paragraph {p} " + "word " * ((number * 7 + p * 3) % 40) for p in range(paragraphs)
    )
    return TextEntry(id=f"e{number}", turn_id="t", text=text, done=True)


def measured(row: Row) -> int:
    """A height far from the guess."""
    assert isinstance(row.body, TextBody)
    return 13 + len(row.body.markdown) % 57


def scroller(count: int) -> tuple[Scroller, Blocks]:
    blocks = Blocks(RowBuilder(Folds()), measured, lambda row: None)
    blocks.set_entries(entry(n, 1 + n % 4) for n in range(count))
    scroll = Scroller(blocks)
    scroll.height = HEIGHT
    scroll.settle()
    return scroll, blocks


def shown(scroll: Scroller, blocks: Blocks) -> dict[str, int]:
    return {blocks.row(seen.place).body.markdown: seen.y for seen in scroll.seen()}


def test_it_opens_at_the_end():
    scroll, blocks = scroller(200)
    last = scroll.seen()[-1]
    assert last.place == blocks.last()
    assert last.y + last.height == HEIGHT - BOTTOM_ROOM
    assert scroll.stick and scroll.value == scroll.maximum


def test_short_content_begins_at_the_top():
    scroll, _ = scroller(1)
    assert scroll.seen()[0].y == 0 and scroll.maximum == 0


def test_nothing_is_harmless():
    scroll, _ = scroller(0)
    assert (scroll.seen(), scroll.value, scroll.move(10), scroll.anchor) == ([], 0, 0, None)
    scroll.jump(50)
    scroll.top()


@settings(max_examples=60, deadline=None)
@given(moves=st.lists(st.integers(-400, 400), max_size=25), start=st.integers(0, 9_000))
def test_a_row_on_screen_moves_exactly_as_far_as_was_scrolled(moves, start):
    scroll, blocks = scroller(300)
    scroll.jump(start)
    for move in moves:
        before = shown(scroll, blocks)
        moved = scroll.move(move)
        after = shown(scroll, blocks)
        assert abs(moved) <= abs(move)
        for text in before.keys() & after.keys():
            assert after[text] == before[text] - moved
        assert 0 <= scroll.value <= scroll.maximum


@settings(max_examples=40, deadline=None)
@given(value=st.integers(0, 20_000), grown=st.integers(0, 299))
def test_what_is_on_screen_stays_when_another_entry_changes(value, grown):
    scroll, blocks = scroller(300)
    scroll.jump(value)
    if scroll.stick:
        return
    before, anchor = shown(scroll, blocks), scroll.anchor
    was = blocks.entry(grown)
    blocks.put(replace(was, text=was.text + "\n\nmore\n\nand more"))
    scroll.restore(anchor)
    scroll.settle()
    after = shown(scroll, blocks)
    first = next(iter(before))
    assert first in after and after[first] == before[first]


def test_at_the_end_it_follows_what_is_added():
    scroll, blocks = scroller(50)
    for number in range(50, 60):
        anchor = scroll.anchor
        blocks.put(entry(number, 3))
        scroll.restore(anchor)
        scroll.settle()
        assert scroll.seen()[-1].place == blocks.last()
    scroll.move(-500)
    assert not scroll.stick
    anchor = scroll.anchor
    before = shown(scroll, blocks)
    blocks.put(entry(60))
    scroll.restore(anchor)
    scroll.settle()
    assert shown(scroll, blocks) == before


def test_older_entries_come_above_without_a_jump():
    scroll, blocks = scroller(40)
    scroll.jump(100)
    before, anchor = shown(scroll, blocks), scroll.anchor
    blocks.prepend([entry(n) for n in range(1000, 1050)])
    scroll.restore(anchor)
    scroll.settle()
    assert shown(scroll, blocks) == before
    scroll.top()
    assert next(iter(shown(scroll, blocks))).startswith("entry 1000 ")


@pytest.mark.parametrize("number", [0, 20, 39])
def test_revealing_brings_a_row_on_screen(number):
    scroll, blocks = scroller(40)
    scroll.jump(300)
    index = blocks.index_of(f"e{number}")
    assert index is not None
    scroll.reveal(Place(index, 0))
    assert Place(index, 0) in [seen.place for seen in scroll.seen()]


def test_jumping_beyond_the_end_ends_at_the_end():
    scroll, _ = scroller(100)
    scroll.jump(10**9)
    assert scroll.value == scroll.maximum and scroll.stick


@pytest.mark.parametrize("height", [22, 60, 300])
@pytest.mark.parametrize("number", [0, 20, 39])
def test_in_a_low_window_a_row_is_revealed_too(height, number):
    scroll, _blocks = scroller(40)
    scroll.height = height
    scroll.settle()
    for target in (number, number // 2, number):
        scroll.reveal(Place(target, 0))
        shown = next(seen for seen in scroll.seen() if seen.place == Place(target, 0))
        assert shown.y < height and shown.y + shown.height > 0
