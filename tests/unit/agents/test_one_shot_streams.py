"""The JSON lines of one-shot agents as events: recorded shapes, tables, and any cut and any junk."""

import json
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.agents.oneshot.claude_dialect import ClaudeDialect
from boocode_desktop.agents.oneshot.dialects import kind_of
from boocode_desktop.agents.oneshot.goose_dialect import GooseDialect
from boocode_desktop.agents.oneshot.kimi_dialect import KimiDialect
from boocode_desktop.agents.oneshot.opencode_dialect import OpencodeDialect
from boocode_desktop.agents.oneshot.run import turn_usage
from boocode_desktop.agents.oneshot.stream import LineStream, StreamFold
from boocode_desktop.agents.oneshot.ways import WAYS
from boocode_desktop.domain import events as ev
from boocode_desktop.domain.usage import Usage

GOLDEN = Path(__file__).parents[2] / "golden" / "oneshot"
STREAMS = {
    "claude_partial": ClaudeDialect,
    "qwen": ClaudeDialect,
    "goose": GooseDialect,
    "opencode": OpencodeDialect,
    "kimi": KimiDialect,
}


class Folded:
    """A whole stream, folded."""

    def __init__(self, dialect, chunks, *, limit=1 << 20):
        numbers = count(1)
        self.lines = LineStream(limit=limit)
        fold = StreamFold(dialect(), lambda: f"trc_{next(numbers)}", started=0.0)
        self.facts = fold.dialect.facts
        self.events = list(fold.mapper.begin())
        for data in chunks:
            for line in self.lines.feed(data):
                self.events += fold.take(line, 1.0)
        for line in self.lines.close():
            self.events += fold.take(line, 1.0)
        if self.facts.cost:
            fold.mapper.usage.cost.tell(self.facts.cost)
        self.events += fold.mapper.close("interrupted", "", 2.0)
        self.events += fold.mapper.finish({"stopReason": self.facts.stop, "usage": self.facts.usage})

    def of(self, kind):
        return [e for e in self.events if isinstance(e, kind)]

    def text(self):
        return "".join(e.delta for e in self.of(ev.Text))

    def thought(self):
        return "".join(e.delta for e in self.of(ev.Reasoning))

    def outcomes(self):
        return [(e.tool, e.outcome) for e in self.of(ev.ToolFinished)]

    def usage(self):
        return sum((e.usage for e in self.of(ev.UsageReported)), Usage())


def golden(name):
    return (GOLDEN / f"{name}.jsonl").read_bytes()


def folded(name):
    return Folded(STREAMS[name], [golden(name)])


@pytest.mark.parametrize(
    ("name", "text", "thought", "outcomes", "session", "stop"),
    [
        ("claude_partial", "I will write.All done.", "Let me see.", [("edit", "success")], "s-1", "end_turn"),
        ("qwen", "Done.", "Hm.", [("think", "success"), ("execute", "denied")], "q-1", ""),
        ("goose", "Done.", "hmm", [("execute", "error")], "", ""),
        ("opencode", "Done.", "thinking", [("execute", "error"), ("execute", "denied")], "ses_1", "stop"),
        ("kimi", "Let me look.Two files.", "Hm.", [("execute", "success")], "session_01", ""),
    ],
)
def test_recorded_shapes(name, text, thought, outcomes, session, stop):
    done = folded(name)
    assert (done.text(), done.thought(), done.outcomes()) == (text, thought, outcomes)
    assert (done.facts.session_id, done.facts.stop, done.facts.error) == (session, stop, "")
    assert done.facts.complete == WAYS[name.partition("_")[0]].has_end
    assert [e.trace_id for e in done.of(ev.ToolStarted)] == [e.trace_id for e in done.of(ev.ToolFinished)]
    assert len(done.of(ev.StepStarted)) == len(done.of(ev.StepFinished)) == 2


@pytest.mark.parametrize(
    ("name", "usage"),
    [
        ("claude_partial", Usage(input=314, output=33, cached=100, cost=0.25)),
        ("qwen", Usage(input=19443, output=5, cached=19277)),
        ("goose", Usage(input=2431, output=5, cached=1174)),
        ("opencode", Usage(input=2458 + 2534, output=5, cached=2468)),
        ("kimi", Usage()),
    ],
)
def test_tokens_are_counted_once_whether_cached_ones_are_part_of_the_input_or_not(name, usage):
    assert folded(name).usage() == usage


def test_more_of_what_streams_tell():
    qwen, goose, opencode = folded("qwen"), folded("goose"), folded("opencode")
    assert [c.name for c in qwen.of(ev.Commands)[0].commands] == ["docs"]
    assert qwen.of(ev.ModeChanged)[0].mode == "auto-edit"
    assert qwen.of(ev.Plan)[0].items == (ev.PlanItem(text="look", status="in_progress"),)
    assert "permission was declined" in qwen.of(ev.ToolFinished)[1].error
    assert goose.of(ev.ToolFinished)[0].details == {"exit_code": 3} and goose.lines.dropped == 3
    assert opencode.of(ev.ToolFinished)[0].error == "exit code 3"
    assert folded("claude_partial").of(ev.ToolFinished)[0].details == {"path": "/w/a.txt"}
    assert folded("claude_partial").of(ev.ToolStarted)[0].title == "Write /w/a.txt"
    assert folded("kimi").of(ev.ToolStarted)[0].input == {"command": "ls"}


def lines(*objects):
    return [json.dumps(item).encode() + b"\n" for item in objects]


def message(number, *blocks):
    return {"type": "assistant", "session_id": "s", "message": {"id": number, "content": list(blocks)}}


