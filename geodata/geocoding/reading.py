"""One way to read an address, and which of its tokens a street and its places leave over."""

from dataclasses import dataclass, field

from geodata.geocoding.entries import PlaceEntry, PoiEntry, StreetEntry
from geodata.geocoding.normalise import has_cjk
from geodata.geocoding.parse import DoorNumber, Kind, ParsedText, door_number


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Tokens `first` to `last` name one of these things.

    Attributes
    ----------
    how : full, variant, short, core, part (an alias of that kind), fuzzy, sound (Chinese characters that sound the
        same), or words (in another order).
    similarity : 1 for an exact match.
    trusted : whether nothing else is nearly as near; always so for exact matches.
    """

    first: int
    last: int
    ids: frozenset[int]
    how: str
    similarity: float = 1.0
    trusted: bool = True
    tokens: frozenset[int] = field(default_factory=frozenset)

    @property
    def covered(self) -> frozenset[int]:
        """Indices of its tokens."""
        return self.tokens or frozenset(range(self.first, self.last + 1))

    def overlaps(self, other: "Named") -> bool:
        """Whether both claim a token."""
        return bool(self.covered & other.covered)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way to read the address, down to a street, a point of interest or only a place.

    Attributes
    ----------
    named_places : what names a place and does not belong to the street's name.
    left_over : tokens that nothing explains; `touching` when one stands right beside the street or a place.
    """

    street: StreetEntry | None = None
    street_name: Named | None = None
    poi: PoiEntry | None = None
    poi_name: Named | None = None
    place: PlaceEntry | None = None
    named_places: tuple[Named, ...] = ()
    number: DoorNumber | None = None
    postcode: str = ""
    country: str = ""
    state: str = ""
    left_over: tuple[int, ...] = ()
    touching: bool = False


def read_rest(parsed: ParsedText, street: Named | None, named: list[Named]) -> Reading:
    """Give number, postcode and country their tokens; the rest is left over."""
    tokens = parsed.tokens
    used = {i for name in (*named, *([street] if street else [])) for i in name.covered}
    number_at = _number_token(parsed, street, used)
    number = door_number(tokens[number_at].text) if number_at is not None else None
    if number_at is not None:
        used.add(number_at)
    codes = [i for i, t in enumerate(tokens) if t.kind is Kind.POSTCODE and i not in used]
    countries = [t.value for t in tokens if t.kind is Kind.COUNTRY]
    states = [t.value for t in tokens if t.kind is Kind.STATE]
    used.update(codes[:1])
    left = tuple(
        i
        for i, t in enumerate(tokens)
        if i not in used
        and t.kind not in {Kind.NOISE, Kind.COUNTRY, Kind.STATE}
        and not (t.kind is Kind.WORD and not t.value)
    )
    return Reading(
        named_places=tuple(named),
        number=number,
        postcode=tokens[codes[0]].value if codes else "",
        country=countries[0] if countries else "",
        state=states[0] if states else "",
        left_over=left,
        touching=_touches(parsed, left, [*named, *([street] if street else [])]),
    )


def _number_token(parsed: ParsedText, street: Named | None, used: set[int]) -> int | None:
    """Find the house number's token: beside the street on its country's side, else on the other, else the only one."""
    tokens = parsed.tokens
    free = [i for i, t in enumerate(tokens) if t.kind is Kind.NUMBER and i not in used]
    if street is not None:
        after = street.last + 1
        while after < len(tokens) and tokens[after].kind is Kind.NOISE:
            after += 1
        before = street.first - 1
        beside = (before, after) if parsed.number_first else (after, before)
        codes = [i for i, t in enumerate(tokens) if t.kind is Kind.POSTCODE and i not in used]
        for at in beside:
            if at in free or (not free and len(codes) > 1 and at in codes):
                return at
    return free[0] if len(free) == 1 else None


def _touches(parsed: ParsedText, left: tuple[int, ...], names: list[Named]) -> bool:
    """Whether an unexplained word stands right beside a name, of which it may be a part.

    Chinese names stand beside each other without a gap, so there it says nothing.
    """
    tokens = parsed.tokens
    for i in left:
        initial = len(tokens[i].value) == 1 and tokens[i].text.endswith(".")
        if tokens[i].kind is not Kind.WORD or initial or has_cjk(tokens[i].text):
            continue
        for name in names:
            beside = i in {name.first - 1, name.last + 1} or name.first < i < name.last
            if beside and tokens[i].segment == tokens[name.first].segment:
                return True
    return False


def longest(names: list[Named]) -> list[Named]:
    """Names that do not lie inside a longer one."""
    return [n for n in names if not any(n.covered < other.covered for other in names)]


def apart(names: list[Named]) -> list[Named]:
    """Names that share no token, exact and long ones first."""
    kept: list[Named] = []
    for name in sorted(names, key=lambda n: (-n.similarity, n.first - n.last)):
        if not any(name.overlaps(other) for other in kept):
            kept.append(name)
    return kept
