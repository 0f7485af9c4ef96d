"""Bare addresses become links, whole and without what stands behind them; code and marked links stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.content.bare_links import link_bare_addresses


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("open http://localhost:5173/ now", "open <http://localhost:5173/> now"),
        ("see https://e.com/a?b=c.", "see <https://e.com/a?b=c>."),
        ("(https://e.com/a)", "(<https://e.com/a>)"),
        ("https://e.com/A_(b)", "<https://e.com/A_(b)>"),
        ("(https://e.com/A_(b))", "(<https://e.com/A_(b)>)"),
        ("**https://e.com/x**, 'https://e.com/y'", "**<https://e.com/x>**, '<https://e.com/y>'"),
        ("http://127.0.0.1:8000/x;", "<http://127.0.0.1:8000/x>;"),
        ("http://[::1]:8000/", "<http://[::1]:8000/>"),
        ("|http://a.b|x|", "|<http://a.b>|x|"),
        ("`curl http://a.b`", "`curl http://a.b`"),
        ("``a ` http://a.b``", "``a ` http://a.b``"),
        ("<http://a.b>", "<http://a.b>"),
        ("[http://a.b](http://c.d/x_(y)) http://e.f", "[http://a.b](http://c.d/x_(y)) <http://e.f>"),
        ("[x][1]\n\n[1]: http://a.b", "[x][1]\n\n[1]: http://a.b"),
        (
            "- a\n\n  ```sh\n  curl http://a.b\n  ```\n- http://c.d",
            "- a\n\n  ```sh\n  curl http://a.b\n  ```\n- <http://c.d>",
        ),
        ("- a\n  ```\n  curl http://a.b", "- a\n  ```\n  curl http://a.b"),
        ("text\n\n    curl http://a.b", "text\n\n    curl http://a.b"),
        ("- a\n    - http://a.b", "- a\n    - <http://a.b>"),
        ("me@http://a.b nothttp://a.b file:///etc/x https://", "me@http://a.b nothttp://a.b file:///etc/x https://"),
    ],
)
def test_addresses(markdown, shown):
    assert link_bare_addresses(markdown) == shown


@given(st.text(alphabet="htp:/s.<>[]()`~ \n|-*a", max_size=80))
def test_nothing_but_brackets_comes_in(text):
    marked = link_bare_addresses(f"http://{text}")
    assert marked.replace("<", "").replace(">", "") == f"http://{text}".replace("<", "").replace(">", "")


@pytest.mark.parametrize("text", ["[" * 30_000, "`" * 30_000, "http://" * 8_000, "~~~\n" * 9_000])
def test_long_texts_go_through(text):
    assert "x://" in link_bare_addresses(f"x://{text}")
