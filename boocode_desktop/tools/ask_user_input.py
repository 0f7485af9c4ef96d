"""ask_user_input: a question to the person, with answers to choose from."""

from boocode_desktop.domain.events import AskOption, PermissionRequested, PermissionResolved
from boocode_desktop.domain.ids import new_id
from boocode_desktop.domain.model_stream import ToolSpec
from boocode_desktop.orchestrator.ports.tools import ToolOutput
from boocode_desktop.tools.tool import Call, Tool, schema

_MOST_OPTIONS = 8


def ask_user_input() -> Tool:
    """The tool."""
    option = schema(
        ("label",),
        label={"type": "string", "description": "The answer, short."},
        description={"type": "string", "description": "What choosing it means."},
    )
    parameters = schema(
        ("question",),
        question={"type": "string", "description": "One question, clear without the rest of the chat."},
        options={"type": "array", "items": option, "description": "Answers to choose from; the user may also write."},
    )
    description = "Ask the user when only they can decide. The turn waits for the answer."
    spec = ToolSpec(name="ask_user_input", description=description, parameters=parameters, parallel=False)
    return Tool(spec=spec, run=_run)


async def _run(call: Call) -> ToolOutput:
    given = call.input.get("options", [])[:_MOST_OPTIONS]
    options = tuple(
        AskOption(id=str(number), label=option["label"][:200], description=option.get("description", "")[:500])
        for number, option in enumerate(given, 1)
    )
    request = PermissionRequested(
        request_id=new_id("ask"),
        kind="question",
        title=call.text("question")[:2000],
        options=options,
        trace_id=call.context.trace_id,
        tool=call.tool,
    )
    answer = await call.context.ask(request)
    return _told(answer, {option.id: option.label for option in options})


def _told(answer: PermissionResolved, labels: dict[str, str]) -> ToolOutput:
    words = ": ".join(part for part in (labels.get(answer.option_id, ""), answer.text) if part)
    if words:
        return ToolOutput(text=f"The user answers: {words}", details={"answer": words})
    if answer.by == "headless":
        return ToolOutput(text="Nobody is there to answer. Decide yourself and say in your answer what you assumed.")
    return ToolOutput(text="The user did not answer. Do not ask again; go on without it or stop.", outcome="cancelled")
