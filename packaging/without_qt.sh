#!/bin/sh
# Runs tests/unit where PySide6 cannot be imported: the core must not need it.
# Usage: without_qt.sh PYTHON
set -eu
block=$(mktemp -d)
trap 'rm -rf "$block"' EXIT
for name in PySide6 shiboken6 qasync pytestqt; do
    printf 'raise ImportError("%s is blocked in this run")\n' "$name" > "$block/$name.py"
done
PYTHONPATH="$block" "$1" -m pytest -q -n 2 --dist loadfile -p no:pytest-qt -p no:cacheprovider tests/unit
