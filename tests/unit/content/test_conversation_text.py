"""A conversation as Markdown."""

from boocode_desktop.content.conversation_text import conversation_text, fenced
from boocode_desktop.domain import events as ev
from boocode_desktop.domain import transcript as tr

REQUEST = ev.PermissionRequested(request_id="a", kind="tool", title="Run git push", options=())
ENTRIES = (
    tr.PromptEntry(id="1", turn_id="t", number=1, text="Fix it.\nPlease.", agent="boocode", model="m",
                   images=(ev.ImageRef(sha256="ab", media_type="image/png", name="shot.png"),)),
    tr.ReasoningEntry(id="2", turn_id="t", text="Hm."),
    tr.ToolEntry(id="3", turn_id="t", step=1, tool="run_command", input={"command": "ls"}, title="ls",
                 output="a\n```\nb\n", outcome="error", error="exit 1"),
    tr.AskEntry(id="4", turn_id="t", request=REQUEST, resolved=ev.PermissionResolved(request_id="a", option_id="once")),
    tr.AskEntry(id="5", turn_id="t", request=REQUEST),
    tr.PlanEntry(id="6", turn_id="t", items=(ev.PlanItem(text="one", status="completed"), ev.PlanItem(text="two"))),
    tr.TextEntry(id="7", turn_id="t", text="Done."),
    tr.ImageEntry(id="8", turn_id="t", image=ev.ImageRef(sha256="cd", media_type="image/png")),
    tr.NoteEntry(id="9", turn_id="t", level="warn", code="x", message="It broke.", hint="Try again."),
    tr.EndEntry(id="10", turn_id="t", status="failed"),
)  # fmt: skip
EXPECTED = """# A chat

## Turn 1 · boocode · m

> Fix it.
> Please.

![shot.png](attachments/ab)

<details><summary>Reasoning</summary>

Hm.

</details>

**run_command** ls · error

```json
{
  "command": "ls"
}
```

````
a
```
b
````

> exit 1

**Asked:** Run git push → once

**Asked:** Run git push → no answer

- [x] one
- [ ] two

Done.

![image](attachments/cd)

> It broke. Try again.

*The turn was failed.*
"""


def test_every_kind_of_entry_is_written():
    assert conversation_text("A chat", ENTRIES) == EXPECTED


def test_a_turn_that_ended_well_needs_no_word():
    assert conversation_text("T", [tr.EndEntry(id="1", turn_id="t", status="completed")]) == "# T\n"


def test_no_text_ends_its_fence():
    assert fenced("a").startswith("```\n")
    assert fenced("````` x").startswith("``````\n")
