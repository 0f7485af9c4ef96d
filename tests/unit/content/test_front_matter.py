"""The front matter of Markdown files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.content.front_matter import FrontMatterError, read_front_matter


def values(*lines: str) -> dict[str, str]:
    return dict(read_front_matter("\n".join(("---", *lines, "---", "body"))).values)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["name: pdf"], {"name": "pdf"}),
        (["name: pdf  # short"], {"name": "pdf"}),
        (["colour: c#"], {"colour": "c#"}),
        (["description: Use when: the user asks"], {"description": "Use when: the user asks"}),
        (["url: https://example.org/a#b"], {"url": "https://example.org/a#b"}),
        (['name: "a: \\"b\\" \\u00e9\\n"'], {"name": 'a: "b" é\n'}),
        (["name: 'it''s'  # so"], {"name": "it's"}),
        (["description: one", "  two", "", "  three"], {"description": "one two\nthree"}),
        (["description: >", "  one", "  two", "", "  3", "name: x"], {"description": "one two\n3\n", "name": "x"}),
        (["description: >-", "  one", "  two"], {"description": "one two"}),
        (["text: |", "  one", "    two", ""], {"text": "one\n  two\n"}),
        (["text: |-", "  one"], {"text": "one"}),
        (["description:", "  on the next line"], {"description": "on the next line"}),
        (["metadata:", "  author: me", "  version: 1", "name: x"], {"metadata": "", "name": "x"}),
        (["tools:", "  - Read", "- Write", "name: x"], {"tools": "", "name": "x"}),
        (["allowed-tools: [Read, 'Write']"], {"allowed-tools": "[Read, 'Write']"}),
        (["# a note", "", "name: x"], {"name": "x"}),
        (['"quoted key": x'], {"quoted key": "x"}),
        (["empty:"], {"empty": ""}),
        ([], {}),
        (['bad: "\\ud800 \\Uffffffff"'], {"bad": "\ufffd \ufffd"}),
    ],
)  # fmt: skip
def test_what_people_write_is_read(lines, expected):
    assert values(*lines) == expected


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("---\nname: x\n", 3, "no closing"),
        ("---\nname x\n---\n", 2, "line 2 is no"),
        ("---\nname: x\nname: y\n---\n", 3, "says `name` again"),
        ('---\n\nname: "x\n---\n', 3, "do not end"),
        ('---\nname: "x" y\n---\n', 2, "behind its quotes"),
        ("---\n\tname: x\n---\n", 2, "line 2 is no"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(text, line, words):
    with pytest.raises(FrontMatterError, match=words) as caught:
        read_front_matter(text)
    assert caught.value.line == line


def test_the_rest_is_the_body():
    found = read_front_matter("\ufeff---\r\nname: x\r\n---\r\n# Title\r\n\r\n---\r\nmore")
    assert (dict(found.values), found.body, found.found) == ({"name": "x"}, "# Title\n\n---\nmore", True)
    assert read_front_matter("# Title") == read_front_matter("\ufeff# Title")
    assert not read_front_matter("").found


@given(st.text(alphabet="-ab:'\"|>#[] \n\t\\ux1", max_size=200))
def test_nothing_else_is_ever_raised(text):
    try:
        read_front_matter(f"---\n{text}\n---\n")
    except FrontMatterError as error:
        assert 1 <= error.line <= text.count("\n") + 4


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters='"\\\x85\u2028\u2029'), max_size=60))
def test_quoted_text_comes_back(text):
    assert values(f'key: "{" ".join(text.split())}"') == {"key": " ".join(text.split())}
