"""A kind of problem, explained: what its type URI leads to."""

from typing import Annotated

from pydantic import Field

from service.schemas.base import Schema


class ProblemKindOut(Schema):
    """What a code means, and what to do."""

    type: Annotated[str, Field(description="URI reference of this explanation.")]
    code: str
    title: str
    detail: str
    status: Annotated[int | None, Field(description="HTTP status; null for a reason inside a plan.")]
