"""The tables of what a bank keeps here: branches, cases with their visits, collectors. Found by the bank's own ids.

`sealed` is encrypted and has everything; `fingerprint` and the columns that end in `_key` are HMACs of it. In clear
stand only what lists are filtered by, and no person is known by it.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    func,
)
from sqlalchemy.schema import SchemaItem

from service.store.tables import metadata

#: Ids are ordered by their bytes, so that a prefix is a range of the index.
_ID = Text(collation="C")


def _resource(name: str, *own: SchemaItem) -> Table:
    return Table(
        name,
        metadata,
        Column("tenant", Text, nullable=False),
        Column("id", _ID, nullable=False),
        Column("version", Integer, nullable=False, server_default="1"),
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("changed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("fingerprint", LargeBinary, nullable=False),
        Column("sealed", LargeBinary, nullable=False),
        *own,
        PrimaryKeyConstraint("tenant", "id"),
    )


def _of_branch() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["tenant", "branch"], ["branches.tenant", "branches.id"])


branches = _resource("branches")

cases = _resource(
    "cases",
    Column("branch", _ID),
    Column("status", Text, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("days_past_due", Integer),
    Column("due_on", Date),
    Column("name_key", LargeBinary),
    Column("phone_key", LargeBinary),
    Column("address_key", LargeBinary),
    _of_branch(),
    CheckConstraint("status IN ('open', 'closed')", name="status"),
    Index("ix_cases_due", "tenant", "branch", "status", "priority"),
    Index("ix_cases_name_key", "tenant", "name_key", postgresql_where="name_key IS NOT NULL"),
    Index("ix_cases_phone_key", "tenant", "phone_key", postgresql_where="phone_key IS NOT NULL"),
    Index("ix_cases_address_key", "tenant", "address_key", postgresql_where="address_key IS NOT NULL"),
)

#: Visits go with their case.
case_visits = Table(
    "case_visits",
    metadata,
    Column("tenant", Text, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("case_id", _ID, nullable=False),
    Column("visited_on", Date, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("sealed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("tenant", "id"),
    ForeignKeyConstraint(["tenant", "case_id"], ["cases.tenant", "cases.id"], ondelete="CASCADE"),
    Index("ix_case_visits_case", "tenant", "case_id", "visited_on"),
)

collectors = _resource(
    "collectors",
    Column("branch", _ID),
    Column("status", Text, nullable=False),
    Column("name_key", LargeBinary),
    Column("phone_key", LargeBinary),
    _of_branch(),
    CheckConstraint("status IN ('active', 'inactive')", name="status"),
    Index("ix_collectors_branch", "tenant", "branch", "status"),
    Index("ix_collectors_name_key", "tenant", "name_key", postgresql_where="name_key IS NOT NULL"),
    Index("ix_collectors_phone_key", "tenant", "phone_key", postgresql_where="phone_key IS NOT NULL"),
)
