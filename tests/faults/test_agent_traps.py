"""The table of what agents were seen to do names, for each, tests that are there."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TABLE = Path(__file__).with_name("agent_traps.toml")
TRAPS = tomllib.loads(TABLE.read_text(encoding="utf-8"))["trap"]


@pytest.mark.parametrize("trap", TRAPS, ids=[trap["does"] for trap in TRAPS])
def test_each_trap_has_its_tests(trap):
    assert set(trap) == {"who", "does", "ends", "tests"} and trap["tests"]
    for name in trap["tests"]:
        path, _, function = name.partition("::")
        found = re.findall(r"^def (test_\w+)\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)
        assert function in found, name


def test_no_trap_stands_there_twice():
    assert len({trap["does"] for trap in TRAPS}) == len(TRAPS)
