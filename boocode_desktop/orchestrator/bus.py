"""The bus: published envelopes to every subscriber of a chat, in order, in this process."""

import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from boocode_desktop.domain.events import Envelope

_log = logging.getLogger(__name__)
Listener = Callable[[Envelope], None]


@dataclass(slots=True, eq=False)
class Subscription:
    """A listener's place on the bus; `cancel()` takes it off."""

    bus: "Bus"
    chat_id: str
    listener: Listener

    def cancel(self) -> None:
        """Stop getting envelopes; harmless when repeated."""
        self.bus.drop(self)


class Bus:
    """Hands envelopes to listeners synchronously. A listener must be quick and must not raise; one that does is
    logged and keeps its place."""

    def __init__(self) -> None:
        self._subscriptions: defaultdict[str, list[Subscription]] = defaultdict(list)

    def subscribe(self, chat_id: str, listener: Listener) -> Subscription:
        """Get every envelope of a chat from now on; `""` subscribes to all chats."""
        subscription = Subscription(self, chat_id, listener)
        self._subscriptions[chat_id].append(subscription)
        return subscription

    def drop(self, subscription: Subscription) -> None:
        """Take a subscription off the bus."""
        listeners = self._subscriptions.get(subscription.chat_id, [])
        if subscription in listeners:
            listeners.remove(subscription)

    def publish(self, envelope: Envelope) -> None:
        """Hand an envelope to the chat's listeners, then to those of all chats."""
        for subscription in (*self._subscriptions.get(envelope.chat_id, ()), *self._subscriptions.get("", ())):
            try:
                subscription.listener(envelope)
            except Exception:
                _log.exception("a subscriber failed on %s", envelope.event.type)
