"""The body of POST /v1/geocode/batches: each query is read by itself, so that a bad one spoils no other."""

from dataclasses import replace
from typing import Annotated, Final

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from service.cases.limits import MAX_BATCH_ROWS
from service.field_errors import field_errors
from service.geocoding.rows import AddressRow, RowFault
from service.schemas.base import ExternalId, Schema
from service.schemas.batch import BatchQuery

_ID: Final[TypeAdapter[str | None]] = TypeAdapter(ExternalId | None, config=ConfigDict(strict=True))


class FaultyQuery(BatchQuery):
    """What stood in the place of a query and is none; made without validation."""

    fault: RowFault


def _or_fault(value: object, validate: ValidatorFunctionWrapHandler) -> BatchQuery:
    """Keep what is wrong with one query as a fault of that one, so that the others are answered."""
    try:
        query: BatchQuery = validate(value)
    except ValidationError as exc:
        errors = exc.errors(include_url=False, include_input=False)
        (first, *_) = field_errors([{**error, "loc": ("body", *error["loc"])} for error in errors])
        fault = RowFault(code=first.code, detail=first.detail, pointer=first.pointer)
        return FaultyQuery.model_construct(id=_id_of(value), fault=fault)
    return query


def _id_of(value: object) -> str | None:
    """Return the id of a query that may be wrong in any way, None when that is no id."""
    try:
        return _ID.validate_python(value.get("id")) if isinstance(value, dict) else None
    except ValidationError:
        return None


class BatchRequest(Schema):
    """Addresses to locate in the background. A query that is wrong is answered as `invalid`, and spoils no other."""

    area: Annotated[
        str | None,
        Field(min_length=1, max_length=63, description="The map area's name, see GET /v1/areas; the server's default."),
    ] = None
    queries: Annotated[
        list[Annotated[BatchQuery, WrapValidator(_or_fault)]], Field(min_length=1, max_length=MAX_BATCH_ROWS)
    ]

    def rows(self) -> list[AddressRow]:
        """As the geocoder's values, numbered from 1."""
        return [_row(index, query) for index, query in enumerate(self.queries)]


def _row(index: int, query: BatchQuery) -> AddressRow:
    if isinstance(query, FaultyQuery):
        fault = replace(query.fault, pointer=f"/queries/{index}{query.fault.pointer or ''}")
        return AddressRow(number=index + 1, id=query.id, fault=fault)
    place = query.whereabouts()
    return AddressRow(number=index + 1, id=query.id, address=place.address, location=place.location)
