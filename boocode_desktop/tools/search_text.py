"""search_text: lines by regular expression; what git ignores and binary files are left out."""

from dataclasses import dataclass
from pathlib import Path

from boocode_desktop.domain.model_stream import ToolSpec
from boocode_desktop.orchestrator.ports.tools import ToolOutput
from boocode_desktop.processes.command_specs import CommandResult
from boocode_desktop.tools.ripgrep import ripgrep
from boocode_desktop.tools.tool import Call, Tool, schema

_MOST_HITS = 200
_MOST_PER_FILE = 50
_LONGEST_LINE = 300
_FORM = (
    "--null", "--line-number", "--no-heading", "--with-filename", "--smart-case", "--max-filesize=10M",
    f"--max-count={_MOST_PER_FILE}", f"--max-columns={_LONGEST_LINE}", "--max-columns-preview",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hit:
    """A matching line; `line` counts from 1."""

    path: Path
    line: str
    text: str


def search_text() -> Tool:
    """The tool."""
    parameters = schema(
        ("pattern",),
        pattern={"type": "string", "description": "Regular expression (Rust syntax); lower case matches any case."},
        path={"type": "string", "description": "File or folder, relative to the worktree; the worktree if left out."},
    )
    description = (
        "Search the lines of files. Hits come as path:line:text, sorted by path. Files that git ignores and binary "
        f"files are left out. At most {_MOST_HITS} hits, {_MOST_PER_FILE} of one file."
    )
    return Tool(spec=ToolSpec(name="search_text", description=description, parameters=parameters), run=_run)


async def _run(call: Call) -> ToolOutput:
    target = await call.locate(call.text("path") or ".")
    name = call.place.relative(target)
    await call.authorize_path("read", target, f"Search in {name}", folder=target.is_dir())
    if not target.exists():
        return ToolOutput(text="", outcome="error", error=f"There is no {name}. Look with list_dir what there is.")
    folder, start = (target, ".") if target.is_dir() else (target.parent, f"./{target.name}")
    pattern = call.text("pattern")
    result = await ripgrep([*_FORM, f"--regexp={pattern}", "--", start], folder, call.kit.records)
    note = ""
    if result.exit_code == 2 and "regex parse error" in result.output:
        note = "[the pattern is no regular expression; searched for it as plain text]\n"
        result = await ripgrep(
            [*_FORM, "--fixed-strings", f"--regexp={pattern}", "--", start], folder, call.kit.records
        )
    if result.timed_out:
        return ToolOutput(text="", outcome="timeout", error="The search took too long. Search in a smaller folder.")
    if result.exit_code not in (0, 1) and "\0" not in result.kept:
        return ToolOutput(text="", outcome="error", error=f"The search failed: {result.output.strip()[:500]}")
    return await _answer(call, name, hits_of(result, folder), note)


def hits_of(result: CommandResult, folder: Path) -> list[Hit]:
    """The hits of ripgrep's output; a line that was cut in the middle is left out."""
    hits: list[Hit] = []
    for row in result.kept.split("\n"):
        path, mark, rest = row.partition("\0")
        number, colon, text = rest.partition(":")
        if mark and colon and number.isdigit():
            hits.append(Hit(folder / path.removeprefix("./"), number, text.rstrip("\r")))
    return hits


async def _answer(call: Call, name: str, hits: list[Hit], note: str) -> ToolOutput:
    shown = hits[:_MOST_HITS]
    readable = {path: await call.may_read(path) for path in dict.fromkeys(hit.path for hit in shown)}
    lines = [f"{call.place.relative(hit.path)}:{hit.line}:{hit.text}" for hit in shown if readable[hit.path]]
    closed = sum(not allowed for allowed in readable.values())
    if closed:
        lines.append(f"[hits in {closed} files that may not be read are left out]")
    if len(hits) > len(shown):
        lines.append("[… more lines match; narrow the pattern or the path]")
    text = "\n".join(lines) or f"No line matches {call.text('pattern')}."
    details = {"path": name, "hits": len(shown), "files": len(readable), "truncated": len(hits) > len(shown)}
    return ToolOutput(text=note + text, details=details)
