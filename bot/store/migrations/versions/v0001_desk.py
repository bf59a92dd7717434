"""Tickets, their messages, and feedback."""

import sqlalchemy as sa
from alembic import op

from bot.store.types import UtcDateTime, Yuan

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the three tables."""
    _tickets()
    _messages()
    _feedback()


def downgrade() -> None:
    """Remove them with everything in them."""
    for table in ("feedback", "ticket_messages", "tickets"):
        op.drop_table(table)


def _tickets() -> None:
    op.create_table(
        "tickets",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("number", sa.String(9), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("category", sa.String(20), nullable=False),
        sa.Column("priority", sa.String(10), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("stake", Yuan),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("city", sa.String(32)),
        sa.Column("intent", sa.String(64)),
        sa.Column("sender", sa.String(255)),
        sa.Column("question", sa.Text),
        sa.Column("fingerprint", sa.String(64)),
        sa.Column("contact", sa.Text),
        sa.Column("transcript", sa.JSON, nullable=False),
        sa.Column("entities", sa.JSON, nullable=False),
        sa.Column("calculation", sa.JSON),
        sa.Column("opened_at", UtcDateTime, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.Column("closed_at", UtcDateTime),
        sa.Column("close_reason", sa.Text),
        sa.Column("erased_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name="pk_tickets"),
        sa.UniqueConstraint("number", name="uq_tickets_number"),
        sa.CheckConstraint("state IN ('new', 'open', 'waiting_student', 'closed')", name=op.f("ck_tickets_state")),
        sa.CheckConstraint("priority IN ('urgent', 'high', 'normal')", name=op.f("ck_tickets_priority")),
    )
    op.create_index("ix_tickets_state", "tickets", ["state"])
    op.create_index("ix_tickets_sender", "tickets", ["sender"])


def _messages() -> None:
    op.create_table(
        "ticket_messages",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("ticket_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ticket_messages"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_ticket_messages_ticket_id", ondelete="CASCADE"),
        sa.CheckConstraint("kind IN ('student', 'staff', 'note')", name=op.f("ck_ticket_messages_kind")),
    )
    op.create_index("ix_ticket_messages_ticket_id", "ticket_messages", ["ticket_id"])


def _feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("sender", sa.String(255), nullable=False),
        sa.Column("topic", sa.String(64)),
        sa.Column("calculation", sa.String(64)),
        sa.Column("value", sa.String(4), nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feedback"),
        sa.CheckConstraint("value IN ('up', 'down')", name=op.f("ck_feedback_value")),
        sa.CheckConstraint("(topic IS NULL) <> (calculation IS NULL)", name=op.f("ck_feedback_one_subject")),
    )
    op.create_index("ix_feedback_sender", "feedback", ["sender"])
