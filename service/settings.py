"""Every setting of the service, read once from the environment and a TOML file; the table is docs/settings.md."""

import os
from pathlib import Path
from typing import Literal, Self

from platformdirs import user_state_path
from pydantic import Field, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from service.settings_kept import KeptSettings
from service.settings_planning import PlanningSettings
from service.settings_sources import sources
from service.settings_web import WebSettings

_SHORTEST_SECRET = 32
_HIGHEST_PORT = 65535


def default_state_dir() -> Path:
    """Where the service keeps its data when nobody says: a system folder for root, the user's own otherwise."""
    if os.name == "posix" and os.geteuid() == 0:
        return Path("/var/lib/doorstep")
    return user_state_path("doorstep")


class Settings(WebSettings, PlanningSettings, KeptSettings, BaseSettings):
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
    areas_url: str | None = Field(
        default=None,
        repr=False,
        description="Where areas are shared, as fsspec reads it (s3://bucket/areas, file:///mnt/areas); new versions "
        "are fetched into the state folder. Empty: the state folder alone.",
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
    def secrets(self) -> tuple[str, ...]:
        """The secrets of `secret_key`, the newest first."""
        return tuple(part.strip() for part in (self.secret_key or "").split(",") if part.strip())

    def as_environment(self) -> dict[str, str]:
        """Return the variables that make a child process read these very settings."""
        values = {name: getattr(self, name) for name in type(self).model_fields}
        return {f"DOORSTEP_{name.upper()}": str(value) for name, value in values.items() if value is not None}

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
