"""The plan before any visit is on a route: all that the kernels share, at its beginning."""

import numpy as np

from routing.engines.hybrid.instance import Instance
from routing.engines.hybrid.layout import (
    ABSENT,
    BEST,
    BLINK,
    CLOSES,
    FIRST_WINDOW,
    INDEX,
    LAST_PINNED,
    LATE,
    LATE_BESIDE,
    LEAVE,
    NEXT,
    NODE_COLUMNS,
    OPENS,
    PICKED,
    PLACE,
    PREV,
    ROUTE,
    ROUTE_COLUMNS,
    SERVICE,
    SETUP,
    SHIFT_END,
    SHIFT_START,
    SHORT,
    STALE,
    TALLY,
    TOO_MUCH,
    TOTAL,
    UNDO_HEAD,
    WINDOWS,
    Ints,
    State,
)

_FOUND_WORDS = 1 << 20
_HASHES = 1 << 18


def empty_plan(instance: Instance, seed: int) -> State:
    """Return a plan in which every vehicle stays at home, and the random numbers of a seed."""
    world = instance.world
    visits, vehicles = len(world.prize), len(world.vehicle)
    tally = np.zeros(TALLY, np.int64)
    tally[ABSENT] = visits
    tally[TOTAL] = int(world.prize.sum())
    tally[BEST] = TOO_MUCH
    tally[BLINK] = 1
    node = _nodes(instance)
    route = np.zeros((vehicles, ROUTE_COLUMNS), np.int64)
    route[:, STALE] = 1
    route[:, LAST_PINNED] = -1
    spare_at = np.empty(vehicles, np.int32)
    spare_at[world.members] = np.arange(vehicles, dtype=np.int32)
    return State(
        node=node,
        route=route,
        tally=tally,
        by=np.full(visits, len(world.member_from) - 1, np.int32),
        absent=np.arange(visits, dtype=np.int32),
        absent_at=np.arange(visits, dtype=np.int32),
        spare=world.members.copy(),
        spare_at=spare_at,
        spares=np.diff(world.member_from).astype(np.int32),
        touched=np.empty(vehicles, np.int32),
        order=np.empty(visits, np.int32),
        region=np.empty(visits, np.int32),
        undo=np.empty(visits + UNDO_HEAD * vehicles, np.int64),
        loose=np.empty(visits, np.int32),
        loose_stamp=np.zeros(visits, np.int64),
        recruited=np.zeros(visits, np.int64),
        key=np.empty(visits, np.float64),
        best_next=node[:, NEXT].copy(),
        found=np.empty(_FOUND_WORDS, np.int64),
        hashes=np.zeros(_HASHES, np.uint64),
        day=np.empty((3, visits + 1), np.int64),
        picked=np.empty(PICKED, np.int32),
        short=np.empty((2, SHORT), np.int64),
        chance=np.array([seed * 0x2545F4914F6CDD1D % (1 << 64)], np.uint64),
    )


def _nodes(instance: Instance) -> Ints:
    """Set up all nodes with every vehicle at home: its start leads to its end."""
    world, problem = instance.world, instance.problem
    visits, vehicles = len(problem.visits), len(problem.vehicles)
    node = np.zeros((visits + 2 * vehicles, NODE_COLUMNS), np.int32)
    starts = np.arange(visits, visits + vehicles)
    ends = starts + vehicles
    node[:visits, PLACE] = instance.place
    node[:visits, SERVICE] = [visit.service_s for visit in problem.visits]
    node[:visits, SETUP] = [visit.setup_s for visit in problem.visits]
    first = instance.window_from
    node[:visits, WINDOWS] = np.diff(first)
    node[:visits, FIRST_WINDOW] = first[:-1]
    node[:visits, OPENS] = world.window[first[:-1], 0]
    node[:visits, CLOSES] = world.window[first[:-1], 1]
    node[:visits, [ROUTE, PREV, NEXT]] = -1
    node[starts, PREV] = -1
    node[starts, INDEX] = -1
    node[starts, NEXT] = ends
    node[ends, PREV] = starts
    node[ends, NEXT] = -1
    node[starts, PLACE] = instance.start_place
    node[ends, PLACE] = instance.end_place
    for nodes in (starts, ends):
        node[nodes, ROUTE] = np.arange(vehicles)
        node[nodes, WINDOWS] = 1
        node[nodes, OPENS] = world.vehicle[:, SHIFT_START]
        node[nodes, CLOSES] = world.vehicle[:, SHIFT_END]
    node[starts, LEAVE] = world.vehicle[:, SHIFT_START]
    for column in (LATE, LATE_BESIDE):
        node[ends, column] = world.vehicle[:, SHIFT_END]
    return node
