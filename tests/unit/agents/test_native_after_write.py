"""Which check runs after writing."""

import json
from pathlib import Path

from boocode_desktop.agents.native.after_write import chosen, detect


def test_the_project_names_its_check(tmp_path: Path):
    assert detect(tmp_path) == ()
    (tmp_path / "Cargo.toml").write_text("[package]\n")
    assert detect(tmp_path) == ("cargo", "check", "--quiet")
    (tmp_path / "pyproject.toml").write_text("[tool.mypy]\nstrict = true\n")
    assert detect(tmp_path) == ("mypy", ".")
    (tmp_path / "package.json").write_text(json.dumps({"scripts": {"build": "tsc", "typecheck": "tsc -n"}}))
    assert detect(tmp_path) == ("npm", "run", "--silent", "typecheck")


def test_broken_files_name_nothing(tmp_path: Path):
    (tmp_path / "package.json").write_text("{")
    (tmp_path / "pyproject.toml").write_text("= = =")
    assert chosen("auto", tmp_path) == ()


def test_a_setting_wins(tmp_path: Path):
    assert chosen(None, tmp_path) == ()
    assert chosen(("make", "check"), tmp_path) == ("make", "check")
