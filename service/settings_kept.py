"""Settings of how long what is kept: the service's own, which a bank may choose to differ from."""

from pydantic import BaseModel, Field


class KeptSettings(BaseModel):
    """Days, and hours, after which something is erased."""

    keep_batches_days: int = Field(
        default=7, gt=0, le=3650, description="Days after its end that a batch of addresses is erased."
    )
    keep_plans_days: int = Field(
        default=365, gt=0, le=3650, description="Days after its end that a plan, or a run of a schedule, is erased."
    )
    keep_cases_days: int = Field(
        default=730, gt=0, le=3650, description="Days after its last change that a closed case is erased."
    )
    keep_collectors_days: int = Field(
        default=365, gt=0, le=3650, description="Days after its last change that an inactive collector is erased."
    )
    keep_reviews_days: int = Field(
        default=365,
        gt=0,
        le=3650,
        description="Days after its decision, or still open after it was asked, that a review is erased.",
    )
    keep_pins_days: int = Field(
        default=1825, gt=0, le=3650, description="Days after its last change that the pin of an address is erased."
    )
    keep_links_days: int = Field(
        default=30, gt=0, le=3650, description="Days after its end that a preview link is listed no more."
    )
    keep_deliveries_days: int = Field(
        default=30, gt=0, le=3650, description="Days that the deliveries of webhooks are listed."
    )
    keep_access_days: int = Field(
        default=365,
        gt=0,
        le=3650,
        description="Days that a key which was revoked or has expired, or a user who was shut out, is listed still.",
    )
    keep_idempotency_keys_hours: int = Field(
        default=24, gt=0, le=720, description="Hours that an Idempotency-Key and its answer are kept, sealed."
    )
