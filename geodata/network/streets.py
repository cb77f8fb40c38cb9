"""Names of streets as they are compared when a point is snapped: the address's street with the road's name."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

import numpy as np

from geodata.network.arrays import Ints
from geodata.network.nearest import ANY
from geodata.network.roads import Roads

_NOT_LETTERS: Final = re.compile(r"[\W_]+")
_STREET: Final = re.compile(r"str\.?(?=$|\W)")


def folded(name: str) -> str:
    """Fold a name: no case, no accents, no spaces or hyphens, and German "str." written out.

    Examples
    --------
    >>> folded("Königsteiner Str.") == folded("KÖNIGSTEINER-STRASSE") == folded("Königsteiner Straße")
    True
    """
    plain = unicodedata.normalize("NFKD", name).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _NOT_LETTERS.sub("", _STREET.sub("strasse", plain))


class StreetKeys:
    """A number for each name of the network's roads; what folds to one text has one number.

    Attributes
    ----------
    of_edge : (m,) number of each edge's name, ANY for an edge without one.
    """

    def __init__(self, roads: Roads) -> None:
        names, index = np.unique(np.asarray(roads.name), return_inverse=True)
        self._numbers = {"": ANY}
        spelt = [roads.text(int(name)) for name in names]
        keys = [self._numbers.setdefault(folded(name), len(self._numbers)) for name in spelt]
        # Most addresses spell a street as the map does: they need no folding.
        self._as_spelt = dict(zip(spelt, keys, strict=True))
        self.of_edge: Ints = np.array(keys, dtype=np.int32)[index]

    def wanted(self, streets: Sequence[str | None]) -> Ints:
        """Return the number of each street, ANY for one that no road is called by."""
        return np.array([self._number(street) if street else ANY for street in streets], dtype=np.int32)

    def _number(self, street: str) -> int:
        number = self._as_spelt.get(street)
        return self._numbers.get(folded(street), ANY) if number is None else number
