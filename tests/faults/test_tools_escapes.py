"""Path and symlink escapes through every tool, also while links are swapped; denied files by every door."""

import os
import shutil
import sys
import threading
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.processes.file_access import delete, read_bytes, write_bytes
from boocode_desktop.processes.places import local_place
from tests.fakes.tool_rig import git_in, rig_in

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX links")

CANARY = "canary-c4n4ry"
TOOLS = {
    "read_file": {},
    "list_dir": {},
    "search_text": {"pattern": "canary"},
    "find_files": {"pattern": "*"},
    "create_file": {"content": "owned"},
    "edit_file": {"old_string": CANARY, "new_string": "owned"},
    "delete_file": {},
    "git_diff": {},
    "git_log": {},
}
ESCAPES = [
    "../outside",
    "../outside/secret",
    "sub/../../outside/secret",
    "out",
    "out/secret",
    "out/new",
    "deep/out/secret",
    "file",
    "./file",
    "{outside}/secret",
    "{outside}",
    "//{outside}/secret",
    "/proc/self/root{outside}/secret",
    "/proc/self/cwd/../outside/secret",
    "/dev/fd/../../{outside}/secret",
    "~/secret",
    "..\\outside\\secret",
    "C:\\outside",
    "\\\\host\\share",
    "file://{outside}/secret",
    "out/../../outside/secret",
    "sub/up/outside/secret",
]


@pytest.fixture
def rig(tmp_path):
    rig = rig_in(tmp_path / "tree", rules=[("allow", "run: *")])
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text(CANARY)
    (rig.root / "sub").mkdir()
    (rig.root / "deep").mkdir()
    (rig.root / "out").symlink_to(outside)
    (rig.root / "deep" / "out").symlink_to("../../outside")
    (rig.root / "file").symlink_to(outside / "secret")
    (rig.root / "sub" / "up").symlink_to("../..")
    return rig


@pytest.mark.parametrize("tool", sorted(TOOLS))
@pytest.mark.parametrize("name", ESCAPES)
def test_path_escapes_by_any_name(rig, tmp_path, tool, name):
    outside = tmp_path / "outside"
    output = rig.run(tool, path=name.replace("{outside}", str(outside)), **TOOLS[tool])
    if (tool, name) in (("delete_file", "out"), ("delete_file", "file"), ("delete_file", "./file")):
        assert output.outcome == "success"  # the link itself lies in the worktree
    else:
        assert output.outcome in ("error", "denied")
    assert CANARY not in output.text + output.error
    assert sorted(os.listdir(outside)) == ["secret"]
    assert (outside / "secret").read_text() == CANARY


GRAMMAR = st.lists(
    st.sampled_from(
        ["..", ".", "", "sub", "deep", "out", "file", "up", "secret", "outside", "tree", "~", "\\..", "%2e%2e"]
    ),
    min_size=1,
    max_size=7,
)


