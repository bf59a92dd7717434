"""A message of the web chat has one answer, whichever process wrote it."""

from alembic import op

revision = "0004"
down_revision = "0003"
_DOUBLE = """
DELETE FROM web_events WHERE answers IS NOT NULL AND id NOT IN
(SELECT MIN(id) FROM web_events WHERE answers IS NOT NULL GROUP BY answers)
"""


def upgrade() -> None:
    """Keep the first of two answers, and let there be no second."""
    op.execute(_DOUBLE)
    op.drop_index("ix_web_events_answers", "web_events")
    op.create_index("ix_web_events_answers", "web_events", ["answers"], unique=True)


def downgrade() -> None:
    """Let there be several again."""
    op.drop_index("ix_web_events_answers", "web_events")
    op.create_index("ix_web_events_answers", "web_events", ["answers"])
