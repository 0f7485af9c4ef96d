"""The local engine as the model catalog needs it: ours, or the one that another program of ours runs."""

from pathlib import Path

from boocode_desktop.llm.catalog import EngineAddress
from boocode_desktop.processes.engine import LocalEngine
from boocode_desktop.processes.engine_record import read_engine_record


def engine_address(engine: LocalEngine, run_folder: Path) -> EngineAddress | None:
    """Where the engine answers; None when none runs on this computer."""
    status = engine.status
    if status.state in ("starting", "ready") and status.model is not None:
        return EngineAddress(
            base_url=f"{status.url}/v1" if status.url else "",
            model=status.model.stem,
            api_key=status.api_key,
            context_size=status.context_size,
            vision="vision" in status.abilities,
            restarting=status.state == "starting",
        )
    record = read_engine_record(run_folder)
    if record is None:
        return None
    return EngineAddress(
        base_url=f"{record.url}/v1",
        model=Path(record.model).stem,
        api_key=record.api_key,
        context_size=record.context_size,
        vision="vision" in record.abilities,
    )
