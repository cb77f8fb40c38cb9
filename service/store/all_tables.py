"""Every table there is: what migrations and tests compare the database with."""

from service.store import identity_tables, resource_tables
from service.store.tables import metadata

__all__ = ["identity_tables", "metadata", "resource_tables"]
