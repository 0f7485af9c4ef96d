"""Whole agents in the real sandboxes of this system: what they can and cannot reach, and the word for it."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from boocode_desktop.processes.landlock import LEAST_ABI, landlock_abi
from boocode_desktop.processes.sandbox_agents import BUBBLEWRAP, LANDLOCK, SandboxError
from boocode_desktop.processes.sandbox_views import bubblewrap_obstacle
from tests.fakes.agent_rooms import CANARY, SHELTER, Rooms, rooms

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="both sandboxes are for Linux")


@pytest.fixture
def place():
    with rooms() as made:
        yield made


@pytest.fixture
def bubblewrap():
    if obstacle := bubblewrap_obstacle():
        pytest.skip(obstacle)
    return BUBBLEWRAP


@pytest.fixture
def landlock():
    if landlock_abi() < LEAST_ABI:
        pytest.skip("this kernel has no Landlock that counts")
    return LANDLOCK


@pytest.fixture(params=[BUBBLEWRAP, LANDLOCK])
def method(request):
    return request.getfixturevalue(request.param.lower())


def reading(place: Rooms) -> dict[str, str]:
    """Scripts that try to read what is hidden, by the door they try."""
    home = place.home
    return {
        "cat": f"cat {home}/.ssh/id",
        "link": f"cat {home}/innocent",
        "own link": f"ln -s {home}/.ssh/id key; cat key",
        "hard link": f"ln {home}/.ssh/id key; cat key",
        "script": f"{sys.executable} -c 'print(open(\"{home}/.ssh/id\").read())'",
        "descriptor path": f"cat /proc/self/root{home}/.ssh/id",
        "another process": f"cat /proc/{os.getpid()}/root{home}/.ssh/id",
        "dots": f"cat {home}/.config/../.ssh/id; cat ../../../home/.ssh/id",
        "copy": f"cp -r {home}/.ssh stolen; cat stolen/id",
        "archive": f"tar -C {home} -cf - .ssh",
        "cloud": f"cat {home}/.aws/credentials",
        "netrc": f"cat {home}/.netrc",
        "npm token": f"cat {home}/.npmrc",
        "another agent": f"cat {home}/.claude/.credentials.json",
        "browser": f"cat {home}/.mozilla/p/cookies",
        "our database": f"cat {place.data}/database/boocode.sqlite3",
        "another session": f"cat {place.data}/worktrees/s2/theirs.txt",
        "its folder": "cat ../s2/theirs.txt",
    }


@pytest.mark.parametrize("door", reading(Rooms(folder=Path("/"))))
def test_what_is_hidden_cannot_be_read_through_any_door(place, bubblewrap, door):
    sandbox = place.sandbox(bubblewrap)
    done = place.run(sandbox, reading(place)[door])
    assert CANARY not in done.stdout + done.stderr
    assert not any(
        CANARY in file.read_text() for file in place.root.rglob("*") if file.is_file() and not file.is_symlink()
    )


@pytest.mark.skipif(SHELTER.is_relative_to("/tmp"), reason="the sandbox has a /tmp of its own, which hides the rest")
def test_the_rest_can_be_read(place, method):
    done = place.run(place.sandbox(method), f"cat {place.home}/notes.txt; cat {place.project}/hello.txt")
    assert done.stdout == "ordinaryhello\n"


def writing(place: Rooms) -> dict[str, tuple[str, Path]]:
    """Scripts that try to change what is closed, with the file they aim at."""
    git, home = place.project / ".git", place.home
    return {
        "home": (f"echo x > {home}/.bashrc", home / ".bashrc"),
        "key": (f"echo x > {home}/.ssh/id", home / ".ssh" / "id"),
        "new key": (f"echo x > {home}/.ssh/authorized_keys", home / ".ssh" / "authorized_keys"),
        "link": (f"ln -s {home} out; echo x > out/made", home / "made"),
        "project": (f"echo x > {place.project}/hello.txt", place.project / "hello.txt"),
        "truncate": (f"truncate -s 0 {place.project}/hello.txt", place.project / "hello.txt"),
        "remove": (f"rm -f {place.project}/hello.txt", place.project / "hello.txt"),
        "move": (f"mv {place.project}/hello.txt .", place.project / "hello.txt"),
        "config": ("git config core.hooksPath /evil", git / "config"),
        "config file": (f"echo x >> {git}/config", git / "config"),
        "hook": (f"mkdir -p {git}/hooks; echo x > {git}/hooks/pre-commit", git / "hooks" / "pre-commit"),
        "ref": ("git update-ref refs/heads/evil HEAD", git / "refs" / "heads" / "evil"),
        "commit": ("echo y >> hello.txt; git commit -qam evil", git / "worktrees" / "s1" / "index.lock"),
        "database": (f"echo x > {place.data}/database/boocode.sqlite3", place.data / "database" / "boocode.sqlite3"),
        "another session": (f"echo x > {place.data}/worktrees/s2/theirs.txt", place.data / "worktrees/s2/theirs.txt"),
        "script": (
            f'{sys.executable} -c \'import os; os.rename("{home}/notes.txt", "{home}/gone")\'',
            home / "notes.txt",
        ),
    }


@pytest.mark.parametrize("door", writing(Rooms(folder=Path("/"))))
def test_what_is_closed_cannot_be_written_through_any_door(place, method, door):
    script, aim = writing(place)[door]
    before = aim.read_bytes() if aim.exists() else None
    log = (place.project / ".git" / "logs" / "HEAD").read_bytes()
    place.run(place.sandbox(method), script)
    assert (aim.read_bytes() if aim.exists() else None) == before
    assert (place.project / ".git" / "logs" / "HEAD").read_bytes() == log


def test_the_worktree_and_the_agents_own_folders_can_be_written(place, method):
    sandbox = place.sandbox(method, state=(".config/mine/", ".mine.json", "$MINE_HOME/"))
    assert (place.home / ".config" / "mine").is_dir()
    done = place.run(
        sandbox, f"mkdir -p a/b && echo in > a/b/c && mv a/b/c d && cat d; echo s > {place.home}/.config/mine/s"
    )
    assert (done.stdout, done.stderr) == ("in\n", "")
    assert (place.root / "d").read_text() == "in\n"
    assert (place.home / ".config" / "mine" / "s").read_text() == "s\n"


def test_temporary_files_have_a_place(place, method):
    done = place.run(place.sandbox(method), 'echo t > "$TMPDIR/t" && cat "$TMPDIR/t"; echo x > /dev/null && mktemp')
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("t\n")


def test_git_works_for_looking(place, method):
    (place.root / "hello.txt").write_text("changed\n")
    (place.root / "new.txt").write_text("new\n")
    script = "git status --porcelain; git diff --stat; git log --format=%s; git show HEAD:hello.txt; git branch"
    done = place.run(place.sandbox(method), script)
    assert done.stderr == ""
    assert done.stdout.startswith(" M hello.txt\n?? new.txt\n")
    assert "1 insertion(+), 1 deletion(-)" in done.stdout
    assert "first\nhello\n" in done.stdout


def test_in_place_the_repository_is_closed_by_bubblewrap(place, bubblewrap):
    sandbox = place.sandbox(bubblewrap, worktrees=(place.project,))
    before = (place.project / ".git" / "config").read_bytes()
    script = f"cd {place.project}; echo x > hello.txt; git config a.b c; echo x > .git/hooks/pre-commit; git status -s"
    done = place.run(sandbox, script)
    assert (place.project / "hello.txt").read_text() == "x\n"
    assert (place.project / ".git" / "config").read_bytes() == before
    assert not (place.project / ".git" / "hooks" / "pre-commit").exists()
    assert " M hello.txt" in done.stdout


def test_a_part_of_a_worktree_still_finds_its_repository(place, bubblewrap):
    part = place.root / "part"
    part.mkdir()
    done = place.run(
        place.sandbox(bubblewrap, worktrees=(part,)), f"cd {part}; echo x > y; echo x > ../z; git log --format=%s"
    )
    assert done.stdout == "first\n"
    assert (part / "y").exists() and not (place.root / "z").exists()


def test_processes_outside_are_out_of_reach(place, method):
    sandbox = place.sandbox(method)
    with subprocess.Popen(["sleep", "60"]) as outside:
        try:
            done = place.run(sandbox, f"kill -9 {outside.pid}; kill -9 {os.getpid()}; cat /proc/{os.getpid()}/environ")
            assert outside.poll() is None
            # Landlock confines no reads, and says so.
            assert done.stdout == "" or method == LANDLOCK
        finally:
            outside.kill()


def test_switches_of_the_kernel_are_closed(place, method):
    switches = [path for path in ("/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger") if Path(path).exists()]
    script = "import os, sys; [os.close(os.open(path, os.O_WRONLY)) for path in sys.argv[1:]]"
    for switch in switches:
        assert place.start(place.sandbox(method), [sys.executable, "-c", script, switch]).returncode == 1, switch


def test_an_abstract_socket_outside_is_out_of_reach(place, method):
    if landlock_abi() < 6:
        pytest.skip("this kernel does not scope abstract sockets")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        door.bind(f"\0boocode-test-{os.getpid()}")
        door.listen()
        script = f"import socket; socket.socket(socket.AF_UNIX).connect('\\0boocode-test-{os.getpid()}'); print('in')"
        bare = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
        done = place.start(place.sandbox(method), [sys.executable, "-c", script])
    assert bare.stdout == "in\n"
    assert (done.stdout, done.returncode) == ("", 1)


def test_it_says_what_binds(place, bubblewrap, landlock):
    full, writes = place.sandbox(BUBBLEWRAP, LANDLOCK), place.sandbox(LANDLOCK)
    assert full.confinement.text == "sandboxed by bubblewrap"
    assert writes.confinement.word == "writes confined, reads not"
    assert writes.confinement.text == "writes confined, reads not (Landlock): bubblewrap is not to be used"
    assert (full.dies_with_us, writes.dies_with_us) == (True, False)


def test_turned_off_nothing_binds(place):
    sandbox = place.sandbox(BUBBLEWRAP, wish="off")
    assert (sandbox.prefix, sandbox.confinement.text) == ((), "not sandboxed: turned off in the settings")
    assert sandbox.env == place.env()


def test_where_none_works_a_wished_one_is_not_forgone(place):
    assert place.sandbox().confinement.kind == "none"
    with pytest.raises(SandboxError, match="not started") as caught:
        place.sandbox(wish="on")
    assert "agents.toml" in caught.value.hint


def test_ways_to_sockets_that_are_not_there_are_not_told(place, method):
    sandbox = place.sandbox(method, env=place.env(DBUS_SESSION_BUS_ADDRESS="unix:abstract=x", DISPLAY=":0", MINE="1"))
    assert not {"DBUS_SESSION_BUS_ADDRESS", "DISPLAY"} & set(sandbox.env)
    assert sandbox.env["MINE"] == "1"


def test_a_state_folder_opens_no_door_to_secrets(place, bubblewrap):
    (place.home / ".config").mkdir()
    (place.home / ".config" / "linked").symlink_to(place.home / ".ssh")
    sandbox = place.sandbox(
        bubblewrap, state=("./", ".config/linked/", "$WIDE/"), env=place.env(WIDE="/"), worktrees=(place.root,)
    )
    done = place.run(sandbox, f"cat {place.home}/.config/linked/id; echo x > {place.home}/made; echo x > /etc/made")
    assert CANARY not in done.stdout
    assert not (place.home / "made").exists() and not Path("/etc/made").exists()
