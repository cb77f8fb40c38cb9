"""Every setting of the service, read once from the environment and a TOML file; the table is docs/settings.md."""

import os
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from limits import RateLimitItem, parse_many
from platformdirs import user_state_path
from pydantic import Field, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from service.cases.limits import MAX_BATCH_ROWS, MAX_BUDGET_S, MAX_CASES, MAX_MINUTES_PER_PRIORITY_POINT, MAX_THREADS
from service.cases.policy import PACKS
from service.provider_rules import names_in, provider_problems
from service.settings_sources import sources
from service.webhooks.address import IpNetwork, networks

#: What a browser calls a service on its own machine.
LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")

_SHORTEST_SECRET = 32
_HIGHEST_PORT = 65535


def default_state_dir() -> Path:
    """Where the service keeps its data when nobody says: a system folder for root, the user's own otherwise."""
    if os.name == "posix" and os.geteuid() == 0:
        return Path("/var/lib/doorstep")
    return user_state_path("doorstep")


def limits_in(text: str) -> list[RateLimitItem]:
    """Return the rate limits of a setting; raises ValueError for what is none."""
    return parse_many(text) if text.strip() else []


def usable_cores() -> int:
    """How many processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Settings(BaseSettings):
    """What can be configured. Keyword arguments win over variables, and these over files of secrets and over TOML.

    Raises
    ------
    pydantic.ValidationError
        When a variable cannot be what it should be; the message names the setting.
    SettingsSourceError
        When a file that a variable names cannot be used.
    """

    model_config = SettingsConfigDict(env_prefix="DOORSTEP_", frozen=True, extra="forbid", env_ignore_empty=True)

    state_dir: Path = Field(
        default_factory=default_state_dir,
        description="Folder of the embedded database and of the prepared areas.",
    )
    database_url: str | None = Field(
        default=None,
        repr=False,
        description="PostgreSQL to use, as postgresql://user:password@host/name; empty: the embedded one.",
    )
    secret_key: str | None = Field(
        default=None,
        repr=False,
        description="Secret of at least 32 characters that wraps the keys of stored addresses; several with commas: "
        "the first one wraps, the others still unwrap.",
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    allowed_hosts: str = Field(
        default="",
        description="Host names to answer to, with commas; * for any. Empty: the loopback's own names when "
        "listening on loopback, any otherwise.",
    )

    areas_url: str | None = Field(
        default=None,
        repr=False,
        description="Where areas are shared, as fsspec reads it (s3://bucket/areas, file:///mnt/areas); new versions "
        "are fetched into the state folder. Empty: the state folder alone.",
    )
    public_url: str | None = Field(
        default=None,
        description="Where browsers reach the service from outside, as https://doorstep.bank.example.",
    )
    session_hours: int = Field(default=8, gt=0, le=168, description="Hours after which a browser must sign in again.")
    oidc_issuer: str | None = Field(
        default=None,
        description="The bank's OpenID Connect provider, where people sign in and whose access tokens are taken.",
    )
    oidc_client_id: str | None = Field(default=None, description="What the provider knows this service as.")
    oidc_client_secret: str | None = Field(default=None, repr=False, description="Its secret there.")
    oidc_audience: str | None = Field(
        default=None, description="What access tokens must be meant for; empty: the client id."
    )

    area: str = Field(default="liechtenstein", min_length=1, description="Area of a request that names none.")
    time_zone: str = Field(
        default="Asia/Shanghai",
        description="IANA time zone used when neither the request nor the area says one.",
    )
    policy: str = Field(default="cn", description="Contact rules used when a request names none.")

    geocode_providers: str = Field(
        default="",
        description="Services to ask where the own map is not sure, in this order, with commas: nominatim, photon, "
        "pelias, baidu, amap, tianditu.",
    )
    geocode_allowed: str = Field(
        default="",
        description="Those of them that may be sent addresses although they are outside of your network, with commas.",
    )
    nominatim_url: str | None = Field(default=None, description="Your Nominatim server.")
    photon_url: str | None = Field(default=None, description="A Photon server.")
    pelias_url: str | None = Field(default=None, description="A Pelias server.")
    pelias_key: str | None = Field(default=None, repr=False, description="Key of a hosted Pelias.")
    baidu_key: str | None = Field(default=None, repr=False, description="Key (ak) of Baidu Maps.")
    amap_key: str | None = Field(default=None, repr=False, description="Key of AMap's web services.")
    tianditu_key: str | None = Field(default=None, repr=False, description="Key (tk) of Tianditu, for servers.")
    provider_timeout_s: float = Field(
        default=5.0, gt=0, le=60, description="Seconds that a provider has to connect, and to answer."
    )
    provider_budget: int = Field(
        default=1000, ge=0, description="Addresses that each provider is asked at most in a day (UTC)."
    )
    provider_cache_days: int = Field(
        default=30, ge=0, le=3650, description="Days that a provider's answers are kept, sealed; 0 keeps none."
    )

    max_body_bytes: int = Field(default=10 * 1024 * 1024, gt=0, description="Largest request body, in bytes.")
    max_cases: int = Field(default=MAX_CASES, gt=0, le=MAX_CASES, description="Most cases in one request.")
    max_addresses: int = Field(
        default=10_000, gt=0, le=MAX_BATCH_ROWS, description="Most addresses in one batch or file."
    )
    max_bulk_rows: int = Field(
        default=10_000, gt=0, le=MAX_BATCH_ROWS, description="Most cases or collectors in one bulk call or file."
    )
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
    link_max_days: int = Field(default=30, gt=0, le=3650, description="Most days that a preview link opens a route.")
    solve_budget_s: int = Field(default=10, gt=0, description="Seconds of solving when a request names none.")
    max_solve_budget_s: int = Field(
        default=MAX_BUDGET_S, gt=0, le=MAX_BUDGET_S, description="Most seconds of solving a request may ask."
    )
    minutes_per_priority_point: float = Field(
        default=1.0,
        gt=0,
        le=MAX_MINUTES_PER_PRIORITY_POINT,
        allow_inf_nan=False,
        description="What a priority point is worth, in minutes of a collector's day.",
    )

    webhook_networks: str = Field(
        default="",
        description="Networks that webhooks may be sent to although they are not public, with commas: 10.20.0.0/16. "
        "Only there is http allowed.",
    )
    webhook_timeout_s: float = Field(
        default=15.0, gt=0, le=60, description="Seconds that a receiver of a webhook has to answer."
    )
    keep_idempotency_keys_hours: int = Field(
        default=24, gt=0, le=720, description="Hours that an Idempotency-Key and its answer are kept, sealed."
    )
    rate_limit: str = Field(
        default="12000/minute",
        description="Requests of one key or user, such as 100/second; 6000/minute. Empty: any number.",
    )
    rate_limit_tenant: str = Field(default="", description="The same for all of a tenant together.")
    rate_limit_address: str = Field(
        default="300/minute", description="The same for links and the login, of one address each."
    )
    rate_limit_refusals: str = Field(
        default="60/minute", description="Refused keys and tokens of one address, until it is answered 429 instead."
    )

    matrix_threads: int = Field(
        default_factory=usable_cores,
        gt=0,
        le=256,
        description="Threads that measure the ways of one plan. Nothing else of a plan runs meanwhile.",
    )
    solver_threads: int = Field(
        default=1,
        gt=0,
        le=MAX_THREADS,
        description="Threads that search for the routes of one plan: more of them find better ones in the same time.",
    )
    web_grace_s: float = Field(
        default=10.0, ge=0, le=600, description="Seconds that open requests have to finish when the web server stops."
    )
    worker_concurrency: int = Field(
        default=1, gt=0, description="Plans and batches that one worker computes at a time."
    )
    max_running: int = Field(
        default=8,
        gt=0,
        description="Plans of one tenant that are computed, or next in line, at a time; batches likewise. "
        "A tenant's own settings may say less.",
    )
    max_waiting: int = Field(
        default=1000,
        gt=0,
        description="Plans of one tenant that may wait; batches likewise. The next is refused with 429. "
        "A tenant's own settings may say less.",
    )
    worker_heartbeat_s: float = Field(default=2.0, gt=0, description="Seconds between two signs of life.")
    worker_stalled_s: float = Field(
        default=10.0,
        gt=0,
        description="Seconds without a sign of life after which a worker's plans go to another one.",
    )
    worker_grace_s: float = Field(
        default=5.0,
        ge=0,
        description="Seconds a stopping worker gives its plans to finish before it hands them back.",
    )
    max_worker_losses: int = Field(
        default=3,
        gt=0,
        description="Workers that may die on one plan before it fails with the code worker_lost.",
    )
    metrics_address: str = Field(
        default="",
        description="host:port where the web server tells its figures (/metrics) and health; empty: nowhere.",
    )
    worker_metrics_address: str = Field(
        default="", description="The same of a worker; each worker of a machine needs its own port."
    )
    trace_endpoint: str | None = Field(
        default=None, description="Where traces are sent, OTLP over HTTP, such as http://collector:4318/v1/traces."
    )
    trace_share: float = Field(
        default=1.0,
        ge=0,
        le=1,
        description="Share of the traces beginning here that are kept; a caller's own are followed.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="Least level logged.")
    log_format: Literal["console", "json"] = Field(default="console", description="One line for people, or JSON.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic-settings passes it
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - likewise
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Say where values come from, the first one that has a value wins."""
        return init_settings, env_settings, *sources(settings_cls)

    @property
    def areas_dir(self) -> Path:
        """Folder of the prepared areas."""
        return self.state_dir / "areas"

    @property
    def served_hosts(self) -> tuple[str, ...]:
        """The host names to answer to; a `*` among them stands for any."""
        named = tuple(name.strip() for name in self.allowed_hosts.split(",") if name.strip())
        if named:
            return named
        return LOOPBACK_HOSTS if self.host in {*LOOPBACK_HOSTS, "::1"} else ("*",)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The secrets of `secret_key`, the newest first."""
        return tuple(part.strip() for part in (self.secret_key or "").split(",") if part.strip())

    def as_environment(self) -> dict[str, str]:
        """Return the variables that make a child process read these very settings."""
        values = {name: getattr(self, name) for name in type(self).model_fields}
        return {f"DOORSTEP_{name.upper()}": str(value) for name, value in values.items() if value is not None}

    @property
    def providers(self) -> tuple[str, ...]:
        """The providers of `geocode_providers`, in their order."""
        return names_in(self.geocode_providers)

    @field_validator("state_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("secret_key")
    @classmethod
    def _long_secrets(cls, value: str | None) -> str | None:
        if any(len(part.strip()) < _SHORTEST_SECRET for part in (value or "").split(",") if value):
            msg = f"secret_key must have at least {_SHORTEST_SECRET} characters, and so must each of several."
            raise ValueError(msg)
        return value

    @field_validator("metrics_address", "worker_metrics_address")
    @classmethod
    def _address(cls, value: str, info: ValidationInfo) -> str:
        host, _, port = value.rpartition(":")
        if value and not (host and port.isdecimal() and int(port) <= _HIGHEST_PORT):
            msg = f"{info.field_name} must be host:port such as 127.0.0.1:9100, got {value!r}."
            raise ValueError(msg)
        return value

    @field_validator("trace_endpoint")
    @classmethod
    def _http(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("http://", "https://")):
            msg = f"trace_endpoint must begin with http:// or https://, got {value!r}."
            raise ValueError(msg)
        return value

    @property
    def webhook_nets(self) -> tuple[IpNetwork, ...]:
        """The networks of `webhook_networks`."""
        return networks(self.webhook_networks)

    @field_validator("webhook_networks")
    @classmethod
    def _known_networks(cls, value: str) -> str:
        try:
            networks(value)
        except ValueError:
            msg = f"webhook_networks must be networks such as 10.20.0.0/16, with commas, got {value!r}."
            raise ValueError(msg) from None
        return value

    @field_validator("rate_limit", "rate_limit_tenant", "rate_limit_address", "rate_limit_refusals")
    @classmethod
    def _known_limits(cls, value: str) -> str:
        try:
            limits_in(value)
        except ValueError:
            msg = f"A rate limit looks like 100/second; 6000/minute, got {value!r}."
            raise ValueError(msg) from None
        return value

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            msg = f"time_zone must be an IANA name such as Asia/Shanghai, got {value!r}."
            raise ValueError(msg)
        return value

    @field_validator("policy")
    @classmethod
    def _known_policy(cls, value: str) -> str:
        if value not in PACKS:
            msg = f"policy must be one of {', '.join(sorted(PACKS))}, got {value!r}."
            raise ValueError(msg)
        return value

    @model_validator(mode="after")
    def _providers_may_be_asked(self) -> Self:
        for problem in provider_problems(self.providers, names_in(self.geocode_allowed), self.__dict__):
            raise ValueError(problem)
        return self

    @model_validator(mode="after")
    def _provider_is_whole(self) -> Self:
        if self.oidc_issuer is not None and (self.oidc_client_id is None or self.public_url is None):
            msg = "oidc_issuer needs oidc_client_id and public_url too."
            raise ValueError(msg)
        return self

    @field_validator("public_url", "oidc_issuer")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "https://none")
        local = parts.hostname in {"localhost", "127.0.0.1", "::1"}
        if not parts.hostname or parts.scheme not in ({"http", "https"} if local else {"https"}):
            msg = "Must be an address that begins with https:// (http:// on this machine only)."
            raise ValueError(msg)
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.solve_budget_s > self.max_solve_budget_s:
            msg = (
                f"solve_budget_s must be at most max_solve_budget_s, "
                f"got {self.solve_budget_s} > {self.max_solve_budget_s}."
            )
            raise ValueError(msg)
        if self.worker_stalled_s < 2 * self.worker_heartbeat_s:
            msg = (
                f"worker_stalled_s must be at least twice worker_heartbeat_s, "
                f"got {self.worker_stalled_s} and {self.worker_heartbeat_s}."
            )
            raise ValueError(msg)
        return self
