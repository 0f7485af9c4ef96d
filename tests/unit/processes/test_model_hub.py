"""References to models, file lists of repositories, and what is chosen from them."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.domain.errors import UsageError, UserFacingError
from boocode_desktop.processes.model_hub import (
    HubReference,
    RemoteFile,
    choose_files,
    file_url,
    hub_token,
    is_elsewhere,
    parse_reference,
    parse_tree,
)


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("org/name", HubReference(repo="org/name")),
        (" org/name-GGUF:Q4_K_M ", HubReference(repo="org/name-GGUF", quantisation="Q4_K_M")),
        ("org/name/file.gguf", HubReference(repo="org/name", file="file.gguf")),
        ("org/name/sub/file.gguf", HubReference(repo="org/name", file="sub/file.gguf")),
        ("https://huggingface.co/org/name", HubReference(repo="org/name")),
        ("https://huggingface.co/org/name/tree/dev", HubReference(repo="org/name", revision="dev")),
        (
            "https://huggingface.co/org/name/resolve/main/sub/file.gguf?download=true",
            HubReference(repo="org/name", file="sub/file.gguf"),
        ),
        ("https://hf.co/org/name/blob/v1/f.gguf", HubReference(repo="org/name", revision="v1", file="f.gguf")),
        ("hf.co/org/name:q8_0", HubReference(repo="org/name", quantisation="q8_0")),
    ],
)
def test_references(text: str, reference: HubReference) -> None:
    assert parse_reference(text) == reference


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "/",
        "org/",
        "../..",
        "org/../x",
        "org/name/../../etc",
        "https://example.org/org/name/f.gguf",
        "a b/c",
    ],
)
def test_what_is_no_reference(text: str) -> None:
    with pytest.raises(UsageError):
        parse_reference(text)


def test_other_addresses_are_told_apart() -> None:
    assert is_elsewhere(" https://example.org/m.gguf")
    assert not is_elsewhere("https://huggingface.co/org/name")
    assert not is_elsewhere("org/name")


@given(st.text(max_size=60))
def test_no_reference_leaves_its_repository(text: str) -> None:
    try:
        reference = parse_reference(text)
    except UsageError:
        return
    assert reference.repo.count("/") == 1
    assert ".." not in f"{reference.repo}/{reference.revision}/{reference.file}".split("/")


def test_a_tree_is_read() -> None:
    sha = "ab" * 32
    tree = [
        {"type": "directory", "path": "sub"},
        {"type": "file", "path": "README.md", "size": 5},
        {"type": "file", "path": "sub/m.gguf", "size": 130, "lfs": {"oid": sha, "size": 99, "pointerSize": 130}},
        {"type": "file", "path": "../evil.gguf", "size": 1},
        {"type": "file", "path": "/etc/passwd", "size": 1},
        {"type": "file"},
        "odd",
    ]
    assert parse_tree(tree) == (
        RemoteFile(path="README.md", size=5),
        RemoteFile(path="sub/m.gguf", size=99, sha256=sha),
    )


@pytest.mark.parametrize("value", [None, {}, [[]], [{"type": "file", "path": 3, "lfs": "x", "size": "y"}]])
def test_an_odd_tree_is_no_error(value: Any) -> None:
    assert all(file.size == 0 and file.sha256 == "" for file in parse_tree(value))


def _files(*paths: str) -> list[RemoteFile]:
    return [RemoteFile(path=path) for path in paths]


REPOSITORY = _files(
    "README.md",
    "m-Q8_0.gguf",
    "m-Q4_K_M.gguf",
    "m-UD-Q4_K_XL.gguf",
    "BF16/m-BF16-00002-of-00002.gguf",
    "BF16/m-BF16-00001-of-00002.gguf",
    "mmproj-F32.gguf",
    "mmproj-F16.gguf",
)


@pytest.mark.parametrize(
    ("reference", "chosen"),
    [
        (HubReference(repo="o/m"), ["m-Q4_K_M.gguf", "mmproj-F16.gguf"]),
        (HubReference(repo="o/m", quantisation="q8_0"), ["m-Q8_0.gguf", "mmproj-F16.gguf"]),
        (HubReference(repo="o/m", quantisation="Q4_K_XL"), ["m-UD-Q4_K_XL.gguf", "mmproj-F16.gguf"]),
        (
            HubReference(repo="o/m", quantisation="BF16"),
            ["BF16/m-BF16-00001-of-00002.gguf", "BF16/m-BF16-00002-of-00002.gguf", "mmproj-F16.gguf"],
        ),
        (
            HubReference(repo="o/m", file="BF16/m-BF16-00002-of-00002.gguf"),
            ["BF16/m-BF16-00001-of-00002.gguf", "BF16/m-BF16-00002-of-00002.gguf", "mmproj-F16.gguf"],
        ),
        (HubReference(repo="o/m", file="mmproj-F32.gguf"), ["mmproj-F32.gguf"]),
    ],
)
def test_choices(reference: HubReference, chosen: list[str]) -> None:
    assert [file.path for file in choose_files(REPOSITORY, reference)] == chosen


def test_a_repository_of_one_odd_file() -> None:
    assert [file.path for file in choose_files(_files("odd.gguf"), HubReference(repo="o/m"))] == ["odd.gguf"]


@pytest.mark.parametrize(
    "reference",
    [
        HubReference(repo="o/m", quantisation="Q4"),
        HubReference(repo="o/m", quantisation="Q2_K"),
        HubReference(repo="o/m", file="none.gguf"),
        HubReference(repo="o/m", file="README.md"),
    ],
)
def test_what_is_not_there_is_said_with_what_is(reference: HubReference) -> None:
    with pytest.raises(UserFacingError, match="o/m has no") as raised:
        choose_files(REPOSITORY, reference)
    assert "m-Q4_K_M.gguf" in raised.value.hint


def test_a_repository_without_models_is_said() -> None:
    with pytest.raises(UserFacingError, match="o/m has no file in the GGUF format"):
        choose_files(_files("model.safetensors"), HubReference(repo="o/m"))


def test_addresses_are_escaped() -> None:
    reference = HubReference(repo="o/m", revision="a b")
    assert (
        file_url("http://hub", reference, RemoteFile(path="s/f+1.gguf")) == "http://hub/o/m/resolve/a%20b/s/f%2B1.gguf"
    )


def test_the_token_of_other_tools_is_used(tmp_path: Path) -> None:
    assert hub_token(tmp_path, {}) == ""
    (tmp_path / "token").write_text("hf_file\n")
    assert hub_token(tmp_path, {"HF_HOME": str(tmp_path)}) == "hf_file"
    assert hub_token(tmp_path, {"HF_HOME": str(tmp_path), "HF_TOKEN": "hf_env"}) == "hf_env"
