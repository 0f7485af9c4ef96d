"""Skills in folders: what is found, in which order, and what is wrong with the others."""

import asyncio
import os
from pathlib import Path

import pytest

from boocode_desktop.agents.skill_files import SkillFolders
from boocode_desktop.orchestrator.ports.skills import MOST_SKILLS, SKILL_BYTES, Skill

PDF = "---\nname: pdf\ndescription: >\n  Read and\n  write PDFs.\nargument-hint: '[file]'\n---\n\n# PDF\nUse a tool.\n"


def write(folder: Path, name: str, text: str | bytes = PDF) -> Path:
    file = folder / name / "SKILL.md"
    file.parent.mkdir(parents=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def found(tmp_path: Path, project: Path | None = None) -> list[Skill]:
    home = tmp_path / "home"
    return list(asyncio.run(SkillFolders(home, home / ".config/boocode/skills").find(project)))


def test_a_skill_is_read_whole(tmp_path):
    file = write(tmp_path / "home/.agents/skills", "pdf")
    (skill,) = found(tmp_path)
    assert (skill.name, skill.description, skill.hint) == ("pdf", "Read and write PDFs.", "[file]")
    assert (skill.folder, skill.source, skill.of_project) == (str(file.parent), "~/.agents/skills/pdf", False)
    assert (skill.body, skill.problem, len(skill.digest)) == ("# PDF\nUse a tool.", "", 64)


def test_the_project_comes_first_then_ours_then_the_others(tmp_path):
    project, home = tmp_path / "repo", tmp_path / "home"
    for place in (".claude/skills", ".agents/skills", ".boocode/skills"):
        write(project / place, "pdf")
        write(project / place, "a" + place[1])
    for place in (".claude/skills", ".agents/skills", ".config/boocode/skills"):
        write(home / place, "pdf")
    assert [s.source for s in found(tmp_path, project)] == [
        ".boocode/skills/ab", ".boocode/skills/pdf", ".agents/skills/aa", ".agents/skills/pdf",
        ".claude/skills/ac", ".claude/skills/pdf",
        "~/.config/boocode/skills/pdf", "~/.agents/skills/pdf", "~/.claude/skills/pdf",
    ]  # fmt: skip
    assert [s.of_project for s in found(tmp_path, home)] == [False] * 3


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("# no front matter", "does not begin with front matter"),
        ("---\nname: pdf\n", "cannot be read: the front matter has no closing ---"),
        ("---\nname pdf\n---\nx", "line 2 is no `key: value`"),
        ("---\nname: two words\ndescription: x\n---\nx", "its name “two words” is not made of"),
        ("---\nname: ../up\ndescription: x\n---\nx", "is not made of"),
        ("---\nname: pdf\n---\nx", "it has no description"),
        ("---\nname: pdf\ndescription: x\n---\n \n", "says nothing below"),
        (b"---\nname: \xff\xfe\n---\n", "is not UTF-8 text"),
        ("---\nname: pdf\ndescription: x\n---\n" + "x" * SKILL_BYTES, "it is larger than 64 KB"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(tmp_path, text, problem):
    write(tmp_path / "home/.claude/skills", "bad", text)
    (skill,) = found(tmp_path)
    assert problem in skill.problem
    assert (skill.name, skill.body) == ("bad", "")


def test_a_name_may_be_left_to_the_folder(tmp_path):
    write(tmp_path / "home/.claude/skills", "tidy-up", "---\ndescription: x\n---\ny")
    assert [(s.name, s.problem) for s in found(tmp_path)] == [("tidy-up", "")]


def test_no_link_leads_out_of_the_project(tmp_path):
    project, outside = tmp_path / "repo", tmp_path / "secret"
    target = write(outside, "pdf")
    (project / ".claude/skills/by-file").mkdir(parents=True)
    (project / ".claude/skills/by-file/SKILL.md").symlink_to(target)
    (project / ".claude/skills/by-folder").symlink_to(target.parent)
    (project / ".claude/skills/gone").mkdir()
    (project / ".claude/skills/gone/SKILL.md").symlink_to(project / "nowhere")
    (project / ".agents").mkdir()
    (project / ".agents/skills").symlink_to(outside)
    inside = write(project / "docs", "inside")
    (project / ".boocode/skills").mkdir(parents=True)
    (project / ".boocode/skills/linked").symlink_to(inside.parent)
    skills = found(tmp_path, project)
    assert [(s.source, s.problem) for s in skills] == [
        (".boocode/skills/linked", ""),
        (".agents/skills/pdf", "its SKILL.md is not read: a link leads out of the folder"),
        (".claude/skills/by-file", "its SKILL.md is not read: a link leads out of the folder"),
        (".claude/skills/by-folder", "its SKILL.md is not read: a link leads out of the folder"),
        (".claude/skills/gone", "its SKILL.md is not read: No such file or directory"),
    ]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_does_not_hold_us(tmp_path):
    folder = tmp_path / "home/.claude/skills/pipe"
    folder.mkdir(parents=True)
    os.mkfifo(folder / "SKILL.md")
    (folder.parent / "empty").mkdir()
    (folder.parent / "a-file").write_text("x")
    assert [(s.name, s.problem) for s in found(tmp_path)] == [
        ("empty", "there is no SKILL.md in it"),
        ("pipe", "its SKILL.md is not read: not a regular file"),
    ]


def test_their_number_is_bounded_and_that_is_said(tmp_path):
    place = tmp_path / "home/.claude/skills"
    for n in range(MOST_SKILLS + 2):
        write(place, f"s{n:04}")
    skills = found(tmp_path)
    assert len(skills) == MOST_SKILLS + 1
    assert skills[-1].problem == f"only the first {MOST_SKILLS} skills of ~/.claude/skills are read"
