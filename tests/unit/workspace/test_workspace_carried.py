"""The rules of `.boocode/worktree.toml`."""

from pathlib import Path

import pytest

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.workspace.carried import CarryRules, carry_files, read_rules


def rules(folder: Path, text: str) -> CarryRules:
    """Read a text as the rules of a folder."""
    (folder / ".boocode").mkdir(exist_ok=True)
    (folder / ".boocode" / "worktree.toml").write_text(text)
    return read_rules(folder)


def test_paths_are_tidied(tmp_path: Path) -> None:
    found = rules(tmp_path, 'carry = [".env", "./node_modules/", ".env"]\nlink = ["a/.venv"]\n[setup]\nrun = "x"\n')
    assert found == CarryRules(carry=(".env", "node_modules"), link=("a/.venv",))
    assert read_rules(tmp_path / "nowhere") == CarryRules()


@pytest.mark.parametrize(
    "text",
    [
        "carry = 1",
        "carry = [1]",
        'carry = ["/etc"]',
        'carry = ["../x"]',
        'carry = [""]',
        'link = [".git"]',
        "carry = [",
    ],
)
def test_wrong_rules_are_said(tmp_path: Path, text: str) -> None:
    with pytest.raises(UserFacingError, match=r"worktree\.toml"):
        rules(tmp_path, text)


def test_copies_and_links(tmp_path: Path) -> None:
    folder, root = tmp_path / "p", tmp_path / "w"
    (folder / "mods" / "deep").mkdir(parents=True)
    root.mkdir()
    (folder / "mods" / "deep" / "f").write_text("1")
    (folder / ".venv").mkdir()
    wanted = CarryRules(carry=("mods", "absent"), link=(".venv", "absent"))
    linked, notes = carry_files(wanted, folder, root, trusted=True)
    assert (linked, notes) == ((".venv",), {})
    assert (root / "mods" / "deep" / "f").read_text() == "1" and (root / ".venv").readlink() == folder / ".venv"
    again, notes = carry_files(wanted, folder, root, trusted=True)
    assert again == () and ".venv" in notes
