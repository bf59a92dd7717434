"""Run by Alembic for every command: on the connection, and inside the transaction, of bot.store.schema."""

from alembic import context

from bot.store.models import Base
from bot.store.schema import ours

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    include_name=ours,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
