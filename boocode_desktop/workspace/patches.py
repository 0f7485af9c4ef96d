"""The text of a decision: a patch in git's manner, with what undoing needs to know about a rename's other path."""

import re
from collections.abc import Sequence

from boocode_desktop.workspace.chain import Chain, Entry
from boocode_desktop.workspace.deltas import Delta
from boocode_desktop.workspace.names import shown
from boocode_desktop.workspace.proposals import Write
from boocode_desktop.workspace.safe_files import FileState
from boocode_desktop.workspace.text_edits import Edit, is_binary, unified

_OTHER = re.compile(r"^boocode-other ([0-9a-f]+) (\S+) (\S+)$", re.MULTILINE)
PATCH_LIMIT = 200_000


def patch_text(chain: Chain, delta: Delta, edits: Sequence[Edit] | None, *, others: Sequence[Write] = ()) -> str:
    """The patch of a decided delta. `others` are writes at further paths."""
    head = [f"diff --git a/{shown(delta.old_path)} b/{shown(delta.path)}"]
    old, new = delta.old, delta.new
    if old is None and new is not None:
        head.append(f"new file mode {new.mode:o}")
    elif new is None and old is not None:
        head.append(f"deleted file mode {old.mode:o}")
    elif old is not None and new is not None and old.mode != new.mode:
        head += [f"old mode {old.mode:o}", f"new mode {new.mode:o}"]
    if delta.path != delta.old_path:
        head += [f"rename from {shown(delta.old_path)}", f"rename to {shown(delta.path)}"]
    head += [other_line(w.path, _code(chain, w.found), _code(chain, w.result)) for w in others]
    return "\n".join(head) + "\n" + _body(chain.data(old), chain.data(new), edits)


def _body(old: bytes, new: bytes, edits: Sequence[Edit] | None) -> str:
    if is_binary(old) or is_binary(new):
        return "Binary files differ\n"
    text = unified(old, new, edits)
    return text if len(text) <= PATCH_LIMIT else text[:PATCH_LIMIT] + "\n… (shortened)\n"


def other_line(path: str, before: str, after: str) -> str:
    """The line that tells of a further path; "-" stands for an absent file."""
    return f"boocode-other {path.encode('utf-8', 'surrogateescape').hex()} {before or '-'} {after or '-'}"


def _code(chain: Chain, state: FileState | None) -> str:
    entry = chain.keep(state)
    return entry.code if entry is not None else ""


def other_paths(patch: str) -> list[tuple[str, Entry | None, Entry | None]]:
    """The further paths of a patch, with what stood there before and after."""
    header = patch.partition("\n@@ ")[0]
    return [
        (bytes.fromhex(name).decode("utf-8", "surrogateescape"), _entry(before), _entry(after))
        for name, before, after in _OTHER.findall(header)
    ]


def _entry(code: str) -> Entry | None:
    return None if code == "-" else Entry.of_code(code)
