"""/v1/geocode/reviews: addresses that a planner decides on."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Path, Query, Response

from service.access import needs
from service.api.examples import examples
from service.api.examples.review_examples import ACCEPT_REQUESTS, MOVE_REQUESTS
from service.api.http.body import JsonBodyRoute
from service.api.http.documented import problems
from service.api.http.paging import Cursor, Limit, next_page, page_of, position_of
from service.api.http.versions import IfMatch, tagged, version_of
from service.api.pinnable import require_inside
from service.auth.scope import Scope
from service.deps import Deps, UsesDeps
from service.errors import problem
from service.reading import told_of_reviews
from service.reviews.review import Accept, Decision, DecisionError, Move, Reject, ReviewStatus
from service.schemas.problem import FieldError
from service.schemas.review import AcceptRequest, MoveRequest, ReviewOut, ReviewPage

router = APIRouter(prefix="/v1/geocode/reviews", tags=["Geocoding"], route_class=JsonBodyRoute)

ReviewId = Annotated[UUID, Path(description="The review's id.")]
_OF_DECISIONS = ("review_not_found", "review_changed", "version_missing", "invalid_request")
_OF_BODIES = ("malformed_json", "body_too_large", "unsupported_media_type")


@router.get(
    "",
    dependencies=[needs(Scope.REVIEWS_READ)],
    summary="List addresses to review",
    response_model=ReviewPage,
    responses={200: examples.answer("A page of reviews.", "reviews"), **problems("invalid_request")},
)
def list_reviews(
    deps: UsesDeps,
    status: Annotated[list[ReviewStatus], Query(description="Only reviews in one of these; none: all.")] = [],  # noqa: B006 - FastAPI copies it
    area: Annotated[str | None, Query(min_length=1, max_length=63, description="Only of this area.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ReviewPage:
    """List the reviews, the latest asked first. What is asked meanwhile moves no page that was not read yet."""
    found = deps.books.reviews.list(statuses=status, area=area, limit=limit + 1, after=position_of(cursor))
    shown, behind = page_of(found, limit, lambda review: (review.asked_at, review.id))
    query = {"status": [one.value for one in status], "area": area, "limit": limit}
    told_of_reviews(deps, found=len(shown))
    return ReviewPage(
        reviews=[ReviewOut.of(review) for review in shown],
        next=next_page("/v1/geocode/reviews", behind, query),
    )


@router.get(
    "/{review_id}",
    dependencies=[needs(Scope.REVIEWS_READ)],
    summary="A review: the address and its places",
    response_model=ReviewOut,
    responses={200: examples.answer("The review.", "review"), **problems("review_not_found")},
)
def get_review(review_id: ReviewId, deps: UsesDeps, response: Response) -> ReviewOut:
    """Decisions name the version that they are made on: send this answer's ETag as If-Match."""
    review = deps.books.reviews.get(review_id)
    told_of_reviews(deps, review_id=review_id)
    tagged(response, review.version)
    return ReviewOut.of(review)


@router.post(
    "/{review_id}/accept",
    dependencies=[needs(Scope.REVIEWS_WRITE)],
    summary="Accept a place",
    response_model=ReviewOut,
    responses={
        200: examples.answer("The address is pinned there.", "accepted_review"),
        **problems(*_OF_DECISIONS, *_OF_BODIES),
    },
)
def accept_place(
    review_id: ReviewId,
    body: Annotated[AcceptRequest, Body(openapi_examples=ACCEPT_REQUESTS)],
    deps: UsesDeps,
    response: Response,
    if_match: IfMatch = None,
) -> ReviewOut:
    """Pin the address at the answer's place or at one of its alternatives. Sent again, it changes nothing more."""
    return _decided(deps, review_id, Accept(alternative=body.alternative), if_match, response)


@router.post(
    "/{review_id}/move",
    dependencies=[needs(Scope.REVIEWS_WRITE)],
    summary="Set the pin",
    response_model=ReviewOut,
    responses={
        200: examples.answer("The address is pinned there.", "accepted_review"),
        **problems(*_OF_DECISIONS, *_OF_BODIES, "area_unusable"),
    },
)
def move_pin(
    review_id: ReviewId,
    body: Annotated[MoveRequest, Body(openapi_examples=MOVE_REQUESTS)],
    deps: UsesDeps,
    response: Response,
    if_match: IfMatch = None,
) -> ReviewOut:
    """Pin the address where the planner knows that it is, inside the area. Sent again, it changes nothing more."""
    version = version_of(if_match)
    point = body.location.to_lonlat()
    require_inside(deps, deps.books.reviews.get(review_id).area, point)
    return _decided(deps, review_id, Move(location=point), f'"{version}"', response)


@router.post(
    "/{review_id}/reject",
    dependencies=[needs(Scope.REVIEWS_WRITE)],
    summary="Reject all places",
    response_model=ReviewOut,
    responses={200: examples.answer("The review is rejected.", "rejected_review"), **problems(*_OF_DECISIONS)},
)
def reject_places(review_id: ReviewId, deps: UsesDeps, response: Response, if_match: IfMatch = None) -> ReviewOut:
    """Leave the address without a place; it is not asked for again. Sent again, it changes nothing more."""
    return _decided(deps, review_id, Reject(), if_match, response)


@router.delete(
    "/{review_id}",
    dependencies=[needs(Scope.REVIEWS_WRITE)],
    summary="Erase an address",
    status_code=204,
    responses=problems("review_not_found"),
)
def erase_review(review_id: ReviewId, deps: UsesDeps) -> None:
    """Delete the review with its pin: nothing is left of the address. Asked for again, it may be reviewed again."""
    deps.books.reviews.erase(review_id)


def _decided(deps: Deps, review_id: UUID, decision: Decision, if_match: str | None, response: Response) -> ReviewOut:
    version = version_of(if_match)
    try:
        review = deps.books.reviews.decide(review_id, decision, version=version)
    except DecisionError as exc:
        error = FieldError(pointer="/alternative", code=exc.code, detail=str(exc))
        raise problem(code="invalid_request", errors=[error]) from None
    tagged(response, review.version)
    return ReviewOut.of(review)
