"""Alembic's entry: runs the scripts on the connection that `service.store.migrate` hands over."""

from alembic import context

from service.store.all_tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transaction_per_migration=True)
with context.begin_transaction():
    context.run_migrations()
