"""What an at sign offers: files, symbols, changes, chats, sessions and agents, and what each becomes. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from boocode_desktop.content.fuzzy import prepare, rank
from boocode_desktop.domain.changes import FileChange
from boocode_desktop.orchestrator.ports.agents import AgentInfo
from boocode_desktop.orchestrator.views import ChatView, FileMention, Mentions, SessionView, SymbolMention
from boocode_desktop.ui.palette.entries import Caption, Entry, Hit, Line

_FILES, _SYMBOLS, _OTHERS = 7, 4, 4
_CODE = ("py", "js", "ts", "tsx", "jsx", "go", "rs", "c", "h", "cpp", "java", "rb", "sh", "css", "html")
Insert = Callable[[str], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """What else can be named, as it was when the menu opened."""

    changes: Sequence[FileChange] = ()
    chats: Sequence[ChatView] = ()
    sessions: Sequence[SessionView] = ()
    agents: Sequence[AgentInfo] = ()


def mention(path: str, line: int = 0) -> str:
    """A path as it stands in a prompt; quoted where it holds blanks."""
    place = f"{path}:{line}" if line else path
    return f'@"{place}"' if any(c.isspace() for c in place) else f"@{place}"


def mention_lines(found: Mentions, others: Others, query: str, insert: Insert) -> tuple[Line, ...]:
    """The groups that match, files first."""
    groups = (
        ("Files", [_file(f, insert) for f in found.files[:_FILES]]),
        ("Symbols", [_symbol(s, insert) for s in found.symbols[:_SYMBOLS]]),
        ("Changes", _best([_change(c, insert) for c in others.changes], query)),
        (
            "Chats and sessions",
            _best([_chat(v, insert) for v in others.chats], query)
            + _best([_session(v, insert) for v in others.sessions], query),
        ),
        ("Agents", _best([_agent(a, insert) for a in others.agents], query)),
    )
    lines: list[Line] = []
    for title, hits in groups:
        if hits:
            lines += [Caption(title=title), *hits]
    return tuple(lines)


def _best(entries: Sequence[Entry], query: str) -> list[Hit]:
    ranked = rank(query, [prepare(entry.title) for entry in entries], limit=_OTHERS)
    return [Hit(entry=entries[i], positions=match.positions) for i, match in ranked]


def _file(file: FileMention, insert: Insert) -> Hit:
    folder, _, name = file.path.rpartition("/")
    icon = "file-code" if name.rpartition(".")[2].lower() in _CODE else "file-text"
    entry = Entry(title=name, group="Files", icon=icon, act=lambda: insert(mention(file.path)), detail=folder)
    return Hit(entry=entry, positions=file.positions)


def _symbol(symbol: SymbolMention, insert: Insert) -> Hit:
    place = mention(symbol.path, symbol.line)
    entry = Entry(
        title=symbol.name,
        group="Symbols",
        icon="box" if symbol.kind == "class" else "square-function",
        act=lambda: insert(f"{symbol.name} {place}"),
        detail=symbol.kind,
        right=f"{symbol.path}:{symbol.line}",
    )
    return Hit(entry=entry, positions=symbol.positions)


def _change(change: FileChange, insert: Insert) -> Entry:
    folder, _, name = change.path.rpartition("/")
    return Entry(
        title=name,
        group="Changes",
        icon="file-diff",
        act=lambda: insert(mention(change.path)),
        detail=folder,
        right=f"+{change.added} -{change.removed}",
    )


def _chat(view: ChatView, insert: Insert) -> Entry:
    title = " ".join(view.chat.title.split()) or f"Chat {view.chat.number}"
    return Entry(
        title=title,
        group="Chats",
        icon="message-square",
        act=lambda: insert(f"chat {view.chat.number} (“{title}”)"),
        detail=f"chat {view.chat.number}",
        right=view.state,
    )


def _session(view: SessionView, insert: Insert) -> Entry:
    title = " ".join(view.session.title.split()) or "Untitled session"
    return Entry(
        title=title,
        group="Sessions",
        icon="folder-git-2",
        act=lambda: insert(f"session “{title}”"),
        detail="session",
        right=view.state,
    )


def _agent(agent: AgentInfo, insert: Insert) -> Entry:
    return Entry(
        title=agent.label or agent.name,
        group="Agents",
        icon=agent.icon,
        act=lambda: insert(agent.label or agent.name),
        right=agent.state,
    )
