"""What property tests share."""

from collections.abc import Iterator

import pytest
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants


@pytest.fixture(scope="module")
def same_examples() -> Iterator[None]:
    """Have derandomized tests look at the same examples alone and in the whole suite.

    Hypothesis draws constants of all our modules that are loaded, and those are others each time.
    """
    with pytest.MonkeyPatch.context() as patch:
        none = Constants()
        patch.setattr(providers, "_get_local_constants", lambda: none)
        providers.CONSTANTS_CACHE.cache.clear()
        yield
    providers.CONSTANTS_CACHE.cache.clear()
