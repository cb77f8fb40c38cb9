"""Readers of published instances: VRPLIB's VRPTW and PCVRPTW, orienteering with time windows, and rural*.npz."""

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.solver.instance import Instance

#: Published distances and times of one decimal become whole numbers.
TENTHS: Final = 10


def read_vrplib(path: Path) -> Instance:
    """Read a .vrp by the convention of its best known costs: everything in tenths, distances cut off.

    A client without a prize must be served; the others may be left out at the price of theirs.
    """
    header, sections = _sections(path.read_text())
    if header["EDGE_WEIGHT_TYPE"] != "EUC_2D":
        raise ValueError(f"{path.name}: EDGE_WEIGHT_TYPE must be EUC_2D, got {header['EDGE_WEIGHT_TYPE']}.")
    points = _column(sections["NODE_COORD"])
    size = len(points) - 1
    windows = TENTHS * _column(sections["TIME_WINDOW"])
    service = _column(sections["SERVICE_TIME"])[1:, 0] if "SERVICE_TIME" in sections else float(header["SERVICE_TIME"])
    prize = TENTHS * _column(sections["PRIZE"])[1:, 0] if "PRIZE" in sections else np.zeros(size)
    vehicles = int(header.get("VEHICLES", size))
    return _one_depot(
        path.stem,
        durations=np.floor(TENTHS * _distances(points)),
        service=np.broadcast_to(TENTHS * np.asarray(service), size),
        windows=windows[1:],
        penalty=prize,
        mandatory=prize == 0,
        load=_column(sections["DEMAND"])[1:, 0],
        shifts=np.broadcast_to(windows[0], (vehicles, 2)),
        max_load=np.full(vehicles, float(header["CAPACITY"])),
    )


def read_orienteering(path: Path) -> Instance:
    """Read a TOPTW file for one path: as much profit as possible.

    Profit comes first and travel only breaks ties: a unit of profit is worth more than the longest tour.
    """
    rows = [list(map(float, line.split())) for line in path.read_text().splitlines()[2:] if line.strip()]
    points = np.array([row[1:3] for row in rows])
    windows = TENTHS * np.array([row[-2:] for row in rows])
    profit = np.array([row[4] for row in rows[1:]])
    return _one_depot(
        path.stem,
        durations=np.floor(TENTHS * _distances(points)),
        service=TENTHS * np.array([row[3] for row in rows[1:]]),
        windows=windows[1:],
        penalty=profit * profit_worth(int(windows[0, 1])),
        mandatory=np.zeros(len(profit), bool),
        load=np.zeros(len(profit)),
        shifts=windows[:1],
        max_load=np.zeros(1),
    )


def profit_worth(time_budget: int) -> int:
    """Return what a unit of profit costs when it is not collected."""
    return time_budget + 1


def read_rural(path: Path) -> Instance:
    """Read one of ../shared/data/vrp/rural*.npz."""
    with np.load(path) as arrays:
        depots = int(arrays["depots"])
        visits = slice(depots, None)
        size, vehicles = len(arrays["service_s"]) - depots, len(arrays["vehicle_start"])
        return Instance(
            name=path.stem,
            depots=depots,
            durations_s=arrays["durations_s"],
            service_s=arrays["service_s"][visits],
            window_s=arrays["window_s"][visits],
            penalty_s=arrays["penalty_s"][visits],
            mandatory=np.zeros(size, bool),
            load=np.zeros(size, np.int32),
            vehicle_start=arrays["vehicle_start"].astype(np.int32),
            vehicle_end=arrays["vehicle_end"].astype(np.int32),
            shift_s=arrays["shift_s"].astype(np.int32),
            max_load=np.zeros(vehicles, np.int32),
            allowed=arrays["allowed"][:, visits],
        )


def _one_depot(
    name: str,
    *,
    durations: NDArray[np.float64],
    service: NDArray[np.float64],
    windows: NDArray[np.float64],
    penalty: NDArray[np.float64],
    mandatory: NDArray[np.bool_],
    load: NDArray[np.float64],
    shifts: NDArray[np.float64],
    max_load: NDArray[np.float64],
) -> Instance:
    at_depot = np.zeros(len(shifts), np.int32)
    return Instance(
        name=name,
        depots=1,
        durations_s=durations.astype(np.int32),
        service_s=service.astype(np.int32),
        window_s=windows.astype(np.int32),
        penalty_s=penalty.astype(np.int32),
        mandatory=mandatory,
        load=load.astype(np.int32),
        vehicle_start=at_depot,
        vehicle_end=at_depot,
        shift_s=shifts.astype(np.int32),
        max_load=max_load.astype(np.int32),
        allowed=np.ones((len(shifts), len(service)), bool),
    )


def _distances(points: NDArray[np.float64]) -> NDArray[np.float64]:
    across = points[:, None, :] - points[None, :, :]
    return np.asarray(np.sqrt((across**2).sum(axis=2)))


def _column(lines: list[str]) -> NDArray[np.float64]:
    """Read the values of every node; the first word is its number."""
    return np.array([list(map(float, line.split()[1:])) for line in lines])


def _sections(text: str) -> tuple[dict[str, str], dict[str, list[str]]]:
    header: dict[str, str] = {}
    sections: dict[str, list[str]] = {}
    inside: list[str] | None = None
    for line in map(str.strip, text.splitlines()):
        if line.endswith("_SECTION"):
            inside = sections.setdefault(line.removesuffix("_SECTION"), [])
        elif ":" in line:
            name, value = line.split(":", 1)
            header[name.strip()] = value.strip()
        elif line and line != "EOF" and inside is not None:
            inside.append(line)
    return header, sections
