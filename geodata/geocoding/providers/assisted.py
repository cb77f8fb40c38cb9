"""A geocoder that asks others where it is not sure itself, and never more than is needed."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final, Protocol

from geodata.coords import BoundingBox
from geodata.errors import BudgetSpentError, ProviderError
from geodata.geocoding.port import AddressQuery, GeocodeAnswer, Geocoder, Status
from geodata.geocoding.providers.careful import CarefulProvider
from geodata.geocoding.providers.opinion import answer_of, best_of
from geodata.geocoding.providers.outgoing import outgoing_text, without_people
from geodata.geocoding.providers.port import Found

_UNSURE: Final = frozenset({Status.NEEDS_REVIEW, Status.AMBIGUOUS, Status.NOT_FOUND})
_Answers = Mapping[str, tuple[Found, ...]]


class AnswerCache(Protocol):
    """Remembers what providers said, so that nobody is asked twice. Its keys must tell nothing of an address."""

    def find(self, provider: str, texts: Sequence[str]) -> _Answers:
        """Return what is remembered, by text."""

    def keep(self, provider: str, answers: _Answers) -> None:
        """Remember answers, empty ones too."""


class AssistedGeocoder:
    """A geocoder with providers behind it.

    What the own map accepts, what is no address, and what came with a coordinate is never sent. Of the rest
    `outgoing_text` is sent to every provider; where one is down or its budget is spent, the answer has the reason
    `degraded` or `budget_spent`, and the others go on.

    Parameters
    ----------
    area : where answers are expected; None for anywhere.
    patience_s : after so long a provider is asked no more for this call, and the rest has the reason `not_asked`; None
        for as long as it takes, where nobody waits for the answer.
    now : seconds of a clock that never goes back.
    """

    def __init__(
        self,
        local: Geocoder,
        providers: Sequence[CarefulProvider],
        *,
        cache: AnswerCache,
        area: BoundingBox | None,
        patience_s: float | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._local = local
        self._providers = providers
        self._cache = cache
        self._area = area
        self._patience_s = patience_s
        self._now = now

    def geocode(self, queries: Sequence[AddressQuery]) -> list[GeocodeAnswer]:
        """Answer each query by itself and in order."""
        answers = self._local.geocode(queries)
        texts = {
            index: text
            for index, (query, answer) in enumerate(zip(queries, answers, strict=True))
            if query.text and query.location is None and not query.is_settled and answer.status in _UNSURE
            if (text := outgoing_text(query.text, answer)) is not None
        }
        said: dict[str, _Answers] = {}
        failed: dict[str, str] = {}
        for provider in self._providers:
            said[provider.name], reason = self._ask(provider, list(dict.fromkeys(texts.values())))
            if reason is not None:
                failed[provider.name] = reason
        for index, text in texts.items():
            asked = without_people(queries[index].text or "")
            missing = {failed[name] for name in failed if text not in said[name]}
            answers[index] = self._merged(asked, answers[index], text, said, missing)
        return answers

    def _ask(self, provider: CarefulProvider, texts: Sequence[str]) -> tuple[_Answers, str | None]:
        """Return what a provider says, and why not all of it is there."""
        said = dict(self._cache.find(provider.name, texts))
        missing = [text for text in texts if text not in said]
        began = self._now()
        for start in range(0, len(missing), provider.max_batch):
            if self._patience_s is not None and self._now() - began > self._patience_s:
                return said, "not_asked"
            batch = missing[start : start + provider.max_batch]
            try:
                answers = dict(zip(batch, provider.ask(batch, within=self._area), strict=True))
            except BudgetSpentError:
                return said, "budget_spent"
            except ProviderError:
                return said, "degraded"
            self._cache.keep(provider.name, answers)
            said |= answers
        return said, None

    def _merged(
        self, asked: str, local: GeocodeAnswer, text: str, said: Mapping[str, _Answers], missing: set[str]
    ) -> GeocodeAnswer:
        found = [best_of(name, answers.get(text, ()), self._area) for name, answers in said.items()]
        opinions = [opinion for opinion in found if opinion is not None]
        answer = answer_of(asked, local, opinions, area=self._area) if opinions else local
        return replace(answer, reasons=(*answer.reasons, *sorted(missing)))
