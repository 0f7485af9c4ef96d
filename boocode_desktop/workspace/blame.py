"""Who wrote each line: git's own blame over the chain, whose commits are authored by agents, turn by turn."""

import os

from boocode_desktop.domain.changes import BlameLine
from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.records import CheckpointRecord
from boocode_desktop.workspace.chain import Chain, Mark
from boocode_desktop.workspace.names import matching, shown
from boocode_desktop.workspace.snapshot import take
from boocode_desktop.workspace.text_edits import is_binary, line_text, split_lines


def blame(chain: Chain, head: CheckpointRecord, path: str) -> list[BlameLine]:
    """Every line of a file as it stands on disk.

    Raises:
        UserFacingError: there is no such text file.
    """
    disk = take(chain).tree
    name = path if chain.entry(disk, path) is not None else matching(path, chain.paths(disk))
    entry = chain.entry(disk, name)
    data = chain.data(entry)
    if is_binary(data):
        raise UserFacingError(
            f"{shown(name)} is binary: its lines have no authors.", "Look at its checkpoints instead."
        )
    commit = head.commit
    if chain.entry(chain.tree(head.commit), name) != entry:
        mark = Mark(author="you", turn=head.turn_number, phase="before")
        commit = chain.save(disk, [head.commit], mark, "The files as they are")
    marks = _marks(chain, commit, name)
    return [
        BlameLine(line=number, text=line_text(line), author=marks[number].author, turn=marks[number].turn)
        for number, line in enumerate(split_lines(data), 1)
    ]


def _marks(chain: Chain, commit: str, path: str) -> dict[int, Mark]:
    marks: dict[int, Mark] = {}
    known: dict[str, Mark] = {}
    # Its signature says str, but only bytes can carry a name that is not UTF-8.
    found = chain.repo.blame(os.fsencode(path), newest_commit=commit)  # type: ignore[arg-type]
    for hunk in found:
        origin = str(hunk.final_commit_id)
        if origin not in known:
            known[origin] = _mark(chain, origin)
        first = hunk.final_start_line_number
        marks.update(dict.fromkeys(range(first, first + hunk.lines_in_hunk), known[origin]))
    return marks


def _mark(chain: Chain, commit_id: str) -> Mark:
    commit = chain.commit(commit_id)
    mark = chain.mark(commit)
    return Mark(author="", turn=0, phase="base") if mark.phase == "base" else mark
