"""Names become resolved paths; nothing leads outside unnoticed."""

import os
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.processes.places import PathRefusedError, local_place

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX paths")


@pytest.fixture
def place(tmp_path):
    root = tmp_path / "tree"
    (root / "src").mkdir(parents=True)
    (root / "src" / "a.py").write_text("a")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret").write_text("s")
    return local_place(root)


INSIDE = [
    ("src/a.py", "src/a.py"),
    ("./src//a.py", "src/a.py"),
    ("src/../src/a.py", "src/a.py"),
    ("new/folder/x", "new/folder/x"),
    (".", "."),
    ("src/", "src"),
    ("a b", "a b"),
    ("…/ü", "…/ü"),
    ("...", "..."),
    ("-rf", "-rf"),
]


@pytest.mark.parametrize(("name", "expected"), INSIDE)
def test_names_inside(place, name, expected):
    path = place.resolve(name)
    assert place.relative(path) == expected
    assert place.resolve(str(path)) == path


OUTSIDE = [
    "..",
    "../outside/secret",
    "src/../../outside/secret",
    "../tree2",
    "/etc/passwd",
    "/",
    "//etc/passwd",
    "/proc/self/environ",
    "/proc/self/root/etc/passwd",
    "/dev/fd/0",
    "/sys/kernel",
    "C:\\Windows\\system32",
    "C:/Windows",
    "c:",
    "\\\\server\\share",
    "\\\\?\\C:\\x",
    "..\\..\\secret",
    "src\\..\\..\\secret",
    "~/.ssh/id_rsa",
    "~root",
    "file:///etc/passwd",
    "https://example.org/x",
    "a\0b",
    "",
    "   ",
    "a" * 5000,
    "\ud800",
]


@posix
@pytest.mark.parametrize("name", OUTSIDE)
def test_names_that_lead_elsewhere_are_refused(place, name):
    with pytest.raises(PathRefusedError) as caught:
        place.resolve(name)
    assert caught.value.hint


@posix
def test_links_are_followed_before_they_are_judged(place, tmp_path):
    (place.root / "out").symlink_to(tmp_path / "outside")
    (place.root / "file").symlink_to(tmp_path / "outside" / "secret")
    (place.root / "in").symlink_to("src")
    (place.root / "self").symlink_to("/proc/self")
    (place.root / "loop").symlink_to("loop")
    for name in ("out/secret", "file", "out/../outside/secret", "self/environ", "in/../../outside"):
        with pytest.raises(PathRefusedError):
            place.resolve(name)
    assert place.relative(place.resolve("in/a.py")) == "src/a.py"
    assert place.locate("out/secret") == tmp_path / "outside" / "secret"


@posix
def test_an_entry_is_the_link_itself(place, tmp_path):
    (place.root / "link").symlink_to(tmp_path / "outside" / "secret")
    (place.root / "out").symlink_to(tmp_path / "outside")
    assert place.locate_entry("link") == place.root / "link"
    assert place.locate_entry("link/") == place.root / "link"
    assert place.locate_entry("src/..") == place.root
    assert place.locate_entry("out/secret") == tmp_path / "outside" / "secret"


@posix
def test_a_root_behind_a_link_is_resolved_once(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    place = local_place(tmp_path / "link")
    assert place.root == tmp_path / "real"
    assert place.resolve("a") == tmp_path / "real" / "a"
    assert place.resolve(str(tmp_path / "link" / "a")) == tmp_path / "real" / "a"


PARTS = st.lists(
    st.sampled_from(
        ["..", ".", "", "src", "a.py", "out", "in", "deep", "...", "%2e%2e", "..;", ".. ", "~", "C:", "\\..\\"]
    ),
    max_size=8,
)


@posix
@given(PARTS, st.booleans())
def test_whatever_the_grammar_the_result_lies_inside_or_is_refused(tmp_path_factory, parts, absolute):
    root = tmp_path_factory.getbasetemp() / "grammar" / "tree"
    if not root.exists():
        (root / "src" / "deep").mkdir(parents=True)
        (root / "out").symlink_to("../..")
        (root / "in").symlink_to("src/deep")
    name = ("/" if absolute else "") + "/".join(parts)
    place = local_place(root)
    try:
        path = place.resolve(name)
    except PathRefusedError:
        return
    assert os.path.realpath(path) == str(path)
    assert path == place.root or place.root in path.parents
