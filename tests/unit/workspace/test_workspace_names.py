"""Names on disk and names on screen."""

import os

import pygit2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.domain.errors import NotFoundError, UsageError
from boocode_desktop.workspace.names import checked, matching, raw_hex, shown, storable

PART = st.binary(min_size=1, max_size=8).filter(lambda b: b"/" not in b and b"\0" not in b and b not in (b".", b".."))


@given(st.lists(PART, min_size=1, max_size=3))
def test_a_shown_name_is_plain_text_and_leads_back(parts: list[bytes]) -> None:
    path = os.fsdecode(b"/".join(parts))
    assert shown(path).encode()
    assert matching(shown(path), [path, "other"]) == path
    if raw_hex(path):
        assert bytes.fromhex(raw_hex(path)) == os.fsencode(path)
        assert matching(raw_hex(path), [path, "other"]) == path
    assert checked(path) == path


def test_names_that_would_look_the_same_stay_apart() -> None:
    paths = [os.fsdecode(b"caf\xe8"), os.fsdecode(b"caf\xe9")]
    assert [matching(shown(path), paths) for path in paths] == paths
    with pytest.raises(NotFoundError):
        matching("caf\ufffd", paths)
    assert matching("caf\ufffd", paths[:1]) == paths[0]
    for name in ("", "nothing"):
        with pytest.raises(NotFoundError):
            matching(name, paths)


@pytest.mark.parametrize("path", ["", "/a", "a//b", "./a", "a/..", "../a", "a/", "a\0b", "."])
def test_paths_that_climb_or_lie_are_refused(path: str) -> None:
    with pytest.raises(UsageError):
        checked(path)


LOOKALIKE = st.sampled_from(
    [".git", ".GIT", "git~1", ".git ", ".git.", ".git . .", ".git::$INDEX", "GIT~1:x", "git~2", ".gitx"]
)


@given(st.lists(st.one_of(LOOKALIKE, st.text("ab.~ :git1\\", min_size=1, max_size=6)), min_size=1, max_size=3))
def test_what_is_called_storable_survives_an_index(tmp_path_factory: pytest.TempPathFactory, parts: list[str]) -> None:
    path = "/".join(part for part in parts if part not in (".", ".."))
    if not path or not storable(path):
        return
    folder = tmp_path_factory.mktemp("names")
    index = pygit2.Index(str(folder / "index"))
    index.add(pygit2.IndexEntry(path, pygit2.Oid(hex="1" * 40), pygit2.enums.FileMode.BLOB))
    index.write()
    again = pygit2.Index(str(folder / "index"))
    again.read()
    assert [entry.path for entry in again] == [path]
