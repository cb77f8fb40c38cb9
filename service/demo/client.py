"""A client of the service's own API: ask for a plan, watch it, fetch its views."""

import time
from collections.abc import Callable

import httpx

from service.schemas.plan_resource import PlanProgress, PlanResource
from service.store.jobs.records import PlanStatus


class PlanNotMadeError(Exception):
    """The service refused the request, or the plan failed. The message repeats what it answered."""


class PlanClient:
    """Talks to one service. Use it as a context manager."""

    def __init__(self, url: str, *, transport: httpx.BaseTransport | None = None) -> None:
        # No proxy stands between us and our own machine.
        self._http = httpx.Client(base_url=url, trust_env=False, timeout=30.0, transport=transport)

    def __enter__(self) -> "PlanClient":
        return self

    def __exit__(self, *_exc: object) -> None:
        self._http.close()

    def make_plan(
        self, request: str, *, on_progress: Callable[[PlanProgress], None], timeout_s: float, look_every_s: float = 0.2
    ) -> PlanResource:
        """Post a request, tell of its progress, and return the plan when it is made.

        Raises
        ------
        PlanNotMadeError
            When the request is refused, when the plan fails, or when it takes longer than the timeout.
        """
        accepted = self._ask("POST", "/v1/plans", json=request)
        plan = PlanResource.model_validate_json(accepted.content)
        deadline = time.monotonic() + timeout_s
        while not plan.status.is_terminal:
            if time.monotonic() >= deadline:
                msg = f"Plan {plan.id} is still {plan.status} after {timeout_s:.0f} s."
                raise PlanNotMadeError(msg)
            time.sleep(look_every_s)
            plan = PlanResource.model_validate_json(self._ask("GET", plan.links.self).content)
            if plan.progress is not None:
                on_progress(plan.progress)
        if plan.status is not PlanStatus.SUCCESSFUL or plan.result is None:
            why = "" if plan.problem is None else f": {plan.problem.title}. {plan.problem.detail or ''}"
            msg = f"Plan {plan.id} is {plan.status}{why}"
            raise PlanNotMadeError(msg)
        return plan

    def fetch(self, path: str) -> bytes:
        """Return what the service answers to GET.

        Raises
        ------
        PlanNotMadeError
            When it answers with an error.
        """
        return self._ask("GET", path).content

    def _ask(self, method: str, path: str, json: str | None = None) -> httpx.Response:
        headers = {} if json is None else {"Content-Type": "application/json"}
        try:
            response = self._http.request(method, path, content=json, headers=headers)
        except httpx.TransportError as exc:
            msg = f"The service gave no answer to {method} {path} ({type(exc).__name__})."
            raise PlanNotMadeError(msg) from exc
        if not response.is_success:
            msg = f"The service answered {method} {path} with {response.status_code}: {response.text[:1000]}"
            raise PlanNotMadeError(msg)
        return response
