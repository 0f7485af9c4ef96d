"""The small diff: what it says must be what happened."""

import re
import time

from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.agents.acp import diffs
from boocode_desktop.agents.acp.diffs import diff_texts

HUNK = re.compile(r"@@ -(\d+),(\d+) \+(\d+),(\d+) @@")


def patched(old, text):
    """`old` with a unified diff applied by the letter."""
    lines, out, at = old.splitlines(keepends=True), [], 0
    body = text.splitlines(keepends=True)[2:]
    for number, line in enumerate(body):
        ends = number + 1 < len(body) and body[number + 1].startswith("\\")
        shown = line[1:-1] if ends else line[1:]
        if found := HUNK.match(line):
            start, length = int(found[1]), int(found[2])
            first = start - 1 if length else start
            out += lines[at:first]
            at = first
        elif line.startswith("-"):
            assert lines[at] == shown
            at += 1
        elif line.startswith("+"):
            out.append(shown)
        elif line.startswith(" "):
            assert lines[at] == shown
            out.append(shown)
            at += 1
    return "".join(out + lines[at:])


texts = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "\n", "dd\n"]), max_size=40).flatmap(
    lambda lines: st.sampled_from(["", "end"]).map(lambda tail: "".join(lines) + tail)
)


@given(texts, texts)
def test_the_diff_applied_to_the_old_text_gives_the_new_one(old, new):
    diff = diff_texts("x", old, new)
    assert patched(old, diff.text) == new
    assert diff.added - diff.removed == len(new.splitlines()) - len(old.splitlines())


def test_the_same_for_a_middle_too_long_to_compare(monkeypatch):
    monkeypatch.setattr(diffs, "MIDDLE_LIMIT", 5)
    old, new = "".join(f"{n}\n" for n in range(50)), "".join(f"{n % 7}\n" for n in range(50))
    diff = diff_texts("x", old, new)
    assert patched(old, diff.text) == new


def test_a_new_file_has_no_old_side():
    diff = diff_texts("x", None, "a\n")
    assert diff.text.startswith("--- /dev/null\n+++ x\n@@ -0,0 +1,1 @@\n") and (diff.added, diff.removed) == (1, 0)


def test_no_change_is_no_diff():
    assert diff_texts("x", "a\n", "a\n").text == ""


def test_large_texts_take_no_time():
    old = "".join(f"{n * 7919 % 1000}\n" for n in range(100_000))
    new = "".join(f"{n * 104729 % 1000}\n" for n in range(100_000))
    started = time.process_time()
    diff = diff_texts("x", old, new)
    assert time.process_time() - started < 1 and diff.added
