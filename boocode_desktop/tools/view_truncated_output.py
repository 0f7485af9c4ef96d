"""view_truncated_output: the lines of an output that were left out before."""

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.model_stream import ToolSpec
from boocode_desktop.orchestrator.ports.tools import ToolOutput
from boocode_desktop.tools.line_ranges import part_of, with_header
from boocode_desktop.tools.tool import Call, Tool, schema


def view_truncated_output() -> Tool:
    """The tool."""
    parameters = schema(
        ("id",),
        id={"type": "string", "description": "The id that the cut output names."},
        line={"type": "integer", "minimum": 1, "description": "First line to show, counted from 1."},
        limit={"type": "integer", "minimum": 1, "description": "How many lines."},
    )
    description = "Show the whole of an output that was cut, by lines. The newest cut outputs are kept."
    return Tool(spec=ToolSpec(name="view_truncated_output", description=description, parameters=parameters), run=_run)


async def _run(call: Call) -> ToolOutput:
    outputs, chat = call.kit.outputs, call.context.chat_id
    text = outputs.get(chat, call.text("id"))
    if text is None:
        known = ", ".join(outputs.ids(chat)) or "none"
        raise UserFacingError(f"No output is kept under {call.text('id')} (kept: {known}).", "Run the command again.")
    part = part_of(text, call.input.get("line"), call.input.get("limit"))
    return ToolOutput(text=with_header(part), details={"lines": part.total, "truncated": part.partial})
