"""Reading, writing, editing and deleting real files through the toolbox."""

import os
import sys

import pytest

from tests.fakes.tool_rig import rig_in

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX files")


@pytest.fixture
def rig(tmp_path):
    return rig_in(tmp_path / "tree")


def test_a_file_is_read_as_it_is(rig):
    (rig.root / "a.py").write_bytes(b"\xef\xbb\xbfdef f():\r\n\treturn 1\r\n")
    output = rig.run("read_file", path="a.py")
    assert output.text == "def f():\n\treturn 1\n"
    assert output.details == {"path": "a.py", "lines": 2, "truncated": False}
    assert [(a.kind, a.path) for a in rig.actions] == [("read", str(rig.root / "a.py"))]


def test_a_part_of_a_file(rig):
    (rig.root / "a").write_text("".join(f"{n}\n" for n in range(1, 5001)))
    assert rig.run("read_file", path="a", line="4999").text == "[lines 4999 to 5000 of 5000]\n4999\n5000\n"
    whole = rig.run("read_file", path="a")
    assert whole.text.startswith("[lines 1 to 2000 of 5000; go on with line=2001]\n1\n2\n")
    assert whole.details["truncated"] is True


@pytest.mark.parametrize(
    ("data", "message"),
    [(b"\x89PNG\r\n\x1a\n\0\0", "image (PNG"), (b"\x7fELF\0\0\0", "binary file"), (None, "no file")],
)
def test_what_is_no_text_is_said(rig, data, message):
    if data is not None:
        (rig.root / "x").write_bytes(data)
    output = rig.run("read_file", path="x")
    assert output.outcome == "error"
    assert message in output.error


def test_empty_and_latin_1_files(rig):
    (rig.root / "empty").write_bytes(b"")
    (rig.root / "old").write_bytes("größe\n".encode("latin-1"))
    assert rig.run("read_file", path="empty").text == "[the file is empty]"
    assert rig.run("read_file", path="old").text == "größe\n"


def test_a_folder_read_as_a_file_points_to_list_dir(rig):
    (rig.root / "src").mkdir()
    assert "list_dir" in rig.run("read_file", path="src").error
    (rig.root / "a").write_text("")
    assert "read_file" in rig.run("list_dir", path="a").error


def test_a_folder_is_listed(rig):
    (rig.root / "b").mkdir()
    (rig.root / "a.txt").write_text("12345")
    if sys.platform != "win32":
        (rig.root / "link").symlink_to("a.txt")
        assert rig.run("list_dir", path=".").text == "b/\na.txt (5)\nlink -> a.txt"
    assert rig.run("list_dir", path="b").text == "[the folder is empty]"
    assert rig.run("list_dir", path="nowhere").outcome == "error"


def test_a_full_folder_is_cut(rig):
    for number in range(1200):
        (rig.root / f"f{number:04}").touch()
    output = rig.run("list_dir", path=".")
    assert "200 more entries" in output.text
    assert output.details == {"path": ".", "hits": 1200, "truncated": True}


@posix
def test_names_that_are_no_utf_8_are_shown(rig):
    (rig.root / os.fsdecode(b"caf\xe9")).touch()
    assert "caf\ufffd" in rig.run("list_dir", path=".").text


def test_a_file_is_created_with_its_folders(rig):
    output = rig.run("create_file", path="src/new/a.py", content="x = 1\n")
    assert (rig.root / "src/new/a.py").read_bytes() == b"x = 1\n"
    assert output.text == "Created src/new/a.py (1 line)."
    assert output.details["diff"].startswith("--- /dev/null\n+++ b/src/new/a.py\n@@ -0,0 +1,1 @@\n+x = 1\n")
    assert (output.details["added"], output.details["removed"]) == (1, 0)
    assert [a.kind for a in rig.actions] == ["write"]


def test_a_replaced_file_keeps_its_encoding_and_line_ends(rig):
    (rig.root / "a").write_bytes(b"\xff\xfe" + "old\r\n".encode("utf-16-le"))
    output = rig.run("create_file", path="a", content="new é\nmore\n")
    assert (rig.root / "a").read_bytes() == b"\xff\xfe" + "new é\r\nmore\r\n".encode("utf-16-le")
    assert output.text == "Replaced a: 2 lines now, 2 added, 1 removed."
    assert rig.run("create_file", path="a", content="new é\nmore\n").text == "a already stood like that (2 lines)."