def text(words):
    return {"type": "text", "text": words}


def delta(words):
    event = {"type": "content_block_delta", "delta": {"type": "text_delta", "text": words}}
    return {"type": "stream_event", "event": event}


START = {"type": "stream_event", "event": {"type": "message_start", "message": {}}}


@pytest.mark.parametrize(
    ("objects", "expected"),
    [
        pytest.param([message("1", text("a")), message("1", text("b"))], "ab", id="one block a line"),
        pytest.param([message("1", text("a")), message("1", text("a"), text("b"))], "ab", id="the message so far"),
        pytest.param([message("1", text("a")), message("1", text("a"))], "a", id="the same line twice"),
        pytest.param([message("1", text("a")), message("2", text("a"))], "aa", id="another message"),
        pytest.param([START, delta("a"), delta("b"), message("1", text("ab"))], "ab", id="pieces, then whole"),
        pytest.param([START, delta("a"), message("1", text("ab"))], "ab", id="a piece was lost"),
        pytest.param([START, delta("a"), START, delta("a"), message("2", text("a"))], "aa", id="a whole was lost"),
        pytest.param(
            [START, delta("ab"), message("1", text("a")), message("1", text("b"))], "ab", id="two blocks in pieces"
        ),
        pytest.param([{"type": "result", "subtype": "success", "result": "help"}], "help", id="only a result"),
        pytest.param([message("1", text("a")), {"type": "result", "result": "a"}], "a", id="the result repeats"),
    ],
)
def test_text_comes_once(objects, expected):
    assert Folded(ClaudeDialect, lines(*objects)).text() == expected


@pytest.mark.parametrize(
    ("dialect", "line", "error"),
    [
        (ClaudeDialect, {"type": "result", "is_error": True, "result": "API Error: 529"}, "API Error: 529"),
        (ClaudeDialect, {"type": "result", "subtype": "error_max_turns"}, "error max turns"),
        (ClaudeDialect, {"type": "result", "subtype": "error_x", "errors": ["a", "b"]}, "a; b"),
        (ClaudeDialect, {"type": "result", "subtype": "success", "result": "[API Error: 400 x]"}, "API Error: 400 x"),
        (OpencodeDialect, {"type": "error", "error": {"name": "APIError", "data": {"message": "400"}}}, "400"),
        (OpencodeDialect, {"type": "error", "error": {"name": "Unknown"}}, "Unknown"),
        (GooseDialect, {"type": "error", "error": "no provider"}, "no provider"),
    ],
)
def test_failures_are_told_in_the_agents_words(dialect, line, error):
    assert Folded(dialect, lines(line)).facts.error == error


@pytest.mark.parametrize(
    ("name", "kind"),
    [("Bash", "execute"), ("developer__shell", "execute"), ("mcp__x__frob", "other"), ("NotebookEdit", "edit")],
)
def test_kinds_of_tools(name, kind):
    assert kind_of(name) == kind


def test_a_line_beyond_the_limit_is_dropped_and_the_next_one_read():
    long, short = json.dumps({"type": "assistant", "x": "y" * 5000}).encode(), json.dumps(message("1", text("a")))
    done = Folded(ClaudeDialect, [long + b"\n", short.encode() + b"\n"], limit=1000)
    assert done.text() == "a" and done.lines.dropped == 1


def test_tokens_of_a_whole_conversation_are_counted_by_the_turn():
    facts = GooseDialect().facts
    facts.usage = {"inputTokens": 30, "outputTokens": 3}
    assert turn_usage(facts, {"inputTokens": 10, "outputTokens": 1}) == (
        {"inputTokens": 20, "outputTokens": 2},
        facts.usage,
    )
    assert turn_usage(facts, {"inputTokens": 100, "outputTokens": 1})[0] == facts.usage
    assert turn_usage(facts, {})[0] == facts.usage


@given(st.sampled_from(sorted(STREAMS)), st.lists(st.integers(1, 4000), max_size=40))
def test_how_a_stream_is_cut_does_not_matter(name, sizes):
    whole, chunks = golden(name), []
    for size in sizes:
        chunks.append(whole[:size])
        whole = whole[size:]
    assert Folded(STREAMS[name], [*chunks, whole]).events == folded(name).events


JUNK = st.one_of(
    st.binary(max_size=60).map(lambda data: data.replace(b"\n", b" ").lstrip(b" {")),
    st.sampled_from([b"null", b"42", b"[1]", b"{", b'{"a":', b"\xff\xfe", b"{" * 3000, b'"text"']),
)


@given(st.sampled_from(sorted(STREAMS)), st.lists(st.tuples(st.integers(0, 30), JUNK), max_size=8))
def test_junk_between_lines_changes_nothing(name, junk):
    split = golden(name).splitlines(keepends=True)
    for place, noise in junk:
        split.insert(min(place, len(split)), noise + b"\n")
    assert Folded(STREAMS[name], split).events == folded(name).events


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(STREAMS)), st.integers(0, 40), st.data())
def test_no_value_in_the_wrong_place_breaks_it(name, number, data):
    """One field anywhere in a recorded stream is replaced by anything at all."""
    split = [line for line in golden(name).splitlines() if line.startswith(b"{")]
    place = number % len(split)
    node = root = json.loads(split[place])
    while True:
        key = data.draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
        inner = node[key]
        if not inner or not isinstance(inner, (dict, list)) or data.draw(st.booleans()):
            break
        node = inner
    node[key] = data.draw(ANY)
    split[place] = json.dumps(root).encode()
    done = Folded(STREAMS[name], [b"\n".join(split)])
    assert len(done.of(ev.ToolStarted)) == len(done.of(ev.ToolFinished))
