"""Webhooks over the wire: where events go, and what was sent."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from service.schemas.base import Schema
from service.store.webhooks.webhook_records import DeliveryRecord, DeliveryStatus, WebhookRecord
from service.webhooks.events import EVENTS

#: The name of an event, as a type for pydantic.
if TYPE_CHECKING:
    EventName = str
else:
    EventName = Literal[tuple(EVENTS)]


def _no_twins(events: list[EventName]) -> list[EventName]:
    if len(set(events)) < len(events):
        code, rule = "twice", "Must not name an event twice."
        raise PydanticCustomError(code, rule)
    return events


Url = Annotated[
    str,
    Field(
        min_length=1,
        max_length=2000,
        description="Where events are posted: https, a public address. Kept sealed: it may carry a token.",
        examples=["https://bank.example/hooks/doorstep"],
    ),
]
Events = Annotated[
    list[EventName],
    Field(
        min_length=1,
        max_length=len(EVENTS),
        json_schema_extra={"uniqueItems": True},
        description="Which events: " + " ".join(f"`{name}`: {meaning}" for name, meaning in EVENTS.items()),
    ),
    AfterValidator(_no_twins),
]
Description = Annotated[str, Field(max_length=200, description="What it is for, in your words.")]


class WebhookRequest(Schema):
    """A webhook to be."""

    url: Url
    events: Events
    description: Description = ""


class WebhookChange(Schema):
    """What to change of a webhook; what is left out stays as it is."""

    url: Annotated[Url | None, Field()] = None
    events: Annotated[Events | None, Field()] = None
    description: Annotated[Description | None, Field()] = None
    enabled: Annotated[
        bool | None,
        Field(description="false: nothing is noted or sent; what waits is sent when it is enabled."),
    ] = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_dump(exclude_none=True):
            code, rule = "nothing_to_change", "Give at least one of url, events, description and enabled."
            raise PydanticCustomError(code, rule)
        return self


class WebhookLinks(Schema):
    """Where to go from here."""

    self: str
    deliveries: str
    test: str
    rotate: str


class WebhookOut(Schema):
    """A webhook. Its ETag is its version; its secret is shown once, when it is made or rotated."""

    id: UUID
    url: str
    events: list[EventName]
    description: str
    enabled: bool
    disabled_reason: Annotated[
        str | None, Field(description="`gone`: the receiver answered 410, so that nothing is sent to it any more.")
    ]
    version: int
    created_at: datetime
    changed_at: datetime
    links: WebhookLinks

    @classmethod
    def of(cls, record: WebhookRecord) -> Self:
        """From the store's value."""
        return cls.model_validate(_values(record), strict=False)


class WebhookWithSecret(WebhookOut):
    """A webhook with its secret."""

    secret: Annotated[
        str, Field(description="`whsec_…`: what the signatures are verified with. Shown now and never again.")
    ]

    @classmethod
    def revealing(cls, record: WebhookRecord, secret: str) -> Self:
        """From the store's value."""
        return cls.model_validate(_values(record) | {"secret": secret}, strict=False)


class WebhookList(Schema):
    """All webhooks, the oldest first."""

    webhooks: list[WebhookOut]


class TryOut(Schema):
    """One try to deliver a message."""

    at: datetime
    status: Annotated[int | None, Field(description="HTTP status of the answer; null when there was none.")]
    error: Annotated[
        str | None,
        Field(
            description="Why it failed: not_accepted, redirect_refused, timeout, not_connected, tls_failed, no_answer, "
            "host_unknown, address_refused, https_required, invalid_url or broken (our fault: see the "
            "log); null when it was taken."
        ),
    ]
    duration_ms: int


class DeliveryOut(Schema):
    """One message for one webhook."""

    id: UUID
    message_id: Annotated[str, Field(description="The header webhook-id: the same in every try and every replay.")]
    event: str
    status: DeliveryStatus
    created_at: datetime
    next_try_at: Annotated[datetime | None, Field(description="While it is pending.")]
    finished_at: datetime | None
    payload: Annotated[dict[str, Any], Field(description="What is sent: type, timestamp and data.")]
    tries: list[TryOut]

    @classmethod
    def of(cls, record: DeliveryRecord) -> Self:
        """From the store's value."""
        return cls(
            id=record.id,
            message_id=record.message_id,
            event=record.event,
            status=record.status,
            created_at=record.created_at,
            next_try_at=record.due_at if record.status is DeliveryStatus.PENDING else None,
            finished_at=record.finished_at,
            payload=record.payload,
            tries=[TryOut.model_validate(entry, strict=False) for entry in record.log],
        )


class DeliveryPage(Schema):
    """Some deliveries, the latest first."""

    deliveries: list[DeliveryOut]
    next: Annotated[str | None, Field(description="Where the next ones are; null behind the last.")]


def webhook_path(webhook_id: UUID) -> str:
    """Return the path of a webhook's resource."""
    return f"/v1/webhooks/{webhook_id}"


def _values(record: WebhookRecord) -> dict[str, object]:
    path = webhook_path(record.id)
    return {
        "id": record.id,
        "url": record.url,
        "events": list(record.events),
        "description": record.description,
        "enabled": record.enabled,
        "disabled_reason": record.disabled_reason,
        "version": record.version,
        "created_at": record.created_at,
        "changed_at": record.changed_at,
        "links": {
            "self": path,
            "deliveries": f"{path}/deliveries",
            "test": f"{path}/test",
            "rotate": f"{path}/rotate",
        },
    }
