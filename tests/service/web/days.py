"""A planned day for the pages to show."""

import json
from pathlib import Path
from typing import cast

from service.schemas.plan import PlanDocument
from service.store.records import JsonObject

_DAY = Path(__file__).with_name("day_document.json")


def day_document() -> JsonObject:
    """Return the stored result of a day in Liechtenstein: 53 visits on real roads, 5 collectors, 7 cases left out.

    It is what the pipeline answered to the demonstration's day with an insertion-only engine, without the
    geocoding answers. One collector ends at the last door, two wait for a window, one case has no location.
    """
    return cast("JsonObject", json.loads(_DAY.read_text(encoding="utf-8")))


def parsed_day() -> PlanDocument:
    """Return the same, parsed."""
    return PlanDocument.load(day_document())


def stored(document: PlanDocument) -> JsonObject:
    """Return a document as the store keeps it."""
    return document.model_dump(mode="json")
