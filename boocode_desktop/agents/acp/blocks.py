"""What a prompt becomes on the wire: the note of what others did, the text, links to the files it
names, and images where the agent can see."""

import asyncio

from boocode_desktop.agents import notices
from boocode_desktop.agents.acp.connection import AgentConnection
from boocode_desktop.agents.acp.opening import Opened
from boocode_desktop.agents.acp.prompts import guard_slash, image_block, is_command, link_block, text_block
from boocode_desktop.agents.mentions import mentioned_files
from boocode_desktop.domain.events import Json
from boocode_desktop.orchestrator.ports.agents import Prompt, TurnHost


async def prompt_blocks(connection: AgentConnection, opened: Opened, host: TurnHost, prompt: Prompt) -> list[Json]:
    """The parts of the prompt. Images that the agent cannot look at are left out, which is told."""
    commands = opened.session.feed.commands
    called = is_command(prompt.text, commands)
    noted = opened.note and not called
    blocks = [text_block(opened.note)] if noted else []
    blocks.append(text_block(guard_slash(prompt.text, commands)))
    if not called:  # a command's own words say what becomes of a file
        blocks += map(link_block, await asyncio.to_thread(mentioned_files, prompt.text, host.root))
    if prompt.images and not connection.abilities.image:
        await host.emit(notices.ignored_images(connection.spec.label, len(prompt.images)))
        return blocks
    for image in prompt.images:
        data = await host.attachment(image)
        blocks.append(await asyncio.to_thread(image_block, data, image.media_type))
    return blocks
