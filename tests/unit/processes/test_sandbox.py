"""The launcher says honestly whether there is a sandbox, and builds the right arguments."""

import asyncio
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from boocode_desktop.processes.sandbox import SandboxLauncher
from tests.fakes.tool_rig import git_in

linux = pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is for Linux")


def made_by(launcher, root, **options):
    return asyncio.run(launcher.sandbox(root, root, **options))


def fake_bwrap(tmp_path, monkeypatch, body):
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "bwrap"
    program.write_text(f"#!/bin/sh\n{body}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


@linux
def test_without_bubblewrap_it_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    sandbox = made_by(SandboxLauncher(), tmp_path)
    assert (sandbox.prefix, sandbox.sandboxed) == ((), False)
    assert sandbox.description == "not sandboxed: bubblewrap is not installed"


@linux
def test_where_bubblewrap_fails_it_says_why(tmp_path, monkeypatch):
    fake_bwrap(tmp_path, monkeypatch, "echo 'bwrap: No permissions to create a new namespace' >&2; exit 1")
    sandbox = made_by(SandboxLauncher(), tmp_path)
    assert not sandbox.sandboxed
    assert "No permissions to create a new namespace" in sandbox.description


@linux
def test_turned_off_it_says_so(tmp_path):
    assert made_by(SandboxLauncher(enabled=False), tmp_path).description == "not sandboxed: turned off in the settings"


@linux
def test_it_is_tried_once(tmp_path, monkeypatch):
    fake_bwrap(tmp_path, monkeypatch, f"echo tried >> {tmp_path}/log")
    launcher = SandboxLauncher()

    async def twice():
        await asyncio.gather(*(launcher.sandbox(tmp_path, tmp_path) for _ in range(5)))

    asyncio.run(twice())
    assert (tmp_path / "log").read_text() == "tried\n"


@linux
def test_arguments_hide_secrets_and_open_the_worktree_alone(tmp_path, monkeypatch):
    fake_bwrap(tmp_path, monkeypatch, "exit 0")
    home, root = tmp_path / "home", tmp_path / "data" / "worktrees" / "s1"
    (home / ".ssh").mkdir(parents=True)
    (home / ".netrc").write_text("x")
    (root / ".git").mkdir(parents=True)
    extra = tmp_path / "extra"
    extra.mkdir()
    launcher = SandboxLauncher(private=[tmp_path / "data"], home=home)
    words = made_by(launcher, root, writable=[extra, tmp_path / "missing"]).prefix
    text = " ".join(words)
    assert "--ro-bind / /" in text
    assert f"--tmpfs {home / '.ssh'}" in text
    assert f"--ro-bind /dev/null {home / '.netrc'}" in text
    assert text.index(f"--tmpfs {tmp_path / 'data'}") < text.index(f"--bind {root} {root}")
    assert text.index(f"--bind {root} {root}") < text.index(f"--ro-bind {root / '.git'}")
    assert f"--bind {extra} {extra}" in text
    assert "missing" not in text
    assert "--unshare-net" not in text
    assert "--die-with-parent" in words and "--unshare-pid" in words
    assert words[-1] == "--"
    assert "--unshare-net" in made_by(launcher, root, network=False).prefix


@linux
def test_a_readable_folder_is_seen_within_hidden_ones(tmp_path):
    data, root = tmp_path / "data", tmp_path / "tree"
    for name, text in (("skills/pdf", "how to"), ("database", "canary")):
        (data / name).mkdir(parents=True)
        (data / name / "text").write_text(text)
    root.mkdir()
    sandbox = made_by(SandboxLauncher(private=[data], readable=[data / "skills", data / "none"], home=tmp_path), root)
    if not sandbox.sandboxed:
        pytest.skip("there is no sandbox here")
    script = f"cat {data}/skills/pdf/text; ls {data}; echo x > {data}/skills/pdf/text"
    done = subprocess.run([*sandbox.prefix, "sh", "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout == "how toskills\n"
    assert (data / "skills/pdf/text").read_text() == "how to"


@linux
def test_secrets_below_the_worktree_stay_hidden(tmp_path, monkeypatch):
    fake_bwrap(tmp_path, monkeypatch, "exit 0")
    home = tmp_path / "home"
    (home / ".ssh").mkdir(parents=True)
    text = " ".join(made_by(SandboxLauncher(home=home), home).prefix)
    assert text.index(f"--bind {home} {home}") < text.index(f"--tmpfs {home / '.ssh'}")


@linux
def test_the_real_thing_where_it_works(tmp_path):
    home, root = tmp_path / "home", tmp_path / "data" / "tree"
    (home / ".ssh").mkdir(parents=True)
    (home / ".ssh" / "id").write_text("canary")
    (tmp_path / "data" / "database").mkdir(parents=True)
    (tmp_path / "data" / "database" / "db").write_text("canary")
    root.mkdir()
    (root / ".git").write_text("gitdir: x")
    sandbox = made_by(SandboxLauncher(private=[tmp_path / "data"], home=home), root)
    if not sandbox.sandboxed:
        assert sandbox.description.startswith("not sandboxed: bubblewrap")
        return
    script = (
        f"echo in > inside; echo x > .git; echo x > {home}/new; cat {home}/.ssh/id; ls {tmp_path}/data; "
        "echo t > /tmp/t && cat /tmp/t; echo pids $(ls /proc | grep -c '^[0-9]')"
    )
    done = subprocess.run(
        [*sandbox.prefix, "sh", "-c", script], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert (root / "inside").read_text() == "in\n"
    assert (root / ".git").read_text() == "gitdir: x"
    assert not (home / "new").exists()
    assert "canary" not in done.stdout
    assert "database" not in done.stdout
    assert "t\n" in done.stdout
    assert int(done.stdout.split("pids ")[1]) < 8


@linux
@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_a_worktree_finds_its_repository_and_programs_below_tmp(monkeypatch):
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder = Path(name)
        project, root, tools = folder / "project", folder / "data" / "tree", folder / "tools" / "bin"
        for made in (project, tools):
            made.mkdir(parents=True)
        (tools / "tool").write_text("#!/bin/sh\necho from the tool\n")
        (tools / "tool").chmod(0o755)
        monkeypatch.setenv("PATH", f"{tools}:/usr/bin:/bin")
        git_in(project, "init", "-q")
        git_in(project, "commit", "-q", "--allow-empty", "-m", "first")
        git_in(project, "worktree", "add", "-q", str(root))
        sandbox = made_by(SandboxLauncher(private=[folder / "data"]), root)
        if not sandbox.sandboxed:
            pytest.skip("there is no sandbox here")
        script = f"tool; git log --format=%s; touch {project}/made {tools}/made; ls {folder}"
        done = subprocess.run([*sandbox.prefix, "sh", "-c", script], capture_output=True, text=True, check=False)
        assert done.stdout == "from the tool\nfirst\ndata\nproject\ntools\n"
        assert not (project / "made").exists()
