"""The map in README is true, no catch-all is silent, and Qt stays in its rooms."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "boocode_desktop"


def modules() -> list[Path]:
    return sorted(p for p in PACKAGE.rglob("*.py") if "__pycache__" not in p.parts)


def test_every_room_is_on_the_map():
    readme = (ROOT / "README.md").read_text("utf-8")
    rooms = [p.name for p in PACKAGE.iterdir() if p.is_dir() and (p / "__init__.py").exists()]
    assert [r for r in rooms if f"`boocode_desktop/{r}/`" not in readme] == []


def test_packages_hold_a_docstring_only():
    for path in PACKAGE.rglob("__init__.py"):
        tree = ast.parse(path.read_text("utf-8"))
        assert ast.get_docstring(tree), path
        assert len(tree.body) == 1, path


def imported(tree: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {a.name.split(".")[0] for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def test_qt_stays_in_its_rooms():
    for path in modules():
        if path.relative_to(PACKAGE).parts[0] not in ("ui", "app"):
            assert not imported(ast.parse(path.read_text("utf-8"))) & {"PySide6", "qasync", "shiboken6"}, path


def is_own_words(value: ast.expr) -> bool:
    """Whether a tip is ours, or made plain."""
    match value:
        case ast.Constant():
            return True
        case ast.IfExp():
            return is_own_words(value.body) and is_own_words(value.orelse)
        case ast.Call(func=ast.Name(id="plain_tip")) | ast.Call(func=ast.Attribute(attr="tip")):
            return True
    return False


def test_no_tool_tip_can_be_html():
    calls = [
        (path, node)
        for path in (PACKAGE / "ui").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("setToolTip", "setTabToolTip")
    ]
    assert calls
    assert [f"{path.name}:{call.lineno}" for path, call in calls if not is_own_words(call.args[-1])] == []


def is_broad(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or (
        isinstance(handler.type, ast.Name) and handler.type.id in ("Exception", "BaseException")
    )


def speaks(handler: ast.ExceptHandler) -> bool:
    """Whether a catch-all raises, logs, reports or hands the error on."""
    named = any(isinstance(n, ast.Name) and n.id == handler.name for b in handler.body for n in ast.walk(b))
    raises = any(isinstance(n, ast.Raise) for b in handler.body for n in ast.walk(b))
    logs = any(
        isinstance(n, ast.Attribute) and n.attr in ("exception", "error") for b in handler.body for n in ast.walk(b)
    )
    return raises or logs or bool(handler.name and named)


def test_no_catch_all_is_silent():
    silent = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ExceptHandler) and is_broad(node) and not speaks(node)
    ]
    assert silent == []
