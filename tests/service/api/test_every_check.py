"""Schemathesis with all its checks: what the description covers, and chains of requests, through the real gate."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import uuid4

import pytest
import schemathesis
from schemathesis import engine as schemathesis_engine
from schemathesis.checks import CHECKS
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events
from sqlalchemy import Engine

from service.access.gate import Gate
from service.api.http import events as server_sent
from service.app import create_app
from service.auth.caller import FIRST_TENANT
from service.auth.scope import Role
from service.deps import Services
from service.store.access.identities import IdentityStore
from service.store.access.tenant_identities import TenantIdentities
from service.store.privacy.tenant_keys import TenantKeys
from service.store.requests.idempotency import Held, KeptAnswer
from service.store.tenancy import tenant_engine
from tests.service.api.fake_integration import FakeIdempotency
from tests.service.api.fakes import FakePlans, fake_deps
from tests.service.api.test_openapi import DONE

#: The operations by their paths, so that processes share them.
GROUPS: Final = {
    "plans": r"^/v1/plans",
    "schedules": r"^/v1/schedules",
    "addresses": r"^/v1/geocode",
    "cases": r"^/v1/(cases|persons)",
    "collectors": r"^/v1/(collectors|branches|templates)",
    "access": r"^/v1/(keys|users|me|webhooks|audit|settings|areas)",
    "open": r"^/(problems|healthz|readyz)",
}
#: No check is left out; what each of them would say of us wrongly is named below.
ALL: Final = frozenset(
    {
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
        "negative_data_rejection",
        "positive_data_acceptance",
        "missing_required_header",
        "unsupported_method",
        "allow_header_conformance",
        "use_after_free",
        "ensure_resource_availability",
        "ignored_auth",
        "object_level_authorization",  # it needs a second identity: test_isolation asks as every other
    }
)
#: An id of the caller's own may be `bulk`, and `{id}` also fits `{id}.csv`: Allow then names the methods of both.
SHARES_ITS_PATH: Final = re.compile(r"/v1/(cases|collectors)/(bulk|files|search)$|\.(csv|xlsx|ndjson|geojson)$")
#: A request may fit its schema and break these: rules between several fields, of people's texts, of what is stored.
BEYOND_SCHEMA: Final = frozenset(
    {
        "blank",
        "branch_missing",
        "break_missing",
        "break_order",
        "calendar_contradiction",
        "calendar_twice",
        "control_character",
        "date_given",
        "duplicate_id",
        "duplicate_speed",
        "iso_date",  # from a first year to a last one
        "local_time",
        "nothing_to_change",
        "person_contradiction",
        "person_missing",
        "pin_missing",
        "place_missing",
        "promise_contradiction",
        "skill_contradiction",
        "start_missing",
        "suppression_order",
        "window_order",
        # Of what is stored, or what the area's map has.
        "area_not_found",
        "location_out_of_area",
        "not_offered",
        "out_of_area",
        "unknown_branch",
        "unknown_policy",
        "unknown_season",
        "unknown_time_zone",
        "unknown_vehicle",
        # The same, of the files that are sent as bodies.
        "empty",
        "unknown_sheet",
    }
)
#: The same where the code alone is too wide, by the field's name.
BEYOND_SCHEMA_AT: Final = frozenset(
    {
        "cursor wrong_text",  # only one from `next` is one
        "address wrong_text",  # nothing is left of it without telephone number and addressee
        "cases missing",  # here or as ids of stored ones
        "cases wrong_length",
        "collectors missing",
        "collectors wrong_length",
        "accuracy_m missing",  # of a fix, not of a planner's word
        "visited_on out_of_range",  # a day that is over
        "expires_in_s too_large",  # a setting says how large
        "closed_ways out_of_range",  # ids of the map
        "way out_of_range",
        "expires_at broken_rule",  # an instant to come
        "scopes broken_rule",  # of the role
        "email broken_rule",
        "url invalid_url",  # a public address, by https
    }
)
#: JSON Schema takes 1.0 for a whole number; who sends one meant something else.
IS_NO_INTEGER: Final = "wrong_type"
#: Their rows are refused one by one, in an answer that is a 2xx: test_batches and test_resources_api try them.
ROW_BY_ROW: Final = re.compile(r"POST /v1/(geocode/batches|cases/bulk|collectors/bulk)")
#: Codes of what depends on what is stored, or on a version that another may have changed.
OF_STATE: Final = frozenset({"version_changed", "resource_changed", "review_changed", "pin_changed"})
#: A PUT needs If-Match only where something is, and no schema can say that.
OF_PUT: Final = "version_missing"


class Forgetful(FakeIdempotency):
    """The description has one example of an Idempotency-Key: each request with it is another one here."""

    def begin(self, *, scope: str, key: str, body: bytes) -> Held | KeptAnswer:
        return super().begin(scope=scope, key=str(uuid4()), body=body)


@dataclass(frozen=True)
class Finding:
    """What a check says of a request and its answer."""

    check: str
    operation: str
    said: str
    sent: str
    answered: str
    problem: dict[str, Any]

    @property
    def is_ours(self) -> bool:
        """Whether it is none of the things that are named above."""
        match self.check:
            case "allow_header_conformance":
                return SHARES_ITS_PATH.search(self.operation) is None
            case "ensure_resource_availability":  # it does not see that `{id}.csv` goes with `{id}`
                return SHARES_ITS_PATH.search(self.operation) is None
            case "negative_data_rejection":
                return ROW_BY_ROW.fullmatch(self.operation) is None
            case "positive_data_acceptance":
                return not self._breaks_rules_beyond_the_schema()
        return True

    @property
    def kind(self) -> tuple[object, ...]:
        return (self.check, self.operation, self.problem.get("code"), *self._rules())

    def _breaks_rules_beyond_the_schema(self) -> bool:
        code = self.problem.get("code")
        if code == OF_PUT:
            return self.operation.startswith("PUT ")
        rules = self._rules()
        if self.operation.startswith("PATCH "):  # a merge patch is any object, until it is merged
            rules = tuple(rule for rule in rules if not rule.endswith(" unknown_key"))
            return code in OF_STATE or all(map(_is_beyond_schema, rules))
        return code in OF_STATE or (bool(rules) and all(map(_is_beyond_schema, rules)))

    def _rules(self) -> tuple[str, ...]:
        """Return which rules were broken, each as `field code`."""
        errors = self.problem.get("errors", ())
        return tuple(re.sub(r"/\d+", "", one["pointer"]).rpartition("/")[2] + " " + one["code"] for one in errors)


def _is_beyond_schema(rule: str) -> bool:
    code = rule.partition(" ")[2]
    return code in BEYOND_SCHEMA or rule in BEYOND_SCHEMA_AT or code == IS_NO_INTEGER


@pytest.fixture(autouse=True)
def short_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_sent, "LONGEST_S", 0.02)


@pytest.mark.slow
@pytest.mark.parametrize("group", [pytest.param(one, marks=pytest.mark.xdist_group(one)) for one in GROUPS])
def test_no_check_of_schemathesis_finds_anything(engine: Engine, group: str) -> None:
    keys = TenantKeys(engine)
    _, secret = TenantIdentities(tenant_engine(engine, FIRST_TENANT), keys, tenant=FIRST_TENANT).add_key(
        name="schemathesis", role=Role.ADMIN, created_by="test"
    )
    deps = fake_deps(plans=FakePlans(on_get=lambda record: replace(record, **DONE)), idempotency=Forgetful())
    gate = Gate(IdentityStore(engine, keys))
    app = create_app(Services(settings=deps.settings, gate=gate, deps_of=lambda _tenant: deps))
    description = schemathesis.openapi.from_asgi("/openapi.json", app, config=SchemathesisConfig())
    schema = description.include(path_regex=GROUPS[group])
    configure(schema.config, secret)

    ran, found = set(), []
    for event in schemathesis_engine.from_schema(schema).execute():
        assert not isinstance(event, (events.FatalError, events.NonFatalError)), event
        if isinstance(event, events.ScenarioFinished):
            ran |= {check.name for checks in event.recorder.checks.values() for check in checks}
            found += [finding for finding in findings(event.recorder) if finding.is_ours]

    assert ran == ALL
    assert not found, "\n".join({finding.kind: str(finding) for finding in found}.values())


def configure(config: Any, secret: str) -> None:
    """Let each request be tried that covers a rule of the description, and chains; test_openapi tries at random."""
    config.headers = {"Authorization": f"Bearer {secret}"}
    config.continue_on_failure = True
    config.generation.update(max_examples=5, deterministic=True, no_shrink=True)
    config.phases.fuzzing.enabled = False
    config.checks.missing_required_header.expected_statuses.append("428")


def findings(recorder: Any) -> Iterator[Finding]:
    for case_id, checks in recorder.checks.items():
        for check in checks:
            if check.failure_info is None:
                continue
            case, interaction = recorder.cases[case_id].value, recorder.interactions.get(case_id)
            response = None if interaction is None else interaction.response
            is_problem = response is not None and "problem+json" in "".join(response.headers.get("content-type", []))
            yield Finding(
                check=check.name,
                operation=case.operation.label,
                said=check.failure_info.failure.message[:300],
                sent=f"{case.method} {case.formatted_path} {case.query} {case.headers} {str(case.body)[:500]}",
                answered="" if response is None else f"{response.status_code} {response.content[:500]!r}",
                problem=response.json() if is_problem and response is not None else {},
            )


def test_every_check_there_is_is_run() -> None:
    limits = {"max_response_time"}  # of seconds, which belong to the benchmarks

    assert {check.__name__ for check in CHECKS.get_all()} - limits == ALL


def test_every_operation_is_in_a_group() -> None:
    paths = create_app(fake_deps()).openapi()["paths"]

    assert [path for path in paths if sum(re.match(group, path) is not None for group in GROUPS.values()) != 1] == []
