"""Policy packs: when the law and good practice allow a visit at all. Windows are cut before solving."""

from dataclasses import dataclass
from datetime import date, time

#: Monday is 0, as in datetime.date.weekday.
EVERY_DAY = frozenset(range(7))


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactCaps:
    """How often one case may be visited, this visit included, and how many days lie between two visits at least.

    The law of most places names no number for visits: these are ours, to be confirmed by counsel.
    """

    per_day: int = 1
    per_7d: int = 1
    per_30d: int = 2
    min_gap_days: int = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The hours in which a customer may be visited. The END of a visit lies inside them too.

    Attributes
    ----------
    id, version : named by every refusal.
    source : where the rule is written. Defaults are ours, to be confirmed by counsel.
    caps : how often one case may be visited.
    """

    id: str
    version: str
    start: time
    end: time
    weekdays: frozenset[int]
    source: str
    caps: ContactCaps = ContactCaps()

    def allows(self, day: date) -> bool:
        """Whether any visit may take place on that day of the week."""
        return day.weekday() in self.weekdays


PACKS: dict[str, Policy] = {
    policy.id: policy
    for policy in (
        Policy(
            id="cn",
            version="cn-2025-1",
            start=time(8),
            end=time(22),
            weekdays=EVERY_DAY,
            source="Industry practice in China, 08:00-22:00 local; GB/T 45251-2025 for online consumer lending.",
        ),
        Policy(
            id="us",
            version="us-2025-1",
            start=time(8),
            end=time(21),
            weekdays=EVERY_DAY,
            source="Regulation F, 12 CFR 1006.6(b): 08:00-21:00 at the consumer's local time.",
        ),
        Policy(
            id="ie",
            version="ie-2025-1",
            start=time(9),
            end=time(21),
            weekdays=frozenset(range(6)),
            source="Consumer Credit Act 1995 s46, Ireland: none 21:00-09:00, none on Sundays.",
        ),
        Policy(
            id="au",
            version="au-2025-1",
            start=time(9),
            end=time(21),
            weekdays=EVERY_DAY,
            source="ACCC/ASIC debt collection guideline: face to face 09:00-21:00.",
        ),
        Policy(
            id="in",
            version="in-2025-1",
            start=time(8),
            end=time(19),
            weekdays=EVERY_DAY,
            source="Reserve Bank of India, recovery agents: 08:00-19:00.",
        ),
    )
}
