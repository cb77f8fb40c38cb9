"""The Geocoder over a gazetteer file: parse, match, score, decide; a given coordinate is used and checked."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Final, Self

from geodata.coords import BoundingBox, LonLat
from geodata.geocoding.clutter import fault_of
from geodata.geocoding.coordinate import answer_coordinate
from geodata.geocoding.countries import rules_of
from geodata.geocoding.decide import decide
from geodata.geocoding.gazetteer import Gazetteer
from geodata.geocoding.match import Matcher
from geodata.geocoding.parse import parse_text
from geodata.geocoding.port import AddressQuery, GeocodeAnswer, ReverseAnswer, Status
from geodata.geocoding.reverse import ReverseFinder
from geodata.geocoding.score import Scorer

#: Answers of one call.
_REMEMBERED: Final = 1000


class GazetteerGeocoder:
    """Answers addresses from one gazetteer. Safe to use from several threads.

    Parameters
    ----------
    gazetteer : the names and numbers of an area; closed by `close`.
    service_area : where doors are expected; an answer outside it needs review. None for anywhere.

    Examples
    --------
    >>> from geodata.geocoding.port import AddressQuery
    >>> with open_geocoder(file, service_area=None) as geocoder:  # doctest: +SKIP
    ...     geocoder.geocode([AddressQuery(text="Landstrasse 19, 9494 Schaan")])[0].status
    <Status.ACCEPTED: 'accepted'>
    """

    def __init__(self, gazetteer: Gazetteer, *, service_area: BoundingBox | None) -> None:
        self._gazetteer = gazetteer
        self._service_area = service_area
        self._rules = rules_of(gazetteer.countries)
        self._matcher = Matcher(gazetteer, self._rules)
        self._scorer = Scorer(gazetteer)
        self._finder: ReverseFinder | None = None
        #: Whoever looks for pins reads a text first, and may ask for its answer again.
        self._found = lru_cache(maxsize=_REMEMBERED)(self._find)

    @property
    def dataset_version(self) -> str:
        """The version of the data that the answers come from."""
        return self._gazetteer.dataset_version

    def geocode(self, queries: Sequence[AddressQuery]) -> list[GeocodeAnswer]:
        """Answer each query by itself and in order; an unknown address is an answer, not an error."""
        return [self._answer(query) for query in queries]

    def reverse(self, points: Sequence[LonLat]) -> list[ReverseAnswer]:
        """Say which address is at each point, in order; where nothing is near, that is an answer and no error."""
        if self._finder is None:
            self._finder = ReverseFinder(self._gazetteer)
        return [self._finder.find(point) for point in points]

    def close(self) -> None:
        """Close the gazetteer's file."""
        self._gazetteer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def _answer(self, query: AddressQuery) -> GeocodeAnswer:
        text = query.text or ""
        fault = fault_of(text)
        found = None if fault else self._found(text)
        if query.location is not None:
            given = answer_coordinate(query.location, service_area=self._service_area, text=found)
            return replace(given, dataset_version=self.dataset_version)
        if found is None:
            reasons = (fault,) if fault else ()
            return GeocodeAnswer(status=Status.INVALID, reasons=reasons, dataset_version=self.dataset_version)
        return self._inside_area(found)

    def _find(self, text: str) -> GeocodeAnswer:
        parsed = parse_text(text, is_name=self._gazetteer.is_name, rules=self._rules)
        scored = [self._scorer.score(reading, parsed) for reading in self._matcher.readings(parsed)]
        return decide(scored, parsed, self._gazetteer)

    def _inside_area(self, answer: GeocodeAnswer) -> GeocodeAnswer:
        if answer.location is None or self._service_area is None or answer.location in self._service_area:
            return answer
        status = Status.NEEDS_REVIEW if answer.status is Status.ACCEPTED else answer.status
        return replace(answer, status=status, reasons=(*answer.reasons, "out_of_area"))


def open_geocoder(file: Path, *, service_area: BoundingBox | None) -> GazetteerGeocoder:
    """Open a gazetteer file for answering.

    Parameters
    ----------
    file : what `build_gazetteer` wrote.
    service_area : where doors are expected, None for anywhere.

    Raises
    ------
    AreaFormatError
        When the file is missing, damaged, or of another version.
    """
    return GazetteerGeocoder(Gazetteer(file), service_area=service_area)
