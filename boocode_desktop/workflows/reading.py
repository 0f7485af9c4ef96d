"""A script's text, read and checked: the one way in for everything that shows workflows. Nothing is run."""

from dataclasses import dataclass

from boocode_desktop.orchestrator.ports.workflows import Finding, WorkflowPhase
from boocode_desktop.workflows.checks import check
from boocode_desktop.workflows.meta import read_meta
from boocode_desktop.workflows.syntax import parse, syntax_findings


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadScript:
    """What a script says of itself, as far as it can be read, and everything found about it, by line."""

    name: str
    description: str
    when_to_use: str
    phases: tuple[WorkflowPhase, ...]
    findings: tuple[Finding, ...]


def read_script(text: str) -> ReadScript:
    """Read a script. Blocks for some milliseconds; never raises, whatever the text."""
    root = parse(text.encode("utf-8", "replace"))
    meta = read_meta(root)
    findings = {*syntax_findings(root), *meta.findings, *check(root, meta.phases)}
    return ReadScript(
        name=meta.name,
        description=meta.description,
        when_to_use=meta.when_to_use,
        phases=meta.phases,
        findings=tuple(sorted(findings, key=lambda f: (f.line, f.column, f.level, f.message))),
    )
