"""Running an agent's install command after a person said so, its output line by line."""

import asyncio
import shlex
import shutil
from collections.abc import AsyncGenerator

from boocode_desktop.agents.environments import agent_environment
from boocode_desktop.agents.making import Workshop
from boocode_desktop.agents.specs import AgentSpec
from boocode_desktop.domain.errors import AdapterError, NotFoundError
from boocode_desktop.processes.child_specs import ChildSpec, Exit

LIMIT_S = 1800.0
TAIL = 5
# No model keys: a package's install script has no business with them.
_PREFIXES = ("NPM_", "npm_", "NODE_", "NVM_", "VOLTA_", "FNM_", "UV_", "PIP_", "PIPX_")


async def run_install(spec: AgentSpec, shop: Workshop) -> AsyncGenerator[str, None]:
    """The output of the spec's install command; leaving early ends it.

    Raises:
        NotFoundError: there is no command that installs it.
        AdapterError: the command cannot be run, fails, or takes more than half an hour.
    """
    if not spec.install:
        raise NotFoundError(f"No command is known that installs {spec.label}.", "Its own documentation tells how.")
    argv = tuple(shlex.split(spec.install))
    env = agent_environment(shop.environ, _PREFIXES)
    if await asyncio.to_thread(shutil.which, argv[0], path=env["PATH"]) is None:
        first = f"Install {spec.needs} first." if spec.needs else "Install it first."
        raise AdapterError(f"There is no program {argv[0]}, which installs {spec.label}.", first)
    await asyncio.to_thread(shop.folder.mkdir, mode=0o700, parents=True, exist_ok=True)
    lines: asyncio.Queue[str | None] = asyncio.Queue()
    child = await shop.children.spawn(
        ChildSpec(
            name=f"install of {spec.label}",
            argv=argv,
            cwd=shop.folder,
            env=env,
            stdin="null",
            stdout="lines",
            stderr="stdout",
            reach="descendants",
        ),
        on_line=lambda line: lines.put_nowait(line.decode(errors="replace")),
    )
    ended = asyncio.create_task(child.wait(LIMIT_S), name=f"install {spec.name}")
    ended.add_done_callback(lambda _: lines.put_nowait(None))
    newest: list[str] = []
    try:
        while (line := await lines.get()) is not None:
            newest = [*newest[1 - TAIL :], line]
            yield line
        _judge(spec, ended, newest)
    finally:
        ended.cancel()
        await asyncio.shield(asyncio.ensure_future(child.stop()))


def _judge(spec: AgentSpec, ended: "asyncio.Task[Exit]", newest: list[str]) -> None:
    if isinstance(ended.exception(), TimeoutError):
        raise AdapterError(f"“{spec.install}” took more than {LIMIT_S / 60:.0f} minutes and was ended.")
    how = ended.result()
    if not how.ok:
        words = "\n".join(newest)
        raise AdapterError(f"“{spec.install}” {how.describe()}.", f"It last said:\n{words}" if words else "")
