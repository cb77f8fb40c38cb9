"""`doorstep area reachable`: what is reached in some minutes, as GeoJSON."""

from typing import Annotated

import typer

from service.auth.caller import FIRST_TENANT
from service.cli.bank import opened_bank, segment
from service.cli.options import OfTenant, Place, location_of
from service.cli.output import print_json


def reachable(
    name: Annotated[str, typer.Argument(help="The area's name.", show_default=False)],
    place: Place,
    minutes: Annotated[int, typer.Option(min=1, help="From door to door.", show_default=False)],
    vehicle: Annotated[str, typer.Option(help="One of the area's vehicles.")] = "car",
    tenant: OfTenant = FIRST_TENANT,
) -> None:
    """Print the area of all doors that are reached from a place in time, as GeoJSON."""
    with opened_bank(tenant) as bank:
        asked = {"location": location_of(place), "minutes": minutes, "vehicle": vehicle}
        print_json(bank.post(f"/v1/areas/{segment(name)}/reachable", asked))
