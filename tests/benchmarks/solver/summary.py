"""Medians over the seeds, gaps to the best known, and what of the goals is reached."""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from tests.benchmarks.records import Measure
from tests.benchmarks.solver.instance import Instance
from tests.benchmarks.solver.kinds import ALL, BEST_KNOWN, HIGHEST_PROFIT, OURS, PYVRP, VROOM, Cell
from tests.benchmarks.solver.published import profit_worth
from tests.benchmarks.solver.runs import Found

#: A plan that took so many times its budget is marked with its time.
_LATE = 1.1
NOTHING_KNOWN: Final[Mapping[str, int]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A cell with what was found for it, by contender; no plan costs less than `bound`."""

    cell: Cell
    best: int
    bound: int | None
    found: dict[str, list[Found]]

    def costs(self, contender: str) -> list[int]:
        """Costs of the valid plans."""
        return [entry.cost for entry in self.found.get(contender, []) if entry.cost is not None]

    def cost(self, contender: str) -> float | None:
        """Median cost; None if one run has no valid plan."""
        costs = self.costs(contender)
        complete = costs and len(costs) == len(self.found[contender])
        return statistics.median(costs) if complete else None

    def gap_percent(self, contender: str) -> float | None:
        """How much more than the best known the median costs."""
        cost = self.cost(contender)
        return None if cost is None else 100 * (cost / self.best - 1)


def rows(cells: Iterable[Cell], found: Sequence[Found], best_costs: Mapping[str, int] = NOTHING_KNOWN) -> list[Row]:
    """Gather what was found for each cell.

    Parameters
    ----------
    best_costs : of plans that other runs have found, by the digest of the instance.
    """
    return [
        Row(
            cell=cell,
            best=_best(cell, found, best_costs),
            bound=max(
                (entry.bound for entry in found if entry.bound and entry.job.instance == cell.name), default=None
            ),
            found={
                contender: entries
                for contender in cell.contenders
                if (entries := [entry for entry in found if _belongs(entry, cell, contender)])
            },
        )
        for cell in cells
        if any(_belongs(entry, cell, OURS) for entry in found)
    ]


def measures(table: Iterable[Row], instances: dict[str, Instance]) -> list[Measure]:
    """Hold each row against its goals."""
    return [measure for row in table for measure in _measures(row, instances[row.cell.name])]


def as_text(table: Sequence[Row]) -> list[list[str]]:
    """Write the gaps as a table, the head first."""
    head = ["instance", "CPU s", "seeds", "best known", *(f"{name}, %" for name in ALL)]
    gaps = [row for row in table if row.cell.kind != "orienteering"]
    return [
        head,
        *(
            [row.cell.name, f"{row.cell.budget_s:g}", str(len(row.found[OURS])), f"{row.best:,}"]
            + [_gap(row, contender) for contender in ALL]
            for row in gaps
        ),
    ]


def _measures(row: Row, instance: Instance) -> list[Measure]:
    label = f"{row.cell.name}, {row.cell.budget_s:g} s"
    if row.cell.kind == "orienteering":
        return [_profit(row, instance)]
    result = [_gap_measure(row, label)]
    if row.cell.kind in {"rural", "own"} and row.cost(VROOM) is not None and row.costs(OURS):
        ours, theirs = _prize(row, OURS), _prize(row, VROOM)
        result.append(_measure(f"{label}: penalties of visits served", ours, VROOM, theirs, "s", ours / theirs))
    if row.bound is not None:
        result.append(_bound_measure(row, label, row.bound))
    if row.cell.most_mb is not None:
        ours_mb = max(entry.peak_mb for entry in row.found[OURS])
        peer_mb = max((entry.peak_mb for entry in row.found.get(PYVRP, [])), default=None)
        result.append(
            _measure(
                f"{label}: largest memory",
                ours_mb,
                PYVRP if peer_mb else "",
                peer_mb,
                "MB",
                peer_mb and peer_mb / ours_mb,
                goal=f"at most {row.cell.most_mb:g} MB",
                reached=ours_mb <= row.cell.most_mb,
            )
        )
    return result


def _gap_measure(row: Row, label: str) -> Measure:
    ours, theirs = row.gap_percent(OURS), row.gap_percent(PYVRP)
    ours_cost, their_cost = row.cost(OURS), row.cost(PYVRP)
    goals: list[tuple[str, bool]] = []
    if row.cell.below is not None and theirs is not None:
        wanted = "below PyVRP" if row.cell.below else "not above PyVRP"
        goals.append((wanted, ours is not None and (ours < theirs or (not row.cell.below and ours <= theirs))))
    if row.cell.most_percent is not None:
        goals.append((f"at most {row.cell.most_percent:g} %", ours is not None and ours <= row.cell.most_percent))
    return _measure(
        f"{label}: gap to the best known",
        ours,
        "" if theirs is None else PYVRP,
        theirs,
        "%",
        None if ours_cost is None or their_cost is None else their_cost / ours_cost,
        goal=", ".join(goal for goal, _ in goals),
        reached=all(reached for _, reached in goals) if goals else None,
    )


def _bound_measure(row: Row, label: str, bound: int) -> Measure:
    """Where the best plan known costs what the bound says, it is an optimum, and it is wanted."""
    ours, closed = row.cost(OURS), row.best == bound
    return _measure(
        f"{label}: above the proven bound",
        None if ours is None else 100 * (ours / bound - 1),
        "best known",
        100 * (row.best / bound - 1),
        "%",
        None,
        goal="the optimum" if closed else "",
        reached=ours == bound if closed else None,
    )


def _profit(row: Row, instance: Instance) -> Measure:
    """Take the worst seed: the highest profit is wanted in every one."""
    worth = profit_worth(int(instance.shift_s[0, 1]))
    highest = HIGHEST_PROFIT[row.cell.name]
    worst = {
        contender: min((entry.prize for entry in entries), default=0) // worth
        for contender, entries in row.found.items()
    }
    theirs = worst.get(PYVRP)
    return _measure(
        f"{row.cell.name}, {row.cell.budget_s:g} s: profit, worst of {len(row.found[OURS])} seeds",
        worst[OURS],
        "" if theirs is None else PYVRP,
        theirs,
        "",
        theirs and worst[OURS] / theirs,
        goal=f"{highest} in every seed",
        reached=worst[OURS] == highest,
    )


def _measure(
    measure: str,
    ours: float | None,
    peer_name: str,
    peer: float | None,
    unit: str,
    ratio: float | None,
    *,
    goal: str = "",
    reached: bool | None = None,
) -> Measure:
    return Measure(
        measure=measure,
        ours=None if ours is None else round(ours, 3),
        peer_name=peer_name,
        peer=None if peer is None else round(peer, 3),
        unit=unit,
        ratio=None if ratio is None else round(ratio, 4),
        goal=goal,
        reached=reached,
    )


def _prize(row: Row, contender: str) -> float:
    return statistics.median(entry.prize for entry in row.found[contender] if entry.cost is not None)


def _gap(row: Row, contender: str) -> str:
    entries = row.found.get(contender, [])
    gap = row.gap_percent(contender)
    if gap is None:
        return "invalid" if any(entry.fault for entry in entries) else "-"
    found_s = statistics.median(entry.found_s for entry in entries)
    return f"{gap:.2f}" + (f" ({found_s:.0f} s)" if found_s > _LATE * row.cell.budget_s else "")


def _belongs(entry: Found, cell: Cell, contender: str) -> bool:
    return entry.job.contender == contender and entry.job.instance == cell.name and entry.budget_s == cell.budget_s


def _best(cell: Cell, found: Sequence[Found], best_costs: Mapping[str, int]) -> int:
    """Return the best known: the published one, or the best that any run in hand has found."""
    own = [entry for entry in found if entry.job.instance == cell.name]
    costs = [entry.cost for entry in own if entry.cost is not None]
    costs += [best_costs[data] for data in {entry.job.data for entry in own} if data in best_costs]
    return min([*costs, *([BEST_KNOWN[cell.name]] if cell.name in BEST_KNOWN else [])], default=1)
