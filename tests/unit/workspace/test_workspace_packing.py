"""Our packs, read by git and libgit2."""

import subprocess
from pathlib import Path

import pygit2
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boocode_desktop.workspace.packing import PackWriter, pack_files


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=400) | st.integers(0, 5000).map(bytes), max_size=30))
def test_a_pack_holds_what_went_in(tmp_path: Path, blobs: list[bytes]) -> None:
    repo = pygit2.init_repository(str(tmp_path / f"r{len(list(tmp_path.iterdir()))}"), bare=True)
    pack = Path(repo.path) / "objects" / "pack"
    temporary = pack / "new"
    writer = PackWriter(temporary.open("w+b"))
    names = [writer.add(blob) for blob in blobs]
    index = writer.finish()
    temporary.rename(pack / f"pack-{index[-40:-20].hex()}.pack")
    (pack / f"pack-{index[-40:-20].hex()}.idx").write_bytes(index)
    repo = pygit2.Repository(repo.path)
    assert [repo[name].data for name in names] == blobs
    assert names == [str(pygit2.hash(blob)) for blob in blobs]
    if blobs:
        subprocess.run(["git", "verify-pack", *map(str, pack.glob("*.idx"))], cwd=repo.path, check=True)


def test_files_are_packed_with_their_modes_and_the_unreadable_left_out(tmp_path: Path) -> None:
    repo = pygit2.init_repository(str(tmp_path / "r"), bare=True)
    (tmp_path / "a").write_text("a\n")
    (tmp_path / "x").write_text("a\n")
    (tmp_path / "x").chmod(0o755)
    (tmp_path / "l").symlink_to("a")
    (tmp_path / "d").mkdir()
    seen: list[int] = []
    packed = pack_files(Path(repo.path) / "objects", tmp_path, ["a", "x", "l", "d", "gone"], seen.append)
    assert {path: mode for path, (_, mode) in packed.items()} == {"a": 0o100644, "x": 0o100755, "l": 0o120000}
    repo = pygit2.Repository(repo.path)
    assert [repo[packed[path][0]].data for path in ("a", "x", "l")] == [b"a\n", b"a\n", b"a"]
    assert seen == [0] and not list((Path(repo.path) / "objects" / "pack").glob("tmp*"))
