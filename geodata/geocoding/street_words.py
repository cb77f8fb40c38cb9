"""Abbreviated words of street names, by language, and the names that a text with them may mean.

Sources: the usual directories of the postal services, and what addresses of OpenStreetMap are abbreviated to.
German endings (str., g.) are folded in `normalise`: they are parts of words.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import islice, product
from typing import Final

from geodata.geocoding.normalise import fold, key_of

#: By language: abbreviation -> the words it stands for. Written as people do; compared when folded.
WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "de": {"dr": "doktor", "prof": "professor", "bgm": "bürgermeister", "gr": "großer große", "kl": "kleiner kleine"},
    "en": {
        "st": "street saint", "rd": "road", "ave": "avenue", "av": "avenue", "ln": "lane", "la": "lane", "dr": "drive",
        "ct": "court", "cres": "crescent", "cl": "close", "pl": "place", "sq": "square", "gdns": "gardens",
        "gdn": "garden", "gr": "grove", "grv": "grove", "ter": "terrace", "terr": "terrace", "hwy": "highway",
        "pkwy": "parkway", "blvd": "boulevard", "cir": "circle", "trl": "trail", "rte": "route", "rt": "route",
        "mt": "mount", "ft": "fort", "cty": "county", "co": "county", "brg": "bridge", "bdg": "bridge", "hl": "hill",
        "hts": "heights", "xing": "crossing", "expy": "expressway", "extn": "extension", "ext": "extension",
        "col": "colony", "ngr": "nagar", "nr": "near", "sec": "sector", "mkt": "market", "stn": "station",
        "n": "north", "s": "south", "e": "east", "w": "west", "ne": "northeast", "nw": "northwest",
        "se": "southeast", "sw": "southwest", "sankt": "st saint", "mc": "mac", "wy": "way", "pk": "park",
    },
    "fr": {
        "av": "avenue", "ave": "avenue", "bd": "boulevard", "bld": "boulevard", "blvd": "boulevard",
        "boul": "boulevard", "r": "rue", "rte": "route", "ch": "chemin", "che": "chemin", "chem": "chemin",
        "imp": "impasse", "pl": "place",
        "platz": "place", "all": "allée", "sq": "square", "fg": "faubourg", "fbg": "faubourg", "res": "résidence",
        "lot": "lotissement", "q": "quai", "crs": "cours", "pass": "passage", "st": "saint", "ste": "sainte",
        "sankt": "saint", "gal": "général", "gén": "général", "mal": "maréchal", "dr": "docteur", "pdt": "président",
        "prés": "président", "cdt": "commandant", "col": "colonel", "cap": "capitaine", "ham": "hameau", "zi": "zone",
    },
    "it": {
        "v": "via", "vle": "viale", "pza": "piazza", "pzza": "piazza", "pzale": "piazzale", "ple": "piazzale",
        "platz": "piazza", "pl": "piazza", "cso": "corso", "lgo": "largo", "vlo": "vicolo", "vic": "vicolo",
        "str": "strada", "strasse": "strada", "contr": "contrada", "cda": "contrada", "s": "san santa sant",
        "sankt": "san", "sta": "santa", "lung": "lungo", "fratelli": "flli", "flli": "fratelli", "gen": "generale",
        "mons": "monsignor", "dott": "dottor", "ing": "ingegner", "borg": "borgata", "sc": "scalinata",
    },
    "es": {
        "c": "calle", "cl": "calle", "avda": "avenida", "av": "avenida", "avd": "avenida", "avgda": "avinguda",
        "pza": "plaza", "pl": "plaza plaça", "plza": "plaza", "platz": "plaza", "ps": "paseo", "pso": "paseo",
        "pº": "paseo", "ctra": "carretera", "crta": "carretera", "cra": "carretera", "cno": "camino", "cmno": "camino",
        "trv": "travesía", "trva": "travesía", "rda": "ronda", "urb": "urbanización", "gta": "glorieta",
        "sta": "santa", "sto": "santo", "sankt": "san", "s": "san", "ntra": "nuestra", "sra": "señora", "sr": "señor",
        "dr": "doctor", "dra": "doctora", "gral": "general", "pol": "polígono", "pg": "passeig", "bda": "barriada",
        "bo": "barrio", "brr": "barrio",
    },
}  # fmt: skip
#: Little words that people leave out between the words of a street's name.
PARTICLES: Final = frozenset(
    {
        "de", "du", "des", "la", "le", "les", "l", "d", "del", "della", "delle", "dei", "degli", "dello", "di", "da",
        "dal", "dall", "dell", "el", "los", "las", "y", "the", "of",
    }
)  # fmt: skip
_WORD: Final = re.compile(r"[^\W_]+(?:\.[^\W_]+)*")
_MOST: Final = 16


@cache
def _table(languages: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    """Folded abbreviations of some languages, each with its folded words, the first language's first."""
    found: dict[str, dict[str, None]] = {}
    for language in languages:
        for short, words in WORDS.get(language, {}).items():
            found.setdefault(key_of(short), {}).update(dict.fromkeys(map(key_of, words.split())))
    return {short: tuple(words) for short, words in found.items()}


def has_abbreviation(words: Iterable[str], languages: tuple[str, ...]) -> bool:
    """Whether any of some folded words is an abbreviation."""
    return not _table(languages).keys().isdisjoint(words)


def written_out(text: str, languages: tuple[str, ...]) -> list[str]:
    """Keys of a name with its abbreviations written out, in every way they may be meant, the usual one first.

    Examples
    --------
    >>> written_out("High St", ("en",))
    ['highstreet', 'highsaint', 'highst']
    >>> written_out("V.le Garibaldi", ("it",))
    ['vialegaribaldi', 'vlegaribaldi']
    """
    table = _table(languages)
    words = [word.replace(".", "") for word in _WORD.findall(fold(text))]
    choices = [(*table.get(word, ()), word) for word in words]
    keys = ("".join(choice) for choice in islice(product(*choices), _MOST))
    return list(dict.fromkeys(keys))


def without_particles(text: str) -> str:
    """Key of a name without its little words, empty where it would be none.

    Examples
    --------
    >>> without_particles("Rue de la République")
    'rurepubliqu'
    """
    words = _WORD.findall(fold(text))
    kept = [word for word in words if word not in PARTICLES]
    return "".join(kept) if 2 <= len(kept) < len(words) else ""
