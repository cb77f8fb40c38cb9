"""Settings of the web server: where it listens, who signs in how, what it takes, and where webhooks may go."""

from pathlib import Path
from typing import Self

from limits import RateLimitItem, parse_many
from pydantic import BaseModel, Field, field_validator, model_validator

from service.cases.limits import MAX_BATCH_ROWS, MAX_CASES
from service.settings_sources import BankProvider, bank_providers, is_web_address
from service.webhooks.address import IpNetwork, networks

#: What a browser calls a service on its own machine.
LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")


def limits_in(text: str) -> list[RateLimitItem]:
    """Return the rate limits of a setting; raises ValueError for what is none."""
    return parse_many(text) if text.strip() else []


class WebSettings(BaseModel):
    """What the web server goes by."""

    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    allowed_hosts: str = Field(
        default="",
        description="Host names to answer to, with commas; * for any. Empty: the loopback's own names when "
        "listening on loopback, any otherwise.",
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
    oidc_file: Path | None = Field(
        default=None,
        description="TOML file of identity providers, where several banks have one each: a table by a bank's id with "
        "issuer, client_id, client_secret and audience.",
    )
    oidc_client_id: str | None = Field(default=None, description="What the provider knows this service as.")
    oidc_client_secret: str | None = Field(default=None, repr=False, description="Its secret there.")
    oidc_audience: str | None = Field(
        default=None, description="What access tokens must be meant for; empty: the client id."
    )
    max_body_bytes: int = Field(default=10 * 1024 * 1024, gt=0, description="Largest request body, in bytes.")
    max_cases: int = Field(default=MAX_CASES, gt=0, le=MAX_CASES, description="Most cases in one request.")
    max_addresses: int = Field(
        default=10_000, gt=0, le=MAX_BATCH_ROWS, description="Most addresses in one batch or file."
    )
    max_bulk_rows: int = Field(
        default=10_000, gt=0, le=MAX_BATCH_ROWS, description="Most cases or collectors in one bulk call or file."
    )
    link_max_days: int = Field(default=30, gt=0, le=3650, description="Most days that a preview link opens a route.")
    webhook_networks: str = Field(
        default="",
        description="Networks that webhooks may be sent to although they are not public, with commas: 10.20.0.0/16. "
        "Only there is http allowed.",
    )
    webhook_timeout_s: float = Field(
        default=15.0, gt=0, le=60, description="Seconds that a receiver of a webhook has to answer."
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
    web_grace_s: float = Field(
        default=10.0, ge=0, le=600, description="Seconds that open requests have to finish when the web server stops."
    )

    @property
    def served_hosts(self) -> tuple[str, ...]:
        """The host names to answer to; a `*` among them stands for any."""
        named = tuple(name.strip() for name in self.allowed_hosts.split(",") if name.strip())
        if named:
            return named
        return LOOPBACK_HOSTS if self.host in {*LOOPBACK_HOSTS, "::1"} else ("*",)

    @property
    def bank_providers(self) -> dict[str, BankProvider]:
        """The identity providers of `oidc_file` by their banks; none without it. Raises SettingsSourceError."""
        return {} if self.oidc_file is None else bank_providers(self.oidc_file)

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

    @field_validator("public_url", "oidc_issuer")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if value is not None and not is_web_address(value):
            msg = "Must be an address that begins with https:// (http:// on this machine only)."
            raise ValueError(msg)
        return value

    @model_validator(mode="after")
    def _provider_is_whole(self) -> Self:
        if self.oidc_issuer is not None and (self.oidc_client_id is None or self.public_url is None):
            msg = "oidc_issuer needs oidc_client_id and public_url too."
            raise ValueError(msg)
        if self.oidc_file is not None and (self.oidc_issuer is not None or self.public_url is None):
            msg = "oidc_file needs public_url too, and stands in place of oidc_issuer."
            raise ValueError(msg)
        _ = self.bank_providers  # what cannot be used is said at the start
        return self
