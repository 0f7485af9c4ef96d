"""Which files a prompt names with an at sign, and which of them are linked to."""

import os
from pathlib import Path

import pytest

from boocode_desktop.agents import mentions
from boocode_desktop.agents.mentions import mentioned_files, mentioned_names


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("look at @src/a.py", ["src/a.py"]),
        ("(@a.py)", ["a.py"]),
        ("is it @a.py, or @b.py?", ["a.py", "b.py"]),
        ('see @"with blanks.txt" and @a.py.', ["with blanks.txt", "a.py"]),
        ("main @a.py:12 and @b.py:3-9", ["a.py", "b.py"]),
        ('main @"with blanks.txt:7"', ["with blanks.txt"]),
        ("me@a.py x@@a.py @ a.py", []),
        ("@a.py @a.py @./a.py", ["a.py"]),
        ("@src @nowhere.py @dataclass", []),
    ],
)
def test_mentions(tmp_path: Path, text: str, wanted: list[str]) -> None:
    (tmp_path / "src").mkdir()
    for name in ("src/a.py", "a.py", "b.py", "with blanks.txt"):
        (tmp_path / name).write_text("x")
    assert [file.name for file in mentioned_files(text, tmp_path)] == wanted


def test_a_name_with_a_colon_or_a_full_stop_is_taken_as_it_is_first() -> None:
    assert list(mentioned_names("@a.py:12.")) == [("a.py:12.", "a.py:12", "a.py")]


def test_only_regular_text_files_of_the_folder_that_are_not_large(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / ".git").mkdir(parents=True)
    (tmp_path / "outside.txt").write_text("x")
    (root / ".git" / "config").write_text("x")
    (root / "out").symlink_to(tmp_path / "outside.txt")
    (root / "in").symlink_to(root / "fine.txt")
    (root / "binary").write_bytes(b"a\0b")
    (root / "large").write_bytes(b"a" * (mentions.MOST_BYTES + 1))
    (root / "fine.txt").write_text("x")
    os.mkfifo(root / "pipe")
    names = ("../outside.txt", tmp_path / "outside.txt", ".git/config", "out", "binary", "large", "pipe", "in")
    (file,) = mentioned_files(" ".join(f"@{name}" for name in names), root)
    assert (file.name, file.size, file.media_type) == ("fine.txt", 1, "text/plain")
    assert file.uri == (root / "fine.txt").resolve().as_uri()


def test_so_many_and_no_more(tmp_path: Path) -> None:
    for number in range(mentions.MOST_FILES + 5):
        (tmp_path / f"{number}.txt").write_text("x")
    text = " ".join(f"@{number}.txt" for number in range(mentions.MOST_FILES + 5))
    assert len(mentioned_files(text, tmp_path)) == mentions.MOST_FILES
