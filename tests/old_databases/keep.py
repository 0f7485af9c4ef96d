"""Keep a database of the newest schema, if there is none yet."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from boocode_desktop.storage.tables import SCHEMA_VERSION
from tests.fakes.stored import everything, opened


async def keep(target: Path) -> None:
    """Write the database."""
    with TemporaryDirectory() as folder:
        async with opened(Path(folder)) as store:
            await store.save(*everything())
            await store.set_setting("theme", "dark")
            await store.save_draft("cha_1", "half a thought")
            await store.backup(target)


if __name__ == "__main__":
    path = Path(__file__).with_name(f"v{SCHEMA_VERSION}.db")
    if not path.exists():
        asyncio.run(keep(path))
