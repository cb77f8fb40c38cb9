"""The first routes of the master problem: those that a search for plans comes across near the known one."""

from typing import Final

from routing.engine import Sequences
from routing.engines.bound.master import Column
from routing.engines.bound.setting import Setting
from routing.engines.bound.watch import Watch
from routing.engines.hybrid.chain import Chain
from routing.engines.hybrid.crew import Cooling
from routing.engines.hybrid.habits import Habits
from routing.engines.hybrid.instance import build

#: Temperatures in mean legs, and steps per visit: half a second's work for 100 visits.
_HOT: Final = 0.5
_COLD: Final = 0.1
_STEPS: Final = 100
#: Steps between two looks at the watch.
_AT_A_TIME: Final = 500
_SEED: Final = 1
#: Here many routes are wanted, not a better plan: an exchange of tails makes two at once.
_HABITS: Final = Habits(optional_tails=1.0)


def seeded(setting: Setting, plan: Sequences, watch: Watch) -> list[Column]:
    """Search around a plan that can be driven; return the good routes met. Prices settle sooner with them."""
    if not setting.graphs:
        return []
    instance = build(setting.problem)
    chain = Chain(instance, _SEED, plan)
    cooling = Cooling(hot=_HOT * chain.mean_leg, cold=_COLD * chain.mean_leg)
    pieces = -(-_STEPS * len(setting.penalty) // _AT_A_TIME)
    for piece in range(pieces):
        if watch.over:
            break
        chain.run(_AT_A_TIME, hot=cooling.at(piece / pieces), cold=cooling.at((piece + 1) / pieces), habits=_HABITS)
    vehicle_of = {number: vehicle for vehicle, number in enumerate(instance.classes)}
    group_of = {vehicle: group for group, graph in enumerate(setting.graphs) for vehicle in graph.vehicles}
    found = [(group_of.get(vehicle_of[number]), visits) for number, visits, _ in chain.take_routes()]
    return [setting.column(group, visits) for group, visits in found if group is not None]
