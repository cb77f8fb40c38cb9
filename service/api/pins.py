"""/v1/geocode/pins: places that somebody confirmed for an address; they win over every map."""

from contextlib import suppress
from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Body, Path, Query, Response, status

from geodata.coords import LonLat
from geodata.geocoding.pins import Pin, normal_form
from geodata.geocoding.port import AddressQuery, GeocodeAnswer, Level
from service.access import needs, require
from service.api.examples import examples
from service.api.examples.review_examples import PIN_REQUESTS
from service.api.http.body import JsonBodyRoute
from service.api.http.documented import problems
from service.api.http.paging import Cursor, Limit, next_page, page_of, position_of
from service.api.http.versions import IfMatch, tagged, version_of
from service.api.pinnable import require_inside
from service.auth.scope import Scope
from service.deps import Deps, UsesDeps
from service.errors import problem
from service.reading import told_of_pins
from service.reviews.fix import Fix, Verdict, answer_of_fix, judge
from service.reviews.review import BY_HAND_M
from service.schemas.problem import FieldError
from service.schemas.review import PinOut, PinPage, PinRequest, PinResult, ReviewOut
from service.store.errors import PinChangedError
from service.store.jobs.records import PinRecord

router = APIRouter(prefix="/v1/geocode/pins", tags=["Geocoding"], route_class=JsonBodyRoute)

#: So often is a fix judged again when the pin of its address changed meanwhile.
_ATTEMPTS: Final = 10

PinId = Annotated[UUID, Path(description="The pin's id.")]


@router.post(
    "",
    dependencies=[needs(Scope.FIXES_WRITE)],
    summary="Pin an address",
    response_model=PinResult,
    status_code=status.HTTP_201_CREATED,
    responses={
        201: examples.answer("Pinned; see Location.", "pinned"),
        200: examples.answer("The pin that is there says the same as precisely.", "pinned", model=PinResult),
        202: examples.answer("A planner must look first; Location is the review.", "fix_to_review", model=PinResult),
        **problems("malformed_json", "body_too_large", "unsupported_media_type", "invalid_request", "area_unusable"),
    },
)
def pin_address(
    body: Annotated[PinRequest, Body(openapi_examples=PIN_REQUESTS)], deps: UsesDeps, response: Response
) -> PinResult:
    """Pin an address by the GPS of a visit or by a planner's word.

    A fix becomes a pin when it is accurate to 50 m and no farther from what is known of the address than their
    uncertainties and 100 m together. Else it is queued as a review. Sent again, it changes nothing.
    """
    point = body.location.to_lonlat()
    opened = require_inside(deps, body.area or deps.settings.area, point)
    _require_sense(body)
    # Who is sure already asks no provider.
    if body.source == "planner":
        require(deps.caller, Scope.REVIEWS_WRITE)
    (known,) = opened.geocoder.geocode([AddressQuery(text=body.address, is_settled=True)])
    if body.source == "gps" and _pin_there(deps, opened.meta.name, body.address, known) is None:
        (known,) = opened.geocoder.geocode([AddressQuery(text=body.address)])
    for _ in range(_ATTEMPTS - 1):
        with suppress(PinChangedError):  # then what is judged by has changed
            return _pin_or_review(deps, opened.meta.name, body, point, known, response)
    return _pin_or_review(deps, opened.meta.name, body, point, known, response)


