"""Why a case or a collector is not planned: a code for programs, a sentence and a next step for people."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One reason, with the JSON pointer of the field that it is about, "" when it is about none."""

    code: str
    pointer: str = ""
    rule: str | None = None

    def __post_init__(self) -> None:
        if self.code not in TEXTS:
            msg = f"A refusal's code must be one of those in TEXTS, got {self.code!r}."
            raise ValueError(msg)

    @property
    def title(self) -> str:
        """What is the matter, in a few words."""
        return TEXTS[self.code][0]

    @property
    def detail(self) -> str:
        """What it means and what to do."""
        return TEXTS[self.code][1]


#: code -> (title, detail). Details never repeat what the request said: it may be personal.
TEXTS: Final[dict[str, tuple[str, str]]] = {
    "address_not_found": (
        "Address not found",
        "Nothing in the area's map answers to this address. Correct it, or give the location.",
    ),
    "address_needs_review": (
        "Address needs review",
        "The best match is not sure enough to send someone to a door. Confirm it by giving the location.",
    ),
    "address_ambiguous": (
        "Address is ambiguous",
        "Several places answer to this address. Add the village or town, or give the location.",
    ),
    "address_invalid": (
        "Address cannot be read",
        "This text is no address. Give a street and a place, or the location.",
    ),
    "location_out_of_area": (
        "Location is outside the area",
        "The coordinate lies outside the area's map. Check it, or plan with an area that covers it.",
    ),
    "location_swapped": (
        "Latitude and longitude exchanged",
        "Exchanged, the coordinate would lie inside the area. Give the latitude as lat and the longitude as lon.",
    ),
    "location_doubtful": (
        "Location is doubtful",
        "The coordinate does not agree with the address or cannot be right. See the reasons in its geocoding answer.",
    ),
    "off_network": (
        "No road nearby",
        "No road that the collectors' vehicles may use comes near this place. Check the location.",
    ),
    "roads_closed": (
        "Cut off by closed roads",
        "Closed ways cut this place off, and no other road is in walking distance. Check roads.closed_ways.",
    ),
    "policy_day": (
        "No visits on this day",
        "The policy allows no visit on this day of the week. Choose another date.",
    ),
    "policy_hours": (
        "Outside the hours of visit",
        "No window leaves room for the visit inside the hours that the policy allows, its end included.",
    ),
    "suppressed": (
        "Not to be visited now",
        "The case is suppressed on this day, by a dispute or hardship for one. See rule for why and until when.",
    ),
    "visited_enough": (
        "Visited often enough",
        "Another visit on this day would be one more than the policy allows. See rule, and choose a later date.",
    ),
    "case_closed": (
        "Case is closed",
        "Nobody visits a closed case. Open it again, or leave it out.",
    ),
    "no_vehicles": (
        "No collector available",
        "No collector could be planned. See unavailable_collectors.",
    ),
    "collector_unavailable": (
        "Its collectors are not available",
        "Only collectors who could not be planned may come. See unavailable_collectors, or allow others.",
    ),
    "skill_missing": (
        "No collector has the skills",
        "No available collector has all the required skills. Add one, or change required_skills.",
    ),
    "not_allowed": (
        "No collector may come",
        "No available collector is one of those allowed, or all have a skill that is excluded.",
    ),
    "unreachable": (
        "No way by road",
        "No road leads there and back for the suitable collectors' vehicles.",
    ),
    "outside_shifts": (
        "Window outside every shift",
        "No window meets the shift of a suitable collector. Change the window or the shift.",
    ),
    "service_too_long": (
        "Visit longer than its windows",
        "service_s fits into no window. Shorten the service or widen a window.",
    ),
    "too_far": (
        "Too far for the shift",
        "Even alone on a route, driving there, visiting and driving back do not fit the shift and the window.",
    ),
    "over_limits": (
        "Over a collector's limits",
        "Even alone on a route it would exceed a limit of the suitable collectors, or leave no room for a break.",
    ),
    "no_such_position": (
        "No free position",
        "No route of a suitable collector has this position, or it is taken.",
    ),
    "not_worth_the_time": (
        "Not worth the time",
        "It would fit, but costs more travel than its priority is worth. Raise the priority or make it mandatory.",
    ),
    "no_time_left": (
        "No time left",
        "It would fit alone, but not beside the visits that were kept. Add a collector or a longer shift.",
    ),
}
