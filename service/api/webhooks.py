"""/v1/webhooks: where events are sent, and what was sent."""

from collections.abc import Sequence
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Body, Path, Query, Response, status

from service.access import needs
from service.api.examples import examples
from service.api.examples.webhook_examples import CHANGE_REQUESTS, WEBHOOK_REQUESTS
from service.api.http.body import JsonBodyRoute
from service.api.http.documented import problems
from service.api.http.paging import Cursor, Limit, made_at, next_page, page_of, position_of
from service.api.http.versions import IfMatch, tagged, version_of
from service.auth.scope import Scope
from service.deps import UsesDeps
from service.errors import problem
from service.schemas.problem import FieldError
from service.schemas.webhook import (
    DeliveryOut,
    DeliveryPage,
    WebhookChange,
    WebhookList,
    WebhookOut,
    WebhookRequest,
    WebhookWithSecret,
    webhook_path,
)
from service.store.webhooks.webhook_records import DeliveryStatus
from service.webhooks.address import IpNetwork
from service.webhooks.target import TargetError, read_target

router = APIRouter(prefix="/v1/webhooks", tags=["Webhooks"], route_class=JsonBodyRoute)

WebhookId = Annotated[UUID, Path(description="The webhook's id.")]
DeliveryId = Annotated[UUID, Path(description="The delivery's id.")]
_OF_BODIES: Final = ("malformed_json", "body_too_large", "unsupported_media_type", "invalid_request")


@router.post(
    "",
    summary="Make a webhook",
    dependencies=[needs(Scope.WEBHOOKS_WRITE)],
    status_code=status.HTTP_201_CREATED,
    response_model=WebhookWithSecret,
    responses={
        201: examples.answer("Made; `secret` is shown this once.", "new_webhook"),
        **problems(*_OF_BODIES, "too_many_webhooks"),
    },
)
def create_webhook(
    body: Annotated[WebhookRequest, Body(openapi_examples=WEBHOOK_REQUESTS)], deps: UsesDeps, response: Response
) -> WebhookWithSecret:
    """Have events posted to a URL, signed as Standard Webhooks says (webhook-id, webhook-timestamp, webhook-signature).

    A message holds ids and states, nothing about a person. What is not taken with a 2xx is tried again for three
    days, at growing intervals; it may come twice, and not in order. Redirects are not followed.
    """
    _require_target(body.url, deps.settings.webhook_nets)
    record, secret = deps.webhooks.create(deps.new_id(), url=body.url, events=body.events, description=body.description)
    response.headers["Location"] = webhook_path(record.id)
    tagged(response, record.version)
    return WebhookWithSecret.revealing(record, secret)


@router.get(
    "",
    summary="List webhooks",
    dependencies=[needs(Scope.WEBHOOKS_READ)],
    response_model=WebhookList,
    responses={200: examples.answer("All of them; there are twenty at most.", "webhooks"), **problems()},
)
def list_webhooks(deps: UsesDeps) -> WebhookList:
    """List the webhooks, the oldest first."""
    return WebhookList(webhooks=[WebhookOut.of(record) for record in deps.webhooks.list()])


@router.get(
    "/{webhook_id}",
    summary="A webhook",
    dependencies=[needs(Scope.WEBHOOKS_READ)],
    response_model=WebhookOut,
    responses={200: examples.answer("The webhook.", "webhook"), **problems("webhook_not_found")},
)
def get_webhook(webhook_id: WebhookId, deps: UsesDeps, response: Response) -> WebhookOut:
    """Return a webhook; changes name the version that they are made on: send this answer's ETag as If-Match."""
    record = deps.webhooks.get(webhook_id)
    tagged(response, record.version)
    return WebhookOut.of(record)


@router.patch(
    "/{webhook_id}",
    summary="Change a webhook",
    dependencies=[needs(Scope.WEBHOOKS_WRITE)],
    response_model=WebhookOut,
    responses={
        200: examples.answer("The webhook as it is now.", "webhook"),
        **problems(*_OF_BODIES, "webhook_not_found", "version_changed", "version_missing"),
    },
)
def change_webhook(
    webhook_id: WebhookId,
    body: Annotated[WebhookChange, Body(openapi_examples=CHANGE_REQUESTS)],
    deps: UsesDeps,
    response: Response,
    if_match: IfMatch = None,
) -> WebhookOut:
    """Change what the body names, and nothing else."""
    version = version_of(if_match)
    if body.url is not None:
        _require_target(body.url, deps.settings.webhook_nets)
    record = deps.webhooks.change(
        webhook_id,
        version=version,
        url=body.url,
        events=body.events,
        description=body.description,
        enabled=body.enabled,
    )
    tagged(response, record.version)
    return WebhookOut.of(record)


