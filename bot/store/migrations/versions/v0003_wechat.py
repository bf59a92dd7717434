"""Users of WeChat, their pending answers, what was delivered, and the shared access token."""

import sqlalchemy as sa
from alembic import op

from bot.store.types import UtcDateTime

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the four tables."""
    op.create_table(
        "wechat_users",
        sa.Column("sender", sa.String(64), nullable=False),
        sa.Column("openid", sa.String(128), nullable=False),
        sa.Column("seen_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("sender", name="pk_wechat_users"),
    )
    op.create_table(
        "wechat_turns",
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("sender", sa.String(64)),
        sa.Column("asked_at", UtcDateTime, nullable=False),
        sa.Column("pages", sa.JSON(none_as_null=True)),
        sa.Column("late", sa.Boolean, nullable=False),
        sa.Column("seen", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_wechat_turns"),
    )
    op.create_index("ix_wechat_turns_sender", "wechat_turns", ["sender"])
    op.create_table(
        "wechat_stamps",
        sa.Column("stamp", sa.String(80), nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("stamp", name="pk_wechat_stamps"),
    )
    op.create_table(
        "wechat_tokens",
        sa.Column("app_id", sa.String(64), nullable=False),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("app_id", name="pk_wechat_tokens"),
    )


def downgrade() -> None:
    """Remove them with everything in them."""
    for table in ("wechat_tokens", "wechat_stamps", "wechat_turns", "wechat_users"):
        op.drop_table(table)
