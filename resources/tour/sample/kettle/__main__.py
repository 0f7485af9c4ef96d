"""`python3 -m kettle NAME` says how to brew a tea, `--list` says which teas there are."""

import sys

from kettle.durations import render
from kettle.teas import TEAS, find


def describe(name: str) -> str:
    """One line on how to brew a tea."""
    tea = find(name)
    return f"{tea.name}: {tea.degrees} °C, {render(tea.seconds)}"


def main(arguments: list[str]) -> int:
    """Run the command; 0 when it went well."""
    if arguments == ["--list"]:
        print("\n".join(describe(tea.name) for tea in TEAS))
        return 0
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        print(describe(arguments[0]))
    except KeyError as error:
        print(error.args[0], file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
