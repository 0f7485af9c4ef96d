"""The pure parts of the tools: line ranges, diffs, patterns, names."""

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.tools.file_diffs import diff_of
from boocode_desktop.tools.find_files import matching
from boocode_desktop.tools.git_commands import as_environment, pathspec
from boocode_desktop.tools.git_diff import checked_commit
from boocode_desktop.tools.globs import compile_glob
from boocode_desktop.tools.kept_outputs import KeptOutputs
from boocode_desktop.tools.line_ranges import MOST_CHARACTERS, MOST_LINES, part_of, with_header
from boocode_desktop.tools.read_file import image_kind
from boocode_desktop.tools.run_command import plain_output

TEXT = st.text(alphabet="ab\n", max_size=60)


@given(TEXT)
def test_a_short_text_is_read_whole(text):
    part = part_of(text, None, None)
    assert (part.text, part.partial) == (text, False)
    assert with_header(part) == text


@given(TEXT, st.integers(1, 40), st.integers(1, 40))
def test_a_range_is_what_slicing_gives(text, line, limit):
    part = part_of(text, line, limit)
    lines = text.splitlines(True)
    assert part.text == "".join(lines[line - 1 : line - 1 + limit])
    assert part.partial == (part.text != text or line > 1)


@given(st.integers(0, 6000), st.integers(1, 200))
def test_parts_follow_each_other_to_the_whole(count, width):
    text = "".join(f"{n:0{width}d}\n" for n in range(count))
    pieces, line = [], 1
    while line <= count or not pieces:
        part = part_of(text, line, None)
        assert len(part.text) <= MOST_CHARACTERS + width + 1
        assert part.last - part.first < MOST_LINES
        pieces.append(part.text)
        line = part.last + 1
    assert "".join(pieces) == text


def test_headers_say_what_is_missing():
    assert with_header(part_of("a\nb\nc\n", 2, 1)) == "[lines 2 to 2 of 3; go on with line=3]\nb\n"
    assert with_header(part_of("a\nb\nc", 3, None)) == "[lines 3 to 3 of 3]\nc"
    assert "there is no line 9" in with_header(part_of("a\n", 9, None))


def test_an_endless_line_is_cut_and_said():
    shown = with_header(part_of("x" * 1_000_000 + "\nend\n", None, None))
    assert len(shown) < 5000
    assert "more characters in this line" in shown
    assert "end" in shown


@given(TEXT | st.none(), TEXT | st.none())
def test_a_diff_counts_and_applies(tmp_path_factory, old, new):
    diff = diff_of("f", old, new)
    lines = diff.diff.splitlines()
    assert diff.added == sum(line.startswith("+") and not line.startswith("+++") for line in lines)
    assert diff.removed == sum(line.startswith("-") and not line.startswith("---") for line in lines)
    assert (diff.diff == "") == ((old or "") == (new or ""))
    if old and new and diff.diff:
        folder = tmp_path_factory.mktemp("patch")
        (folder / "f").write_text(old)
        subprocess.run(
            ["git", "apply", "--unsafe-paths", "-p1", "-"], cwd=folder, input=diff.diff, text=True, check=True
        )
        assert (folder / "f").read_text() == new


def test_a_huge_diff_is_cut_and_counted():
    old, new = "".join(f"a{n}\n" for n in range(60_000)), "".join(f"b{n}\n" for n in range(60_000))
    diff = diff_of("f", old, new)
    assert diff.truncated
    assert diff.details()["truncated"] is True
    assert len(diff.diff) <= 64_000
    assert (diff.added, diff.removed) == (60_000, 60_000)


def test_a_small_change_in_a_huge_file_has_a_small_diff():
    old = "".join(f"line {n}\n" for n in range(100_000))
    diff = diff_of("f", old, old.replace("line 50000\n", "line fifty\n"))
    assert (diff.added, diff.removed) == (1, 1)
    assert "@@ -49998,7 +49998,7 @@" in diff.diff


GLOBS = [
    ("*.py", "a.py src/b.py SRC/C.PY", "a.pyc py a.py/x"),
    ("./src/*.py", "src/a.py", "a.py src/x/a.py x/src/a.py"),
    ("src/**/test_*.ts", "src/test_a.ts src/x/y/test_b.ts", "test_a.ts src/a.ts"),
    ("**/*.md", "a.md x/y.md", "a.mdx"),
    ("src/**", "src/a src/b/c", "src xsrc/a"),
    ("main", "main.py src/Main.java x/domain", "main/x"),
    ("src/ma", "src/main.py x/src/map", "src/x/ma"),
    ("docs/", "docs/a docs/b/c", "docs"),
    ("*.{js,ts}", "a.js x/b.ts", "a.jsx"),
    ("[ab]?.txt", "a1.txt", "c1.txt a.txt"),
    ("[!a].txt", "b.txt", "a.txt"),
    ("a[", "a[", "a"),
    ("*.c++", "x.c++", "x.ccc"),
    ("[z-a]", "[z-a]", "z"),
]


@pytest.mark.parametrize(("pattern", "fitting", "others"), GLOBS)
def test_globs(pattern, fitting, others):
    assert matching([*fitting.split(), *others.split()], pattern) == fitting.split()


@given(st.text(alphabet="ab*?[]{},!/.-^\\\\|", min_size=1, max_size=30))
def test_any_pattern_compiles(pattern):
    compile_glob(pattern).match("a/b/ab.a")


@pytest.mark.parametrize("name", ["-O/etc", "--output=x", "a b", "a;b", "", "$(x)", "a\nb", "x" * 300])
def test_no_option_passes_as_a_commit(name):
    with pytest.raises(UserFacingError):
        checked_commit(name)


@pytest.mark.parametrize("name", ["HEAD", "HEAD~3", "main", "feature/x", "v1.2^{commit}", "HEAD@{1}", "abc123"])
def test_commits(name):
    assert checked_commit(name) == name


def test_git_settings_as_variables():
    assert as_environment({"a.b=c.clean": ""}) == {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "a.b=c.clean",
        "GIT_CONFIG_VALUE_0": "",
    }
    assert pathspec(".") == []
    assert pathspec("*.py") == [":(top,literal)*.py"]


def test_kept_outputs_are_bounded_and_per_chat():
    outputs = KeptOutputs(most=2)
    outputs.keep("a", "1", "one")
    outputs.keep("b", "2", "two")
    outputs.keep("a", "3", "three")
    assert outputs.get("a", "1") is None
    assert outputs.get("a", "3") == "three"
    assert outputs.get("a", "2") is None
    assert outputs.ids("b") == ["2"]


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("10%\r50%\r100%\ndone\n", "100%\ndone\n"),
        ("a\r\nb\r\n", "a\nb\n"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("a\rb", "b"),
    ],
)
def test_output_is_made_readable(output, expected):
    assert plain_output(output) == expected


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n0", "PNG"),
        (b"RIFF0000WEBPVP8 ", "WebP"),
        (b"BMW is a car", ""),
        (b"BM\0\0", "BMP"),
        (b"", ""),
    ],
)
def test_image_kinds(data, kind):
    assert image_kind(data) == kind
