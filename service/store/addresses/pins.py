"""Pins in PostgreSQL: sealed, found by blind indices, one for each address of an area."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import Engine, Row, delete, func, select, tuple_

from geodata.coords import LonLat
from geodata.geocoding.pins import Pin, is_of, normal_form, without_people
from geodata.geocoding.port import GeocodeAnswer
from service.audit.entry import Action
from service.reviews.stored_answer import load_pin
from service.store.addresses.address_rows import ADDRESS, CELL, DOOR, PLACE, resolve_open, write_pin
from service.store.addresses.pin_cells import cells_around, nearest_of
from service.store.audit.audit_log import note
from service.store.errors import PinChangedError, PinNotFoundError
from service.store.jobs.records import PinRecord, PinSource
from service.store.privacy.tenant_keys import TenantKeys
from service.store.privacy.vault import Vault
from service.store.tables import pins

#: More doors of a place say no better where its middle is.
_MOST_DOORS: Final = 100


class PinStore:
    """The pins of one tenant.

    Parameters
    ----------
    engine : an engine of `service.store.engine.open_engine`; whoever made it disposes of it.
    keys : what seals them.
    """

    def __init__(self, engine: Engine, keys: TenantKeys, *, tenant: str) -> None:
        self._engine = engine
        self._keys = keys
        self._tenant = tenant

    def find(self, area: str, forms: Sequence[str]) -> list[Pin | None]:
        """Return the pin of each address, given in its normal form."""
        vault = self._keys.vault(self._tenant)
        keys = [vault.index(ADDRESS, form) if form else b"" for form in forms]
        statement = select(pins.c.key, pins.c.sealed).where(*self._of(area), pins.c.key.in_({*keys} - {b""}))
        with self._engine.connect() as connection:
            found = {bytes(row.key): _pin(vault.open(row.sealed)) for row in connection.execute(statement)}
        return [found.get(key) for key in keys]

    def at_doors(self, area: str, doors: Sequence[str]) -> list[Pin | None]:
        """Return the latest pin of each door, as `GeocodeAnswer.door` writes it; none of an empty one."""
        vault = self._keys.vault(self._tenant)
        keys = [vault.index(DOOR, door) if door else b"" for door in doors]
        if not any(keys):
            return [None] * len(keys)
        latest_last = (
            select(pins.c.door_key, pins.c.sealed)
            .where(*self._of(area), pins.c.door_key.in_({*keys} - {b""}))
            .order_by(pins.c.changed_at, pins.c.id)
        )
        with self._engine.connect() as connection:
            found = {bytes(row.door_key): _pin(vault.open(row.sealed)) for row in connection.execute(latest_last)}
        return [found.get(key) for key in keys]

    def near(self, area: str, points: Sequence[LonLat]) -> list[PinRecord | None]:
        """Return the pinned door that is nearest to each point, within 15 m; a street or a village is none."""
        vault = self._keys.vault(self._tenant)
        cells = [[vault.index(CELL, cell) for cell in cells_around(point)] for point in points]
        statement = select(pins).where(*self._of(area), pins.c.cell_key.in_({key for keys in cells for key in keys}))
        by_cell: dict[bytes, list[PinRecord]] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(statement):
                by_cell.setdefault(bytes(row.cell_key), []).append(_record(row, vault))
        return [
            nearest_of([one for key in keys for one in by_cell.get(key, ())], point)
            for point, keys in zip(points, cells, strict=True)
        ]

    def doors_in(self, area: str, places: Collection[str]) -> dict[str, list[LonLat]]:
        """Return the latest pinned doors of each place, by the name that their address has for it."""
        vault = self._keys.vault(self._tenant)
        names = {vault.index(PLACE, place): place for place in places}
        if not names:
            return {}
        latest_first = func.row_number().over(partition_by=pins.c.place_key, order_by=pins.c.changed_at.desc())
        of_places = (
            select(pins.c.place_key, pins.c.sealed, latest_first.label("nth"))
            .where(*self._of(area), pins.c.place_key.in_(names))
            .subquery()
        )
        statement = select(of_places.c.place_key, of_places.c.sealed).where(of_places.c.nth <= _MOST_DOORS)
        doors: dict[str, list[LonLat]] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(statement):
                doors.setdefault(names[bytes(row.place_key)], []).append(_pin(vault.open(row.sealed)).location)
        return doors

    def put(
        self,
        area: str,
        address: str,
        pin: Pin,
        *,
        source: PinSource,
        place: str,
        door: str = "",
        instead_of: PinRecord | None = None,
    ) -> PinRecord:
        """Pin an address, in place of the pin that was seen; an open review of it is resolved.

        Parameters
        ----------
        address : as it was typed; what tells of people is left out.
        place : name of the place that the address names, empty when it names none.
        door : the door that the map reads in the address, see `GeocodeAnswer.door`.
        instead_of : the pin of the address as it was seen, None when it had none.

        Raises
        ------
        PinChangedError
            When somebody else set or took away its pin meanwhile.
        """
        vault = self._keys.vault(self._tenant)
        key = vault.index(ADDRESS, normal_form(address))
        with self._engine.begin() as connection:
            written = write_pin(
                connection,
                vault,
                tenant=self._tenant,
                area=area,
                key=key,
                address=without_people(address),
                pin=pin,
                source=source,
                place=place,
                door=door,
                only_on=0 if instead_of is None else instead_of.version,
            )
            if not written:
                msg = "The pin of this address has changed meanwhile."
                raise PinChangedError(msg)
            resolve_open(connection, tenant=self._tenant, area=area, keys=[key])
            row = connection.execute(select(pins).where(*self._of(area), pins.c.key == key)).one()
            note(connection, self._tenant, Action.PIN_SET, "pin", row.id, source=source)
        return _record(row, vault)

    def of_address(self, area: str, address: str) -> PinRecord | None:
        """Return the pin of an address as it was typed."""
        vault = self._keys.vault(self._tenant)
        statement = select(pins).where(*self._of(area), pins.c.key == vault.index(ADDRESS, normal_form(address)))
        with self._engine.connect() as connection:
            row = connection.execute(statement).one_or_none()
        return None if row is None else _record(row, vault)

    def of_door(self, area: str, known: GeocodeAnswer) -> PinRecord | None:
        """Return the latest pin of the door that the map reads in an address; see `PinnedGeocoder`."""
        if not known.door:
            return None
        vault = self._keys.vault(self._tenant)
        of_door = (*self._of(area), pins.c.door_key == vault.index(DOOR, known.door))
        statement = select(pins).where(*of_door).order_by(pins.c.changed_at.desc(), pins.c.id.desc()).limit(1)
        with self._engine.connect() as connection:
            row = connection.execute(statement).one_or_none()
        record = None if row is None else _record(row, vault)
        return record if record is not None and is_of(record.pin, known) else None

    def get(self, pin_id: UUID) -> PinRecord:
        """Return the pin.

        Raises
        ------
        PinNotFoundError
            When there is none of that id.
        """
        statement = select(pins).where(pins.c.tenant == self._tenant, pins.c.id == pin_id)
        with self._engine.connect() as connection:
            row = connection.execute(statement).one_or_none()
        if row is None:
            raise _not_found(pin_id)
        return _record(row, self._keys.vault(self._tenant))

    def list(
        self, *, area: str | None = None, limit: int, after: tuple[datetime, UUID] | None = None
    ) -> Sequence[PinRecord]:
        """Return at most `limit` pins, the latest change first, beginning behind the one that `after` names."""
        statement = select(pins).where(pins.c.tenant == self._tenant)
        if area is not None:
            statement = statement.where(pins.c.area == area)
        if after is not None:
            statement = statement.where(tuple_(pins.c.changed_at, pins.c.id) < after)
        statement = statement.order_by(pins.c.changed_at.desc(), pins.c.id.desc()).limit(limit)
        vault = self._keys.vault(self._tenant)
        with self._engine.connect() as connection:
            return [_record(row, vault) for row in connection.execute(statement)]

    def delete(self, pin_id: UUID, *, version: int) -> None:
        """Take a pin away; its address is looked for in the map again.

        Raises
        ------
        PinNotFoundError, PinChangedError
            When there is none of that id, or not of that version any more.
        """
        of_id = (pins.c.tenant == self._tenant, pins.c.id == pin_id)
        with self._engine.begin() as connection:
            if connection.execute(delete(pins).where(*of_id, pins.c.version == version)).rowcount:
                note(connection, self._tenant, Action.PIN_REMOVED, "pin", pin_id)
                return
            is_there = connection.execute(select(pins.c.id).where(*of_id)).one_or_none() is not None
        if not is_there:
            raise _not_found(pin_id)
        msg = f"Pin {pin_id} has changed since version {version}."
        raise PinChangedError(msg)

    def _of(self, area: str) -> tuple[Any, Any]:
        return (pins.c.tenant == self._tenant, pins.c.area == area)


def _pin(opened: Mapping[str, object]) -> Pin:
    return load_pin(cast("Mapping[str, Any]", opened["pin"]))


def _record(row: Row[Any], vault: Vault) -> PinRecord:
    opened = vault.open(row.sealed)
    return PinRecord(
        id=row.id,
        area=row.area,
        address=str(opened["address"]),
        source=row.source,
        version=row.version,
        created_at=row.created_at,
        changed_at=row.changed_at,
        pin=_pin(opened),
    )


def _not_found(pin_id: UUID) -> PinNotFoundError:
    msg = f"No pin has the id {pin_id}."
    return PinNotFoundError(msg)
