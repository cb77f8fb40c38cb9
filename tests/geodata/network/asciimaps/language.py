"""The language of the scenarios: what a text file says, as values. The README beside it describes the language."""

import re
import shlex
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.geodata.network.asciimaps.costs import ScenarioError

PROFILES: Final = ("car", "motorcycle", "foot")
#: Metres between two characters of a picture, and between two of its lines.
GRID_M: Final = 10.0

Tags = Mapping[str, str]

_STATEMENT: Final = re.compile(rf"(ways?|nodes?|restriction|profile|{'|'.join(PROFILES)})\b(.*)")
_GRID: Final = re.compile(r"grid ([\d.]+) m")
_RESTRICTION: Final = re.compile(r"(\w+) from (\w+)(?: via (\w+(?: \w+)*?))? to (\w+)(?::(.*))?")

_SUBJECT: Final = re.compile(r"(?P<who>.+?) (?P<verb>from|snaps|reports) (?P<start>\w+)(?: to (?P<end>\w+))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way: its nodes by their letters, and its tags."""

    nodes: str
    tags: Tags


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """A relation. `via` holds one node, or ways, or nothing; a way "missing" is one that the extract lacks."""

    start: str
    via: tuple[str, ...]
    end: str
    tags: Tags


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """Who travels, and what is different from every day: conditions as the scenario words them."""

    profile: str
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One line that states what must come out.

    Attributes
    ----------
    line : number in the file. text : the line itself.
    kind : "from" of a trip, "snaps" of a door, "reports" of a count of the build.
    start, end : letters of nodes or digits of doors; the name of the count. Only a trip has an `end`.
    facts : the parts after the colon.
    """

    line: int
    text: str
    vehicle: Vehicle
    kind: str
    start: str
    end: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One map and what must come out of it. `profiles` are those of its own by name, as TOML."""

    file: str
    line: int
    title: str
    picture: tuple[str, ...]
    profiles: Mapping[str, str] = field(default_factory=dict)
    grid_m: float = GRID_M
    ways: tuple[Way, ...] = ()
    nodes: Mapping[str, Tags] = field(default_factory=dict)
    restrictions: tuple[Restriction, ...] = ()
    claims: tuple[Claim, ...] = ()

    @property
    def id(self) -> str:
        """Name of the test."""
        return f"{self.file}: {self.title}"


def read_scenarios(file: Path) -> list[Scenario]:
    """Read the scenarios of a file; one with examples is one scenario for each example."""
    lines = list(enumerate(file.read_text(encoding="utf-8").split("\n"), start=1))
    starts = [index for index, (_, line) in enumerate(lines) if line.startswith("Scenario: ")]
    scenarios: list[Scenario] = []
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        scenarios += [_scenario(file.stem, block) for block in _examples(lines[start:end])]
    return scenarios


def _examples(block: Sequence[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    """Put each row of the table of examples into the text above it."""
    at = next((index for index, (_, line) in enumerate(block) if line.strip() == "examples"), None)
    if at is None:
        yield list(block)
        return
    (_, header), *rows = [(number, line) for number, line in block[at + 1 :] if line.strip()]
    names = [name.strip() for name in header.split("|")]
    for row_number, row in rows:
        values = [value.strip() for value in row.split("|")]
        if len(values) != len(names):
            msg = f"Line {row_number}: an example has {len(values)} values for {len(names)} names: {row.strip()!r}"
            raise ScenarioError(msg)
        filled = []
        for number, line in block[:at]:
            text = line
            for name, value in zip(names, values, strict=True):
                text = text.replace(f"<{name}>", value)
            filled.append((number, text))
        yield filled


def _scenario(file: str, block: Sequence[tuple[int, str]]) -> Scenario:
    (first, heading), *body = block
    grid_m = GRID_M
    if body and (grid := _GRID.fullmatch(body[0][1].strip())):
        grid_m = float(grid[1])
        body = body[1:]
    start = next((index for index, (_, line) in enumerate(body) if _STATEMENT.fullmatch(line.strip())), len(body))
    picture = [line.rstrip() for _, line in body[:start]]
    while picture and not picture[0]:
        picture.pop(0)
    ways: list[Way] = []
    nodes: dict[str, Tags] = {}
    restrictions: list[Restriction] = []
    profiles: dict[str, str] = {}
    claims: list[Claim] = []
    for number, line in body[start:]:
        text = line.strip()
        if not text:
            continue
        if text.split(" ", 1)[0] in profiles:
            claims.append(_claim(file, number, text, {*PROFILES, *profiles}))
            continue
        statement = _STATEMENT.fullmatch(text)
        if statement is None:
            msg = f"{file}, line {number}: this is no statement: {text!r}"
            raise ScenarioError(msg)
        word, rest = statement[1], statement[2].strip()
        names, _, tags = (part.strip() for part in rest.partition(":"))
        if word in {"way", "ways"}:
            ways += [Way(nodes=name, tags={"name": name} | _tags(tags, "highway")) for name in _words(names)]
        elif word in {"node", "nodes"}:
            nodes |= {name: _tags(tags, "barrier") for name in _words(names)}
        elif word == "restriction":
            restrictions.append(_restriction(file, number, rest))
        elif word == "profile":
            profiles[names] = _toml(file, number, names, tags)
        else:
            claims.append(_claim(file, number, text, {*PROFILES, *profiles}))
    title = heading.removeprefix("Scenario: ").strip()
    if not claims:
        msg = f"{file}, line {first}: {title!r} claims nothing."
        raise ScenarioError(msg)
    return Scenario(
        file=file,
        line=first,
        title=title,
        picture=tuple(picture),
        profiles=profiles,
        grid_m=grid_m,
        ways=tuple(ways),
        nodes=nodes,
        restrictions=tuple(restrictions),
        claims=tuple(claims),
    )


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",")]


def _tags(text: str, bare_key: str) -> dict[str, str]:
    """Read tags; a word without a key is a value of the usual one: "residential oneway=yes"."""
    pairs = [word.partition("=") for word in shlex.split(text)]
    return {(key if equals else bare_key): (value if equals else key) for key, equals, value in pairs}


def _restriction(file: str, number: int, text: str) -> Restriction:
    match = _RESTRICTION.fullmatch(text)
    if match is None:
        msg = f"{file}, line {number}: a restriction reads 'no_left_turn from AB via B to BC: except=bus', not {text!r}"
        raise ScenarioError(msg)
    kind, start, via, end, more = match.groups()
    tags = _tags(more or "", "type")
    named = tags if any(key.startswith("restriction") for key in tags) else {"restriction": kind} | tags
    return Restriction(start=start, via=tuple((via or "").split()), end=end, tags={"type": "restriction"} | named)


def _toml(file: str, number: int, name: str, text: str) -> str:
    """Write a profile as a file would have it: "base=car turns.turn_ms=0" are its entries, one a line."""
    if name in PROFILES or not re.fullmatch(r"\w+", name):
        msg = f"{file}, line {number}: a profile reads 'profile moped: base=motorcycle highway_kmh.trunk=0'"
        raise ScenarioError(msg)
    entries = [entry.partition("=") for entry in shlex.split(text)]
    lines = [f"{key} = {value}" if value.lstrip("-").isdigit() else f'{key} = "{value}"' for key, _, value in entries]
    return "\n".join([f'name = "{name}"', *lines])


def _claim(file: str, number: int, text: str, known: Container[str]) -> Claim:
    subject, _, facts = text.partition(": ")
    match = _SUBJECT.fullmatch(subject)
    profile, _, conditions = (match["who"] if match else "").partition(" ")
    if match is None or profile not in known or not facts or (match["verb"] == "from") != bool(match["end"]):
        msg = f"{file}, line {number}: a claim reads 'car from 1 to 2: by B C; 100 m at 30 km/h', not {text!r}"
        raise ScenarioError(msg)
    return Claim(
        line=number,
        text=text,
        vehicle=Vehicle(profile=profile, conditions=tuple(_words(conditions)) if conditions else ()),
        kind=match["verb"],
        start=match["start"],
        end=match["end"] or "",
        facts=tuple(fact.strip() for fact in facts.split(";")),
    )
