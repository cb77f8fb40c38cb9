"""The examples of answers in the OpenAPI description: real addresses of Liechtenstein, invented cases."""

from typing import Any, Final

from service.api.examples.batch_examples import BATCH_COMPONENTS
from service.api.examples.identity_examples import IDENTITY_EXAMPLES
from service.api.examples.place_examples import PLACE_EXAMPLES
from service.api.examples.plan_examples import PLAN_EXAMPLES
from service.api.examples.record_examples import RECORD_EXAMPLES
from service.api.examples.resource_examples import RESOURCE_COMPONENTS
from service.api.examples.review_examples import REVIEW_EXAMPLES
from service.api.examples.schedule_examples import SCHEDULE_COMPONENTS
from service.api.examples.webhook_examples import WEBHOOK_EXAMPLES
from service.schemas.base import Schema

#: For `components` of the description. FastAPI drops every null of an example, a reference keeps them.
COMPONENTS: Final[dict[str, Any]] = {
    name: {"summary": summary, "value": value}
    for name, summary, value in (
        *PLAN_EXAMPLES,
        *PLACE_EXAMPLES,
        *BATCH_COMPONENTS,
        *REVIEW_EXAMPLES,
        *RESOURCE_COMPONENTS,
        *RECORD_EXAMPLES,
        *WEBHOOK_EXAMPLES,
        *SCHEDULE_COMPONENTS,
    )
} | IDENTITY_EXAMPLES


def answer(
    description: str, example: str, *, media_type: str = "application/json", model: type[Schema] | None = None
) -> dict[str, Any]:
    """Return the documentation of an answer, for `responses` of an operation; `example` is a name in COMPONENTS."""
    reference = {"$ref": f"#/components/examples/{example}"}
    documented: dict[str, Any] = {
        "description": description,
        "content": {media_type: {"examples": {"example": reference}}},
    }
    if model is not None:
        documented["model"] = model
    return documented
