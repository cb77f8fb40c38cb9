"""`doorstep addresses`: where an address is and what stands at a place, with a bank's pins."""

from typing import Annotated

import typer

from service.auth.caller import FIRST_TENANT
from service.cli.bank import opened_bank
from service.cli.options import AsJson, OfArea, OfTenant, location_of
from service.cli.output import print_rows

app = typer.Typer(name="addresses", help="Where addresses are, and what stands at a place.", no_args_is_help=True)


@app.command("locate")
def locate(
    addresses: Annotated[list[str], typer.Argument(help="Each as one word, in quotes.", show_default=False)],
    area: OfArea = None,
    review: Annotated[
        bool, typer.Option("--review", help="Queue those that are not sure enough for a planner.")
    ] = False,
    tenant: OfTenant = FIRST_TENANT,
    as_json: AsJson = False,
) -> None:
    """Locate addresses; pins win over the map. Many are better in a file: `doorstep batches`, `doorstep geocode`."""
    with opened_bank(tenant) as bank:
        queries = [{"address": address} for address in addresses]
        found = bank.post("/v1/geocode", {"area": area, "queries": queries, "review": review})["results"]
    print_rows(found, ("status", "label", "match_level", "location", "confidence", "uncertainty_m"), as_json=as_json)


@app.command("reverse")
def reverse(
    places: Annotated[
        list[str], typer.Argument(metavar="LON,LAT...", help="Longitude and latitude in degrees.", show_default=False)
    ],
    area: OfArea = None,
    tenant: OfTenant = FIRST_TENANT,
    as_json: AsJson = False,
) -> None:
    """Name the address at each place."""
    with opened_bank(tenant) as bank:
        asked = {"area": area, "locations": [location_of(place) for place in places]}
        found = bank.post("/v1/geocode/reverse", asked)["results"]
    print_rows(found, ("level", "label", "location", "distance_m", "pin"), as_json=as_json)
