"""Examples of the bodies and answers that are too small to have a place of their own."""

from typing import Any, Final

from service.errors import explain

_KIND: Final = explain("plan_not_found").model_dump(mode="json")

#: Method and path -> an example of the JSON body.
BODIES: Final[dict[tuple[str, str], Any]] = {
    ("post", "/v1/plans/{plan_id}/routes/{route}/links"): {"expires_in_s": 36_000},
    ("post", "/v1/persons/erasures"): {"case": "case-1"},
    ("post", "/v1/persons/exports"): {"case": "case-1"},
    ("patch", "/v1/settings"): {"navigation": True, "keep_plans_days": 90},
}
#: Method and path -> an example of the JSON that a 200 answers with.
ANSWERS: Final[dict[tuple[str, str], Any]] = {
    ("get", "/problems"): [_KIND],
    ("get", "/problems/{code}"): _KIND,
    ("get", "/healthz"): {"status": "ok"},
    ("get", "/readyz"): {"status": "ok", "workers": 2},
}
