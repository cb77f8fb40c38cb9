"""Alembic's entry: runs the scripts on the connection that `service.store.migrate` hands over."""

from alembic import context

from service.store import resource_tables  # noqa: F401 - its tables are in the metadata
from service.store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transaction_per_migration=True)
with context.begin_transaction():
    context.run_migrations()
