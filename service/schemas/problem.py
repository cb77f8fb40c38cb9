"""Problem details (RFC 9457): the shape of every error, and of every reason inside a plan."""

from typing import Annotated

from pydantic import Field

from service.cases.refusal import Refusal
from service.schemas.base import Schema


class FieldError(Schema):
    """One field that breaks a rule. The value itself is never repeated: it may be personal."""

    pointer: Annotated[str, Field(description="JSON pointer of the field (RFC 6901).")]
    code: str
    detail: Annotated[str, Field(description="The rule.")]


class ProblemDetails(Schema):
    """An error as `application/problem+json`."""

    type: Annotated[str, Field(description="Stable URI reference of this kind of problem.")]
    title: str
    status: int
    detail: Annotated[str | None, Field(description="What happened and what to do.")] = None
    code: str
    errors: list[FieldError] = []


class Reason(Schema):
    """Why a case or a collector is not planned: a problem that failed nothing else."""

    type: str
    title: str
    detail: str
    code: str
    pointer: Annotated[str, Field(description="JSON pointer of the field of the request that it is about, or empty.")]
    rule: Annotated[str | None, Field(description="Policy version and rule, when the policy refuses.")] = None

    @classmethod
    def of(cls, refusal: Refusal) -> "Reason":
        """From the planner's value."""
        return cls(
            type=f"/problems/{refusal.code}",
            title=refusal.title,
            detail=refusal.detail,
            code=refusal.code,
            pointer=refusal.pointer,
            rule=refusal.rule,
        )
