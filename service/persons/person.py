"""A person as the rows know them: by cases, telephone numbers and addresses."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from geodata.geocoding.pins import normal_form
from service.cases.person import name_form, phone_form

#: Shorter names, those of Chinese among them, are parts of villages' and streets' names.
_SHORTEST_NAME: Final = 5
#: Shorter numbers are extensions or house numbers, and belong to many.
_SHORTEST_PHONE: Final = 6
#: Texts that were looked at are known again: names of roads come a thousand times.
_KNOWN_TEXTS: Final = 50_000

_address_form: Final[Callable[[str], str]] = lru_cache(maxsize=_KNOWN_TEXTS)(normal_form)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody whose data is looked for.

    Attributes
    ----------
    cases : the bank's ids of the person's cases.
    collectors : the bank's id of a collector, whose data this is then; nobody is both at once.
    phones : as `service.cases.person.phone_form` writes them.
    addresses : as `geodata.geocoding.pins.normal_form` writes them.
    names : as `service.cases.person.name_form` writes them; none that somebody else has too.
    neighbours : cases of others who live at one of these addresses.
    """

    cases: frozenset[str] = field(default_factory=frozenset)
    collectors: frozenset[str] = field(default_factory=frozenset)
    phones: frozenset[str] = field(default_factory=frozenset)
    addresses: frozenset[str] = field(default_factory=frozenset)
    names: frozenset[str] = field(default_factory=frozenset)
    neighbours: frozenset[str] = field(default_factory=frozenset)

    def has_case(self, value: object) -> bool:
        """Whether this is the id of one of the person's cases."""
        return isinstance(value, str) and value in self.cases

    def has_collector(self, value: object) -> bool:
        """Whether this is the id of the collector who is meant."""
        return isinstance(value, str) and value in self.collectors

    def has_address(self, value: object) -> bool:
        """Whether this is an address of the person, as somebody typed it."""
        return isinstance(value, str) and bool(self.addresses) and _address_form(value) in self.addresses

    def has_phone(self, value: object) -> bool:
        """Whether this is a telephone number of the person, as somebody typed it."""
        return isinstance(value, str) and bool(self.phones) and phone_form(value) in self.phones

    def is_named_in(self, value: object) -> bool:
        """Whether a text in a JSON value, such as an address with its addressee, has the person's whole name."""
        patterns = [re.compile(rf"(?<!\w){re.escape(name)}(?!\w)") for name in self.names]
        return bool(patterns) and any(
            pattern.search(form) for form in map(name_form, texts_in(value)) for pattern in patterns
        )

    def is_in(self, value: object) -> bool:
        """Whether anything in a JSON value tells of the person; an address that neighbours have too does not."""
        mine = bool(self.addresses) and not self.neighbours
        return any(
            self.has_case(text) or self.has_phone(text) or (mine and self.has_address(text)) for text in texts_in(value)
        )


def person_of(cases: Mapping[str, Mapping[str, object]]) -> Person:
    """Return the person whose cases these are, by their ids."""
    phones = {phone_form(str(case["phone"])) for case in cases.values() if case.get("phone")}
    addresses = {normal_form(str(case["address"])) for case in cases.values() if case.get("address")}
    names = {name_form(str(case["name"])) for case in cases.values() if case.get("name")}
    return Person(
        cases=frozenset(cases),
        names=frozenset(name for name in names if len(name) >= _SHORTEST_NAME),
        phones=frozenset(phone for phone in phones if len(phone) >= _SHORTEST_PHONE),
        addresses=frozenset(addresses - {""}),
    )


def part_of(value: object, person: Person) -> object:
    """Return a JSON value without the list entries that tell of others, such as rows of a batch."""
    if isinstance(value, dict):
        return {key: part_of(inner, person) for key, inner in value.items()}
    if isinstance(value, list):
        return [one for one in value if not isinstance(one, dict) or person.is_in(one) or person.is_named_in(one)]
    return value


def texts_in(value: object) -> Iterator[str]:
    """Yield every text in a JSON value, its keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from texts_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_in(inner)
