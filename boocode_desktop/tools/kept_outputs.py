"""Whole outputs whose middle was left out of what the model read, for a second look; in memory, bounded."""

from collections import OrderedDict


class KeptOutputs:
    """The newest cut outputs of every chat, by the id of their call."""

    def __init__(self, most: int = 32) -> None:
        self._most = most
        self._texts: OrderedDict[tuple[str, str], str] = OrderedDict()

    def keep(self, chat_id: str, call_id: str, text: str) -> None:
        """Keep one output; the oldest one goes when there are too many."""
        self._texts[chat_id, call_id] = text
        while len(self._texts) > self._most:
            self._texts.popitem(last=False)

    def get(self, chat_id: str, call_id: str) -> str | None:
        """An output of this chat, None if it is not kept (any more)."""
        return self._texts.get((chat_id, call_id))

    def ids(self, chat_id: str) -> list[str]:
        """The ids that a chat can look up, oldest first."""
        return [call for chat, call in self._texts if chat == chat_id]
