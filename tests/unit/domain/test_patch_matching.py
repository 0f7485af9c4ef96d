"""The ladder of edit_file: the right place or none, and no other byte touched."""

import random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.patch_matching import replace_text
from boocode_desktop.domain.similar_lines import align, learn_indents, similarity
from boocode_desktop.domain.text_files import BinaryFileError, decode, is_binary, join_lines, split_lines

CODE = """def area(shape):
    if shape.kind == "circle":
        return 3.14 * shape.radius ** 2
    return shape.width * shape.height


def name(shape):
    return shape.label
"""

LADDER = [
    # (text, old, new, expected, rung)
    (CODE, "shape.label", "shape.title", CODE.replace("shape.label", "shape.title"), "exact"),
    ("a  \nb\nc\n", "a\nb", "x\nb", "x\nb\nc\n", "trailing space"),
    ("a\nb\nc\n", "a  \nb", "a  \ny", "a\ny\nc\n", "trailing space"),
    ("a  \nb\nc\n", "a\nb\n", "a\nb\nd\n", "a  \nb\nd\nc\n", "trailing space"),
    (CODE, 'if shape.kind == "circle":\n    return 3.14 * shape.radius ** 2',
     'if shape.kind == "circle":\n    r = shape.radius\n    return 3.14 * r * r',
     CODE.replace("        return 3.14 * shape.radius ** 2",
                  "        r = shape.radius\n        return 3.14 * r * r"), "indentation"),
    ("\tif a:\n\t\tb()\n", "if a:\n  b()", "if a:\n  if c:\n    b()", "\tif a:\n\t\tif c:\n\t\t\tb()\n", "indentation"),
    ("\t\tb()\n\t\tc()\n", "  b()\n  c()", "  b()\n    d()", "\t\tb()\n\t\t\t\td()\n", "indentation"),
    ("  a\n  b\n", "      a\n      b", "      a\n    x\n      b", "  a\nx\n  b\n", "indentation"),
    ("    a()\n    b()\n", "a()\nb()", "a()\n\nb(1)", "    a()\n\n    b(1)\n", "indentation"),
    ("say “hi” – now\n", 'say "hi" - now', 'say "hi" - later', "say “hi” – later\n", "look-alikes"),
    ("a\u00a0=\u00a01\n", "a = 1", "a = 2", "a\u00a0=\u00a02\n", "look-alikes"),
    ("  it’s\nend\n", "it's\nend", "it's\nover", "  it’s\n  over\n", "look-alikes"),
    (CODE, 'if shape.kind == "disc":\n    return 3.1415 * shape.radius ** 2\nreturn shape.width * shape.height',
     'if shape.kind == "disc":\n    return 3 * shape.radius ** 2\nreturn shape.width * shape.height',
     CODE.replace("3.14 *", "3 *"), "similarity"),
    ("alpha one\nextra line here\nbeta two\ngamma three\n", "alpha one\nbeta two\ngamma three",
     "alpha one\nbeta two\ngamma four", "alpha one\nextra line here\nbeta two\ngamma four\n", "similarity"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "old", "new", "expected", "rung"), LADDER)
def test_ladder(text, old, new, expected, rung):
    edited = replace_text(text, old, new)
    assert (edited.text, edited.rung) == (expected, rung)


@pytest.mark.parametrize(("text", "old", "new", "expected", "rung"), LADDER)
@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_ladder_keeps_foreign_line_ends(text, old, new, expected, rung, end):
    edited = replace_text(text.replace("\n", end), old, new)
    assert (edited.text, edited.rung) == (expected.replace("\n", end), rung)


