"""Settings of planning: maps and rules, providers that are asked for addresses, the search, and workers."""

import os
from typing import Self
from zoneinfo import available_timezones

from pydantic import BaseModel, Field, field_validator, model_validator

from service.cases.limits import MAX_BUDGET_S, MAX_MINUTES_PER_PRIORITY_POINT, MAX_THREADS
from service.cases.policy import PACKS
from service.provider_rules import names_in, provider_problems


def usable_cores() -> int:
    """How many processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class PlanningSettings(BaseModel):
    """What plans and addresses are made by."""

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

    @property
    def providers(self) -> tuple[str, ...]:
        """The providers of `geocode_providers`, in their order."""
        return names_in(self.geocode_providers)

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
