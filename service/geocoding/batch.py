"""Answering many addresses, a few at a time, so that progress is seen and a stop is heard."""

from collections.abc import Callable, Sequence
from typing import Final

from geodata.geocoding.port import AddressQuery, GeocodeAnswer, Geocoder, Status
from service.geocoding.rows import AddressRow

#: So many between two looks at the clock: some milliseconds for a gazetteer, one call for a provider with batches.
_AT_A_TIME: Final = 20


def answer_rows(
    rows: Sequence[AddressRow],
    geocoder: Geocoder,
    *,
    on_progress: Callable[[int], None],
    should_stop: Callable[[], bool] = lambda: False,
) -> list[GeocodeAnswer]:
    """Answer each row by itself and in order; a row with a fault is `invalid` with the fault as its reason.

    Parameters
    ----------
    on_progress : told how many rows are answered.
    should_stop : looked at between answers; once it says so, the rows so far are returned.
    """
    answers: list[GeocodeAnswer] = []
    for start in range(0, len(rows), _AT_A_TIME):
        if should_stop():
            break
        answers += _answer(rows[start : start + _AT_A_TIME], geocoder)
        on_progress(len(answers))
    return answers


def _answer(rows: Sequence[AddressRow], geocoder: Geocoder) -> list[GeocodeAnswer]:
    sound = [row for row in rows if row.fault is None]
    found = iter(geocoder.geocode([AddressQuery(text=row.address, location=row.location) for row in sound]))
    return [
        next(found) if row.fault is None else GeocodeAnswer(status=Status.INVALID, reasons=(row.fault.code,))
        for row in rows
    ]
