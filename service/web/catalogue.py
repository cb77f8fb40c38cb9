"""The texts of the pages, one JSON file a language, and which language a reader gets."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from service.access.preferred import weighed

#: The first one is what a reader gets who asks for none of them.
LANGUAGES: Final = ("en", "zh")
_FOLDER: Final = Path(__file__).parent / "translations"


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All texts of one language. `html_lang` is the language's tag for `<html lang>` and for Intl."""

    language: str
    html_lang: str
    texts: Mapping[str, str]

    def __getitem__(self, key: str) -> str:
        return self.texts[key]


@cache
def load_catalogues() -> dict[str, Catalogue]:
    """Read the catalogues of all languages."""
    return {language: _load(language) for language in LANGUAGES}


def choose_language(asked: str | None, accept_language: str | None) -> str:
    """Return the language to answer in: the one asked for, else the best of Accept-Language (RFC 9110, 12.5.4).

    Examples
    --------
    >>> choose_language(None, "de;q=0.9, zh-CN, en;q=0.5")
    'zh'
    """
    if asked in LANGUAGES:
        return asked
    for tag, weight in sorted(weighed(accept_language or ""), key=lambda wish: -wish[1]):
        language = tag.split("-")[0]
        if weight > 0 and language in LANGUAGES:
            return language
    return LANGUAGES[0]


def _load(language: str) -> Catalogue:
    texts = json.loads((_FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    return Catalogue(language=language, html_lang=texts["html_lang"], texts=texts)
