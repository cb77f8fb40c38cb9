"""What a priority is worth: minutes of a collector's day."""


def penalty_s(priority: int, *, minutes_per_priority_point: float) -> int:
    """Seconds of travel that a plan spends, at the most, to visit a case of this priority.

    Priority runs from 0 to 100. A point is worth `minutes_per_priority_point` minutes of a collector's day,
    one by default: a case of priority 40 is visited when it adds no more than 40 minutes of travel.

    Examples
    --------
    >>> penalty_s(40, minutes_per_priority_point=1.0)
    2400
    """
    return round(priority * minutes_per_priority_point * 60)
