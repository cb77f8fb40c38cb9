"""How addresses are written, by country: postcodes, house numbers, units inside a house, languages of street names."""

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from typing import Final

_GB: Final = r"[A-Za-z]{1,2}\d[A-Za-z\d]?\s?\d[ABD-HJLNP-UW-Zabd-hjlnp-uw-z]{2}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """How one country writes addresses.

    Attributes
    ----------
    names : folded keys of its names and of the codes that stand before its postcodes.
    postcode : pattern of a postcode without such a code.
    languages : of its street names, the usual one first.
    number_first : whether the house number stands before the street.
    noise : folded words that only say what kind of place follows (village, district, province code).
    """

    code: str
    names: tuple[str, ...]
    postcode: str
    languages: tuple[str, ...]
    number_first: bool = False
    noise: frozenset[str] = frozenset()


_ALL: Final = (
    Country(
        code="DE", names=("de", "deutschland", "germany", "allemagne", "germania", "alemania", "brd"),
        postcode=r"\d{5}", languages=("de",), noise=frozenset({"ot", "ortsteil", "gemarkung"}),
    ),
    Country(
        code="AT", names=("at", "osterreich", "austria", "autriche"), postcode=r"\d{4}", languages=("de",),
    ),
    Country(
        code="CH", names=("ch", "schweiz", "switzerland", "suisse", "svizzera", "suiza"), postcode=r"\d{4}",
        languages=("de", "fr", "it"),
    ),
    Country(
        code="LI", names=("li", "fl", "liechtenstein", "furstentumliechtenstein"), postcode=r"\d{4}",
        languages=("de",),
    ),
    Country(
        code="FR", names=("fr", "france", "frankreich", "francia"), postcode=r"\d{5}", languages=("fr",),
        number_first=True, noise=frozenset({"lieudit"}),
    ),
    Country(
        code="IT", names=("it", "italia", "italien", "italy", "italie"), postcode=r"\d{5}", languages=("it", "de"),
        noise=frozenset({"localita", "loc", "frazione", "fraz", "snc", "civico", "civ"}),
    ),
    Country(
        code="ES", names=("es", "espana", "spain", "spanien", "espagne", "spagna"), postcode=r"\d{5}",
        languages=("es",), noise=frozenset({"numero", "num", "municipio"}),
    ),
    Country(
        code="GB", names=("gb", "uk", "unitedkingdom", "greatbritain", "england", "scotland", "wales"), postcode=_GB,
        languages=("en",), number_first=True,
    ),
    Country(
        code="US", names=("us", "usa", "unitedstates", "unitedstatesofamerica"), postcode=r"\d{5}(?:-\d{4})?",
        languages=("en",), number_first=True,
    ),
    Country(
        code="IN", names=("in", "india", "bharat"), postcode=r"[1-9]\d{2}\s?\d{3}", languages=("en",),
        number_first=True,
        noise=frozenset({
            "village", "vill", "post", "tal", "taluk", "taluka", "tehsil", "teh", "mandal", "dist", "district",
            "distt", "ps", "state", "hno",
        }),
    ),
    Country(code="AD", names=("ad", "andorra"), postcode=r"AD\d{3}", languages=("es", "fr")),
    Country(code="CN", names=("cn", "china", "中国", "中华人民共和国"), postcode=r"\d{6}", languages=()),
)  # fmt: skip
COUNTRIES: Final = {country.code: country for country in _ALL}
#: Codes of names that are words of other languages as well: they name a country only before a postcode.
_ONLY_BEFORE_POSTCODES: Final = frozenset({"de", "in", "it", "es", "us", "ad", "cn"})
COUNTRY_OF_NAME: Final = {
    name: country.code for country in _ALL for name in country.names if name not in _ONLY_BEFORE_POSTCODES
}
#: States of the USA by the letters that stand before a ZIP code.
_STATES: Final = re.compile(
    "A[LKZR]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]"
)


@dataclass(frozen=True, slots=True)
class Rules:
    """What to expect of texts, of the countries of a map; of any country where the map does not say."""

    countries: tuple[Country, ...]
    is_known: bool

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages of street names, each once."""
        return tuple(dict.fromkeys(language for country in self.countries for language in country.languages))

    @property
    def number_first(self) -> bool:
        """Whether a number before a street is likelier its own than one behind it."""
        return self.is_known and all(country.number_first for country in self.countries)

    @property
    def noise(self) -> frozenset[str]:
        """Words that only say what kind of place follows."""
        return frozenset(word for country in self.countries for word in country.noise) if self.is_known else frozenset()

    def allows(self, code: str) -> bool:
        """Whether texts may be of a country."""
        return any(country.code == code for country in self.countries)

    def only(self, code: str) -> bool:
        """Whether the map is known to be of a country."""
        return self.is_known and self.allows(code)

    def is_postcode(self, digits: str) -> bool:
        """Whether some digits alone may be a postcode."""
        if not self.is_known:
            return 4 <= len(digits) <= 6
        return any(re.fullmatch(country.postcode, digits) for country in self.countries)


@cache
def rules_of(countries: AbstractSet[str]) -> Rules:
    """Rules for the countries of a map; for all of them where none is known.

    Examples
    --------
    >>> rules_of(frozenset({"CH"})).languages, rules_of(frozenset()).is_known
    (('de', 'fr', 'it'), False)
    """
    known = tuple(country for country in _ALL if country.code in countries)
    return Rules(known or _ALL, is_known=bool(known) and len(known) == len(countries))


def postcode_of(text: str) -> str:
    """Write a postcode in one form: without its country, without spaces, of a ZIP code the first five digits.

    Empty when it is none.

    Examples
    --------
    >>> postcode_of("LI-9496"), postcode_of("la22 0aa"), postcode_of("560 001"), postcode_of("20500-0003")
    ('9496', 'LA220AA', '560001', '20500')
    """
    plain = text.strip()
    if re.fullmatch(_GB, plain):
        return plain.replace(" ", "").upper()
    match = re.fullmatch(r"(?:[A-Za-z]{1,2}\s?[-–]?\s?)?(\d{4,6}|[1-9]\d{2}\s\d{3})(?:-\d{4})?", plain)
    return match[1].replace(" ", "") if match else ""


def state_of(word: str) -> str:
    """Give the ISO 3166-2 code of a state of the USA by its two capital letters, empty when it is none.

    Examples
    --------
    >>> state_of("VT"), state_of("vt")
    ('US-VT', '')
    """
    return f"US-{word}" if _STATES.fullmatch(word) else ""