REFUSED = [
    ("a\nb\na\n", "a", "c", {}, "lines 1, 3"),
    ("aaa\n", "aa", "b", {}, "2 places"),
    ("a \nb\na\t\nb\n", "a\nb", "c", {}, "lines 1, 3"),
    ("if a:\n    x\nif a:\n  x\n", "if a:\n x", "y", {}, "lines 1, 3"),
    ("it’s\nit`s\nit‘s\n", "it's", "x", {}, "lines 1, 3"),
    ("value = compute(alpha)\nother\nvalue = compute(omega)\n", "value = compute(gamma_)", "x", {}, "lines 1, 3"),
    ("a\n", "b", "c", {}, "not found"),
    ("a\n", "a", "a", {}, "the same"),
    ("a\r\n", "a\r\n", "a\n", {}, "the same"),
    ("a\n", "", "b", {}, "empty"),
    ("a\n\n\nb\n", "\n\n", "\n", {}, "empty"),
    ("a  \n", "a\t\n", "b\n", {"replace_all": True}, "exact"),
    ("", "a", "b", {}, "not found"),
    ("one a here\nthing in between\ntwo b here\n", "one a hers\ntwo b hers", "1\n2", {}, "not found"),
]


@pytest.mark.parametrize(("text", "old", "new", "options", "message"), REFUSED)
def test_refused(text, old, new, options, message):
    with pytest.raises(UserFacingError) as caught:
        replace_text(text, old, new, **options)
    assert message in caught.value.message
    assert caught.value.hint


def test_a_miss_shows_the_most_similar_lines():
    with pytest.raises(UserFacingError) as caught:
        replace_text(CODE, "def area(round_shape):\n    if kind == 1:\n    # nothing else at all", "x")
    assert "begin at line 1" in caught.value.hint
    assert "def area(shape):" in caught.value.hint


def test_the_replaced_lines_are_told():
    assert replace_text(CODE, "shape.label", "x").lines == ((8, 8),)
    assert replace_text("a\nb\na\n", "a", "c", replace_all=True).lines == ((1, 1), (3, 3))


def test_final_newline_stays_as_it_was():
    assert replace_text("a\nb", "b", "c").text == "a\nc"
    assert replace_text("a\nb\n", "b", "c").text == "a\nc\n"
    assert replace_text("a  \nb", "a\nb", "a\nc").text == "a  \nc"
    assert replace_text("a\r\nb  \r\n", "a\nb\n", "a\nc\n").text == "a\r\nc\r\n"
    assert replace_text("a\nb\n", "b\n", "").text == "a\n"


def test_mixed_line_ends_stay_line_by_line():
    text = "a\r\nb\nc\rd\r\ne"
    assert replace_text(text, "b\nc\nd", "b\nX\nd").text == "a\r\nb\nX\rd\r\ne"
    assert replace_text(text, "a\nb\nc", "a\nnew\nb\nc").text == "a\r\nnew\nb\nc\rd\r\ne"
    assert replace_text(text, "d\ne", "d\nE").text == "a\r\nb\nc\rd\r\nE"


LINES = st.text(alphabet="ab \té“\u00a0", max_size=5)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])
MIXED = st.lists(st.tuples(LINES, ENDS), max_size=8).map(lambda parts: "".join(a + b for a, b in parts))


@given(MIXED, LINES)
def test_lines_are_taken_apart_and_put_together(text, last):
    assert join_lines(split_lines(text + last)) == text + last


@given(
    st.text(alphabet="ab\n", max_size=20),
    st.text(alphabet="ab\n", min_size=1, max_size=4),
    st.text("abc\n", max_size=4),
)
def test_an_exact_match_equals_plain_replacement(text, old, new):
    assume(old.strip("\n") and old != new)
    assert replace_text(text, old, new, replace_all=True).text == text.replace(old, new) if old in text else True
    if sum(text.startswith(old, at) for at in range(len(text))) == 1:
        for end in ("\n", "\r\n") if "\n" in text else ("\n",):
            edited = replace_text(text.replace("\n", end), old, new)
            assert edited.text == text.replace(old, new).replace("\n", end)
            assert edited.rung == "exact"


@given(MIXED, MIXED, st.text(alphabet="xy", min_size=3, max_size=6), ENDS)
def test_what_stands_around_the_place_is_untouched(before, after, middle, end):
    text = f"{before}{middle}{end}{after}"
    for old, new in ((middle, "NEW"), (f"  {middle}", "  NEW"), (f"{middle} \n", "NEW \n")):
        assert replace_text(text, old, new).text in (
            f"{before}NEW{end}{after}",
            f"{before}NEW {end}{after}",
        )


