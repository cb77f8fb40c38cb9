"""/problems/{code}: what a problem's type URI leads to."""

from fastapi import APIRouter

from service.api.http.documented import problems
from service.errors import explain, explained
from service.schemas.problem_kind import ProblemKindOut

router = APIRouter(prefix="/problems", tags=["Problems"])


@router.get("", summary="List the problems", responses=problems())
def list_problems() -> list[ProblemKindOut]:
    """List every code of an error, and of a reason why a case or a collector is not planned."""
    return explained()


@router.get("/{code}", summary="Explain a problem", responses=problems("not_found"))
def explain_problem(code: str) -> ProblemKindOut:
    """Explain a code: what it means, and what to do."""
    return explain(code)
