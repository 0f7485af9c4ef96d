"""Which file a code block is meant for, in the ways that models say it."""

import pytest

from boocode_desktop.content.code_paths import can_be_a_file, path_hint
from boocode_desktop.content.markdown import language_of, split_segments


@pytest.mark.parametrize(
    ("info", "code", "before", "path"),
    [
        ("python src/retry.py", "x = 1", "", "src/retry.py"),
        ("python:src/retry.py", "x = 1", "", "src/retry.py"),
        ('python title="src/retry.py"', "x = 1", "", "src/retry.py"),
        ("js filename=a.mjs", "x", "", "a.mjs"),
        ("src/main.rs", "x", "", "src/main.rs"),
        ("python", "# src/retry.py\nx = 1", "", "src/retry.py"),
        ("js", "// ./web/app.js\nx", "", "web/app.js"),
        ("html", "<!-- index.html -->\n<p>", "", "index.html"),
        ("css", "/* file: a/b.css */\np{}", "", "a/b.css"),
        ("python", "x = 1", "Change `src/retry.py`:\n", "src/retry.py"),
        ("python", "x = 1", "**src/retry.py** (new):\n\n", "src/retry.py"),
        ("python", "x = 1", "### src/retry.py\n\n", "src/retry.py"),
        ("make", "all:", "In the `Makefile`:\n", "Makefile"),
        ("python", "# plain words here\nx", "As `retry` does:", ""),
        ("python", "#!/usr/bin/env python3", "", ""),
        ("python", "x = 1", "See `../secret.py`:", ""),
        ("python", "x = 1", "See `/etc/passwd.txt`:", ""),
        ("", "x", "", ""),
    ],
)
def test_the_path_an_answer_names(info, code, before, path):
    assert path_hint(info, code, before) == path


@pytest.mark.parametrize(
    ("language", "code", "may"),
    [
        ("python", "x", True),
        ("", "x", True),
        ("diff", "+x", False),
        ("console", "$ x", False),
        ("python", " \n", False),
    ],
)
def test_what_can_be_a_file(language, code, may):
    assert can_be_a_file(language, code) is may


@pytest.mark.parametrize(
    ("info", "language"),
    [
        ("python", "python"),
        ("python:src/a.py", "python"),
        ("{.rust}", "rust"),
        ("src/a.py", ""),
        ("title=x", ""),
        ("", ""),
    ],
)
def test_the_language_of_a_fence(info, language):
    assert language_of(info) == language


def test_a_segment_keeps_what_stands_behind_its_fence():
    (segment,) = split_segments("```python src/a.py\nx\n```")
    assert (segment.language, segment.info) == ("python", "python src/a.py")
