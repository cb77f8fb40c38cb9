"""Every table there is: what migrations and tests compare the database with."""

from service.store import audit_tables, identity_tables, link_tables, resource_tables
from service.store.tables import metadata

__all__ = ["audit_tables", "identity_tables", "link_tables", "metadata", "resource_tables"]
