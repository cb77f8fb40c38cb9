"""The Provider port: what a geocoding service of others says of a text, before anything is made of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from geodata.coords import BoundingBox, LonLat
from geodata.datum import Datum
from geodata.geocoding.port import Level

#: Keys of OpenStreetMap whose things nobody lives in, though they bear the village's name: a stop, a hill, a border.
NO_DOORS: Final = frozenset(
    {"aeroway", "boundary", "highway", "natural", "public_transport", "railway", "route", "water", "waterway"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One place that a provider names.

    Attributes
    ----------
    location : in the provider's datum.
    label : how the provider writes the address; empty when it does not say.
    is_exact : whether the provider says that it found what was asked, and nothing wider or merely alike.
    """

    location: LonLat
    label: str
    level: Level
    is_exact: bool


class Provider(Protocol):
    """A geocoding service.

    Attributes
    ----------
    name : how settings and answers call it.
    host : the server that is asked, as the audit has it.
    datum : what its coordinates are measured against.
    leaves_premises : whether an address that it is asked leaves the own network.
    max_batch : addresses in one request.
    qps : requests a second that its terms allow, or that it takes without harm.
    """

    @property
    def name(self) -> str:
        """See above."""

    @property
    def host(self) -> str:
        """See above."""

    @property
    def datum(self) -> Datum:
        """See above."""

    @property
    def leaves_premises(self) -> bool:
        """See above."""

    @property
    def max_batch(self) -> int:
        """See above."""

    @property
    def qps(self) -> float:
        """See above."""

    def geocode(self, texts: Sequence[str], *, within: BoundingBox | None) -> list[tuple[Found, ...]]:
        """Answer up to `max_batch` texts in one request: for each, the places it may mean, the likeliest first.

        Parameters
        ----------
        within : where answers are of use, WGS-84; a provider that can leaves others out.

        Raises
        ------
        BatchSpoiltError
            When the texts must be asked one by one.
        ProviderError
            When there is no answer. The message holds neither a text nor a key.
        """

    def close(self) -> None:
        """Close its connections."""
