"""Schema 1: the first one. A new database gets the same from `tables`, without alembic; a test compares the two."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _attachments() -> None:
    op.create_table(
        "attachments",
        sa.Column("serial", sa.Integer, primary_key=True),
        sa.Column("sha256", sa.Text, nullable=False, unique=True),
        sa.Column("media_type", sa.Text, nullable=False, server_default=""),
        sa.Column("name", sa.Text, nullable=False, server_default=""),
        sa.Column("size", sa.Integer, nullable=False, server_default="0"),
        sa.Column("added_at", sa.Float, nullable=False, server_default="0"),
    )


def _projects() -> None:
    op.create_table(
        "projects",
        sa.Column("serial", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("path", sa.Text, nullable=False, unique=True),
        sa.Column("opened_at", sa.Float, nullable=False, server_default="0"),
        sa.Column("body", sa.Text, nullable=False, server_default="{}"),
    )


def _quarantine() -> None:
    op.create_table(
        "quarantine",
        sa.Column("serial", sa.Integer, primary_key=True),
        sa.Column("from_table", sa.Text, nullable=False, server_default=""),
        sa.Column("reason", sa.Text, nullable=False, server_default=""),
        sa.Column("row", sa.Text, nullable=False, server_default=""),
        sa.Column("at", sa.Float, nullable=False, server_default="0"),
    )


def _rules() -> None:
    op.create_table(
        "rules",
        sa.Column("serial", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("scope", sa.Text, nullable=False, server_default=""),
        sa.Column("effect", sa.Text, nullable=False, server_default=""),
        sa.Column("pattern", sa.Text, nullable=False, server_default=""),
        sa.Column("body", sa.Text, nullable=False, server_default="{}"),
    )
    op.create_index("rules_of_scope", "rules", ["scope", "serial"])


def _settings() -> None:
    op.create_table(
        "settings",
        sa.Column("serial", sa.Integer, primary_key=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("body", sa.Text, nullable=False, server_default="{}"),
    )


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("serial", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("project_id", sa.Text, sa.ForeignKey("projects.id"), nullable=False),
        sa.Column("archived", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("updated_at", sa.Float, nullable=False, server_default="0"),
        sa.Column("next_turn", sa.Integer, nullable=False, server_default="1"),
        sa.Column("next_chat", sa.Integer, nullable=False, server_default="1"),
        sa.Column("body", sa.Text, nullable=False, server_default="{}"),
    )
    op.create_index("sessions_of_project", "sessions", ["project_id", "updated_at"])


def _chats() -> None:
    op.create_table(
        "chats",
        sa.Column("serial", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("session_id", sa.Text, sa.ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False, server_default="0"),
        sa.Column("archived", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("updated_at", sa.Float, nullable=False, server_default="0"),
        sa.Column("body", sa.Text, nullable=False, server_default="{}"),
    )
    op.create_index("chats_of_session", "chats", ["session_id", "number"])


def _checkpoints() -> None:
    op.create_table(
        "checkpoints",
        sa.Column("serial", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("session_id", sa.Text, sa.ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
        sa.Column("turn_number", sa.Integer, nullable=False, server_default="0"),
        sa.Column("phase", sa.Text, nullable=False, server_default=""),
        sa.Column("author", sa.Text, nullable=False, server_default=""),
        sa.Column("commit", sa.Text, nullable=False, server_default=""),
        sa.Column("created_at", sa.Float, nullable=False, server_default="0"),
        sa.Column("body", sa.Text, nullable=False, server_default="{}"),
    )
    op.create_index("checkpoints_of_session", "checkpoints", ["session_id", "serial"])


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("serial", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("session_id", sa.Text, sa.ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
        sa.Column("path", sa.Text, nullable=False, server_default=""),
        sa.Column("action", sa.Text, nullable=False, server_default=""),
        sa.Column("at", sa.Float, nullable=False, server_default="0"),
        sa.Column("undone", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("body", sa.Text, nullable=False, server_default="{}"),
    )
    op.create_index("decisions_of_session", "decisions", ["session_id", "serial"])


def _usage() -> None:
    op.create_table(
        "usage",
        sa.Column("serial", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("session_id", sa.Text, sa.ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
        sa.Column("chat_id", sa.Text, nullable=False, server_default=""),
        sa.Column("turn_id", sa.Text, nullable=False, server_default=""),
        sa.Column("agent", sa.Text, nullable=False, server_default=""),
        sa.Column("model", sa.Text, nullable=False, server_default=""),
        sa.Column("at", sa.Float, nullable=False, server_default="0"),
        sa.Column("input", sa.Integer, nullable=False, server_default="0"),
        sa.Column("output", sa.Integer, nullable=False, server_default="0"),
        sa.Column("reasoning", sa.Integer, nullable=False, server_default="0"),
        sa.Column("cached", sa.Integer, nullable=False, server_default="0"),
        sa.Column("cost", sa.Float),
        sa.Column("body", sa.Text, nullable=False, server_default="{}"),
    )
    op.create_index("usage_of_chat", "usage", ["chat_id", "serial"])
    op.create_index("usage_of_session", "usage", ["session_id", "serial"])


def _worktrees() -> None:
    op.create_table(
        "worktrees",
        sa.Column("serial", sa.Integer, primary_key=True),
        sa.Column("session_id", sa.Text, sa.ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False, unique=True),
        sa.Column("root", sa.Text, nullable=False, server_default=""),
        sa.Column("project_path", sa.Text, nullable=False, server_default=""),
        sa.Column("isolation", sa.Text, nullable=False, server_default=""),
        sa.Column("chain", sa.Text, nullable=False, server_default=""),
        sa.Column("base", sa.Text, nullable=False, server_default=""),
        sa.Column("baseline", sa.Text, nullable=False, server_default=""),
        sa.Column("branch", sa.Text, nullable=False, server_default=""),
        sa.Column("gitdir", sa.Text, nullable=False, server_default=""),
        sa.Column("source_head", sa.Text, nullable=False, server_default=""),
        sa.Column("body", sa.Text, nullable=False, server_default="{}"),
    )


def _agent_sessions() -> None:
    op.create_table(
        "agent_sessions",
        sa.Column("serial", sa.Integer, primary_key=True),
        sa.Column("chat_id", sa.Text, sa.ForeignKey("chats.id", ondelete="CASCADE"), nullable=False),
        sa.Column("agent", sa.Text, nullable=False, server_default=""),
        sa.Column("external_id", sa.Text, nullable=False, server_default=""),
        sa.Column("body", sa.Text, nullable=False, server_default="{}"),
        sa.UniqueConstraint("chat_id", "agent"),
    )


def _asks() -> None:
    op.create_table(
        "asks",
        sa.Column("serial", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("session_id", sa.Text, nullable=False, server_default=""),
        sa.Column("chat_id", sa.Text, sa.ForeignKey("chats.id", ondelete="CASCADE"), nullable=False),
        sa.Column("turn_id", sa.Text, nullable=False, server_default=""),
        sa.Column("kind", sa.Text, nullable=False, server_default=""),
        sa.Column("answered", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("created_at", sa.Float, nullable=False, server_default="0"),
        sa.Column("body", sa.Text, nullable=False, server_default="{}"),
    )
    op.create_index("asks_of_chat", "asks", ["chat_id", "serial"])
    op.create_index("asks_open", "asks", ["session_id", "serial"], sqlite_where=sa.text("answered = 0"))


def _attachment_uses() -> None:
    op.create_table(
        "attachment_uses",
        sa.Column("serial", sa.Integer, primary_key=True),
        sa.Column("chat_id", sa.Text, sa.ForeignKey("chats.id", ondelete="CASCADE"), nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.UniqueConstraint("chat_id", "sha256"),
    )
    op.create_index("attachment_uses_by_content", "attachment_uses", ["sha256"])


def _drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("serial", sa.Integer, primary_key=True),
        sa.Column("chat_id", sa.Text, sa.ForeignKey("chats.id", ondelete="CASCADE"), nullable=False, unique=True),
        sa.Column("text", sa.Text, nullable=False, server_default=""),
    )


def _entries() -> None:
    op.create_table(
        "entries",
        sa.Column("serial", sa.Integer, primary_key=True),
        sa.Column("chat_id", sa.Text, sa.ForeignKey("chats.id", ondelete="CASCADE"), nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False, server_default="0"),
        sa.Column("turn_id", sa.Text, nullable=False, server_default=""),
        sa.Column("kind", sa.Text, nullable=False, server_default=""),
        sa.Column("body", sa.Text, nullable=False, server_default="{}"),
        sa.UniqueConstraint("chat_id", "id"),
    )
    op.create_index("entries_in_order", "entries", ["chat_id", "position"])
    op.create_index("entries_of_turn", "entries", ["turn_id", "position"])


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("serial", sa.Integer, primary_key=True),
        sa.Column("chat_id", sa.Text, sa.ForeignKey("chats.id", ondelete="CASCADE"), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False, server_default="0"),
        sa.Column("until", sa.Integer, nullable=False, server_default="0"),
        sa.Column("session_id", sa.Text, nullable=False, server_default=""),
        sa.Column("turn_id", sa.Text, nullable=False, server_default=""),
        sa.Column("at", sa.Float, nullable=False, server_default="0"),
        sa.Column("body", sa.Text, nullable=False, server_default="{}"),
        sa.UniqueConstraint("chat_id", "seq"),
    )
    op.create_index("events_of_turn", "events", ["turn_id", "seq"])


def _queue() -> None:
    op.create_table(
        "queue",
        sa.Column("serial", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("chat_id", sa.Text, sa.ForeignKey("chats.id", ondelete="CASCADE"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False, server_default="0"),
        sa.Column("body", sa.Text, nullable=False, server_default="{}"),
    )
    op.create_index("queue_of_chat", "queue", ["chat_id", "position"])


def _snapshots() -> None:
    op.create_table(
        "snapshots",
        sa.Column("serial", sa.Integer, primary_key=True),
        sa.Column("chat_id", sa.Text, sa.ForeignKey("chats.id", ondelete="CASCADE"), nullable=False, unique=True),
        sa.Column("turn_id", sa.Text, nullable=False, server_default=""),
        sa.Column("phase", sa.Text, nullable=False, server_default=""),
        sa.Column("body", sa.Text, nullable=False, server_default="{}"),
    )


def _traces() -> None:
    op.create_table(
        "traces",
        sa.Column("serial", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("session_id", sa.Text, nullable=False, server_default=""),
        sa.Column("chat_id", sa.Text, sa.ForeignKey("chats.id", ondelete="CASCADE"), nullable=False),
        sa.Column("turn_id", sa.Text, nullable=False, server_default=""),
        sa.Column("turn_number", sa.Integer, nullable=False, server_default="0"),
        sa.Column("step", sa.Integer, nullable=False, server_default="0"),
        sa.Column("tool", sa.Text, nullable=False, server_default=""),
        sa.Column("outcome", sa.Text),
        sa.Column("started_at", sa.Float, nullable=False, server_default="0"),
        sa.Column("latency_ms", sa.Float),
        sa.Column("body", sa.Text, nullable=False, server_default="{}"),
    )
    op.create_index("traces_of_chat", "traces", ["chat_id", "serial"])
    op.create_index("traces_of_turn", "traces", ["chat_id", "turn_number", "serial"])


def _turns() -> None:
    op.create_table(
        "turns",
        sa.Column("serial", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("session_id", sa.Text, sa.ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
        sa.Column("chat_id", sa.Text, sa.ForeignKey("chats.id", ondelete="CASCADE"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False, server_default="0"),
        sa.Column("status", sa.Text),
        sa.Column("started_at", sa.Float, nullable=False, server_default="0"),
        sa.Column("body", sa.Text, nullable=False, server_default="{}"),
    )
    op.create_index("turns_of_chat", "turns", ["chat_id", "number"])
    op.create_index("turns_of_session", "turns", ["session_id", "number"])
    op.create_index("turns_open", "turns", ["serial"], sqlite_where=sa.text("status IS NULL"))


def upgrade() -> None:
    """Make the tables, parents first."""
    _attachments()
    _projects()
    _quarantine()
    _rules()
    _settings()
    _sessions()
    _chats()
    _checkpoints()
    _decisions()
    _usage()
    _worktrees()
    _agent_sessions()
    _asks()
    _attachment_uses()
    _drafts()
    _entries()
    _events()
    _queue()
    _snapshots()
    _traces()
    _turns()