@router.delete(
    "/{webhook_id}",
    summary="Delete a webhook",
    dependencies=[needs(Scope.WEBHOOKS_WRITE)],
    status_code=status.HTTP_204_NO_CONTENT,
    responses={204: {"description": "It is gone, with its deliveries."}, **problems("webhook_not_found")},
)
def delete_webhook(webhook_id: WebhookId, deps: UsesDeps) -> None:
    """Delete a webhook with its deliveries; what waits is not sent any more."""
    deps.webhooks.delete(webhook_id)


@router.post(
    "/{webhook_id}/rotate",
    summary="Give a webhook a new secret",
    dependencies=[needs(Scope.WEBHOOKS_WRITE)],
    response_model=WebhookWithSecret,
    responses={
        200: examples.answer("`secret` is shown this once.", "new_webhook"),
        **problems("webhook_not_found"),
    },
)
def rotate_secret(webhook_id: WebhookId, deps: UsesDeps, response: Response) -> WebhookWithSecret:
    """Sign with a new secret. For a day the one before signs too, so that no message is lost meanwhile."""
    record, secret = deps.webhooks.rotate(webhook_id)
    tagged(response, record.version)
    return WebhookWithSecret.revealing(record, secret)


@router.post(
    "/{webhook_id}/test",
    summary="Send a test message",
    dependencies=[needs(Scope.WEBHOOKS_WRITE)],
    status_code=status.HTTP_202_ACCEPTED,
    response_model=DeliveryOut,
    responses={202: examples.answer("It is sent within seconds.", "test_delivery"), **problems("webhook_not_found")},
)
def test_webhook(webhook_id: WebhookId, deps: UsesDeps) -> DeliveryOut:
    """Send an event `webhook.test`; a disabled webhook gets it when it is enabled."""
    return DeliveryOut.of(deps.deliveries.send_test(webhook_id, delivery_id=deps.new_id()))


@router.get(
    "/{webhook_id}/deliveries",
    summary="What was sent",
    dependencies=[needs(Scope.WEBHOOKS_READ)],
    response_model=DeliveryPage,
    responses={
        200: examples.answer("A page of deliveries.", "deliveries"),
        **problems("webhook_not_found", "invalid_request"),
    },
)
def list_deliveries(
    webhook_id: WebhookId,
    deps: UsesDeps,
    status: Annotated[DeliveryStatus | None, Query(description="Only those in this state.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> DeliveryPage:
    """List the messages of a webhook with every try, the latest first."""
    found = deps.deliveries.list(webhook_id, status=status, limit=limit + 1, after=position_of(cursor))
    shown, behind = page_of(found, limit, made_at)
    path = f"{webhook_path(webhook_id)}/deliveries"
    query = {"status": None if status is None else status.value, "limit": limit}
    return DeliveryPage(
        deliveries=[DeliveryOut.of(record) for record in shown],
        next=next_page(path, behind, query),
    )


@router.post(
    "/{webhook_id}/deliveries/{delivery_id}/replay",
    summary="Send a message again",
    dependencies=[needs(Scope.WEBHOOKS_WRITE)],
    status_code=status.HTTP_202_ACCEPTED,
    response_model=DeliveryOut,
    responses={
        202: examples.answer("It is sent within seconds.", "delivery"),
        **problems("webhook_not_found", "delivery_not_found"),
    },
)
def replay_delivery(webhook_id: WebhookId, delivery_id: DeliveryId, deps: UsesDeps) -> DeliveryOut:
    """Send a message again, with the same webhook-id, whether it was taken, given up or is waiting."""
    deps.webhooks.get(webhook_id)
    return DeliveryOut.of(deps.deliveries.replay(webhook_id, delivery_id))


def _require_target(url: str, allowed: Sequence[IpNetwork]) -> None:
    try:
        read_target(url, allowed=allowed)
    except TargetError as exc:
        error = FieldError(pointer="/url", code=exc.rule, detail=str(exc))
        raise problem(code="invalid_request", errors=[error]) from None
