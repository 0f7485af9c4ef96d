"""Drafts of commit messages."""

import pytest

from boocode_desktop.orchestrator.commit_messages import drafted_message


@pytest.mark.parametrize(
    ("title", "operations", "wanted"),
    [
        ("Fix it", {}, ""),
        ("Fix  the\nclock", {"a.py": "modified"}, "Fix the clock\n\nChange a.py.\n"),
        ("", {"a.py": "added"}, "Add a.py\n\nAdd a.py.\n"),
        (
            "T",
            {"b": "added", "a": "modified", "c": "modified", "d": "modified", "e": "deleted"},
            "T\n\nChange a, c and d. Add b. Remove e.\n",
        ),
        ("T", {str(n): "added" for n in range(9)}, "T\n\nAdd 0, 1, 2, 3, 4 and 4 more files.\n"),
    ],
)
def test_a_message_is_drafted(title: str, operations: dict[str, str], wanted: str) -> None:
    assert drafted_message(title, operations) == wanted


def test_lines_stay_short_but_for_names_that_are_longer() -> None:
    paths = {f"folder/number/{n}/some_file_name.py": "modified" for n in range(5)} | {"x" * 90: "added"}
    lines = drafted_message("word " * 30, paths).splitlines()
    assert len(lines[0]) <= 72 and lines[0].endswith("…") and lines[1] == ""
    assert all(len(line) <= 72 or "x" * 90 in line for line in lines)
