"""The toolbox of the native agent: which tools there are, how a call is repaired, run, and ended well."""

import difflib
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from boocode_desktop.domain.errors import AdapterError, UserFacingError
from boocode_desktop.domain.model_stream import ToolSpec
from boocode_desktop.domain.tool_input import repair_input
from boocode_desktop.orchestrator.ports.tools import Tabs, ToolContext, ToolOutput
from boocode_desktop.processes.places import local_place
from boocode_desktop.processes.sandbox import SandboxLauncher
from boocode_desktop.tools.ask_user_input import ask_user_input
from boocode_desktop.tools.create_file import create_file
from boocode_desktop.tools.delete_file import delete_file
from boocode_desktop.tools.edit_file import edit_file
from boocode_desktop.tools.find_files import find_files
from boocode_desktop.tools.git_diff import git_diff
from boocode_desktop.tools.git_log import git_log
from boocode_desktop.tools.git_status import git_status
from boocode_desktop.tools.list_dir import list_dir
from boocode_desktop.tools.read_file import read_file
from boocode_desktop.tools.read_tab_by_number import read_tab_by_number
from boocode_desktop.tools.request_read_access import request_read_access
from boocode_desktop.tools.run_command import run_command
from boocode_desktop.tools.search_text import search_text
from boocode_desktop.tools.todo_write import todo_write
from boocode_desktop.tools.tool import Call, DeniedError, Kit, Tool
from boocode_desktop.tools.view_truncated_output import view_truncated_output

_log = logging.getLogger(__name__)
_MAKERS = (
    ask_user_input, create_file, delete_file, edit_file, find_files, git_diff, git_log, git_status, list_dir,
    read_file, read_tab_by_number, request_read_access, run_command, search_text, todo_write, view_truncated_output,
)  # fmt: skip


class BuiltinToolbox:
    """Implements `orchestrator.ports.tools.Toolbox`.

    Args:
        private: Folders of ours that commands must not see.
        run_dir: Where commands leave records for the next start, in case we are killed.
        launcher: The sandbox launcher, if it is shared with others.
        tabs: The chats of a session, for the tool that reads another one.
    """

    def __init__(
        self,
        *,
        private: Sequence[Path] = (),
        run_dir: Path | None = None,
        launcher: SandboxLauncher | None = None,
        tabs: Tabs | None = None,
    ) -> None:
        self._tools = {tool.spec.name: tool for tool in sorted((m() for m in _MAKERS), key=lambda t: t.spec.name)}
        self._kit = Kit(
            launcher=launcher or SandboxLauncher(private=private),
            records=None if run_dir is None else run_dir / "children",
            tabs=tabs,
        )

    def specs(self, *, read_only: bool = False) -> Sequence[ToolSpec]:
        """The tools, sorted by name, the same every time; without the writing ones in a read-only chat."""
        return [tool.spec for tool in self._tools.values() if not (read_only and tool.spec.writes)]

    def repair(self, name: str, arguments: str) -> dict[str, Any]:
        """The call's input after repair, valid.

        Raises:
            UserFacingError: unknown tool, or an input that cannot be mended; the message says what to write.
        """
        return repair_input(name, arguments, self._tool(name).spec.parameters)

    async def call(self, name: str, arguments: dict[str, Any], context: ToolContext) -> ToolOutput:
        """Run one tool; failures come back as an outcome."""
        try:
            tool = self._tool(name)
            if context.read_only and tool.spec.writes:
                raise DeniedError(f"{name} changes things, and this chat is read-only.", "Say what you would change.")
            place = local_place(context.root)
            return await tool.run(Call(tool=name, input=arguments, context=context, place=place, kit=self._kit))
        except DeniedError as error:
            return ToolOutput(text="", outcome="denied", error=_sentence(error))
        except (UserFacingError, AdapterError) as error:
            return ToolOutput(text="", outcome="error", error=_sentence(error))
        except Exception as error:
            _log.exception("tool %s failed", name)
            return ToolOutput(
                text="", outcome="error", error=f"{name} failed: {type(error).__name__}. Try another way."
            )

    def _tool(self, name: str) -> Tool:
        tool = self._tools.get(name)
        if tool is None:
            near = difflib.get_close_matches(name, self._tools, n=1, cutoff=0.5)
            hint = f"Did you mean {near[0]}? " if near else ""
            raise UserFacingError(f"There is no tool {name}.", f"{hint}There are: {', '.join(self._tools)}.")
        return tool


def _sentence(error: UserFacingError | AdapterError) -> str:
    return f"{error.message} {error.hint}".strip()
