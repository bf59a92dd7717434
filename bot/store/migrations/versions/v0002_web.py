"""What was said in the web chat."""

import sqlalchemy as sa
from alembic import op

from bot.store.types import UtcDateTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "web_events",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("sender", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("client_id", sa.String(64)),
        sa.Column("answers", sa.Integer),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_web_events"),
        sa.UniqueConstraint("sender", "client_id", name="uq_web_events_sender"),
        sa.CheckConstraint("kind IN ('user', 'bot', 'staff', 'notice')", name=op.f("ck_web_events_kind")),
    )
    for column in ("sender", "answers", "at"):
        op.create_index(f"ix_web_events_{column}", "web_events", [column])


def downgrade() -> None:
    """Remove it with everything in it."""
    op.drop_table("web_events")
