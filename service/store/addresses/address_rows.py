"""What reviews and pins write in one transaction: the pin of an address, and the end of its review."""

from collections.abc import Collection
from typing import Final
from uuid import uuid4

from sqlalchemy import Connection, delete, func, update
from sqlalchemy.dialects.postgresql import insert

from geodata.geocoding.pins import Pin
from service.reviews.review import ReviewSource, ReviewStatus, is_door
from service.reviews.stored_answer import dump_pin
from service.store.addresses.pin_cells import cell_of
from service.store.jobs.records import PinSource
from service.store.privacy.vault import Vault
from service.store.tables import pins, reviews

#: What a blind index is of.
ADDRESS: Final = "address"
PLACE: Final = "place"
DOOR: Final = "door"
CELL: Final = "cell"


def write_pin(
    connection: Connection,
    vault: Vault,
    *,
    tenant: str,
    area: str,
    key: bytes,
    address: str,
    pin: Pin,
    source: PinSource,
    place: str,
    door: str,
    only_on: int | None = None,
) -> bool:
    """Write the pin of an address within a transaction, in place of the one that is there.

    Parameters
    ----------
    key : the index of the address as it was typed; that of what is kept of it may be another one.
    address : without what tells of people.
    place, door : what the map reads in the address, empty for nothing; other texts with that door have the pin too.
    only_on : the version that must be there, 0 for none; None for whatever is there. Otherwise nothing is written,
        and False returned.
    """
    row = {
        "id": uuid4(),
        "tenant": tenant,
        "area": area,
        "key": key,
        "place_key": vault.index(PLACE, place) if place and is_door(pin) else None,
        "door_key": vault.index(DOOR, door) if door else None,
        "cell_key": vault.index(CELL, cell_of(pin.location)) if is_door(pin) else None,
        "source": source,
        "sealed": vault.seal({"address": address, "pin": dump_pin(pin)}),
    }
    statement = insert(pins).values(row)
    upsert = statement.on_conflict_do_update(
        constraint="uq_pins_address",
        set_={
            "place_key": statement.excluded.place_key,
            "door_key": statement.excluded.door_key,
            "cell_key": statement.excluded.cell_key,
            "source": statement.excluded.source,
            "sealed": statement.excluded.sealed,
            "version": pins.c.version + 1,
            "changed_at": func.now(),
        },
        where=None if only_on is None else pins.c.version == only_on,
    )
    version = connection.execute(upsert.returning(pins.c.version)).scalar_one_or_none()
    return only_on is None or version == only_on + 1


def remove_pin(connection: Connection, *, tenant: str, area: str, key: bytes) -> None:
    """Take the pin of an address away, if it has one."""
    connection.execute(delete(pins).where(pins.c.tenant == tenant, pins.c.area == area, pins.c.key == key))


def resolve_open(
    connection: Connection, *, tenant: str, area: str, keys: Collection[bytes], source: ReviewSource | None = None
) -> None:
    """Close the open reviews of these addresses, of one source or of any: they are located without a decision."""
    if not keys:
        return
    statement = update(reviews).where(
        reviews.c.tenant == tenant,
        reviews.c.area == area,
        reviews.c.key.in_(keys),
        reviews.c.status == ReviewStatus.OPEN.value,
    )
    if source is not None:
        statement = statement.where(reviews.c.source == source.value)
    resolved = statement.values(
        status=ReviewStatus.RESOLVED.value, decided_at=func.now(), version=reviews.c.version + 1
    )
    connection.execute(resolved)
