"""Many rows in one statement: inserted, or put in place of those of the same tenant and id."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ARRAY, ColumnElement, Connection, Row, Table, bindparam, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import insert

#: Whether the row that a statement returns was inserted, and not updated.
_CREATED: Final[ColumnElement[bool]] = literal_column("(xmax = 0)").label("created")


def upsert(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> Sequence[Row[Any]]:
    """Write rows that all have the same columns; returns id, version and created of each, in no order.

    The columns go to the server as one array each: ten thousand rows are one statement, and no temporary table.
    """
    if not rows:
        return []
    names = list(rows[0])
    arrays = [cast(bindparam(name, [row[name] for row in rows]), ARRAY(table.c[name].type)) for name in names]
    source = func.unnest(*arrays).table_valued(*names, name="source").render_derived()
    statement = insert(table).from_select(names, select(*(source.c[name] for name in names)))
    written = {name: statement.excluded[name] for name in names if name not in {"tenant", "id"}}
    return connection.execute(
        statement.on_conflict_do_update(
            index_elements=["tenant", "id"],
            set_={**written, "version": table.c.version + 1, "changed_at": func.now()},
        ).returning(table.c.id, table.c.version, _CREATED)
    ).all()
