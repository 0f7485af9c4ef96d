"""todo_write: the agent's plan, shown to the person."""

from boocode_desktop.domain.events import Plan, PlanItem
from boocode_desktop.domain.model_stream import ToolSpec
from boocode_desktop.orchestrator.ports.tools import ToolOutput
from boocode_desktop.tools.tool import Call, Tool, schema

_MOST = 100
_SIGNS = {"pending": "[ ]", "in_progress": "[~]", "completed": "[x]", "dropped": "[-]"}


def todo_write() -> Tool:
    """The tool."""
    item = schema(
        ("text",),
        text={"type": "string", "description": "What is to be done."},
        status={"type": "string", "enum": ["pending", "in_progress", "completed", "dropped"]},
    )
    parameters = schema(
        ("todos",),
        todos={"type": "array", "items": item, "description": "The whole list; it replaces the one before."},
    )
    description = "Write down the plan for work of several steps and keep it true as you go. The user sees it."
    spec = ToolSpec(name="todo_write", description=description, parameters=parameters, parallel=False)
    return Tool(spec=spec, run=_run)


async def _run(call: Call) -> ToolOutput:
    todos = call.input["todos"][:_MOST]
    items = tuple(PlanItem(text=todo["text"].strip()[:500], status=todo.get("status", "pending")) for todo in todos)
    await call.context.emit(Plan(items=items))
    done = sum(item.status in ("completed", "dropped") for item in items)
    lines = [f"{_SIGNS[item.status]} {item.text}" for item in items]
    return ToolOutput(text="\n".join([*lines, f"{done} of {len(items)} done."]), details={"hits": len(items)})
