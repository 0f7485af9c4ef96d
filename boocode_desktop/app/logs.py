"""Log files: JSON lines, redacted, bounded; nothing on the terminal but what a command prints."""

import json
import logging
import logging.handlers
import time
from pathlib import Path

from boocode_desktop.domain.redaction import redact_text

SIZE = 2 * 1024 * 1024
KEPT = 5


class _JsonLines(logging.Formatter):
    """One redacted JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        message = record.getMessage()
        if record.exc_info:
            message += "\n" + self.formatException(record.exc_info)
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line = {"at": f"{at}Z", "level": record.levelname, "from": record.name, "pid": record.process}
        return json.dumps({**line, "message": redact_text(message)}, ensure_ascii=False)


def start_logging(folder: Path) -> None:
    """Write warnings and our own news to `boocode.log` in a folder; keeps five files of 2 MB."""
    handler = logging.handlers.RotatingFileHandler(
        folder / "boocode.log", maxBytes=SIZE, backupCount=KEPT, encoding="utf-8", delay=True, errors="backslashreplace"
    )
    handler.setFormatter(_JsonLines())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("boocode_desktop").setLevel(logging.INFO)
