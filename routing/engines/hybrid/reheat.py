"""Reheating: one region after another is ruined at large and cools down again; it stays so if that is cheap enough.

Where annealing has settled which villages belong to which vehicle, no single step betters that any more: many steps
around the same place do, judged together.
"""

from math import log

from routing.engines.compiled import entry, kernel
from routing.engines.hybrid.anneal import step
from routing.engines.hybrid.chance import below, uniform
from routing.engines.hybrid.habits import Habits
from routing.engines.hybrid.layout import (
    BEFORE,
    LEFT,
    LOOSE,
    NEXT,
    REGION,
    STAMP,
    TOTAL,
    TOUCHES,
    State,
    World,
)
from routing.engines.hybrid.memory import copy_plan
from routing.engines.hybrid.routes import start_of

_ANYTHING = 1e15


@kernel
def _enter_region(world: World, state: State, before: State, habits: Habits) -> None:
    """Remember the plan and ruin it somewhere, whatever that costs: what changed is the region."""
    tally = state.tally
    copy_plan(state, before)
    tally[BEFORE] = tally[TOTAL]
    step(world, state, below(state.chance, world.prize.shape[0]), _ANYTHING, habits)
    region, count = state.region, tally[LOOSE]
    for k in range(count):
        region[k] = state.loose[k]
    for t in range(tally[TOUCHES]):
        x = state.node[start_of(world, state.touched[t]), NEXT]
        while state.node[x, NEXT] >= 0:
            if state.loose_stamp[x] != tally[STAMP]:
                region[count] = x
                count += 1
            x = state.node[x, NEXT]
    tally[REGION] = count
    tally[LEFT] = habits.reheat_steps


@kernel
def _leave_region(state: State, before: State, temperature: float) -> None:
    """Keep what the region has become if it is cheap enough for the temperature."""
    tally = state.tally
    if tally[TOTAL] > tally[BEFORE] - temperature * log(1.0 - uniform(state.chance)):
        copy_plan(before, state)
    tally[REGION] = 0


@entry
def reheat(
    world: World,
    state: State,
    before: State,
    steps: int,
    hot: float,
    cold: float,
    unit: float,
    habits: Habits,
    small: Habits,
) -> None:
    """Take so many steps in regions, which are judged at a temperature that falls from hot to cold (cost units).

    Parameters
    ----------
    before : room for the plan as it was before the region at work, which may be left by a later call.
    unit : what temperatures within a region are counted in.
    habits, small : how a region is ruined at first, and how it is searched then.
    """
    tally = state.tally
    temperature = hot
    fall = (cold / hot) ** (1.0 / max(1, steps))
    inner_fall = (habits.reheat_cold / habits.reheat_hot) ** (1.0 / habits.reheat_steps)
    for _ in range(steps):
        if tally[REGION] > 0:
            inner = unit * habits.reheat_cold * inner_fall ** (-tally[LEFT])
            step(world, state, state.region[below(state.chance, tally[REGION])], inner, small)
            tally[LEFT] -= 1
            if tally[LEFT] == 0:
                _leave_region(state, before, temperature)
        else:
            _enter_region(world, state, before, habits)
        temperature *= fall
