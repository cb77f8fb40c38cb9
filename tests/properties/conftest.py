"""Fixed examples are the same alone and in the whole suite, whatever else has been imported."""

from collections.abc import Iterator

import pytest
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants


@pytest.fixture(autouse=True, scope="module")
def _examples_without_constants_of_our_sources() -> Iterator[None]:
    """Hypothesis draws constants from all local modules that are loaded, for derandomized tests too."""
    with pytest.MonkeyPatch.context() as patch:
        none = Constants()
        patch.setattr(providers, "_get_local_constants", lambda: none)
        providers.CONSTANTS_CACHE.cache.clear()
        yield
    providers.CONSTANTS_CACHE.cache.clear()
