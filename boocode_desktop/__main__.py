"""`boocode`: parse arguments, choose a front end; nothing else."""

import sys


def main(argv: list[str] | None = None) -> int:
    """The program's entry; returns the exit code."""
    from boocode_desktop.app.entry import run

    return run(sys.argv[1:] if argv is None else argv)


if __name__ == "__main__":
    sys.exit(main())
