"""A schema that only tests have: a column more in a table that others hang on, which is made anew for it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Give chats a mood, that may not be empty."""
    with op.batch_alter_table("chats", recreate="always") as chats:
        chats.add_column(sa.Column("mood", sa.Text, nullable=False, server_default="calm"))
