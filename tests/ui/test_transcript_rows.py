"""Entries to rows: what is shown of each kind, without drawing anything."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.content.markdown import split_segments
from boocode_desktop.domain.transcript import AskEntry, EndEntry, NoteEntry, PromptEntry, TextEntry, ToolEntry
from boocode_desktop.domain.usage import Usage
from boocode_desktop.ui.transcript.asks.visible import visible
from boocode_desktop.ui.transcript.folds import Folds
from boocode_desktop.ui.transcript.mini_diff import MiniLine, mini_diff
from boocode_desktop.ui.transcript.row_builder import RowBuilder, text_rows
from boocode_desktop.ui.transcript.rows import (
    AgentBody,
    AskBody,
    BubbleBody,
    CodeBody,
    EndBody,
    FailureBody,
    FootBody,
    HeadBody,
    NoteBody,
    TextBody,
)
from boocode_desktop.ui.transcript.tool_looks import argv_of, command_line, tool_look
from boocode_desktop.ui.transcript.wording import count, duration, elapsed, tokens, usage_words
from tests.fakes import transcript_samples as samples


def rows_of(entry, folds=None, **more):
    return RowBuilder(folds or Folds(), lambda: samples.NOW).rows(entry, **more)


def opened(entry, *, full=False):
    folds = Folds()
    if not folds.is_open(entry):
        folds.toggle(entry)
    if full:
        folds.show_all(entry)
    return rows_of(entry, folds)


def sample(name):
    return next(entry for entry in samples.tools() if entry.id == f"trc_{name}")


def test_a_prompt_is_a_bubble_and_says_who_answers():
    bubble, agent = rows_of(samples.prompt())
    assert isinstance(bubble.body, BubbleBody) and bubble.frame == "single"
    assert isinstance(agent.body, AgentBody)
    assert (agent.body.agent, agent.body.model) == ("boocode", "deepseek-v4-pro")


def test_a_long_prompt_is_folded_and_shows_everything_when_asked():
    text = "\n".join(f"line {n}" for n in range(500))
    entry = samples.prompt(text=text)
    short = rows_of(entry)
    assert isinstance(short[-2].body, FootBody) and short[-2].body.link == "Show 480 more lines"
    folds = Folds()
    folds.show_all(entry)
    parts = [row.body.text for row in rows_of(entry, folds) if isinstance(row.body, BubbleBody)]
    assert "\n".join(parts) == text
    assert max(part.count("\n") for part in parts) < 200


@given(text=st.text(min_size=1, max_size=200), times=st.integers(1, 400))
def test_no_prompt_loses_a_character(text, times):
    entry = samples.prompt(text=text * times)
    folds = Folds()
    folds.show_all(entry)
    parts = [row.body.text for row in rows_of(entry, folds) if isinstance(row.body, BubbleBody)]
    assert "".join(parts).replace("\n", "") == entry.text.replace("\n", "")


@pytest.mark.parametrize(
    ("name", "family", "title", "argument"),
    [
        ("read", "read", "Read", "src/retry.py"),
        ("edit", "edit", "Edit", "src/retry.py"),
        ("run", "run", "Run", "pytest -q tests/test_retry.py"),
        ("search", "search", "Search", "asyncio.sleep"),
        ("mcp", "mcp", "db.schema", '["orders", "order_lines"]'),
    ],
)
def test_a_call_is_called_by_what_it_does(name, family, title, argument):
    look = tool_look(sample(name))
    assert (look.family, look.title, look.argument) == (family, title, argument)


@pytest.mark.parametrize(
    ("kind", "title", "data", "shown"),
    [
        ("read", "Read src/a.py", {}, ("Read", "src/a.py")),
        ("execute", "`pytest -q`", {}, ("Run", "pytest -q")),
        ("execute", "Run tests", {"command": "pytest -q"}, ("Run", "pytest -q")),
        ("edit", "Edit", {"file_path": "b.py"}, ("Edit", "b.py")),
        ("other", "Do a thing", {}, ("Tool", "Do a thing")),
        ("fetch", "", {"url": "https://x.test"}, ("Fetch", "https://x.test")),
        ("search", "grep", {"pattern": "a b", "path": "src"}, ("Search", "a b  in src")),
    ],
)
def test_foreign_agents_calls_look_like_ours(kind, title, data, shown):
    look = tool_look(ToolEntry(id="x", turn_id="t", step=1, tool=kind, input=data, title=title))
    assert (look.title, look.argument) == shown


def test_arguments_with_spaces_are_quoted_for_reading():
    entry = ToolEntry(
        id="x", turn_id="t", step=1, tool="run_command", input={"command": "git", "args": ["commit", "-m", "a b", ""]}
    )
    assert argv_of(entry) == ("git", "commit", "-m", "a b", "")
    assert command_line(argv_of(entry)) == "git commit -m 'a b' ''"


def test_an_edit_shows_its_lines_with_numbers_and_signs():
    head, body = rows_of(sample("edit"))
    assert (head.frame, body.frame) == ("top", "bottom")
    assert (head.body.added, head.body.removed) == (2, 2)
    assert body.body.signs == ("", "", "-", "-", "+", "+", "")
    assert body.body.numbers == (47, 48, 49, 50, 49, 50, 51)
    assert body.body.text.split("\n")[2] == "        delay = self.base * 2 ** n + random.random()"


def test_a_command_shows_its_argv_and_the_end_of_its_output():
    entry = replace(sample("run"), output="".join(f"line {n}\n" for n in range(50)))
    head, body, foot = rows_of(entry)
    assert head.body.chip == "exit 1" and head.body.state == "bad"
    assert body.body.text.startswith("$ pytest -q tests/test_retry.py\nline 38\n")
    assert body.body.text.endswith("line 49")
    assert foot.body.link == "Show 38 earlier lines"
    every = opened(entry, full=True)
    assert "line 0\n" in every[1].body.text and every[-1].body.link == "Show less"


def test_long_output_is_cut_into_rows_that_are_laid_out_alone():
    entry = replace(sample("run"), output="".join(f"\x1b[31mline {n}\x1b[0m\n" for n in range(950)))
    rows = [row for row in opened(entry, full=True) if isinstance(row.body, CodeBody)]
    assert len(rows) == 10
    assert all(row.body.text.count("\n") < 100 for row in rows)
    assert all(span.start + span.length <= len(row.body.text) for row in rows for span in row.body.spans)
    last = rows[-1].body
    assert {last.text[s.start : s.start + s.length] for s in last.spans} >= {"line 949"}


def test_a_running_command_can_be_stopped_and_is_alive():
    rows = rows_of(sample("count"))
    assert rows[0].live and rows[0].body.state == "running"
    assert rows[1].body.caret
    assert isinstance(rows[-1].body, FootBody) and rows[-1].body.stop


def test_a_failed_edit_says_why_and_that_nothing_was_written():
    head, failure, foot = rows_of(sample("two"))
    assert head.body.state == "bad"
    assert failure.body == FailureBody(
        message="The text to replace stands in two places: lines 48 and 112.", meaning="Nothing was written."
    )
    assert foot.body.link == "Show the input"
    assert any(isinstance(row.body, CodeBody) for row in opened(sample("two"), full=True))


@pytest.mark.parametrize(
    ("name", "state", "meta"),
    [("npm", "stopped", "stopped at 4.2 s"), ("push", "denied", "denied"), ("mcp", "ok", "MCP · 88 ms")],
)
def test_how_a_call_ended_is_a_sign_and_a_word(name, state, meta):
    (head,) = rows_of(sample(name))
    assert (head.body.state, head.body.meta) == (state, meta)


def test_hits_are_marked_where_the_pattern_stands():
    rows = opened(sample("search"))
    body = rows[1].body
    marked = [body.text[s.start : s.start + s.length] for s in body.spans if s.back]
    assert set(marked) == {"asyncio.sleep"} and len(marked) == 8
    assert rows[-1].body.link == "Show 3 more lines"
    assert rows[0].body.meta == "7 hits, 4 files · 0.1 s"


def test_reasoning_is_folded_with_its_first_words_and_open_while_it_runs():
    done, live = samples.thinking()
    (folded,) = rows_of(done)
    assert folded.body.title == "Thought for 8.2 s" and folded.body.words.startswith("Two sleeps share one clock")
    head, text = rows_of(live)
    assert head.live and head.body.title == "Thinking" and isinstance(text.body, TextBody)


def test_a_code_block_is_one_card_however_long():
    body = "\n".join(f"x{n} = {n}" for n in range(150))
    entry = TextEntry(id="t", turn_id="t", text=f"```py\n{body}\n```", done=True)
    rows = text_rows(entry, split_segments(entry.text), 0)
    assert [row.frame for row in rows] == ["top", "middle", "bottom"]
    assert "\n".join(row.body.text for row in rows) == body
    assert all(row.body.whole == body for row in rows)
    assert [row.body.header for row in rows] == [True, False, False]
    assert all(body[row.body.offset :].startswith(row.body.text) for row in rows)


def test_definitions_reach_the_rows_that_may_use_them():
    entry = TextEntry(id="t", turn_id="t", text="see [the docs][d]\n\nplain\n\n[d]: https://x.test", done=True)
    segments = split_segments(entry.text)
    bodies = [text_rows(entry, segments, n)[0].body for n in range(2)]
    assert [body.definitions for body in bodies] == ["[d]: https://x.test", ""]


def test_open_questions_get_a_widget_and_answered_ones_a_line():
    assert isinstance(rows_of(samples.permission())[0].body, AskBody)
    once, denied, never = (rows_of(entry)[0].body for entry in samples.answered())
    assert (once.detail, once.tone) == ("allowed once", "ok")
    assert (denied.detail, denied.tone) == ("denied", "bad")
    assert never.detail == "not answered"
    assert once.title == "git push --force-with-lease origin fix/retry-clock"


def test_only_the_newest_interruption_offers_to_go_on():
    entry = EndEntry(id="e", turn_id="t9", status="interrupted", number=9)
    (row,) = rows_of(entry)
    assert [(a.act, a.value) for a in row.body.actions] == [("continue", "t9")]
    (row,) = rows_of(entry, newest=False)
    assert row.body.actions == ()


def test_the_end_says_what_it_cost():
    (row,) = rows_of(samples.ends()[0])
    assert isinstance(row.body, EndBody)
    assert row.body.words == "Turn 7 · 18.4 s · 41 k in, 960 out · cache 94 % · $0.06"


def test_a_wait_that_can_be_cut_short_says_so():
    note = next(n for n in samples.notes() if n.code == "retry")
    assert [action.text for action in rows_of(note)[0].body.actions] == ["Try now", "Cancel"]
    fixed = replace(note, skippable=False)
    assert [action.text for action in rows_of(fixed)[0].body.actions] == ["Cancel"]


def test_a_retry_counts_down_from_when_it_was_first_seen():
    note = next(n for n in samples.notes() if n.code == "retry")
    (row,) = rows_of(note)
    assert isinstance(row.body, NoteBody) and row.live
    assert (row.body.until, row.body.seconds) == (samples.NOW + 12, 12)


def test_every_entry_has_something_to_copy():
    builder = RowBuilder(Folds())
    for entry in [
        *samples.tools(),
        *samples.thinking(),
        samples.plan(),
        *samples.notes(),
        *samples.images(),
        *samples.answered(),
    ]:
        assert any(row.source for row in builder.rows(entry)), entry.id


def test_the_source_of_a_call_is_markdown_that_holds_its_output():
    entry = replace(sample("run"), output="\x1b[31mred\x1b[0m ``` inside\n")
    source = rows_of(entry)[0].source
    assert source == "**Run** `pytest -q tests/test_retry.py`\n\n````\nred ``` inside\n````"


@pytest.mark.parametrize(
    ("diff", "lines"),
    [
        ("", ()),
        ("no diff at all", ()),
        ("@@ -0,0 +1 @@\n+new", (("+", 1, "new"),)),
        ("@@ -3 +3 @@\n--- x\n+++ y", (("-", 3, "-- x"), ("+", 3, "++ y"))),
        ("@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b", (("-", 1, "a"), ("+", 1, "b"))),
    ],
)
def test_unified_diffs_become_lines(diff, lines):
    assert mini_diff(diff) == tuple(MiniLine(sign=s, number=n, text=t) for s, n, t in lines)


def test_far_context_and_file_headers_become_one_gap():
    context = "\n".join(f" c{n}" for n in range(9))
    diff = f"--- a/x\n+++ b/x\n@@ -1,11 +1,11 @@\n-a\n+b\n{context}\n-c\n+d\n--- a/y\n+++ b/y\n@@ -5 +5 @@\n-e\n+f\n"
    signs = "".join(line.sign or "." for line in mini_diff(diff))
    assert signs == "-+..@..-+@-+"


@given(diff=st.text(alphabet=st.sampled_from("@-+ 1,ab\n"), max_size=200))
def test_no_text_breaks_the_mini_diff(diff):
    assert all(line.number >= 0 for line in mini_diff(diff))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "0 ms"),
        (99, "99 ms"),
        (120, "0.1 s"),
        (1900, "1.9 s"),
        (18_000, "18 s"),
        (42_400, "42 s"),
        (59_700, "1 min"),
        (125_000, "2 min 5 s"),
        (3_780_000, "1 h 3 min"),
    ],
)
def test_durations_read_well(value, words):
    assert duration(value) == words


def test_numbers_read_well():
    assert (elapsed(12), elapsed(65)) == ("12.0 s", "1 min 5 s")
    assert (count(1, "line"), count(2000, "line")) == ("1 line", "2,000 lines")
    assert [tokens(n) for n in (999, 4100, 41_000, 1_200_000)] == ["999", "4.1 k", "41 k", "1.2 M"]
    assert usage_words(None) == []
    assert usage_words(Usage(input=10, output=1, cost=0.001)) == ["10 in, 1 out", "$0.0010"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("a b", "a b"),
        ("a\nb", "a\\nb"),
        ("\u202egpj", "\\u{202e}gpj"),
        ("a\u00a0b", "a\\xa0b"),
        ("\x1b[0m", "\\x1b[0m"),
        ("naïve", "naïve"),
        ("日本", "日本"),
        ("\u200bx", "\\u{200b}x"),
    ],
)
def test_nothing_in_an_argument_hides(text, shown):
    assert visible(text) == shown


def test_rows_can_be_made_for_any_note():
    for level in ("info", "warn", "bad"):
        (row,) = rows_of(NoteEntry(id="n", turn_id="t", level=level, code="unknown", message="m"))
        assert row.body.icon
    assert isinstance(samples.question(), AskEntry) and isinstance(samples.prompt(), PromptEntry)
    assert isinstance(rows_of(samples.plan())[0].body, HeadBody)
