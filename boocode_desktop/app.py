"""The composition root: the only module that knows every part."""


def run(argv: list[str]) -> int:
    """Run the program; returns the exit code."""
    raise NotImplementedError