@router.get(
    "",
    dependencies=[needs(Scope.REVIEWS_READ)],
    summary="List pins",
    response_model=PinPage,
    responses={200: examples.answer("A page of pins.", "pins"), **problems("invalid_request")},
)
def list_pins(
    deps: UsesDeps,
    area: Annotated[str | None, Query(min_length=1, max_length=63, description="Only of this area.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> PinPage:
    """List the pins, the latest change first."""
    found = deps.books.pins.list(area=area, limit=limit + 1, after=position_of(cursor))
    shown, behind = page_of(found, limit, lambda pin: (pin.changed_at, pin.id))
    told_of_pins(deps, found=len(shown))
    return PinPage(
        pins=[PinOut.of_record(record) for record in shown],
        next=next_page("/v1/geocode/pins", behind, {"area": area, "limit": limit}),
    )


@router.get(
    "/{pin_id}",
    dependencies=[needs(Scope.REVIEWS_READ)],
    summary="A pin",
    response_model=PinOut,
    responses={200: examples.answer("The pin.", "pin"), **problems("pin_not_found")},
)
def get_pin(pin_id: PinId, deps: UsesDeps, response: Response) -> PinOut:
    """Return a pin; its ETag is needed to take it away."""
    record = deps.books.pins.get(pin_id)
    told_of_pins(deps, pin_id=pin_id)
    tagged(response, record.version)
    return PinOut.of_record(record)


@router.delete(
    "/{pin_id}",
    dependencies=[needs(Scope.REVIEWS_WRITE)],
    summary="Take a pin away",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problems("pin_not_found", "pin_changed", "version_missing"),
)
def delete_pin(pin_id: PinId, deps: UsesDeps, if_match: IfMatch = None) -> None:
    """Forget the pin: from now on the map answers the address again, and reviews of it open when they must."""
    deps.books.pins.delete(pin_id, version=version_of(if_match))


def _require_sense(body: PinRequest) -> None:
    errors = []
    if body.source == "gps" and body.accuracy_m is None:
        rule = "Required for gps: the radius of the fix in metres."
        errors.append(FieldError(pointer="/accuracy_m", code="missing", detail=rule))
    if not normal_form(body.address):
        rule = "Must be an address; nothing is left of this text without addressee and telephone number."
        errors.append(FieldError(pointer="/address", code="wrong_text", detail=rule))
    if errors:
        raise problem(code="invalid_request", errors=errors)


def _pin_or_review(
    deps: Deps, area: str, body: PinRequest, point: LonLat, known: GeocodeAnswer, response: Response
) -> PinResult:
    """Set the pin, keep the one that is there, or queue a review; raises PinChangedError when somebody was faster."""
    own = deps.books.pins.of_address(area, body.address)
    there = own or _pin_there(deps, area, body.address, known)
    before = None if there is None else there.pin
    if body.source == "planner":
        by_hand = Pin(location=point, level=Level.POINT, uncertainty_m=BY_HAND_M)
        verdict = Verdict() if by_hand == before else Verdict(pin=by_hand)
    else:
        fix = Fix(location=point, accuracy_m=body.accuracy_m or 0)
        verdict = judge(fix, known=known, pin=before)
        if verdict.reasons:
            answer = answer_of_fix(fix, known=known, pin=before, reasons=verdict.reasons)
            review = ReviewOut.of(deps.books.reviews.note_fix(area, body.address, answer))
            response.status_code = status.HTTP_202_ACCEPTED
            response.headers["Location"] = review.links.self
            return PinResult(outcome="review", pin=None, review=review)
    if verdict.pin is None and there is not None:
        response.status_code = status.HTTP_200_OK
        return _told("kept", there, response)
    if verdict.pin is None:
        msg = "A fix is kept only where a pin is."
        raise TypeError(msg)
    place = known.components.get("place", "")
    record = deps.books.pins.put(
        area, body.address, verdict.pin, source=body.source, place=place, door=known.door, instead_of=own
    )
    return _told("pinned", record, response)


def _pin_there(deps: Deps, area: str, address: str, known: GeocodeAnswer) -> PinRecord | None:
    """Return the pin of an address, however it was typed then."""
    return deps.books.pins.of_address(area, address) or deps.books.pins.of_door(area, known)


def _told(outcome: Literal["pinned", "kept"], record: PinRecord, response: Response) -> PinResult:
    response.headers["Location"] = f"/v1/geocode/pins/{record.id}"
    tagged(response, record.version)
    return PinResult(outcome=outcome, pin=PinOut.of_record(record), review=None)
