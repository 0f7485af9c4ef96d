"""The teas we know."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Tea:
    """How a tea likes to be brewed."""

    name: str
    degrees: int
    seconds: int


TEAS = (
    Tea("sencha", 70, 60),
    Tea("oolong", 90, 180),
    Tea("assam", 95, 210),
    Tea("peppermint", 100, 420),
    Tea("cold brew", 8, 28800),
)


def find(name: str) -> Tea:
    """The tea of that name, however it is written.

    Raises:
        KeyError: we do not know it.
    """
    for tea in TEAS:
        if tea.name == name.strip().lower():
            return tea
    raise KeyError(f"No tea is called {name!r}.")
