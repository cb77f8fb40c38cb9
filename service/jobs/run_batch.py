"""What a worker does with a stored batch: answer its rows one after the other."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

import structlog

from geodata.area.meta import AreaMeta
from geodata.errors import AreaError
from geodata.geocoding.pins import PinnedGeocoder
from geodata.geocoding.port import AddressQuery, Geocoder
from service.geocoding.batch import answer_rows
from service.geocoding.rows import AddressRow, RowFault
from service.jobs.errors import PlanRefusedError
from service.jobs.patience import PatientBook
from service.jobs.run_plan import unusable
from service.planning.addresses import AddressBook
from service.schemas.batch import BatchAnswer, BatchProgress, BatchResult, StoredBatch, StoredRow
from service.store.jobs.records import JsonObject
from service.telemetry.telemetry import Telemetry

_log = structlog.stdlib.get_logger(__name__)


class GeocodedArea(Protocol):
    """What a batch needs of an area."""

    @property
    def meta(self) -> AreaMeta:
        """Its name and version."""

    @property
    def geocoder(self) -> Geocoder:
        """Answers its addresses."""


class GeocodedAreas(Protocol):
    """What a batch needs of the catalog."""

    def open(self, name: str) -> GeocodedArea:
        """Open the newest version of an area; raises AreaError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRunner:
    """Locates the addresses of stored batches.

    `book_of` gives an area's pins and reviews by its name; None where nothing is kept.
    """

    areas: GeocodedAreas
    book_of: Callable[[str], AddressBook] | None = None
    telemetry: Telemetry = field(default_factory=Telemetry)

    def __call__(
        self,
        request: JsonObject,
        on_progress: Callable[[JsonObject], None],
        should_stop: Callable[[], bool],
    ) -> JsonObject:
        """Answer a StoredBatch with a BatchResult as JSON.

        Raises
        ------
        PlanRefusedError
            When the area is damaged, of another version or gone.
        """
        batch = StoredBatch.model_validate(request, strict=False)
        started = time.monotonic()
        try:
            area = self.areas.open(batch.area)
            book = None if self.book_of is None else PatientBook(self.book_of(area.meta.name))
            rows = [_row(row) for row in batch.rows]
            with self.telemetry.span("geocode"):
                answers = answer_rows(
                    rows,
                    area.geocoder if book is None else PinnedGeocoder(area.geocoder, book),
                    on_progress=lambda done: on_progress(_progress(done, len(batch.rows), started)),
                    should_stop=should_stop,
                )
        except AreaError as exc:
            # It names files of ours, and nothing of the request: the log may have it, and its owner need not.
            _log.warning("area_unusable", area=batch.area, reason=str(exc))
            raise PlanRefusedError(unusable(batch.area)) from exc
        rows = rows[: len(answers)]  # fewer, when it was stopped
        self.telemetry.metrics.geocoded(answer.status.value for answer in answers)
        reviews: Sequence[UUID | None] = [None] * len(rows)
        if book is not None:
            reviews = book.note([AddressQuery(text=row.address, location=row.location) for row in rows], answers)
        found = [
            BatchAnswer.of_row(row, answer, review=review)
            for row, answer, review in zip(rows, answers, reviews, strict=True)
        ]
        result = BatchResult.of(found, area=area.meta.name, area_version=area.meta.version)
        return result.model_dump(mode="json")


def _row(row: StoredRow) -> AddressRow:
    fault = row.fault
    return AddressRow(
        number=row.row,
        id=row.id,
        address=row.address,
        location=None if row.location is None else row.location.to_lonlat(),
        fault=None if fault is None else RowFault(code=fault.code, detail=fault.detail, pointer=fault.pointer),
    )


def _progress(done: int, total: int, started: float) -> JsonObject:
    elapsed_s = round(time.monotonic() - started, 3)
    return BatchProgress(done=done, total=total, elapsed_s=elapsed_s).model_dump(mode="json")
