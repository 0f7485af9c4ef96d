"""Fetching a model file for the window: from a hub's repository, or from any address."""

import os
from collections.abc import Callable
from pathlib import Path

from boocode_desktop.processes.model_download import DownloadStatus, ModelDownload, plan_address, plan_download
from boocode_desktop.processes.model_hub import hub_token, is_elsewhere, parse_reference
from boocode_desktop.ui.setup_port import DownloadProgress


async def fetch_model(source: str, folder: Path, progress: Callable[[DownloadProgress], None]) -> Path:
    """Fetch a model, resuming what is there, checked when done; the model's first file.

    Raises:
        UserFacingError: there is no such model, or it cannot be loaded; what was loaded is kept.
    """
    if is_elsewhere(source):
        plan = plan_address(source, folder)
    else:
        plan = await plan_download(parse_reference(source), folder, token=hub_token(Path.home(), os.environ))
    download = ModelDownload(plan=plan)
    stop = download.listen(lambda status: progress(_progress(status)))
    try:
        return await download.run()
    finally:
        stop()


def _progress(status: DownloadStatus) -> DownloadProgress:
    return DownloadProgress(done=status.done, total=status.total, rate=status.rate)
