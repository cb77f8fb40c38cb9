"""/v1/persons: one person's data, erased with a proof, or shown. Who asks says why, in Audit-Reason."""

from typing import Annotated

from fastapi import APIRouter, Body, Header

from service.access import needs
from service.api.acting import REASON_HEADER, require_reason
from service.api.examples import examples
from service.api.http.body import JsonBodyRoute
from service.api.http.documented import problems
from service.auth.scope import Scope
from service.deps import UsesDeps
from service.schemas.persons import ErasureOut, PersonExport, PersonRequest

Reason = Annotated[
    str | None,
    Header(alias=REASON_HEADER, description="Why: one line that names nobody, kept for good.", examples=["request 17"]),
]
router = APIRouter(prefix="/v1/persons", tags=["Persons"], route_class=JsonBodyRoute)

_PROBLEMS = (
    "malformed_json",
    "body_too_large",
    "unsupported_media_type",
    "invalid_request",
    "person_not_found",
    "person_ambiguous",
    "reason_missing",
)


@router.post(
    "/erasures",
    dependencies=[needs(Scope.PERSONS_ERASE)],
    summary="Erase a person",
    response_model=ErasureOut,
    responses={
        200: examples.answer("What was erased, and that nothing is left.", "erasure"),
        **problems(*_PROBLEMS, "person_at_work"),
    },
)
def erase_person(body: Annotated[PersonRequest, Body()], deps: UsesDeps, reason: Reason = None) -> ErasureOut:
    """Delete everything about one person, for good: cases, visits, pins, reviews, batches; or about a collector.

    Plans and schedules stay for the others who are in them: the visit keeps its times, and nothing tells whose it was
    and where. Then every row of every table is read again. Sent again, it finds nothing more, and names the erasure
    before. Backups are yours to expire.
    """
    require_reason(reason)
    return ErasureOut.of(deps.persons.erase(deps.persons.find(body.to_domain())))


@router.post(
    "/exports",
    dependencies=[needs(Scope.PERSONS_EXPORT)],
    summary="Show a person's data",
    response_model=PersonExport,
    responses={200: examples.answer("Everything that is kept.", "person_export"), **problems(*_PROBLEMS)},
)
def export_person(body: Annotated[PersonRequest, Body()], deps: UsesDeps, reason: Reason = None) -> PersonExport:
    """Give everything that is kept about one person, as the law lets people ask for."""
    require_reason(reason)
    return PersonExport.of(deps.persons.export(deps.persons.find(body.to_domain())))