def test_an_edit_keeps_every_other_byte(rig):
    before = b"a\r\nb \nc\xe9\r\n\tlast"
    (rig.root / "a").write_bytes(before)
    output = rig.run("edit_file", path="a", old_string="b", new_string="B")
    assert (rig.root / "a").read_bytes() == b"a\r\nB \nc\xe9\r\n\tlast"
    assert (output.outcome, output.details["matched"]) == ("success", "exact")
    assert [a.kind for a in rig.actions] == ["read", "write"]


def test_an_edit_by_the_ladder_shows_what_it_took(rig):
    (rig.root / "a.py").write_text("class A:\n    def f(self):\n        return 1\n")
    output = rig.run(
        "edit_file", path="a.py", old_string="def f(self):\n    return 1", new_string="def f(self):\n    return 2"
    )
    assert (rig.root / "a.py").read_text() == "class A:\n    def f(self):\n        return 2\n"
    assert "found by all but indentation" in output.text
    assert "+        return 2" in output.text


def test_an_edit_that_fits_twice_changes_nothing(rig):
    (rig.root / "a").write_text("x\ny\nx\n")
    output = rig.run("edit_file", path="a", old_string="x", new_string="z")
    assert output.outcome == "error"
    assert "lines 1, 3" in output.error
    assert (rig.root / "a").read_text() == "x\ny\nx\n"
    output = rig.run("edit_file", path="a", old_string="x", new_string="z", replace_all=True)
    assert (rig.root / "a").read_text() == "z\ny\nz\n"
    assert "lines 1, 3" in output.text


def test_a_file_that_may_not_be_read_cannot_be_felt_out_by_edits(rig):
    rig.rules.append(("deny", "read: .env"))
    (rig.root / ".env").write_text("KEY=canary-value-1\n")
    output = rig.run("edit_file", path=".env", old_string="KEY=canary-value-2", new_string="x")
    assert output.outcome == "denied"
    assert "canary" not in output.error


def test_deleting(rig):
    (rig.root / "a.txt").write_text("one\ntwo\n")
    (rig.root / "empty").mkdir()
    (rig.root / "full").mkdir()
    (rig.root / "full" / "x").touch()
    output = rig.run("delete_file", path="a.txt")
    assert output.details["removed"] == 2
    assert rig.run("delete_file", path="empty").outcome == "success"
    assert "folder with files" in rig.run("delete_file", path="full").error
    assert rig.run("delete_file", path="a.txt").outcome == "error"
    assert os.listdir(rig.root) == ["full"]
    assert [a.kind for a in rig.actions if a.path.endswith("a.txt")] == ["delete", "delete"]


@posix
def test_deleting_a_link_leaves_its_target(rig, tmp_path):
    (tmp_path / "target").write_text("kept")
    (rig.root / "link").symlink_to(tmp_path / "target")
    assert rig.run("delete_file", path="link").outcome == "success"
    assert (tmp_path / "target").read_text() == "kept"
    assert not (rig.root / "link").is_symlink()


def test_steering_files_are_asked_about(rig):
    for name in (".mcp.json", ".boocode/worktree.toml", ".claude/settings.json"):
        assert rig.run("create_file", path=name, content="{}").outcome == "denied"
        assert not (rig.root / name).exists()
    rig.rules.append(("allow", "write: .mcp.json"))
    assert rig.run("create_file", path=".mcp.json", content="{}").outcome == "success"


def test_outside_is_read_only_when_allowed(rig, tmp_path):
    (tmp_path / "notes").write_text("hello")
    assert rig.run("read_file", path=str(tmp_path / "notes")).outcome == "denied"
    rig.rules.append(("allow", f"read: {tmp_path}/notes"))
    assert rig.run("read_file", path=str(tmp_path / "notes")).text == "hello"
    assert rig.run("read_file", path="../notes").text == "hello"
    assert rig.run("create_file", path="../notes", content="x").outcome == "error"
    assert (tmp_path / "notes").read_text() == "hello"


def test_a_file_is_not_replaced_by_a_hint_at_it(rig):
    (rig.root / "a.py").write_text("one()\ntwo()\n")
    output = rig.run("create_file", path="a.py", content="one(1)\n# ... rest of the code ...\n")
    assert "only hints at code" in output.error
    output = rig.run("edit_file", path="a.py", old_string="two()", new_string="# ... existing code ...")
    assert "only hints at code" in output.error
    assert (rig.root / "a.py").read_text() == "one()\ntwo()\n"
