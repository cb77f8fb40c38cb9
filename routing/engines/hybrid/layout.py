"""Where each figure of a problem and of a plan stands in the arrays that the kernels share.

A node is a visit (0 .. n-1), the start of a vehicle's day (n .. n+m-1) or its end (n+m .. n+2m-1). A route is a chain
of nodes from its start to its end. All that an insertion looks at stands in one row of 64 bytes per node.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]
Words = NDArray[np.uint64]

#: Later than every shift: the end of a window that is always open, and the cap of every time (19 years).
HORIZON: Final = 600_000_000
#: Where there is no road. HORIZON + 2 * CLOSED still fits into 32 bits.
CLOSED: Final = 700_000_000
#: No such time: no window is left.
NEVER: Final = 2_000_000_000
#: More than any insertion costs.
TOO_MUCH: Final = 1 << 60

# Columns of State.node.
PREV: Final = 0
NEXT: Final = 1
ROUTE: Final = 2  # -1 when on no route
LEAVE: Final = 3  # the earliest second at which the node is left
LATE: Final = 4  # the latest arrival from which the rest of the route can still be driven
LATE_BESIDE: Final = 5  # the same when one comes from the same place, so that no setup is needed
PLACE: Final = 6
SERVICE: Final = 7
SETUP: Final = 8
OPENS: Final = 9  # of the one window; of several, of the first
CLOSES: Final = 10  # when the service must be over
WINDOWS: Final = 11  # how many windows
FIRST_WINDOW: Final = 12  # where they stand in World.window
LEG: Final = 13  # seconds on the road to the next node
INDEX: Final = 14  # place in the route, counted only where visits have fixed positions; -1 at the start of the day
SEEN: Final = 15  # stamp of the last insertion that looked behind this node
NODE_COLUMNS: Final = 16

# Columns of World.vehicle.
CLASS: Final = 0
PROFILE: Final = 1
MAX_VISITS: Final = 2
MAX_DRIVING: Final = 3
MAX_LOAD: Final = 4
FROZEN: Final = 5  # how many visits of its prefix
SHIFT_START: Final = 6
SHIFT_END: Final = 7
MAX_WORK: Final = 8
OVERTIME_AFTER: Final = 9
FIRST_BREAK: Final = 10  # where its breaks stand in World.rest
BREAKS: Final = 11  # how many
COSTS_TIME: Final = 12  # 1 when waiting, lateness or overtime may cost something
VEHICLE_COLUMNS: Final = 13

# Columns of World.rest. The latest begin and the hours of work of a break leave time for those after it.
DUE_EARLIEST: Final = 0
DUE_LATEST: Final = 1
DUE_DURATION: Final = 2
DUE_WITHIN: Final = 3
REST_LATEST: Final = 4  # its own, whatever comes after it
REST_AFTER: Final = 5
REST_COLUMNS: Final = 6

# Columns of State.route.
COUNT: Final = 0
DRIVING: Final = 1
COST: Final = 2  # of the route alone, weighted
LAST_PINNED: Final = 3  # index of the last visit that must not be shifted, -1 for none
TOUCHED: Final = 4  # stamp of the step that last changed it
STALE: Final = 5  # 1 when the best plan has another route here
LOAD: Final = 6
PASSED: Final = 7  # stamp of the step whose ruin last passed it by
ROUTE_COLUMNS: Final = 8

# Entries of State.tally.
TOTAL: Final = 0  # cost of the plan, penalties included
BEST: Final = 1
ABSENT: Final = 2  # how many visits are on no route
TOUCHES: Final = 3
LOOSE: Final = 4
STAMP: Final = 5
BLINK: Final = 6  # positions until the next one is overlooked
UNDO: Final = 7
FOUND: Final = 8  # words used in State.found
LOOK: Final = 9
STEPS: Final = 10
SHORTED: Final = 11  # positions in State.short
BEHIND: Final = 12  # the best position so far
REGION: Final = 13  # visits in State.region; 0: seeds are drawn from all
LEFT: Final = 14  # steps until the region is left
BEFORE: Final = 15  # cost of the plan before the region was heated
TALLY: Final = 16

#: Words before the visits of a route in State.undo: vehicle, count, cost, driving, load.
UNDO_HEAD: Final = 5
#: Words before the visits of a route in State.found: vehicle, count, cost.
FOUND_HEAD: Final = 3
#: Positions whose times are looked at where times cost something or breaks need room.
SHORT: Final = 8
#: Columns of World.near, visits that a ruin may reach; and of those beside which a visit is tried, on either side.
NEAR: Final = 100
PARTNERS: Final = 100
#: Neighbours that are looked at together.
PICKED: Final = 64


class World(NamedTuple):
    """What does not change while one searches.

    Attributes
    ----------
    duration : (profiles, places, places) seconds from row to column, pace included, CLOSED where there is no road.
    backward : the same from column to row.
    window : (windows, 3) start, end with grace and end of each window, a visit's by start.
    prize : (visits,) what leaving a visit out costs.
    optional : (visits,) 1 where a visit may be left out.
    load : (visits,) what it takes on board.
    frozen : (visits,) 1 where the visit belongs to the prefix of a vehicle and stays there.
    position : (visits,) index that the visit must have in its route, -1 for any.
    able : (visits, classes + 1) 1 where vehicles of the class may serve the visit; the last column, of no class, is 0.
    vehicle : (vehicles, VEHICLE_COLUMNS).
    rest : (breaks, REST_COLUMNS), HORIZON where a break has no such limit.
    members, member_from : vehicles by class, those of class c from member_from[c] to member_from[c + 1].
    near : (visits, k) visits nearby, nearest first, -1 where there are no more.
    before, after : (visits, k) visits that may well stand just before or just after, best first.
    from_before, to_after : (visits, k) seconds on the road from them and to them, in the fastest profile.
    figures : (visits, 4) for sorting: distance from the nearest start, length of the windows, opening, closing.
    rules : (RULES,) which of the rules some visit or vehicle has, and weights.
    """

    duration: Ints
    backward: Ints
    window: Ints
    prize: Longs
    optional: Bytes
    load: Ints
    frozen: Bytes
    position: Ints
    able: Bytes
    vehicle: Ints
    rest: Ints
    members: Ints
    member_from: Ints
    near: Ints
    before: Ints
    after: Ints
    from_before: Ints
    to_after: Ints
    figures: Ints
    rules: Longs


# Entries of World.rules.
LIMITED: Final = 0  # visit counts, driving times, loads, positions or frozen visits
TIMED: Final = 1  # the cost depends on the clock
PINNED: Final = 2  # visits with fixed positions or frozen ones
TRAVEL_WEIGHT: Final = 3
WAITING_WEIGHT: Final = 4
OVERTIME_WEIGHT: Final = 5
LATENESS_WEIGHT: Final = 6
RULES: Final = 7


class State(NamedTuple):
    """A plan, how to go back to the one before it, the best one, and the routes worth keeping.

    Attributes
    ----------
    node : (visits + 2 * vehicles, NODE_COLUMNS).
    route : (vehicles, ROUTE_COLUMNS).
    tally : (TALLY,).
    by : (visits,) class of the vehicle that each visit is on; the number of classes where it is on none.
    absent, absent_at : visits on no route, and where each of them stands in that list.
    spare, spare_at, spares : as World.members with the empty vehicles of each class first; where each stands; how many.
    touched : routes changed by this step.
    undo : their old visits: vehicle, count, cost, driving, visits ...
    loose : visits to insert in this step. `loose_stamp` tells which already are.
    recruited : stamp of the step that last had the visit inserted though it had not taken it off.
    key : by what they are sorted.
    best_next : successor of each node in the best plan.
    found : routes for the pool: vehicle, count, cost, visits ... `hashes` tells which were seen.
    day : (3, visits + 1) a route laid out: visits, seconds on the road to each (and home), work at each.
    order : visits in the order in which a vehicle is filled with them.
    region : visits around which steps are taken, while a region is reheated.
    picked : (PICKED,) places in a list of neighbours that are looked at.
    short : (2, SHORT) the cheapest positions by travel alone: extra travel, and the node behind which.
    chance : state of the random numbers.
    """

    node: Ints
    route: Longs
    tally: Longs
    by: Ints
    absent: Ints
    absent_at: Ints
    spare: Ints
    spare_at: Ints
    spares: Ints
    touched: Ints
    undo: Longs
    loose: Ints
    loose_stamp: Longs
    recruited: Longs
    key: Floats
    best_next: Ints
    found: Longs
    hashes: Words
    order: Ints
    region: Ints
    day: Longs
    picked: Ints
    short: Longs
    chance: Words
