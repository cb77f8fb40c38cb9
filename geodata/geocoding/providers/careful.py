"""Asking a provider with care: paced, within a budget, patient with faults, and not at all while it is down."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, Protocol

from pybreaker import CircuitBreaker, CircuitBreakerError
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt
from tenacity.wait import wait_exponential_jitter

from geodata.coords import BoundingBox
from geodata.datum import to_wgs84
from geodata.errors import (
    BatchSpoiltError,
    BudgetSpentError,
    ProviderAwayError,
    ProviderBusyError,
    ProviderRefusedError,
)
from geodata.geocoding.providers.port import Found, Provider

_ATTEMPTS: Final = 3
_FAULTS_TO_OPEN: Final = 5
_REST_S: Final = 60.0


class Meter(Protocol):
    """Counts what a provider is asked, over all processes that share it."""

    def reserve(self, provider: str, *, addresses: int, qps: float, per_day: int) -> float | None:
        """Take a place in the queue: seconds to wait before asking so many addresses; None over the day's budget."""


class Audit(Protocol):
    """Keeps a record of what leaves the premises."""

    def leaving(self, *, provider: str, host: str, addresses: int) -> None:
        """Record that so many addresses are about to be sent; what raises keeps them here."""


class CarefulProvider:
    """A provider that may be asked without further thought; its answers are of WGS-84.

    Safe to use from several threads. Each request is reserved at the meter; one that leaves the premises is in the
    audit before it is sent. A fault is tried again, up to three times, after half a second and longer, or when the
    provider says. Five faults in a row, and it is left alone for a minute; a refused key counts as one.

    Parameters
    ----------
    per_day : addresses that it may be asked in a day.
    sleep : how to wait, for tests.
    rest_s : how long it is left alone.
    """

    def __init__(
        self,
        provider: Provider,
        *,
        meter: Meter,
        audit: Audit,
        per_day: int,
        sleep: Callable[[float], None] = time.sleep,
        rest_s: float = _REST_S,
    ) -> None:
        self._provider = provider
        self._meter = meter
        self._audit = audit
        self._per_day = per_day
        self._sleep = sleep
        self._breaker = CircuitBreaker(
            fail_max=_FAULTS_TO_OPEN,
            reset_timeout=rest_s,
            exclude=[BudgetSpentError, BatchSpoiltError],
            name=provider.name,
            throw_new_error_on_trip=False,
        )
        self._backoff = wait_exponential_jitter(initial=0.5, max=8.0)

    @property
    def name(self) -> str:
        """The provider's."""
        return self._provider.name

    @property
    def max_batch(self) -> int:
        """The provider's."""
        return self._provider.max_batch

    def ask(self, texts: Sequence[str], *, within: BoundingBox | None) -> list[tuple[Found, ...]]:
        """Answer up to `max_batch` texts, in their order.

        Raises
        ------
        ProviderError
            When there is no answer; also while the provider is left alone.
        """
        try:
            answers = self._patiently(texts, within)
        except BatchSpoiltError:
            answers = [self._patiently([text], within)[0] for text in texts]
        datum = self._provider.datum
        return [tuple(replace(one, location=to_wgs84(one.location, datum)) for one in found) for found in answers]

    def close(self) -> None:
        """Close the provider's connections."""
        self._provider.close()

    def _patiently(self, texts: Sequence[str], within: BoundingBox | None) -> list[tuple[Found, ...]]:
        retrying = Retrying(
            stop=stop_after_attempt(_ATTEMPTS),
            wait=self._wait_s,
            retry=retry_if_exception_type((ProviderAwayError, ProviderBusyError)),
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return retrying(self._breaker.call, self._once, texts, within)
        except CircuitBreakerError:
            msg = f"The geocoding provider {self.name} has failed often; it is left alone for a while."
            raise ProviderRefusedError(msg) from None

    def _once(self, texts: Sequence[str], within: BoundingBox | None) -> list[tuple[Found, ...]]:
        provider = self._provider
        wait_s = self._meter.reserve(provider.name, addresses=len(texts), qps=provider.qps, per_day=self._per_day)
        if wait_s is None:
            msg = f"The geocoding provider {provider.name} was asked as often today as its budget allows."
            raise BudgetSpentError(msg)
        if wait_s > 0:
            self._sleep(wait_s)
        if provider.leaves_premises:
            self._audit.leaving(provider=provider.name, host=provider.host, addresses=len(texts))
        return provider.geocode(texts, within=within)

    def _wait_s(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome is not None else None
        if isinstance(error, ProviderBusyError) and error.retry_after_s is not None:
            return error.retry_after_s
        return self._backoff(state)
