"""Which files there are in a folder."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol


class FileLister(Protocol):
    """Lists a folder with everything below it."""

    async def list_files(self, root: Path) -> Sequence[str]:
        """Paths below the root with slashes, sorted, without what git ignores.

        Raises:
            UserFacingError: the folder cannot be listed.
        """
