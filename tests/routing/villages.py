"""Generated days: villages scattered over 30 x 30 km, windows, skills, a few mandatory visits."""

import random

import numpy as np

from routing.problem import Problem, TimeWindow, TravelMatrix, Vehicle, Visit

HOUR = 3600
WINDOWS = (
    (TimeWindow(start_s=8 * HOUR, end_s=12 * HOUR),),
    (TimeWindow(start_s=14 * HOUR, end_s=18 * HOUR),),
    (
        TimeWindow(start_s=9 * HOUR, end_s=11 * HOUR),
        TimeWindow(start_s=15 * HOUR, end_s=17 * HOUR + HOUR // 2),
    ),
    (),
)


def villages(*, visits: int, vehicles: int, seed: int = 1) -> Problem:
    """Make a day: the last collector ends at the last door, the first two are senior."""
    rng = random.Random(seed)
    centres = [(rng.uniform(0, 30_000), rng.uniform(0, 30_000)) for _ in range(max(3, visits // 6))]
    points = [(15_000.0, 15_000.0), (7_500.0, 10_000.0)]
    for _ in range(visits):
        x, y = rng.choice(centres)
        points.append((x + rng.gauss(0, 700), y + rng.gauss(0, 700)))
    return Problem(
        visits=tuple(_visit(rng, number) for number in range(visits)),
        vehicles=tuple(
            Vehicle(
                id=f"c{number}",
                start=number % 2,
                end=None if number == vehicles - 1 else number % 2,
                shift=TimeWindow(start_s=(8 + number % 2) * HOUR, end_s=18 * HOUR),
                skills=frozenset({"senior"} if number < 2 else ()),
            )
            for number in range(vehicles)
        ),
        matrices=(_matrix(points),),
    )


def _visit(rng: random.Random, number: int) -> Visit:
    return Visit(
        id=f"v{number}",
        location=2 + number,
        service_s=rng.choice((600, 900, 1200, 1800)),
        windows=rng.choice(WINDOWS),
        required_skills=frozenset({"senior"} if rng.random() < 0.15 else ()),
        mandatory=rng.random() < 0.08,
        penalty_s=rng.randint(20, 90) * 60,
    )


def _matrix(points: list[tuple[float, float]]) -> TravelMatrix:
    """As the crow flies times 1.35, at 38 km/h."""
    xy = np.array(points)
    metres = np.ceil(np.sqrt(((xy[:, None] - xy[None, :]) ** 2).sum(axis=-1)) * 1.35)
    return TravelMatrix(durations_s=np.ceil(metres * 3.6 / 38).astype(np.int32), lengths_m=metres.astype(np.int32))
