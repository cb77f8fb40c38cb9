"""The master problem in GLOP: how much of each route to take so that all visits are served or paid for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import ortools.linear_solver.pywraplp as pywraplp  # noqa: PLR0402 - the package has no types of its own
from numpy.typing import NDArray

from routing.engines.bound.cuts import Cut

#: Less than this is none.
TOLERANCE: Final = 1e-6
#: How GLOP is asked, one way after the other, each time from the beginning: now and then it loses its way.
_WAYS: Final = ("use_dual_simplex:true", "use_preprocessing:false", "use_scaling:false")


class UnsolvedError(RuntimeError):
    """GLOP did not solve a master problem, in whatever way it was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A route of one class of vehicles; in ng-routes a visit may come again after a while."""

    group: int
    visits: tuple[int, ...]
    cost: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prices:
    """The dual values: what a visit is worth, what a vehicle of each class and what a cut takes off (both >= 0)."""

    prize: NDArray[np.float64]
    fee: NDArray[np.float64]
    cut: NDArray[np.float64]

    def reduced_cost(self, column: Column, cuts: Sequence[Cut]) -> float:
        """Cost of a column beyond its worth."""
        worth = float(self.prize[list(column.visits)].sum()) - float(self.fee[column.group])
        taken = sum(
            float(price) * cut.coefficient(column.visits) for price, cut in zip(self.cut, cuts, strict=True) if price
        )
        return column.cost - worth + taken


class Master:
    """A linear programme that grows by columns and cuts.

    Parameters
    ----------
    penalty : of each visit, for leaving it out.
    vehicles : number of vehicles of each class.

    Attributes
    ----------
    columns, cuts : what there is.
    value, amounts : cost of the last choice, and the columns in it with how much of each.
    """

    def __init__(self, penalty: Sequence[int], vehicles: Sequence[int]) -> None:
        self.columns: list[Column] = []
        self.cuts: list[Cut] = []
        self._penalty = penalty
        self._vehicles = vehicles
        self._known: set[tuple[int, tuple[int, ...]]] = set()
        self._served_once: set[int] = set()
        self.value = 0.0
        self.amounts: list[tuple[Column, float]] = []
        self._repeated: set[int] = set()
        self._build()

    def add(self, columns: Iterable[Column]) -> int:
        """Add columns that are not there yet; return how many."""
        before = len(self.columns)
        for column in columns:
            if (column.group, column.visits) not in self._known:
                self._known.add((column.group, column.visits))
                self.columns.append(column)
                self._insert(column)
        return len(self.columns) - before

    def add_cuts(self, cuts: Iterable[Cut]) -> None:
        """Add cuts; one with the visits of an earlier one widens its memory."""
        numbers = {cut.visits: number for number, cut in enumerate(self.cuts)}
        for cut in cuts:
            if cut.visits in numbers:
                old = self.cuts[numbers[cut.visits]]
                self.cuts[numbers[cut.visits]] = Cut(visits=cut.visits, memory=old.memory | cut.memory)
            else:
                self.cuts.append(cut)
        self._build()

    def keep(self, columns: Iterable[Column], cuts: Iterable[Cut]) -> None:
        """Forget all other columns and cuts."""
        self.columns, self.cuts = list(columns), list(cuts)
        self._known = {(column.group, column.visits) for column in self.columns}
        self._build()

    def thin(self, most: int) -> None:
        """Forget all columns but so many, those of least reduced cost in the last solution."""
        costs = np.array([variable.reduced_cost() for variable in self._variables])
        kept = np.sort(np.argsort(costs, kind="stable")[:most])
        self.keep([self.columns[number] for number in kept], self.cuts)

    def solve(self) -> Prices:
        """Choose at the least cost; `value` and `amounts` tell what, until it is solved again.

        Raises
        ------
        UnsolvedError
            GLOP found no solution, although there always is one.
        """
        solved = self._solver.Solve() == pywraplp.Solver.OPTIMAL
        for way in _WAYS:
            if solved:
                break
            self._build()
            self._solver.SetSolverSpecificParametersAsString(way)
            solved = self._solver.Solve() == pywraplp.Solver.OPTIMAL
        if not solved:
            msg = "GLOP did not solve a master problem that always has a solution."
            raise UnsolvedError(msg)
        self.value = self._solver.Objective().Value()
        pairs = zip(self.columns, self._variables, strict=True)
        self.amounts = [(column, amount) for column, one in pairs if (amount := one.solution_value()) > TOLERANCE]
        self._repeated = {visit for visit, more in self._more.items() if more.solution_value() > TOLERANCE}
        return Prices(
            prize=np.array([row.dual_value() for row in self._visit_rows]),
            fee=np.array([max(-row.dual_value(), 0.0) for row in self._class_rows]),
            cut=np.array([max(-row.dual_value(), 0.0) for row in self._cut_rows]),
        )

    def forbid_repeats(self) -> bool:
        """Let no visit be served more than once that now is; return whether there was one.

        A row that may be served more often has a price that is never negative, which settles prices sooner; where no
        detour is shorter it changes nothing.
        """
        repeated, self._repeated = self._repeated, set()
        for visit in repeated:
            self._more.pop(visit).SetUb(0)
        self._served_once |= repeated
        return bool(repeated)

    def _build(self) -> None:
        self._solver = solver = pywraplp.Solver.CreateSolver("GLOP")
        infinity = solver.infinity()
        self._visit_rows = [solver.Constraint(1, 1) for _ in self._penalty]
        self._class_rows = [solver.Constraint(-infinity, count) for count in self._vehicles]
        self._cut_rows = [solver.Constraint(-infinity, 1) for _ in self.cuts]
        self._more: dict[int, pywraplp.Variable] = {}
        self._variables: list[pywraplp.Variable] = []
        for visit, (row, penalty) in enumerate(zip(self._visit_rows, self._penalty, strict=True)):
            out = solver.NumVar(0, infinity, "")
            row.SetCoefficient(out, 1)
            solver.Objective().SetCoefficient(out, penalty)
            if visit not in self._served_once:
                self._more[visit] = more = solver.NumVar(0, infinity, "")
                row.SetCoefficient(more, -1)
        for column in self.columns:
            self._insert(column)

    def _insert(self, column: Column) -> None:
        variable = self._solver.NumVar(0, self._solver.infinity(), "")
        self._variables.append(variable)
        self._solver.Objective().SetCoefficient(variable, column.cost)
        for visit in set(column.visits):
            self._visit_rows[visit].SetCoefficient(variable, column.visits.count(visit))
        self._class_rows[column.group].SetCoefficient(variable, 1)
        for row, cut in zip(self._cut_rows, self.cuts, strict=True):
            if coefficient := cut.coefficient(column.visits):
                row.SetCoefficient(variable, coefficient)
