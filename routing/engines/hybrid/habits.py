"""How a chain steps."""

from typing import NamedTuple


class Habits(NamedTuple):
    """How a chain steps.

    Attributes
    ----------
    removed : visits taken off in a step, on average.
    whole_share : how often whole routes are taken off instead of strings of visits.
    generosity : up to so many times its prize an insertion may cost for the while of a step.
    depth : absent visits among so many nearest ones of the seed and of each removed visit are tried too.
    most : how many of the latter at most.
    displacing : how often one of those displaces others, as a visit that was taken off always does.
    tails, optional_tails : how often the tails of changed routes are improved, near mandatory and near optional visits.
    longest : visits of a string at most.
    away : in so many parts of whole routes, one is taken off anywhere instead of near the seed.
    passing : how often a route near the seed is passed by, so that others lose visits together.
    squeezed : how often a handful of visits is squeezed into a route instead.
    relocated, swapped : how often, near optional visits, a vehicle goes to others that are left over instead, and how
        often two vehicles are to drive each other's routes.
    slack : routes of plans that cost at most so many temperatures more than the best are kept for the pool.
    reheat_steps : a region is searched in so many steps.
    reheat_hot, reheat_cold : between these temperatures, in mean legs.
    """

    removed: float = 12.0
    whole_share: float = 0.3
    generosity: float = 20.0
    depth: int = 40
    most: int = 6
    displacing: float = 0.5
    slack: float = 5.0
    tails: float = 1.0
    optional_tails: float = 0.08
    longest: float = 10.0
    away: float = 0.7
    passing: float = 0.3
    squeezed: float = 0.3
    relocated: float = 0.05
    swapped: float = 0.1
    reheat_steps: int = 100
    reheat_hot: float = 0.7
    reheat_cold: float = 0.07