@given(
    st.text(alphabet="ab\n \r", max_size=30), st.text(alphabet="ab\n \r", max_size=8), st.text("ab\n \r", max_size=8)
)
def test_any_input_is_edited_or_refused(text, old, new):
    try:
        edited = replace_text(text, old, new)
    except UserFacingError as error:
        assert error.hint
    else:
        assert edited.lines


ALTERED = st.lists(st.text(alphabet="abcdefghij_()= ", min_size=14, max_size=30), min_size=6, max_size=20, unique=True)


@given(ALTERED, st.randoms(use_true_random=False))
def test_similarity_never_touches_lines_outside_its_place(lines, rng):
    start = rng.randrange(len(lines) - 3)
    old = [line[:5] + "~" + line[6:] for line in lines[start : start + 3]]
    text = "".join(f"{line}\n" for line in lines)
    try:
        edited = replace_text(text, "\n".join(old), "NEW")
    except UserFacingError:
        return
    first, last = edited.lines[0]
    result = edited.text.splitlines()
    assert result[: first - 1] == lines[: first - 1]
    assert result[-(len(lines) - last) :] == lines[last:] if last < len(lines) else True


def test_similarity_in_a_long_file_is_found():
    rng = random.Random(7)
    words = [f"name{i}" for i in range(3000)]
    lines = [f"    {rng.choice(words)} = {rng.choice(words)}({rng.choice(words)}, {i})" for i in range(50_000)]
    old = [line.replace("    ", "").replace(" = ", " := ") for line in lines[30_000:30_012]]
    edited = replace_text("\n".join(lines), "\n".join(old), "\n".join([*old[:-1], "changed()"]))
    assert edited.rung == "similarity"
    assert edited.lines == ((30_001, 30_012),)
    assert edited.text.split("\n")[30_011] == "    changed()"
    assert edited.text.split("\n")[30_000] == lines[30_000]


@pytest.mark.parametrize("line", ["x = 1", "", "    }", "a" * 3000])
def test_long_uniform_files_cost_little(line):
    text = "\n".join([line] * 20_000)
    with pytest.raises(UserFacingError):
        replace_text(text, "\n".join(["something else entirely", *[line] * 50]), "y")


def test_alignment():
    assert align(["a", "b"], ["a", "x", "b"]) == [0, 2]
    assert align(["a", "b", "c"], ["a", "c"]) == [0, None, 1]
    assert align(["one thing", "b"], ["zzz", "one thang", "b"]) == [1, 2]
    assert similarity(["a"], ["a"]) == 1.0
    assert similarity([], []) == 0.0


def test_indents_by_majority():
    indents = learn_indents([(" a", "  a"), (" b", "  b"), (" c", "\tc")])
    assert indents.apply(" d") == "  d"
    assert not indents.certain
    assert learn_indents([]).apply("  x") == "  x"


ENCODED = [
    "aé\r\n".encode(),
    b"\xef\xbb\xbf" + "aé\n".encode(),
    b"\xff\xfe" + "aé\r\n".encode("utf-16-le"),
    b"\xfe\xff" + "aé\n".encode("utf-16-be"),
    "aé\n".encode("latin-1"),
    b"",
]


@pytest.mark.parametrize("data", ENCODED)
def test_encodings_round_trip_and_take_edits(data):
    file = decode(data)
    assert file.with_text(file.text) == data
    if file.text:
        assert file.text.startswith("aé")
        assert decode(file.with_text(file.text.replace("a", "b"))).text == file.text.replace("a", "b")


@given(st.binary(max_size=200))
def test_any_bytes_round_trip_or_are_binary(data):
    try:
        file = decode(data)
    except BinaryFileError:
        assert b"\0" in data or data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[:3] == b"\xef\xbb\xbf"
    else:
        assert file.with_text(file.text) == data


def test_latin_1_refuses_what_it_cannot_hold():
    with pytest.raises(UserFacingError, match="latin-1"):
        decode("é".encode("latin-1")).with_text("€")


def test_binary_is_noticed():
    assert is_binary(b"\x89PNG\0\0")
    assert not is_binary("a\n".encode("utf-16"))
    assert not is_binary(b"text")
