"""The tables of the newest schema. Typed columns hold what is queried; `body` holds the rest of a record as JSON.

Every table counts its rows with `serial`, so that order of insertion never depends on a clock. Rows hang on their
session or chat by foreign keys that cascade, which is what deleting a session rests on.
"""

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import Dialect

SCHEMA_VERSION = 1
KEPT_BY_UPSERT = frozenset({"serial", "next_chat"})
"""Columns that saving a record never touches."""
RAISED_BY_UPSERT = frozenset({"next_turn"})
"""Counters that other processes raise too: saving an older copy of the record never lowers them."""


def storable(value: str | None) -> str | bytes | None:
    """Text as it is, or its bytes where SQLite would refuse the text."""
    if value is None or value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogatepass")
    return value


def plain_words(value: str | bytes | None) -> str | None:
    """The text that `storable` took."""
    return value.decode("utf-8", "surrogatepass") if isinstance(value, bytes) else value


class Words(sa.TypeDecorator[str]):
    """Text that may hold lone surrogates (file names that are not UTF-8): those are stored as bytes, and come back."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | bytes | None:
        """Text as it is, or its bytes where SQLite would refuse the text."""
        return storable(value)

    def process_result_value(self, value: str | bytes | None, dialect: Dialect) -> str | None:
        """The text that was bound."""
        return plain_words(value)


metadata = sa.MetaData()


def _serial() -> sa.Column[int]:
    return sa.Column("serial", sa.Integer, primary_key=True)


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, Words, nullable=False, server_default="")


def _moment(name: str) -> sa.Column[float]:
    """Unix time in seconds."""
    return sa.Column(name, sa.Float, nullable=False, server_default="0")


def _number(name: str, default: str = "0") -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default=default)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())


def _body() -> sa.Column[str]:
    return sa.Column("body", sa.Text, nullable=False, server_default="{}")


def _of_session(*, unique: bool = False) -> sa.Column[str]:
    parent = sa.ForeignKey("sessions.id", ondelete="CASCADE")
    return sa.Column("session_id", Words, parent, nullable=False, unique=unique)


def _of_chat(*, unique: bool = False) -> sa.Column[str]:
    parent = sa.ForeignKey("chats.id", ondelete="CASCADE")
    return sa.Column("chat_id", Words, parent, nullable=False, unique=unique)


def _id() -> sa.Column[str]:
    return sa.Column("id", Words, nullable=False, unique=True)


projects = sa.Table(
    "projects",
    metadata,
    _serial(),
    _id(),
    sa.Column("path", Words, nullable=False, unique=True),
    _moment("opened_at"),
    _body(),
)

sessions = sa.Table(
    "sessions",
    metadata,
    _serial(),
    _id(),
    sa.Column("project_id", Words, sa.ForeignKey("projects.id"), nullable=False),
    _flag("archived"),
    _moment("updated_at"),
    _number("next_turn", "1"),
    _number("next_chat", "1"),
    _body(),
    sa.Index("sessions_of_project", "project_id", "updated_at"),
)

worktrees = sa.Table(
    "worktrees",
    metadata,
    _serial(),
    _of_session(unique=True),
    _words("root"),
    _words("project_path"),
    _words("isolation"),
    _words("chain"),
    _words("base"),
    _words("baseline"),
    _words("branch"),
    _words("gitdir"),
    _words("source_head"),
    _body(),
)

chats = sa.Table(
    "chats",
    metadata,
    _serial(),
    _id(),
    _of_session(),
    _number("number"),
    _flag("archived"),
    _moment("updated_at"),
    _body(),
    sa.Index("chats_of_session", "session_id", "number"),
)

turns = sa.Table(
    "turns",
    metadata,
    _serial(),
    _id(),
    _of_session(),
    _of_chat(),
    _number("number"),
    sa.Column("status", Words),
    _moment("started_at"),
    _body(),
    sa.Index("turns_of_session", "session_id", "number"),
    sa.Index("turns_of_chat", "chat_id", "number"),
    sa.Index("turns_open", "serial", sqlite_where=sa.text("status IS NULL")),
)

events = sa.Table(
    "events",
    metadata,
    _serial(),
    _of_chat(),
    _number("seq"),
    _number("until"),
    _words("session_id"),
    _words("turn_id"),
    _moment("at"),
    _body(),
    sa.UniqueConstraint("chat_id", "seq"),
    sa.Index("events_of_turn", "turn_id", "seq"),
)

entries = sa.Table(
    "entries",
    metadata,
    _serial(),
    _of_chat(),
    sa.Column("id", Words, nullable=False),
    _number("position"),
    _words("turn_id"),
    _words("kind"),
    _body(),
    sa.UniqueConstraint("chat_id", "id"),
    sa.Index("entries_in_order", "chat_id", "position"),
    sa.Index("entries_of_turn", "turn_id", "position"),
)

traces = sa.Table(
    "traces",
    metadata,
    _serial(),
    _id(),
    _words("session_id"),
    _of_chat(),
    _words("turn_id"),
    _number("turn_number"),
    _number("step"),
    _words("tool"),
    sa.Column("outcome", Words),
    _moment("started_at"),
    sa.Column("latency_ms", sa.Float),
    _body(),
    sa.Index("traces_of_chat", "chat_id", "serial"),
    sa.Index("traces_of_turn", "chat_id", "turn_number", "serial"),
)

checkpoints = sa.Table(
    "checkpoints",
    metadata,
    _serial(),
    _id(),
    _of_session(),
    _number("turn_number"),
    _words("phase"),
    _words("author"),
    _words("commit"),
    _moment("created_at"),
    _body(),
    sa.Index("checkpoints_of_session", "session_id", "serial"),
)

decisions = sa.Table(
    "decisions",
    metadata,
    _serial(),
    _id(),
    _of_session(),
    _words("path"),
    _words("action"),
    _moment("at"),
    _flag("undone"),
    _body(),
    sa.Index("decisions_of_session", "session_id", "serial"),
)

asks = sa.Table(
    "asks",
    metadata,
    _serial(),
    _id(),
    _words("session_id"),
    _of_chat(),
    _words("turn_id"),
    _words("kind"),
    _flag("answered"),
    _moment("created_at"),
    _body(),
    sa.Index("asks_of_chat", "chat_id", "serial"),
    sa.Index("asks_open", "session_id", "serial", sqlite_where=sa.text("answered = 0")),
)

queue = sa.Table(
    "queue",
    metadata,
    _serial(),
    _id(),
    _of_chat(),
    _number("position"),
    _body(),
    sa.Index("queue_of_chat", "chat_id", "position"),
)

agent_sessions = sa.Table(
    "agent_sessions",
    metadata,
    _serial(),
    _of_chat(),
    _words("agent"),
    _words("external_id"),
    _body(),
    sa.UniqueConstraint("chat_id", "agent"),
)

snapshots = sa.Table(
    "snapshots",
    metadata,
    _serial(),
    _of_chat(unique=True),
    _words("turn_id"),
    _words("phase"),
    _body(),
)

rules = sa.Table(
    "rules",
    metadata,
    _serial(),
    _id(),
    _words("scope"),
    _words("effect"),
    _words("pattern"),
    _body(),
    sa.Index("rules_of_scope", "scope", "serial"),
)

usage = sa.Table(
    "usage",
    metadata,
    _serial(),
    _id(),
    _of_session(),
    _words("chat_id"),
    _words("turn_id"),
    _words("agent"),
    _words("model"),
    _moment("at"),
    _number("input"),
    _number("output"),
    _number("reasoning"),
    _number("cached"),
    sa.Column("cost", sa.Float),
    _body(),
    sa.Index("usage_of_session", "session_id", "serial"),
    sa.Index("usage_of_chat", "chat_id", "serial"),
)

settings = sa.Table(
    "settings",
    metadata,
    _serial(),
    sa.Column("key", Words, nullable=False, unique=True),
    _body(),
)

drafts = sa.Table(
    "drafts",
    metadata,
    _serial(),
    _of_chat(unique=True),
    _words("text"),
)

attachments = sa.Table(
    "attachments",
    metadata,
    _serial(),
    sa.Column("sha256", Words, nullable=False, unique=True),
    _words("media_type"),
    _words("name"),
    _number("size"),
    _moment("added_at"),
)

attachment_uses = sa.Table(
    "attachment_uses",
    metadata,
    _serial(),
    _of_chat(),
    sa.Column("sha256", Words, nullable=False),
    sa.UniqueConstraint("chat_id", "sha256"),
    sa.Index("attachment_uses_by_content", "sha256"),
)

quarantine = sa.Table(
    "quarantine",
    metadata,
    _serial(),
    _words("from_table"),
    _words("reason"),
    _words("row"),
    _moment("at"),
)
