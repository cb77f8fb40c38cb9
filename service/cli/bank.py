"""A bank's API, called inside the process of a command: what a command does is what the request of that name does.

The same routes check, store and record it; no network is between, and whoever sits at this machine may do all.
"""

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import httpx

from service.auth.caller import Caller, CallerKind
from service.auth.scope import Role, Scope
from service.cli.database import opened_database, this_user
from service.cli.failure import CommandError, InputError, plain_failures, read_settings
from service.logs import only_errors_logged
from service.store.access.tenant_settings import settings_of_all

#: What stands in a query.
Value = str | int | bool | Sequence[str] | None

_JSON: Final = "application/json"
#: What whoever runs the service may send from a file, more than a request over the network brings.
_BODY_BYTES: Final = 256 * 1024 * 1024
#: Entries that are asked for at a time.
_PAGE: Final = 200
#: No request of the API takes longer; nothing that is inside a process ends it sooner.
_PATIENCE_S: Final = 3600.0
#: Answers that find fault with what was given, rather than with what there is.
_WRONG_INPUT: Final = frozenset({400, 413, 415, 422})


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """The API of one bank.

    Each method raises InputError when what was given breaks a rule, CommandError when it cannot be done.
    """

    client: httpx.AsyncClient

    def get(self, path: str, **query: Value) -> Any:
        """Return what a path answers, as JSON."""
        return self.send("GET", path, query=query).json()

    def text(self, path: str, **query: Value) -> str:
        """Return what a path answers, as it is."""
        return self.send("GET", path, query=query).text

    def content(self, path: str, **query: Value) -> bytes:
        """Return the file that a path answers."""
        return self.send("GET", path, query=query).content

    def post(self, path: str, body: object = None, **query: Value) -> Any:
        """Send JSON, and return the answer."""
        return self.send("POST", path, body, query=query).json()

    def post_table(self, path: str, table: bytes, *, encoding: str | None, **query: Value) -> Any:
        """Send a CSV or XLSX file, and return the answer; `encoding` is that of a CSV file where it is known."""
        media_type = "application/octet-stream" if encoding is None else f"text/csv; charset={encoding}"
        return self.send("POST", path, query=query, content=table, headers={"Content-Type": media_type}).json()

    def change(self, method: str, path: str, body: object = None, *, version_of: str | None = None) -> Any:
        """Send a change that names its version: the one that is there now. `version_of` is where it stands."""
        tag = self.send("GET", version_of or path).headers["ETag"]
        answer = self.send(method, path, body, headers={"If-Match": tag})
        return answer.json() if answer.content else None

    def delete(self, path: str) -> None:
        """Delete what there is, whatever its version."""
        self.send("DELETE", path)

    def listed(self, path: str, name: str, *, limit: int, **query: Value) -> list[dict[str, Any]]:
        """Return the first `limit` entries of a list that comes in pages."""
        found: list[dict[str, Any]] = []
        following: str | None = path
        asked: Mapping[str, Value] = {**query, "limit": min(limit, _PAGE)}
        while following is not None and len(found) < limit:
            page = self.send("GET", following, query=asked).json()
            found += page[name]
            following, asked = page["next"], {}
        return found[:limit]

    def send(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        query: Mapping[str, Value] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Send a request, and return the answer unless it is a refusal."""
        if content is None and body is not None:
            content = json.dumps(body, ensure_ascii=False).encode()
        given = {"Content-Type": _JSON} if content is not None else {}
        asked = {name: value for name, value in (query or {}).items() if value is not None and value != []}
        request = self.client.build_request(
            method, path, params=asked or None, content=content, headers={**given, **(headers or {})}
        )
        answer = asyncio.run(self.client.send(request))
        if answer.is_error:
            raise _refusal(answer)
        return answer


@contextmanager
def opened_bank(tenant: str, *, reason: str | None = None) -> Iterator[Bank]:
    """Give a bank's API while the service runs or not. The audit log knows this machine's user as actor, and why."""
    from service.app import create_app  # noqa: PLC0415 - other commands need not wait for it
    from service.bootstrap import services_of_commands  # noqa: PLC0415 - likewise

    caller = Caller(
        tenant=tenant, kind=CallerKind.CLI, subject=this_user().id, role=Role.ADMIN, scopes=frozenset(Scope)
    )
    settings = read_settings().model_copy(update={"allowed_hosts": "*", "max_body_bytes": _BODY_BYTES})
    headers = {} if reason is None else {"Audit-Reason": quote(reason)}
    with plain_failures(), only_errors_logged(), opened_database(settings) as engine:
        if tenant not in settings_of_all(engine):
            raise no_tenant(tenant)
        app = create_app(services_of_commands(settings, engine, caller))
        inside = httpx.ASGITransport(app, raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=inside, base_url="http://doorstep", headers=headers, timeout=_PATIENCE_S)
        yield Bank(client=client)


def no_tenant(tenant: str) -> CommandError:
    """Return the error of a bank that there is not."""
    return CommandError(f"There is no tenant {tenant!r}. `doorstep tenants list` shows them.")


def segment(value: object) -> str:
    """Return a value as one segment of a path."""
    return quote(str(value), safe="")


def _refusal(answer: httpx.Response) -> CommandError:
    try:
        told = answer.json()
    except ValueError:
        return CommandError(f"The service answered {answer.status_code}.")
    errors = told.get("errors") or []
    lines = [f"{one['pointer']}: {one['detail']}" if one["pointer"] else str(one["detail"]) for one in errors]
    message = "\n".join(lines) or _without_paths(told.get("detail") or "") or told["title"]
    return InputError(message) if answer.status_code in _WRONG_INPUT else CommandError(message)


def _without_paths(detail: str) -> str:
    """Return what is wrong without the sentences that send a program to another path."""
    sentences = detail.removesuffix(".").split(". ")
    kept = [sentence for sentence in sentences if "/v1/" not in sentence]
    return ". ".join(kept) + "." if kept else ""
