"""The clock of an OR-Tools model: shifts, windows, setups, overtime, lateness, waiting, work and breaks.

The time of a node is when its service begins; a setup that may be spared is part of the way there. The
model may time a route more cleverly than `routing.clock` does; whatever that refuses is repaired.
"""

from itertools import pairwise
from typing import Any, Final

import numpy as np

from routing.engines.layout import Layout
from routing.problem import Break, Problem, Vehicle, Visit

TIME: Final = "time"


def add_clock(problem: Problem, layout: Layout) -> None:
    """Add the time dimension and every rule of time."""
    clock = _Clock(problem, layout)
    for position, car in enumerate(layout.cars):
        clock.add_shift(position, car)
        if car.breaks:
            clock.add_breaks(position, car)
        elif car.max_work_s is not None:
            clock.time.SetSpanUpperBoundForVehicle(min(car.max_work_s, layout.horizon_s), position)
    for node, door in enumerate(layout.doors):
        if door.windows:
            clock.add_windows(node, door)
            clock.add_lateness(node, door)


class _Clock:
    def __init__(self, problem: Problem, layout: Layout) -> None:
        self._weights = problem.weights
        self._layout = layout
        self._routing = layout.routing
        self._solver = layout.routing.solver()
        self._services_s = layout.services_s()
        spent_s = layout.setups_s() + np.array(self._services_s, dtype=np.int64)[:, None]
        clocks = {
            profile: self._routing.RegisterTransitMatrix((layout.legs_s(profile) + spent_s).tolist())
            for profile in layout.profiles
        }
        self._routing.AddDimensionWithVehicleTransits(
            [clocks[car.matrix, car.pace_percent] for car in layout.cars],
            layout.horizon_s,  # waiting: as long as it takes
            layout.horizon_s,
            False,  # the shift says when the day begins
            TIME,
        )
        self.time = self._routing.GetDimensionOrDie(TIME)

    def add_shift(self, position: int, car: Vehicle) -> None:
        start, end = self._routing.Start(position), self._routing.End(position)
        for index in (start, end):
            self.time.CumulVar(index).SetRange(car.shift.start_s, car.shift.end_s)
        if car.overtime_after_s is not None and self._weights.overtime:
            self.time.SetCumulVarSoftUpperBound(end, car.overtime_after_s, self._weights.overtime)
        if self._weights.waiting:
            self.time.SetSlackCostCoefficientForVehicle(self._weights.waiting, position)

    def add_windows(self, node: int, door: Visit) -> None:
        index = self._layout.index(node)
        begins = self.time.CumulVar(index)
        service_s, setup_s = self._services_s[node], self._layout.spare_setups_s[node]
        paid = _begin_intervals(door, setup_s, service_s, self._layout.horizon_s)
        if not setup_s:
            if paid:
                _keep_to(begins, paid)
            else:
                self._routing.ActiveVar(index).SetValue(0)
            return
        spared = _begin_intervals(door, 0, service_s, self._layout.horizon_s)
        before = [
            self._layout.index(other)
            for other, each in enumerate(self._layout.doors)
            if other != node and each.location == door.location
        ]
        # Whether the setup is due decides which begins are inside the windows: three bands of one variable.
        band_s = 2 * self._layout.horizon_s + 1
        due_not = self._solver.Sum([self._routing.NextVar(other) == index for other in before])
        out = 1 - self._routing.ActiveVar(index)
        banded = (begins + due_not * band_s + out * (2 * band_s)).Var()
        shifted = [(start_s + band_s, end_s + band_s) for start_s, end_s in spared]
        _keep_to(banded, [*paid, *shifted, (2 * band_s, 3 * band_s)])

    def add_lateness(self, node: int, door: Visit) -> None:
        """Price the lateness after the last window; that after an earlier one is left to the true cost."""
        last = max(door.windows, key=lambda window: window.last_s)
        if last.grace_s and self._weights.lateness:
            bound_s = max(0, last.end_s - self._services_s[node])
            self.time.SetCumulVarSoftUpperBound(self._layout.index(node), bound_s, self._weights.lateness)

    def add_breaks(self, position: int, car: Vehicle) -> None:
        # No break begins during these; the setups that are part of the way could be interrupted.
        nodes = (self._layout.manager.IndexToNode(index) for index in range(self._routing.Size()))
        services_s = [self._services_s[node] for node in nodes]
        rests = [
            self._solver.FixedDurationIntervalVar(
                rest.earliest_s, rest.latest_s, rest.duration_s, False, f"break {number} of {position}"
            )
            for number, rest in enumerate(car.breaks)
        ]
        self.time.SetBreakIntervalsOfVehicle(rests, position, services_s)
        leaves = self.time.CumulVar(self._routing.Start(position))
        arrives = self.time.CumulVar(self._routing.End(position))
        rested_s = 0
        for rest, taken in zip(car.breaks, rests, strict=True):
            if rest.after_work_s is not None:
                self._add_hours(rest, taken, leaves, arrives, rested_s)
            rested_s += rest.duration_s
        if car.max_work_s is not None:
            away = [
                rest.duration_s
                * (self._is_at_most(leaves, taken.StartExpr()) * self._is_at_most(taken.EndExpr(), arrives))
                for rest, taken in zip(car.breaks, rests, strict=True)
            ]
            self._solver.Add(arrives - leaves - self._solver.Sum(away) <= car.max_work_s)

    def _add_hours(self, rest: Break, taken: Any, leaves: Any, arrives: Any, rested_s: int) -> None:
        """Let it begin within its hours of work, unless the day is over, and not at home before the day."""
        latest = leaves + (rest.after_work_s or 0) + rested_s
        begins = taken.StartExpr()
        self._solver.Add(self._is_at_most(begins, latest) + self._is_at_most(arrives, latest) >= 1)
        passed = 1 - self._is_at_most(leaves, self._solver.IntConst(rest.latest_s))
        self._solver.Add(self._is_at_most(leaves, begins) + passed >= 1)

    def _is_at_most(self, left: Any, right: Any) -> Any:
        return self._solver.IsLessOrEqualVar(left, right)


def _keep_to(variable: Any, intervals: list[tuple[int, int]]) -> None:
    """Let a variable take the values of disjoint, ascending intervals only."""
    variable.SetRange(intervals[0][0], intervals[-1][1])
    for (_, end), (start, _) in pairwise(intervals):
        variable.RemoveInterval(end + 1, start - 1)


def _begin_intervals(door: Visit, setup_s: int, service_s: int, horizon_s: int) -> list[tuple[int, int]]:
    """List when the service may begin after the setup: disjoint intervals, ascending, with gaps between them."""
    merged: list[tuple[int, int]] = []
    for window in sorted(door.windows, key=lambda window: window.start_s):
        start_s, end_s = window.start_s + setup_s, min(window.last_s - service_s, horizon_s)
        if end_s < start_s:
            continue
        if merged and start_s <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end_s))
        else:
            merged.append((start_s, end_s))
    return merged
