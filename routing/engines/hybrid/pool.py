"""Routes worth remembering: each set of visits once, in the cheapest order found."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

#: How many routes are remembered. At 1000 visits OR-Tools chooses among so many in about a second.
CAPACITY: Final = 20_000


@dataclass(frozen=True, slots=True)
class PooledRoute:
    """A route that one vehicle of a class can drive.

    Attributes
    ----------
    vehicle_class : of identical vehicles, see Instance.
    visits : indices into Problem.visits, in driving order.
    cost : of the route alone, weighted; penalties of other visits not included.
    """

    vehicle_class: int
    visits: tuple[int, ...]
    cost: int


class Pool:
    """The routes that chains came across; when it is full, those not met for longest are forgotten."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._routes: dict[tuple[int, frozenset[int]], PooledRoute] = {}

    def __len__(self) -> int:
        return len(self._routes)

    def __iter__(self) -> Iterator[PooledRoute]:
        return iter(self._routes.values())

    def add(self, routes: Iterable[PooledRoute]) -> None:
        """Remember routes; of two with the same visits the cheaper one stays."""
        for route in routes:
            if not route.visits:
                continue
            key = route.vehicle_class, frozenset(route.visits)
            known = self._routes.pop(key, None)
            self._routes[key] = route if known is None or route.cost < known.cost else known
        excess = len(self._routes) - self._capacity
        for key in [key for _, key in zip(range(excess), self._routes, strict=False)]:
            del self._routes[key]
