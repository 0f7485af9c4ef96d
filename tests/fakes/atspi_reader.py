"""What assistive technology hears and finds, as JSON: run by the system's Python, which has the bindings.

`tree NAME` prints the widgets of the program called NAME; `listen FILE KIND...` appends events of these kinds to FILE.
"""

import json
import sys

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

DEEPEST, MOST = 40, 300
STATES = ("FOCUSED", "FOCUSABLE", "SHOWING", "SELECTED", "CHECKED", "MODAL", "EDITABLE")


def node(thing, depth=DEEPEST):
    """A widget and what is in it."""
    held = thing.get_state_set()
    interfaces = thing.get_interfaces()
    found = {
        "role": thing.get_role_name(),
        "name": thing.get_name() or "",
        "description": thing.get_description() or "",
        "states": [name for name in STATES if held.contains(getattr(Atspi.StateType, name))],
        "text": "",
        "value": None,
        "children": [],
    }
    if "Text" in interfaces:
        found["text"] = Atspi.Text.get_text(thing, 0, Atspi.Text.get_character_count(thing))
    if "Value" in interfaces:
        found["value"] = Atspi.Value.get_current_value(thing)
    if depth:
        children = (thing.get_child_at_index(i) for i in range(min(thing.get_child_count(), MOST)))
        found["children"] = [node(child, depth - 1) for child in children if child is not None]
    return found


def tree(name):
    """The program called `name`, None while it is not there."""
    desktop = Atspi.get_desktop(0)
    programs = [desktop.get_child_at_index(i) for i in range(desktop.get_child_count())]
    found = next((p for p in programs if p is not None and p.get_name() == name), None)
    return None if found is None else node(found)


def listen(path, kinds):
    """Write every event down until the process is ended."""
    with open(path, "a", encoding="utf-8", buffering=1) as target:

        def heard(event):
            try:
                source = (event.source.get_role_name(), event.source.get_name() or "")
            except Exception:
                return  # it was gone before it could be asked
            words = event.any_data if isinstance(event.any_data, str) else ""
            line = {"kind": event.type, "role": source[0], "name": source[1], "on": event.detail1, "words": words}
            target.write(json.dumps(line) + "\n")

        listener = Atspi.EventListener.new(heard)
        for kind in kinds:
            listener.register(kind)
        target.write(json.dumps({"kind": "ready"}) + "\n")
        Atspi.event_main()


if __name__ == "__main__":
    if sys.argv[1] == "tree":
        print(json.dumps(tree(sys.argv[2])))
    else:
        listen(sys.argv[2], sys.argv[3:])
