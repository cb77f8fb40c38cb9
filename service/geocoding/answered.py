"""The table that is given back: the columns that came, and beside them what was found."""

from collections.abc import Sequence
from typing import Final

from geodata.geocoding.port import Candidate, GeocodeAnswer
from service.spreadsheets.sheet import Cell, Sheet

#: A file that was answered before and comes again gets new ones in their place.
PREFIX: Final = "geo_"
ANSWER_COLUMNS: Final = tuple(
    PREFIX + name
    for name in (
        "status", "lat", "lon", "label", "confidence", "uncertainty_m", "match_level", "location_level", "match_type",
        "reasons", "unmatched", "alternatives", "provider", "dataset",
    )
)  # fmt: skip
_MAX_ALTERNATIVES: Final = 3


def answer_cells(answer: GeocodeAnswer) -> tuple[Cell | None, ...]:
    """Return the cells of ANSWER_COLUMNS; degrees of WGS-84 with seven decimals, about a centimetre."""
    place = answer.location
    return (
        str(answer.status),
        None if place is None else round(place.lat, 7),
        None if place is None else round(place.lon, 7),
        answer.label,
        round(answer.confidence, 4),
        answer.uncertainty_m,
        str(answer.match_level),
        str(answer.location_level),
        str(answer.match_type),
        " ".join(answer.reasons),
        answer.unmatched_text,
        "; ".join(map(_alternative, answer.alternatives[:_MAX_ALTERNATIVES])),
        answer.provider,
        answer.dataset_version,
    )


def answered_table(
    sheet: Sheet, answers: Sequence[GeocodeAnswer]
) -> tuple[tuple[str, ...], list[tuple[Cell | None, ...]]]:
    """Return a sheet's header and rows with the answers at the end, one for each row in its order."""
    kept = [position for position, name in enumerate(sheet.header) if not name.startswith(PREFIX)]
    header = (*(sheet.header[position] for position in kept), *ANSWER_COLUMNS)
    rows = [
        (*(row.cells[position] for position in kept), *answer_cells(answer))
        for row, answer in zip(sheet.rows, answers, strict=True)
    ]
    return header, rows


def _alternative(candidate: Candidate) -> str:
    place = candidate.location
    return f"{candidate.label} ({place.lat:.5f}, {place.lon:.5f})"
