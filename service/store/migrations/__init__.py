"""Alembic's scripts; `service.store.migrate` runs them, from a checkout or an installed wheel alike."""
