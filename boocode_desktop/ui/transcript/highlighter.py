"""Syntax colours for code rows: short code at once, longer code in a thread, known code from memory."""

from collections import OrderedDict
from functools import partial

from PySide6.QtCore import QObject, Signal

from boocode_desktop.content.highlighting import Span, highlight, shift_spans
from boocode_desktop.ui.transcript.background import Background
from boocode_desktop.ui.transcript.rows import CodeBody

AT_ONCE = 700
REMEMBERED = 200
Key = tuple[str, str, str]


class Highlighter(QObject):
    """Spans by code.

    Signals:
        ready: colours of some code are known now; whoever shows plain code may ask again.
    """

    ready = Signal()

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._known: OrderedDict[Key, tuple[Span, ...]] = OrderedDict()
        self._asked: set[Key] = set()
        self._warm: set[str] = set()

    def spans(self, body: CodeBody) -> tuple[Span, ...] | None:
        """The spans of a body; None while they are being made."""
        if body.spans or not (body.language or body.path):
            return body.spans
        code = body.whole or body.text
        key = (body.language, body.path, code)
        known = self._known.get(key)
        if known is None:
            known = self._make(key)
        if known is None:
            return None
        self._known.move_to_end(key)
        return (
            known
            if not body.offset and not body.whole
            else shift_spans(known, body.offset, body.offset + len(body.text))
        )

    def _make(self, key: Key) -> tuple[Span, ...] | None:
        language, path, code = key
        kind = language or path.rpartition(".")[2]
        if len(code) <= AT_ONCE and kind in self._warm:
            return self._remember(key, highlight(code, language, path=path))
        if key not in self._asked:
            self._asked.add(key)
            job = partial(highlight, code, language, path=path)
            self._background.run(job, lambda spans: self._on_job_done(key, spans or ()))
        return None

    def _remember(self, key: Key, spans: tuple[Span, ...]) -> tuple[Span, ...]:
        self._known[key] = spans
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return spans

    def _on_job_done(self, key: Key, spans: tuple[Span, ...]) -> None:
        self._asked.discard(key)
        self._warm.add(key[0] or key[1].rpartition(".")[2])
        self._remember(key, spans)
        self.ready.emit()
