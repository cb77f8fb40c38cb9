"""When a message is tried again: the schedule that the Standard Webhooks specification proposes."""

from typing import Final

#: Seconds from each failed try to the next one; after the last of them it is given up, three days after the first.
DELAYS_S: Final = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
#: A receiver that asks for more patience (Retry-After) gets this much.
_MOST_S: Final = 86_400
_JITTER: Final = 0.2


def delay_s(tries: int, *, asked_s: int | None, chance: float) -> float | None:
    """Return the seconds to the next try after so many failed ones; None when it is given up.

    Parameters
    ----------
    tries : failed tries so far, at least 1.
    asked_s : what the receiver's Retry-After says.
    chance : from 0 to 1, at random: up to a fifth is added, so that many messages do not come back at once.

    Examples
    --------
    >>> delay_s(1, asked_s=None, chance=0), delay_s(2, asked_s=600, chance=0.5), delay_s(10, asked_s=None, chance=0)
    (5.0, 660.0, None)
    """
    if tries > len(DELAYS_S):
        return None
    return max(DELAYS_S[tries - 1], min(asked_s or 0, _MOST_S)) * (1 + _JITTER * chance)
