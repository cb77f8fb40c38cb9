"""Every table there is: what migrations and tests compare the database with."""

from service.store import (
    audit_tables,
    identity_tables,
    link_tables,
    request_tables,
    resource_tables,
    schedule_tables,
    webhook_tables,
)
from service.store.tables import metadata

__all__ = [
    "audit_tables",
    "identity_tables",
    "link_tables",
    "metadata",
    "request_tables",
    "resource_tables",
    "schedule_tables",
    "webhook_tables",
]
