"""The kinds of instances of the table: which they are, at which budgets, and what is to be reached."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from tests.benchmarks.solver.instance import Instance
from tests.benchmarks.solver.published import read_orienteering, read_rural, read_vrplib
from tests.benchmarks.solver.rural import everyday, rural
from tests.peers.wheels import ROOT

OURS: Final = "ours"
PYVRP: Final = "PyVRP"
OR_TOOLS: Final = "OR-Tools"
VROOM: Final = "VROOM"
BOUND: Final = "bound"
ALL: Final = (OURS, PYVRP, OR_TOOLS, VROOM)

#: Costs of the best plans published (RC1_10_5, PC_R1_10_5: PyVRP/Instances) or found by any program, most of them by
#: our own in 60 s. They stand here so that gaps do not shrink where earlier runs are not in hand.
BEST_KNOWN: Final[Mapping[str, int]] = {
    "RC208": 7761,
    "R1_2_1": 46672,
    "RC1_10_5": 450281,
    "PC_R1_10_5": 257873,
    "rural200": 107082,
    "rural500": 152623,
    "rural1000": 314555,
    "own200-101": 84541,
    "own200-102": 93153,
    "own200-103": 86112,
    "own500-101": 166425,
    "own500-102": 174393,
    "own500-103": 183751,
    "own1000-101": 310935,
    "own1000-102": 365106,
    "own1000-103": 366704,
    "own10000-101": 5258549,
}

#: The highest profit of one path (Righini and Salani, 10.1016/j.cor.2008.01.003; Montemanni and Gambardella 2009).
HIGHEST_PROFIT: Final[Mapping[str, int]] = {
    "c101": 320,
    "c102": 360,
    "c104": 420,
    "r101": 198,
    "r102": 286,
    "rc101": 219,
    "rc102": 266,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One instance at one budget.

    Attributes
    ----------
    make : reads or generates the instance; raises FileNotFoundError where it is not here.
    quick : measured without FULL=1 too.
    most_percent : the gap to the best known that is wanted at most.
    below : PyVRP is to be beaten; else it is enough not to be worse; None where it is not compared.
    reference_s : our own engine gets so many seconds once, for a best known plan, and so does the proven bound.
    most_mb : the memory that our engine may take.
    """

    kind: str
    name: str
    make: Callable[[], Instance]
    budget_s: float
    contenders: tuple[str, ...] = ALL
    quick: bool = False
    most_percent: float | None = None
    below: bool | None = None
    reference_s: float | None = None
    most_mb: float | None = None


def cells() -> list[Cell]:
    """All cells of the table."""
    return [*_rural(), *_own(), *_prizes(), *_windows(), *_orienteering(), *_everyday(), *_large()]


_QUICK_RURAL: Final = {(200, 1.0), (200, 3.0), (500, 3.0), (1000, 10.0)}
_MOST_PERCENT: Final = {200: 1.0, 500: 1.5, 1000: 2.0}


def _rural() -> list[Cell]:
    return [
        _rural_cell("rural", f"rural{size}", size, budget_s, partial(read_rural, _data(f"rural{size}.npz")), quick=True)
        for size in _MOST_PERCENT
        for budget_s in (1.0, 3.0, 10.0, 60.0)
    ]


def _own() -> list[Cell]:
    return [
        _rural_cell("own", f"own{size}-{seed}", size, budget_s, partial(rural, size, seed), quick=seed == 101)
        for size in _MOST_PERCENT
        for seed in (101, 102, 103)
        for budget_s in (1.0, 3.0, 10.0, 60.0)
    ]


def _rural_cell(kind: str, name: str, size: int, budget_s: float, make: Callable[[], Instance], *, quick: bool) -> Cell:
    return Cell(
        kind=kind,
        name=name,
        make=make,
        budget_s=budget_s,
        quick=quick and (size, budget_s) in _QUICK_RURAL,
        most_percent=_MOST_PERCENT[size] if budget_s == 10 else None,
        below=True,
    )


def _prizes() -> list[Cell]:
    return [
        Cell(
            kind="prizes",
            name="PC_R1_10_5",
            make=partial(read_vrplib, _data("PC_R1_10_5.vrp")),
            budget_s=budget_s,
            quick=budget_s == 10,
            most_percent=most,
        )
        for budget_s, most in ((10.0, 0.5), (60.0, 0.1))
    ]


def _windows() -> list[Cell]:
    quick = {("RC208", 3.0), ("R1_2_1", 10.0), ("RC1_10_5", 10.0)}
    return [
        Cell(
            kind="windows",
            name=name,
            make=partial(read_vrplib, _data(f"{name}.vrp")),
            budget_s=budget_s,
            quick=(name, budget_s) in quick,
            below=False,
        )
        for name in ("RC208", "R1_2_1", "RC1_10_5")
        for budget_s in (3.0, 10.0, 60.0)
    ]


def _orienteering() -> list[Cell]:
    return [
        Cell(
            kind="orienteering",
            name=name,
            make=partial(read_orienteering, _data(f"toptw/{name}.txt")),
            budget_s=5.0,
            contenders=(OURS, PYVRP),
            quick=True,
        )
        for name in HIGHEST_PROFIT
    ]


def _everyday() -> list[Cell]:
    return [
        Cell(
            kind="everyday",
            name=f"everyday-{seed}",
            make=partial(everyday, seed),
            budget_s=1.0,
            contenders=(*ALL, BOUND),
            quick=seed <= 102,
            most_percent=0.5,
            reference_s=60.0,
        )
        for seed in range(101, 111)
    ]


def _large() -> list[Cell]:
    return [
        Cell(
            kind="large",
            name="own10000-101",
            make=partial(rural, 10_000, 101),
            budget_s=60.0,
            contenders=(OURS, PYVRP),
            below=True,
            most_mb=2048,
        )
    ]


def _data(name: str) -> Path:
    return Path(os.environ.get("BENCH_VRP", ROOT.parent / "shared" / "data" / "vrp")) / name
