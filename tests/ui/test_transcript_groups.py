"""Calls that ran at once share one card: which do, what the card says, how it folds and grows."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from boocode_desktop.domain.transcript import TextEntry
from boocode_desktop.ui.transcript.blocks import Blocks
from boocode_desktop.ui.transcript.folds import Folds
from boocode_desktop.ui.transcript.groups import belongs
from boocode_desktop.ui.transcript.row_builder import RowBuilder
from boocode_desktop.ui.transcript.rows import CodeBody, HeadBody, PlanBody, TextBody
from boocode_desktop.ui.transcript.view import TranscriptView
from tests.fakes import transcript_samples as samples


def call(name, at, took, step=1):
    return replace(samples.tool(name, "read_file", {"path": name}), started_at=at, latency_ms=took, step=step)


@pytest.mark.parametrize(
    ("before", "entry", "joined"),
    [
        ([call("a", 10, 500)], call("b", 10.1, 5), True),
        ([call("a", 10, 500)], call("b", 10.6, 5), False),
        ([call("a", 10, 500)], call("b", 10.1, 5, step=2), False),
        ([call("a", 10, None)], call("b", 99, 5), True),
        ([call("a", 10, 9_000), call("b", 10.1, 5)], call("c", 12, 5), True),
        ([call("a", 0, 500)], call("b", 0, 5), False),
        ([call("a", 10, 500)], TextEntry(id="t", turn_id=samples.TURN, text="words"), False),
        ([], call("b", 10.1, 5), False),
    ],
    ids=[
        "overlap",
        "one-after-the-other",
        "next-step",
        "still-running",
        "beside-the-first",
        "no-time",
        "text",
        "alone",
    ],
)
def test_which_calls_ran_at_once(before, entry, joined):
    assert belongs(before, entry) is joined


def blocks_of(entries):
    blocks = Blocks(RowBuilder(Folds()), lambda row: row.gap + 30, lambda row: None)
    blocks.set_entries(entries)
    return blocks


def frames(blocks):
    return [(row.entry_id, row.frame) for index in range(len(blocks)) for row in blocks.rows(index)]


def head(blocks, index=0):
    body = blocks.rows(index)[0].body
    assert isinstance(body, HeadBody)
    return body


def test_one_card_holds_them_all_and_says_how_far_they_are():
    blocks = blocks_of(samples.at_once())
    assert frames(blocks) == [
        ("trc_g1", "top"),
        ("trc_g1", "middle"),
        ("trc_g2", "middle"),
        ("trc_g3", "middle"),
        ("trc_g4", "bottom"),
    ]
    assert (head(blocks).title, head(blocks).meta, head(blocks).state) == ("4 calls at once", "3 of 4 done", "running")


def test_the_header_follows_the_last_call():
    blocks = blocks_of(samples.at_once())
    frames(blocks)
    blocks.put(replace(samples.at_once()[3], outcome="error", error="no such page", latency_ms=400))
    assert (head(blocks).meta, head(blocks).state) == ("1 failed · 0.4 s", "bad")
    assert [type(row.body).__name__ for row in blocks.rows(3)] == ["HeadBody", "FailureBody", "FootBody"]


def test_a_call_that_comes_later_joins_and_the_edge_moves_on():
    first, second, *_ = samples.at_once()
    running = replace(first, outcome=None, latency_ms=None)
    blocks = blocks_of([running])
    assert frames(blocks) == [("trc_g1", "single")]
    blocks.put(second)
    assert frames(blocks) == [("trc_g1", "top"), ("trc_g1", "middle"), ("trc_g2", "bottom")]
    blocks.put(first)  # it ended: the card stays one card
    assert frames(blocks) == [("trc_g1", "top"), ("trc_g1", "middle"), ("trc_g2", "bottom")]


def test_an_older_page_completes_a_card_that_was_cut():
    older, newer = samples.at_once()[:2], samples.at_once()[2:]
    blocks = blocks_of(newer)
    assert head(blocks).title == "2 calls at once"
    blocks.prepend(older)
    assert frames(blocks)[0] == ("trc_g1", "top")
    assert ("trc_g3", "top") not in frames(blocks) and head(blocks).title == "4 calls at once"


def test_folding_leaves_the_header_alone():
    blocks = blocks_of(samples.at_once())
    frames(blocks)
    group = blocks.group(2)
    assert group is not None and group.at == 2
    blocks._builder.folds.toggle_group(group.key)
    blocks.rebuild_group(2)
    assert frames(blocks) == [("trc_g1", "single")]
    assert head(blocks).words == "read file, search text, fetch"


@pytest.fixture
def view(qtbot, theme):
    view = TranscriptView(theme, clock=lambda: samples.NOW)
    qtbot.addWidget(view)
    view.resize(900, 700)
    view.show()
    qtbot.waitExposed(view)
    return view


def press(view, entry_id, act):
    for seen in view.stage.scroller.seen():
        if view.stage.row(seen.place).entry_id == entry_id:
            for spot in view.stage.spots(seen):
                if spot.action.act == act:
                    point = spot.rect.center().toPoint()
                    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point)
                    return
    raise AssertionError(f"no {act} in {entry_id}")


def test_a_click_folds_the_card_and_a_click_on_a_line_shows_that_call(view):
    view.set_entries([*samples.at_once(), TextEntry(id="t", turn_id="t", text="after", done=True)])
    press(view, "trc_g2", "toggle")
    assert [type(row.body) for row in view.stage.blocks.rows(1)] == [HeadBody, CodeBody]
    press(view, "trc_g1", "group")
    assert [len(view.stage.blocks.rows(n)) for n in range(4)] == [1, 0, 0, 0]
    QTest.keyClick(view, Qt.Key.Key_Home)
    press(view, "trc_g1", "group")
    assert len(view.stage.blocks.rows(3)) == 1


def test_cards_of_their_own_kind():
    def rows(entry):
        folds = Folds()
        if not folds.is_open(entry):
            folds.toggle(entry)
        return RowBuilder(folds).rows(entry)

    todos, errand, _page, schema = (rows(entry) for entry in samples.special())
    assert isinstance(todos[1].body, PlanBody)
    assert [item.status for item in todos[1].body.items] == ["completed", "in_progress"]
    assert errand[0].body.title == "Subagent" and errand[0].body.words == "find every wall-clock sleep"
    assert [row.body.markdown for row in errand[1:]] == [
        "> Look for sleep() in src.\n> Say where.",
        "19 hits in 4 files\nreading the last 4 call sites",
    ]
    assert (schema[0].body.title, schema[0].body.meta) == ("db.schema", "MCP · 88 ms")
    read = rows(samples.at_once()[1])
    assert read[1].body.numbers == (40, 41, 42) and read[1].body.path == "src/poll.py"
    assert read[1].body.text.startswith("class RetryClient")


def test_a_subagent_holds_the_calls_it_makes():
    lead, *children = samples.errand()
    blocks = blocks_of([lead])
    assert head(blocks).title == "Subagent"
    for child in children:
        blocks.put(child)
    assert [frame for key, frame in frames(blocks) if key != lead.id] == ["middle", "middle", "bottom"]
    assert (head(blocks).words, head(blocks).meta) == ("find every wall-clock sleep", "3 calls")
    assert head(blocks).state == "running" and head(blocks).act == "group"
    blocks.put(replace(children[2], outcome="success", latency_ms=5.0))
    blocks.put(replace(lead, outcome="success", latency_ms=11_000.0, output="19 hits"))
    assert (head(blocks).meta, head(blocks).state) == ("3 calls · 11 s", "ok")
    blocks._builder.folds.toggle_group(blocks.group(0).key)
    blocks.rebuild_group(0)
    assert frames(blocks) == [(lead.id, "single")]


def test_what_a_subagent_was_asked_and_said_unfolds_from_a_line_of_its_card():
    lead, *children = samples.errand()
    blocks = blocks_of([lead, *children])

    def line():
        body = blocks.rows(0)[1].body
        assert isinstance(body, HeadBody) and body.member and body.act == "toggle"
        return body.title, body.words

    assert line() == ("Asked", "Look for sleep() in src. Say where.")
    blocks.put(replace(lead, output="I look.\n\nNow at the *last* file"))
    assert line() == ("Says", "Now at the last file")
    said = "Found **two**:\n\n```python\nsleep()\n```\n"
    blocks.put(replace(lead, outcome="success", latency_ms=9.0, output=said))
    assert line()[0] == "Said" and line()[1].startswith("Found two:")
    blocks._builder.folds.toggle(lead, grouped=True)
    blocks.rebuild(0)
    shown = [row.body for row in blocks.rows(0)[2:]]
    assert [type(body) for body in shown] == [TextBody, TextBody, CodeBody]
    assert (shown[1].markdown, shown[2].text, shown[2].language) == ("Found **two**:", "sleep()", "python")


def test_a_long_report_is_cut_and_can_be_had_whole():
    lead, *_ = samples.errand()
    lines = [f"line {n}\n" for n in range(60)]
    ended = replace(lead, outcome="success", latency_ms=9.0, output="\n".join(lines))
    folds = Folds()
    rows = RowBuilder(folds).rows(ended)
    assert rows[-1].body.link == "Show 95 more lines"
    folds.show_all(ended)
    assert RowBuilder(folds).rows(ended)[-1].body.link == "Show less"
    running = RowBuilder(Folds()).rows(replace(ended, outcome=None, latency_ms=None))
    assert "line 59" in running[-2].body.markdown and running[-1].body.link == "Show 95 earlier lines"


def test_calls_of_subagents_that_work_at_once_name_theirs():
    def lead(name):
        asked = {"description": f"look at the {name}", "prompt": "p"}
        return samples.tool(name, "task", asked, outcome=None, latency_ms=None, step=3)

    one, two = lead("server"), lead("client")
    made = [
        samples.tool("a1", "read_file", {"path": "a"}, parent=one.id, step=3),
        samples.tool("b1", "read_file", {"path": "b"}, parent=two.id, step=3),
    ]
    blocks = blocks_of([one, two, *made])
    assert (head(blocks).title, head(blocks).words) == ("2 calls at once", "one step, with 2 calls of subagents")
    assert [head(blocks, n).meta for n in (2, 3)] == ["look at the server · 0.1 s", "look at the client · 0.1 s"]


def test_a_call_after_a_subagent_stands_alone():
    lead, child, *_ = samples.errand()
    assert not belongs([lead, child], call("later", samples.NOW, 5))
