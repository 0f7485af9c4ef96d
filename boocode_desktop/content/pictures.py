"""Which changed files are pictures, and what their two versions are in words. Pure."""

from pathlib import PurePosixPath

from boocode_desktop.domain.changes import FileChange

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp"})


def is_picture(change: FileChange) -> bool:
    """Whether a change is compared as pictures: by name, and no text. SVG is text and stays it."""
    return change.binary and PurePosixPath(change.path).suffix.lower() in SUFFIXES


def pixels_words(width: int, height: int, frames: int = 1) -> str:
    """`640 × 400 px`, with the word that of an animation the first frame is seen."""
    words = f"{width:,} × {height:,} px"
    return f"{words}, first of {frames} frames" if frames > 1 else words


def differing_words(differing: int, total: int) -> str:
    """How much of two pictures differs: `1.8 % of the pixels differ`."""
    if not differing:
        return "No pixel differs"
    share = 100 * differing / max(1, total)
    return "Less than 0.1 % of the pixels differ" if share < 0.1 else f"{share:.1f} % of the pixels differ"
