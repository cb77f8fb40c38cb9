"""What a tenant decides for itself, over the wire."""

from dataclasses import asdict
from typing import Annotated

from pydantic import Field

from service.schemas.base import Schema
from service.store.access.tenant_settings import MOST_DAYS, TenantSettings

_Count = Annotated[int | None, Field(ge=1, le=1_000_000)]
_Days = Annotated[int | None, Field(ge=1, le=MOST_DAYS)]


class TenantSettingsOut(Schema):
    """Your settings; null: the service's own. Its ETag is its version."""

    max_running: Annotated[_Count, Field(description="Plans, and batches, that are computed at a time.")]
    max_waiting: Annotated[_Count, Field(description="Plans, and batches, that may wait for their turn.")]
    navigation: Annotated[
        bool,
        Field(description="Whether the page behind a preview link opens navigation apps: those learn where a door is."),
    ]
    keep_plans_days: Annotated[
        _Days, Field(description="Days after its end that a plan is kept, and a run of a schedule.")
    ]
    keep_cases_days: Annotated[_Days, Field(description="Days after its last change that a closed case is kept.")]
    keep_collectors_days: Annotated[
        _Days, Field(description="Days after its last change that an inactive collector is kept.")
    ]
    keep_batches_days: Annotated[_Days, Field(description="Days after its end that a batch is kept.")]
    keep_reviews_days: Annotated[
        _Days,
        Field(description="Days after its decision, or still open after it was asked, that a review is kept."),
    ]
    keep_pins_days: Annotated[_Days, Field(description="Days after its last change that an address's pin is kept.")]
    keep_links_days: Annotated[_Days, Field(description="Days after its end that a preview link is listed.")]
    keep_answers_days: Annotated[_Days, Field(description="Days that a provider's answer is kept.")]
    keep_deliveries_days: Annotated[_Days, Field(description="Days that a webhook's delivery is kept.")]
    keep_access_days: Annotated[
        _Days, Field(description="Days after its end that a key is listed, or a user who was shut out.")
    ]

    @classmethod
    def of(cls, settings: TenantSettings) -> "TenantSettingsOut":
        """From the store's value."""
        return cls(**asdict(settings))


class TenantSettingsPatch(Schema):
    """What to change (RFC 7396): null takes a choice back, what is not there stays."""

    max_running: _Count = None
    max_waiting: _Count = None
    navigation: bool | None = None
    keep_plans_days: _Days = None
    keep_cases_days: _Days = None
    keep_collectors_days: _Days = None
    keep_batches_days: _Days = None
    keep_reviews_days: _Days = None
    keep_pins_days: _Days = None
    keep_links_days: _Days = None
    keep_answers_days: _Days = None
    keep_deliveries_days: _Days = None
    keep_access_days: _Days = None

    def applied_to(self, settings: TenantSettings) -> TenantSettings:
        """Return the settings with what this says."""
        said = self.model_dump(exclude_unset=True)
        if "navigation" in said and said["navigation"] is None:
            said["navigation"] = TenantSettings().navigation
        return TenantSettings(**{**asdict(settings), **said})
