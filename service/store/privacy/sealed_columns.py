"""Where sealed values stand: in which columns of which tables. A test finds a column that is missing here."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Column, Table

from service.store.access.identity_tables import users
from service.store.jobs.schedule_tables import schedules
from service.store.requests.request_tables import idempotency_keys
from service.store.resources.resource_tables import branches, case_visits, cases, collectors
from service.store.tables import geocode_batches, pins, plans, provider_answers, reviews
from service.store.webhooks.webhook_tables import webhooks


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedColumn:
    """A column of sealed values; `in_json` when each is an object {"sealed": …} of `service.store.privacy.sealing`."""

    column: Column[object]
    in_json: bool = False

    @property
    def table(self) -> Table:
        """The table that the column is of; it has a column `tenant`."""
        table = self.column.table
        if not isinstance(table, Table):  # no column here is of anything else
            raise TypeError
        return table


SEALED_COLUMNS: Final = (
    SealedColumn(column=plans.c.request, in_json=True),
    SealedColumn(column=plans.c.result, in_json=True),
    SealedColumn(column=geocode_batches.c.request, in_json=True),
    SealedColumn(column=geocode_batches.c.result, in_json=True),
    SealedColumn(column=pins.c.sealed),
    SealedColumn(column=reviews.c.sealed),
    SealedColumn(column=provider_answers.c.sealed),
    SealedColumn(column=cases.c.sealed),
    SealedColumn(column=case_visits.c.sealed),
    SealedColumn(column=branches.c.sealed),
    SealedColumn(column=collectors.c.sealed),
    SealedColumn(column=users.c.sealed),
    SealedColumn(column=schedules.c.document, in_json=True),
    SealedColumn(column=webhooks.c.sealed),
    SealedColumn(column=idempotency_keys.c.sealed),
)
#: They are about those who work for the bank, about its branches and its programs.
OF_STAFF: Final = frozenset({branches.name, collectors.name, users.name, webhooks.name})
