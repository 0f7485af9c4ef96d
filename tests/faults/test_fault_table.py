"""The table of faults is complete: every row has tests that exist, are named after it, and try it often enough."""

import ast
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
TABLE = tomllib.loads((HERE / "fault_table.toml").read_text("utf-8"))
FAULTS: list[dict[str, Any]] = TABLE["fault"]
LATER: list[dict[str, Any]] = TABLE["later"]
SHARED = "tests.fakes.moments"
NAMED = {
    *("kill_app", "model_server_dies_mid_stream", "disk_full", "database_corrupted", "second_instance"),
    *("worktree_deleted", "index_lock_present", "path_escapes", "symlink_escapes", "png_bomb", "svg_bomb"),
    *("huge_output", "markdown_loads", "secrets_in_traces_and_logs", "shell_deletes_refs", "shell_rewrites_git"),
    *("shell_sets_hooks_path", "user_edits_the_same_file"),
}
"""Faults that no edit of the table may lose."""


@cache
def functions(file: str) -> dict[str, ast.FunctionDef]:
    """The test functions of a file, and whatever else it defines at its top."""
    tree = ast.parse((HERE / file).read_text("utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


@cache
def shared_names(file: str) -> frozenset[str]:
    """What a file takes from the one place that says what a random moment is."""
    tree = ast.parse((HERE / file).read_text("utf-8"))
    imports = [n for n in tree.body if isinstance(n, ast.ImportFrom) and n.module == SHARED]
    return frozenset(alias.name for node in imports for alias in node.names)


def tried_at_every_moment(file: str, test: ast.FunctionDef) -> bool:
    """Whether it has the shared decorator and uses the moment, or goes through all moments in one history."""
    decorated = any(isinstance(d, ast.Name) and d.id == "at_random_moments" for d in test.decorator_list)
    if decorated and "at_random_moments" in shared_names(file):
        return any(isinstance(n, ast.Name) and n.id == "moment" for s in test.body for n in ast.walk(s))
    loops = [n.iter for n in ast.walk(test) if isinstance(n, ast.For)]
    counted = any(isinstance(n, ast.Name) and n.id == "MOMENTS" for loop in loops for n in ast.walk(loop))
    return counted and "MOMENTS" in shared_names(file)


def parts(name: str) -> tuple[str, str]:
    file, _, function = name.partition("::")
    return file, function


@pytest.mark.parametrize("row", FAULTS, ids=lambda row: row["id"])
def test_every_fault_has_its_tests(row: dict[str, Any]):
    assert row["fault"] and row["promise"]
    assert row["tests"], "a fault that nobody tries"
    for file, function in map(parts, row["tests"]):
        assert (HERE / file).is_file(), file
        assert function in functions(file), f"{file} has no {function}"
        assert function.startswith(f"test_{row['id']}"), f"{function} is not named after {row['id']}"


@pytest.mark.parametrize("row", FAULTS, ids=lambda row: row["id"])
def test_every_fault_that_can_vary_is_tried_at_random_moments(row: dict[str, Any]):
    assert bool(row.get("varies")) != bool(row.get("cannot")), "say that it varies, or why it cannot"
    varying = [
        name
        for name in row["tests"]
        if tried_at_every_moment(parts(name)[0], functions(parts(name)[0])[parts(name)[1]])
    ]
    assert bool(varying) == bool(row.get("varies")), varying


def test_no_fault_is_lost_or_listed_twice():
    ids = [row["id"] for row in (*FAULTS, *LATER)]
    assert len(ids) == len(set(ids))
    assert set(ids) >= NAMED
    assert all(row["fault"] and row["because"] for row in LATER)


def test_nobody_has_moments_of_their_own():
    """One number says how many moments there are; a test that varies says so by the shared decorator."""
    own = []
    for path in sorted(HERE.glob("test_*.py")):
        if path.name != Path(__file__).name and "BOOCODE_FAULT_MOMENTS" in path.read_text("utf-8"):
            own.append(path.name)
    assert own == []


def test_every_test_named_after_a_fault_is_in_its_row():
    ids = [row["id"] for row in FAULTS]
    listed = {parts(name) for row in FAULTS for name in row["tests"]}
    missing = [
        f"{path.name}::{name}"
        for path in sorted(HERE.glob("test_*.py"))
        for name in functions(path.name)
        if any(name == f"test_{i}" or name.startswith(f"test_{i}_") for i in ids) and (path.name, name) not in listed
    ]
    assert missing == []
