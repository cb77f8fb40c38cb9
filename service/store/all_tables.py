"""Every table there is: what migrations and tests compare the database with."""

from service.store.access import identity_tables, link_tables
from service.store.audit import audit_tables
from service.store.jobs import schedule_tables
from service.store.requests import request_tables
from service.store.resources import resource_tables
from service.store.tables import metadata
from service.store.webhooks import webhook_tables

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
