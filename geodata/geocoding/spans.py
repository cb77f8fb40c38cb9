"""Runs of tokens that may be a name, each with the key to look it up by."""

from collections.abc import Iterator
from typing import Final

from geodata.geocoding.countries import Rules
from geodata.geocoding.gazetteer import Gazetteer
from geodata.geocoding.normalise import has_cjk
from geodata.geocoding.parse import Kind, ParsedText
from geodata.geocoding.street_words import has_abbreviation, written_out

_LONGEST_NAME: Final = 7

#: First and last token of a run, and its key.
Spans = dict[tuple[int, int], str]


class SpanKeys:
    """Finds the runs of a text, with the abbreviations of the map's countries written out where that gives a name."""

    def __init__(self, gazetteer: Gazetteer, rules: Rules) -> None:
        self._gazetteer = gazetteer
        self._rules = rules

    def of(self, parsed: ParsedText) -> Spans:
        """Give the runs of one segment that may be a name, the longest first."""
        abbreviated = has_abbreviation((token.value for token in parsed.tokens), self._rules.languages)
        spans = {}
        for span in _spans(parsed):
            key = parsed.key(*span)
            if abbreviated and not self._gazetteer.is_name(key):
                key = self._written_out(parsed, span, key)
            spans[span] = key
        if not any(has_cjk(segment) for segment in parsed.segments):
            spans |= self._ending_in_numbers(parsed)
        return spans

    def _written_out(self, parsed: ParsedText, span: tuple[int, int], key: str) -> str:
        """Key of a known name that the run abbreviates; where none is known, the usual meaning of one language."""
        words = [parsed.tokens[i].value for i in range(span[0], span[1] + 1)]
        if not has_abbreviation(words, self._rules.languages):
            return key
        options = written_out(parsed.slice(*span), self._rules.languages)
        known = (option for option in options if self._gazetteer.is_name(option))
        return next(known, options[0] if options and self._rules.is_known else key)

    def _ending_in_numbers(self, parsed: ParsedText) -> Spans:
        """Known names whose last word is a number: County Road 12, Rue du 8 Mai 1945."""
        found = {}
        tokens = parsed.tokens
        for last, token in enumerate(tokens):
            if token.kind not in {Kind.NUMBER, Kind.POSTCODE}:
                continue
            for first in range(max(0, last - _LONGEST_NAME + 1), last):
                if tokens[first].segment != token.segment or tokens[first].kind is Kind.NOISE:
                    continue
                slices = [parsed.key(first, last), *written_out(parsed.slice(first, last), self._rules.languages)]
                key = next((key for key in slices if key in self._gazetteer.street_names), None)
                if key is not None:
                    found[first, last] = key
        return found


def _spans(parsed: ParsedText) -> Iterator[tuple[int, int]]:
    """Yield runs of tokens of one segment that may be a name, the longest first."""
    tokens = parsed.tokens
    for length in range(min(_LONGEST_NAME, len(tokens)), 0, -1):
        for first in range(len(tokens) - length + 1):
            last = first + length - 1
            part = tokens[first : last + 1]
            if part[0].segment != part[-1].segment or any(t.kind is Kind.POSTCODE for t in part):
                continue
            if part[-1].kind is Kind.NUMBER or not any(t.kind is Kind.WORD for t in part):
                continue
            yield first, last
