"""A provider, a meter, an audit and a cache in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from geodata.coords import BoundingBox, LonLat
from geodata.datum import Datum
from geodata.geocoding.port import AddressQuery, GeocodeAnswer, Level, Status
from geodata.geocoding.providers.careful import CarefulProvider
from geodata.geocoding.providers.port import Found


def found(
    lon: float, lat: float, label: str = "", level: Level = Level.HOUSE_NUMBER, *, is_exact: bool = True
) -> Found:
    return Found(location=LonLat(lon, lat), label=label, level=level, is_exact=is_exact)


_UNKNOWN = GeocodeAnswer(status=Status.NOT_FOUND, reasons=("no_name_known",), dataset_version="v1")


@dataclass
class FakeProvider:
    """Answers each text with what `knows` has of it; raises what stands first in `faults`."""

    name: str = "fake"
    knows: Mapping[str, tuple[Found, ...]] = field(default_factory=dict)
    faults: list[Exception] = field(default_factory=list)
    datum: Datum = Datum.WGS84
    leaves_premises: bool = True
    max_batch: int = 1
    qps: float = 2.0
    host: str = "fake.example"
    asked: list[list[str]] = field(default_factory=list)

    def geocode(self, texts: Sequence[str], *, within: BoundingBox | None) -> list[tuple[Found, ...]]:
        self.asked.append(list(texts))
        if self.faults:
            raise self.faults.pop(0)
        return [self.knows.get(text, ()) for text in texts]

    def close(self) -> None:
        pass


@dataclass
class FakeMeter:
    """Counts, and makes everybody wait as long as it is told."""

    wait_s: float = 0.0
    used: int = 0

    def reserve(self, provider: str, *, addresses: int, qps: float, per_day: int) -> float | None:
        if self.used + addresses > per_day:
            return None
        self.used += addresses
        return self.wait_s


@dataclass
class FakeAudit:
    rows: list[tuple[str, str, int]] = field(default_factory=list)
    broken: bool = False

    def leaving(self, *, provider: str, host: str, addresses: int) -> None:
        if self.broken:
            msg = "the database is away"
            raise OSError(msg)
        self.rows.append((provider, host, addresses))


@dataclass
class FakeCache:
    said: dict[tuple[str, str], tuple[Found, ...]] = field(default_factory=dict)

    def find(self, provider: str, texts: Sequence[str]) -> dict[str, tuple[Found, ...]]:
        return {text: self.said[provider, text] for text in texts if (provider, text) in self.said}

    def keep(self, provider: str, answers: Mapping[str, tuple[Found, ...]]) -> None:
        self.said |= {(provider, text): places for text, places in answers.items()}


@dataclass
class FakeMap:
    """An own map that knows some addresses and is not sure of the others."""

    answers: Mapping[str, GeocodeAnswer] = field(default_factory=dict)
    otherwise: GeocodeAnswer = _UNKNOWN

    def geocode(self, queries: Sequence[AddressQuery]) -> list[GeocodeAnswer]:
        return [self.answers.get(query.text or "", self.otherwise) for query in queries]


def careful(
    provider: FakeProvider,
    *,
    meter: FakeMeter | None = None,
    audit: FakeAudit | None = None,
    per_day: int = 1000,
    slept: list[float] | None = None,
    rest_s: float = 60.0,
) -> CarefulProvider:
    return CarefulProvider(
        provider,
        meter=meter or FakeMeter(),
        audit=audit or FakeAudit(),
        per_day=per_day,
        sleep=(slept if slept is not None else []).append,
        rest_s=rest_s,
    )
