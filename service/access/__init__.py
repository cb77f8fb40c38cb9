"""What a caller needs: each operation and each page says so with `dependencies=[needs(Scope.…)]`."""

from typing import Final

from fastapi import Request, Security
from fastapi.params import Depends
from fastapi.security import HTTPBearer

from service.auth.caller import Caller
from service.auth.scope import Scope
from service.deps import caller_of
from service.errors import problem

_BEARER: Final = HTTPBearer(
    scheme_name="bearer",
    bearerFormat="API key or JWT",
    description="An API key (`dsk_…`, from `doorstep init`, `doorstep keys add` or `POST /v1/keys`), or an access "
    "token of the bank's identity provider. Not needed on the machine itself as long as nobody has a key.",
    auto_error=False,
)
#: The attribute of a dependency by which tests find what an operation needs.
NEEDS: Final = "needs"


def needs(*scopes: Scope) -> Depends:
    """Return the dependency of an operation that needs all of these scopes; without any: just a caller."""

    def guard(request: Request, _: object = Security(_BEARER)) -> None:  # the header itself is read by the gate
        require(caller_of(request), *scopes)

    setattr(guard, NEEDS, scopes)
    dependency: Depends = Security(guard, scopes=[scope.value for scope in scopes])
    return dependency


def require(caller: Caller, *scopes: Scope) -> None:
    """Raise the problem `not_allowed` when the caller lacks one of the scopes."""
    missing = [scope for scope in scopes if not caller.may(scope)]
    if missing:
        raise problem(code="not_allowed", detail=f"This needs {', '.join(missing)}, which your role or key lacks.")
