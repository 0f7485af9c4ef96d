"""The real language-model client with a clock that moves only by sleeping."""

import asyncio
import dataclasses

from boocode_desktop.domain.model_stream import ModelInfo
from boocode_desktop.llm.openai_chat import Connection, OpenAIChat
from boocode_desktop.llm.presets import preset
from boocode_desktop.net.client import Timeouts


class Time:
    """A clock that moves only by sleeping, which takes no time."""

    def __init__(self):
        self.now, self.slept = 0.0, []

    def clock(self):
        return self.now

    async def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


def model_at(base_url, *, kind="generic", key="", time=None, stall_s=5.0, **options):
    time = time or Time()

    async def connect():
        return Connection(base_url=base_url, api_key=key)

    timeouts = Timeouts(connect=2, first_byte=stall_s, between_bytes=stall_s)
    return OpenAIChat(
        model="wire",
        known=ModelInfo(id="e/wire", provider="e", context_size=777),
        preset=dataclasses.replace(preset(kind), timeouts=timeouts),
        connect=options.pop("connect", connect),
        clock=time.clock,
        sleep=time.sleep,
        **options,
    )