@given(GRAMMAR, st.sampled_from(sorted(TOOLS)), st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
def test_path_escapes_by_any_grammar(rig, tmp_path, parts, tool, absolute):
    outside = tmp_path / "outside"
    if tool in ("search_text", "find_files", "git_diff", "git_log"):
        return  # the same door, and a process each time
    output = rig.run(tool, path=("/" if absolute else "") + "/".join(parts), **TOOLS[tool])
    assert CANARY not in output.text + output.error
    assert os.listdir(outside) == ["secret"]
    assert (outside / "secret").read_text() == CANARY


@contextmanager
def swapping(path, target):
    """A folder and a link out of the worktree take turns at one name, as fast as a thread can."""
    stop = threading.Event()
    real, link = path.with_name("real"), path.with_name("link")
    real.mkdir()
    (real / "a").write_text("inside")
    link.symlink_to(target)

    def swap():
        while not stop.is_set():
            for shape in (real, link):
                try:
                    os.rename(shape, path)
                    os.rename(path, shape)
                except OSError:  # a write made the folder anew between the two
                    shutil.rmtree(path, ignore_errors=True)

    thread = threading.Thread(target=swap)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@pytest.mark.parametrize("act", ["read", "write", "delete"])
def test_symlink_escapes_by_a_folder_swapped_for_a_link(tmp_path, act):
    root, outside = tmp_path / "tree", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (outside / "a").write_text(CANARY)
    place, path = local_place(root), root / "dir" / "a"
    happened = 0
    with swapping(root / "dir", outside):
        for _ in range(4000):
            try:
                if act == "read":
                    assert read_bytes(place, path).data.decode() in ("inside", "written")
                elif act == "write":
                    write_bytes(place, path, b"written")
                else:
                    delete(place, path)
                happened += 1
            except UserFacingError:
                continue
    assert (outside / "a").read_text() == CANARY
    assert os.listdir(outside) == ["a"]
    assert happened


def test_symlink_escapes_by_a_file_swapped_for_a_link(tmp_path):
    root, outside = tmp_path / "tree", tmp_path / "secret"
    root.mkdir()
    outside.write_text(CANARY)
    (root / "real").write_text("inside")
    (root / "link").symlink_to(outside)
    place, stop = local_place(root), threading.Event()

    def swap():
        while not stop.is_set():
            for name in ("real", "link"):
                os.rename(root / name, root / "a")
                os.rename(root / "a", root / name)

    thread = threading.Thread(target=swap)
    thread.start()
    try:
        for _ in range(4000):
            try:
                assert CANARY not in read_bytes(place, root / "a").data.decode()
            except UserFacingError:
                continue
    finally:
        stop.set()
        thread.join()


DOORS = {
    "read": ("read_file", {"path": "config/.env"}),
    "link": ("read_file", {"path": "innocent.txt"}),
    "dots": ("read_file", {"path": "sub/../config/.env"}),
    "search": ("search_text", {"pattern": "canary"}),
    "search the file": ("search_text", {"pattern": "canary", "path": "config/.env"}),
    "edit": ("edit_file", {"path": "config/.env", "old_string": "KEY=x", "new_string": "y"}),
    "diff": ("git_diff", {}),
    "diff the file": ("git_diff", {"path": "config/.env"}),
    "cat": ("run_command", {"command": "cat", "args": ["config/.env"]}),
    "cat by cwd": ("run_command", {"command": "cat", "args": [".env"], "cwd": "config"}),
    "shell": ("run_command", {"command": "bash", "args": ["-lc", "cd . && cat config/.env"]}),
    "shell redirection": ("run_command", {"command": "sh", "args": ["-c", "cat<config/.env"]}),
    "option": ("run_command", {"command": "grep", "args": ["canary", "--file=config/.env"]}),
    "interpreter": ("run_command", {"command": "env", "args": ["A=1", "cat", "./config/.env"]}),
    "git show": ("run_command", {"command": "git", "args": ["show", "HEAD:config/.env"]}),
}


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@pytest.mark.parametrize("door", sorted(DOORS))
def test_a_denied_file_is_denied_by_every_door(rig, door):
    (rig.root / "config").mkdir()
    (rig.root / "config" / ".env").write_text("KEY=old\n")
    for arguments in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "first")):
        git_in(rig.root, *arguments)
    (rig.root / "config" / ".env").write_text(f"KEY={CANARY}\n")
    (rig.root / "innocent.txt").symlink_to("config/.env")
    rig.rules.append(("deny", "read: .env"))
    name, arguments = DOORS[door]
    output = rig.run(name, **arguments)
    assert CANARY not in output.text + output.error
    assert "KEY=" not in output.text + output.error


POISON = {
    "hook": ("config", "core.hooksPath", "{evil}"),
    "fsmonitor": ("config", "core.fsmonitor", "{evil}/run"),
    "clean filter": ("config", "filter.evil.clean", "{evil}/run"),
    "filter process": ("config", "filter.evil.process", "{evil}/run"),
    "filter with an equals sign": ("config", "filter.a=b.clean", "{evil}/run"),
    "diff driver": ("config", "diff.evil.command", "{evil}/run"),
    "textconv": ("config", "diff.evil.textconv", "{evil}/run"),
    "external diff": ("config", "diff.external", "{evil}/run"),
    "pager": ("config", "core.pager", "{evil}/run"),
    "pager of log": ("config", "pager.log", "{evil}/run"),
    "signature program": ("config", "gpg.program", "{evil}/run"),
    "ssh": ("config", "core.sshCommand", "{evil}/run"),
}


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@pytest.mark.parametrize("poison", sorted(POISON))
def test_looking_at_a_poisoned_repository_runs_nothing(rig, tmp_path, poison):
    evil, made = tmp_path / "evil", rig.root / "made"
    evil.mkdir()
    for name in ("run", "post-index-change", "post-checkout"):
        (evil / name).write_text(f"#!/bin/sh\ntouch {made}\ncat\n")
        (evil / name).chmod(0o755)
    (rig.root / "a.txt").write_text("one\n")
    for arguments in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "first")):
        git_in(rig.root, *arguments)
    (rig.root / ".gitattributes").write_text("*.txt filter=evil diff=evil\n*.md filter=a=b\n")
    command, key, value = POISON[poison]
    git_in(rig.root, command, key, value.replace("{evil}", str(evil)))
    git_in(rig.root, "config", "log.showSignature", "true")
    git_in(rig.root, "config", "filter.evil.required", "true")
    (rig.root / "a.txt").write_text("two\n")
    (rig.root / "b.md").write_text("new\n")
    for tool in ("git_status", "git_diff", "git_log"):
        assert rig.run(tool).outcome == "success"
    assert not made.exists()
