"""How chats stand in panes: every decision as a table, without Qt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.ui.chat.arrangement import (
    Arrangement,
    PaneTabs,
    from_plain,
    next_closed,
    to_plain,
    with_closed,
)


def arrangement(text, active=1):
    """`1:a*b 3:c*` is pane 1 with a (in front) and b, right of it pane 3 with c; `2:` is an empty one."""
    panes = []
    for word in text.split():
        number, _, tabs = word.partition(":")
        chats, front = [], ""
        for sign in tabs:
            if sign == "*":
                front = chats[-1]
            else:
                chats.append(sign)
        panes.append(PaneTabs(id=int(number), chats=tuple(chats), front=front))
    return Arrangement(panes=tuple(panes), active=active)


def text(value):
    words = []
    for pane in value.panes:
        words.append(f"{pane.id}:" + "".join(c + ("*" if c == pane.front else "") for c in pane.chats))
    return " ".join(words), value.active


@pytest.mark.parametrize(
    ("before", "active", "known", "after"),
    [
        ("1:", 1, "abc", ("1:a*bc", 1)),
        ("1:a*b", 1, "abc", ("1:a*bc", 1)),
        ("1:ab*c", 1, "ac", ("1:ac*", 1)),
        ("1:abc*", 1, "ab", ("1:ab*", 1)),
        ("1:a* 2:b*", 2, "a", ("1:a* 2:", 2)),
        ("1:a* 2:", 2, "ab", ("1:a* 2:b*", 2)),
    ],
)
def test_tabs_follow_the_chats_that_there_are(before, active, known, after):
    assert text(arrangement(before, active).known(known)) == after


@pytest.mark.parametrize(
    ("before", "chat", "after"),
    [
        ("1:a*b", "b", ("1:a* 2:b*", 2)),
        ("1:ab*c 4:d*", "b", ("1:ac* 5:b* 4:d*", 5)),
        ("1:a*", "a", ("1:a* 2:", 2)),
        ("1:a*b", "", ("1:a*b 2:", 2)),
    ],
)
def test_a_chat_opens_in_a_new_pane_and_never_leaves_an_empty_one_behind(before, chat, after):
    assert text(arrangement(before).split(chat)) == after


@pytest.mark.parametrize(
    ("before", "active", "closed", "after"),
    [
        ("1:a* 2:b*c", 2, 2, ("1:a*bc", 1)),
        ("2:a* 1:b*", 1, 1, ("2:a*b", 2)),
        ("3:a* 1:b* 2:c*", 2, 3, ("1:b*a 2:c*", 2)),
        ("1: 2:b*", 2, 2, ("1:b*", 1)),
        ("1:a*", 1, 1, ("1:a*", 1)),
    ],
)
def test_a_closing_pane_hands_its_tabs_to_the_oldest(before, active, closed, after):
    assert text(arrangement(before, active).closed(closed)) == after


@pytest.mark.parametrize(
    ("before", "chat", "pane", "at", "after"),
    [
        ("1:a*bc", "a", 1, 2, ("1:bca*", 1)),
        ("1:abc*", "c", 1, 0, ("1:c*ab", 1)),
        ("1:a*b 2:c*", "a", 2, -1, ("1:b* 2:ca*", 2)),
        ("1:a* 2:c*", "a", 2, 0, ("1: 2:a*c", 2)),
        ("1:a*", "x", 1, 0, ("1:a*", 1)),
    ],
)
def test_a_tab_moves(before, chat, pane, at, after):
    assert text(arrangement(before).moved(chat, pane, at)) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("1:a*b", ("1:a* 2:b*", 2)),
        ("1:a*b 2:c*", ("1:a* 2:cb*", 2)),
        ("2:c* 1:a*b", ("2:c* 1:a* 3:b*", 3)),
    ],
)
def test_a_fork_stands_right_of_its_original(before, after):
    assert text(arrangement(before).beside("a", "b")) == after


def test_bringing_a_chat_makes_its_pane_active():
    assert text(arrangement("1:a*b 2:c*d").brought("d")) == ("1:a*b 2:cd*", 2)
    assert text(arrangement("1:a*b").brought("x")) == ("1:a*b", 1)


@pytest.mark.parametrize(
    "broken",
    [
        None,
        [],
        "x",
        {},
        {"panes": [], "active": 1},
        {"panes": [{"id": 1}], "active": 1},
        {"panes": [{"id": 1, "chats": [], "front": "", "share": 0}] * 2, "active": 1},
    ],
)
def test_what_cannot_be_read_is_one_empty_pane(broken):
    assert from_plain(broken) == Arrangement()


def test_a_chat_that_was_stored_twice_has_one_tab():
    plain = {"panes": [{"id": n, "chats": ["a"], "front": "a", "share": 5} for n in (1, 2)], "active": 7}
    assert text(from_plain(plain)) == ("1:a* 2:", 1)


steps = st.lists(
    st.tuples(st.sampled_from(["split", "move", "close", "known", "beside", "focus"]), st.integers(0, 9)), max_size=30
)


def taken(step, value, chat, number):
    pane = value.panes[number % len(value.panes)].id
    if step == "split":
        return value.split(chat)
    if step == "move":
        return value.moved(chat, pane, number - 2)
    if step == "close":
        return value.closed(pane)
    if step == "beside":
        return value.beside("c0", chat)
    return value.known(f"c{n}" for n in range(5)) if step == "known" else value.focused(pane)


@given(steps)
def test_no_step_loses_or_doubles_a_tab(path):
    chats = [f"c{n}" for n in range(5)]
    value = Arrangement().known(chats)
    for step, number in path:
        value = taken(step, value, chats[number % len(chats)], number)
        assert sorted(value.chats) == chats
        assert value.active in {p.id for p in value.panes}
        assert all(p.front in p.chats if p.chats else not p.front for p in value.panes)
    assert from_plain(to_plain(value)) == value


def test_ten_closed_chats_are_kept_none_twice():
    closed = ()
    for number in [*range(12), 5]:
        closed = with_closed(closed, str(number))
    assert closed == ("5", "11", "10", "9", "8", "7", "6", "4", "3", "2")


@pytest.mark.parametrize(
    ("closed", "still", "answer"),
    [("abc", "abc", ("a", ("b", "c"))), ("abc", "c", ("c", ())), ("ab", "", ("", ())), ("", "", ("", ()))],
)
def test_reopening_skips_what_is_open_again(closed, still, answer):
    assert next_closed(closed, lambda chat: chat in still) == answer
