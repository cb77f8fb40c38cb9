"""Preview links over the wire."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from service.schemas.base import Schema
from service.store.access.links import PreviewLink

#: Ten years: the setting link_max_days says what is allowed.
_MOST_S = 3650 * 86_400


class LinkRequest(Schema):
    """For how long the link opens the route."""

    expires_in_s: Annotated[
        int | None,
        Field(
            ge=60,
            le=_MOST_S,
            description="Seconds from now; null: until the end of the plan's day. Never longer than the setting "
            "`link_max_days` allows.",
        ),
    ] = None


class LinkOut(Schema):
    """A link to one route, for whoever has it. Its secret is not shown again: only a hash of it is stored."""

    id: UUID
    plan: UUID
    route: Annotated[int, Field(description="Position in the plan's routes, from 1.")]
    created_by: Annotated[str, Field(description="Id of the key or user.")]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_opened_at: Annotated[datetime | None, Field(description="Null: nobody has opened it yet.")]

    @classmethod
    def of(cls, link: PreviewLink) -> "LinkOut":
        """From the store's value."""
        return cls(
            id=link.id,
            plan=link.plan,
            route=link.route,
            created_by=link.created_by,
            created_at=link.created_at,
            expires_at=link.expires_at,
            revoked_at=link.revoked_at,
            last_opened_at=link.last_opened_at,
        )


class NewLink(Schema):
    """A new link with its address, which is shown this once."""

    link: LinkOut
    url: Annotated[str, Field(description="To be sent to the collector. Whoever has it sees the route.")]


class LinkPage(Schema):
    """Some links of a plan, the newest first."""

    links: list[LinkOut]
    next: Annotated[str | None, Field(description="Where the next ones are; null behind the last.")]
