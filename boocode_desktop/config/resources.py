"""Where the data files (icons, fonts, translations) are, in a checkout and in an installed package."""

from pathlib import Path


def resource_path(name: str) -> Path:
    """The file or folder `name` (such as `icons/check.svg`) among the resources; it may not exist.

    An installed package carries them inside itself, a checkout at its top.
    """
    package = Path(__file__).resolve().parents[1]
    installed = package / "resources"
    return (installed if installed.is_dir() else package.parent / "resources") / name
