"""Who is meant by a case, a telephone number or a name: found by blind indices, and told from others."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Connection, or_, select

from geodata.geocoding.pins import normal_form
from service.cases.person import name_form, phone_form
from service.persons.person import Person, person_of
from service.persons.staff import addresses_in
from service.store.errors import AmbiguousPersonError, PersonNotFoundError
from service.store.jobs.records import JsonObject
from service.store.privacy.vault import Vault
from service.store.resources.resource_tables import branches, cases, collectors


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Who is meant: by a case, a telephone number, a name, by all that is given; or a collector, by the id alone."""

    case: str | None = None
    collector: str | None = None
    phone: str | None = None
    name: str | None = None


class PersonSearch:
    """Looks for people in the cases of one tenant, within a transaction."""

    def __init__(self, connection: Connection, vault: Vault, *, tenant: str) -> None:
        self._connection = connection
        self._vault = vault
        self._tenant = tenant

    def find(self, wanted: Wanted) -> Person:
        """Return the person that is meant.

        Raises
        ------
        PersonNotFoundError
            When nobody is meant by all that is given. A case alone may be known by plans alone.
        AmbiguousPersonError
            When the cases that fit are of several people.
        """
        if wanted.collector is not None:
            return self._collector(wanted.collector)
        found = self._cases(*self._conditions(wanted))
        if not found and (wanted.case is None or wanted.phone or wanted.name):
            msg = "No case fits."
            raise PersonNotFoundError(msg)
        if (people := _count_people(found.values())) > 1:
            msg = f"The cases that fit are of {people} people: name one by a case."
            raise AmbiguousPersonError(msg)
        for document in list(found.values()):
            found |= self._same_person(document)
        person = person_of(found)
        if wanted.case is not None:
            person = replace(person, cases=person.cases | {wanted.case})
        return self.without_namesakes(self.with_neighbours(person))

    def addresses_of_others(self, person: Person) -> frozenset[str]:
        """Return the addresses at which other collectors' days begin or end, and those of branches."""
        found: set[str] = set()
        for table in (branches, collectors):
            statement = select(table.c.id, table.c.sealed).where(table.c.tenant == self._tenant)
            for row in self._connection.execute(statement):
                if table is branches or not person.has_collector(row.id):
                    found |= set(map(normal_form, addresses_in(self._vault.open(row.sealed))))
        return frozenset(found)

    def _collector(self, id_: str) -> Person:
        """Return a collector; nothing but the id where none of that id is stored."""
        mine = (collectors.c.tenant == self._tenant, collectors.c.id == id_)
        sealed = self._connection.scalar(select(collectors.c.sealed).where(*mine))
        document = {} if sealed is None else self._vault.open(sealed)
        known = person_of({"": document})
        person = Person(collectors=frozenset({id_}), phones=known.phones, names=known.names)
        homes = frozenset(map(normal_form, addresses_in(document))) - {""} - self.addresses_of_others(person)
        return self.without_namesakes(self.with_neighbours(replace(person, addresses=homes)))

    def with_neighbours(self, person: Person) -> Person:
        """Return the person with the cases of others at the same addresses."""
        keys = [self._vault.index("address", address) for address in person.addresses]
        statement = select(cases.c.id).where(cases.c.tenant == self._tenant, cases.c.address_key.in_(keys))
        return replace(person, neighbours=frozenset(self._connection.scalars(statement)) - person.cases)

    def without_namesakes(self, person: Person) -> Person:
        """Return the person without the names that somebody else has too."""
        shared = {
            name
            for name in person.names
            if self._cases(cases.c.name_key == self._vault.index("name", name)).keys() - person.cases
        }
        return replace(person, names=person.names - shared)

    def _conditions(self, wanted: Wanted) -> Iterator[ColumnElement[bool]]:
        if wanted.case is not None:
            yield cases.c.id == wanted.case
        if wanted.phone is not None:
            yield cases.c.phone_key == self._vault.index("phone", phone_form(wanted.phone))
        if wanted.name is not None:
            yield cases.c.name_key == self._vault.index("name", name_form(wanted.name))

    def _same_person(self, document: JsonObject) -> dict[str, JsonObject]:
        """Return the cases that have the same name, and the same telephone number or address."""
        name = name_form(str(document.get("name") or ""))
        reached = [
            cases.c[f"{kind}_key"] == self._vault.index(kind, form)
            for kind, form in (
                ("phone", phone_form(str(document.get("phone") or ""))),
                ("address", normal_form(str(document.get("address") or ""))),
            )
            if form
        ]
        if not name or not reached:
            return {}
        return self._cases(cases.c.name_key == self._vault.index("name", name), or_(*reached))

    def _cases(self, *conditions: ColumnElement[bool]) -> dict[str, JsonObject]:
        statement = select(cases.c.id, cases.c.sealed).where(cases.c.tenant == self._tenant, *conditions)
        return {row.id: self._vault.open(row.sealed) for row in self._connection.execute(statement)}


def _count_people(documents: Iterable[JsonObject]) -> int:
    """Count the people of some cases: those who share a name, and a telephone number or an address, are one."""
    people: list[set[tuple[str, str]]] = []
    for document in documents:
        name = name_form(str(document.get("name") or ""))
        phone, address = phone_form(str(document.get("phone") or "")), normal_form(str(document.get("address") or ""))
        marks = {(name, mark) for mark in (f"phone {phone}" if phone else "", f"address {address}" if address else "")}
        marks -= {(name, "")}
        same = [one for one in people if one & marks]
        people = [one for one in people if one not in same] + [marks.union(*same) or {(name, "")}]
    return len(people)
