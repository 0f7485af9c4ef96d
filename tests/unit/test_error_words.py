"""Errors that people read say what happened, and in a second sentence what was kept or what to do."""

import ast
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "boocode_desktop"
READ_IN_THE_WINDOW = ("orchestrator", "workspace", "storage", "ui")


def name_of(node: ast.expr) -> str:
    """The last part of a dotted name."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def trees() -> dict[Path, ast.Module]:
    """Every module."""
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in PACKAGE.rglob("*.py")}


def for_people(modules: dict[Path, ast.Module]) -> set[str]:
    """`UserFacingError` and everything made from it that takes words and a hint."""
    classes = [n for tree in modules.values() for n in ast.walk(tree) if isinstance(n, ast.ClassDef)]
    found = {"UserFacingError"}
    for _ in range(5):
        own = {"__init__"}
        found |= {
            c.name
            for c in classes
            if {name_of(b) for b in c.bases} & found and not {getattr(m, "name", "") for m in c.body} & own
        }
    return found


def without_hint(tree: ast.Module, errors: set[str]) -> list[int]:
    """The lines on which an error is made of its message alone."""
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and name_of(n.func) in errors]
    said = {c: len(c.args) + sum(k.arg == "hint" for k in c.keywords) for c in calls}
    return [c.lineno for c, words in said.items() if words < 2 and not any(isinstance(a, ast.Starred) for a in c.args)]


def test_every_error_of_the_window_has_a_hint():
    modules = trees()
    errors = for_people(modules)
    assert {"UserFacingError", "NotFoundError"} <= errors
    found = {
        f"{path.relative_to(PACKAGE)}:{line}"
        for path, tree in modules.items()
        if path.relative_to(PACKAGE).parts[0] in READ_IN_THE_WINDOW
        for line in without_hint(tree, errors)
    }
    assert found == set()


def test_the_measure_finds_one():
    tree = ast.parse(
        "raise NotFoundError('gone')\nraise NotFoundError('gone', 'look')\nraise NotFoundError('a', hint='b')"
    )
    assert without_hint(tree, {"NotFoundError"}) == [1]
