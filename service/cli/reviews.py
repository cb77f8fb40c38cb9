"""`doorstep reviews` and `pins`: addresses that a planner decides on, and the places that somebody confirmed."""

from typing import Annotated, Any, Final

import typer

from service.auth.caller import FIRST_TENANT
from service.cli.bank import Bank, opened_bank
from service.cli.options import AsJson, GivenId, Limit, OfArea, OfTenant, Place, location_of
from service.cli.output import print_one, print_rows
from service.reviews.review import ReviewStatus

reviews = typer.Typer(name="reviews", help="Addresses that a planner decides on.", no_args_is_help=True)
pins = typer.Typer(name="pins", help="Places that somebody confirmed for an address.", no_args_is_help=True)

_REVIEWS: Final = "/v1/geocode/reviews"
_PINS: Final = "/v1/geocode/pins"


@reviews.command("list")
def list_reviews(
    status: Annotated[list[ReviewStatus] | None, typer.Option(help="Only these; may be repeated.")] = None,
    area: OfArea = None,
    limit: Limit = 50,
    tenant: OfTenant = FIRST_TENANT,
    as_json: AsJson = False,
) -> None:
    """List the addresses to decide on, the latest asked first."""
    with opened_bank(tenant) as bank:
        found = bank.listed(_REVIEWS, "reviews", limit=limit, status=[one.value for one in status or ()], area=area)
    print_rows(found, ("id", "status", "area", "address", "asked_at"), as_json=as_json)


@reviews.command("show")
def show_review(review: GivenId, tenant: OfTenant = FIRST_TENANT, as_json: AsJson = False) -> None:
    """Show an address with the places that it may be, numbered as `accept --place` names them."""
    with opened_bank(tenant) as bank:
        found = bank.get(f"{_REVIEWS}/{review}")
    if as_json:
        print_one(found, as_json=True)
        return
    answer = found["answer"]
    print_one({name: value for name, value in found.items() if name != "answer"}, as_json=False)
    typer.echo("")
    first = {**answer, "place": "", "level": answer["match_level"]}
    places = [first, *({"place": str(at), **one} for at, one in enumerate(answer["alternatives"]))]
    print_rows(places, ("place", "label", "level", "location", "confidence", "uncertainty_m"), as_json=False)


@reviews.command("accept")
def accept_place(
    review: GivenId,
    place: Annotated[
        int | None, typer.Option("--place", min=0, help="One of the alternatives, by its number; else the answer's.")
    ] = None,
    tenant: OfTenant = FIRST_TENANT,
    as_json: AsJson = False,
) -> None:
    """Pin the address at the place that was found, or at one of its alternatives."""
    with opened_bank(tenant) as bank:
        decided = _decided(bank, review, "accept", {"alternative": place})
    _print_decided(decided, as_json=as_json)


@reviews.command("move")
def move_pin(review: GivenId, place: Place, tenant: OfTenant = FIRST_TENANT, as_json: AsJson = False) -> None:
    """Pin the address where the planner knows that it is."""
    with opened_bank(tenant) as bank:
        decided = _decided(bank, review, "move", {"location": location_of(place)})
    _print_decided(decided, as_json=as_json)


@reviews.command("reject")
def reject_places(review: GivenId, tenant: OfTenant = FIRST_TENANT, as_json: AsJson = False) -> None:
    """Leave the address without a place; it is not asked for again."""
    with opened_bank(tenant) as bank:
        decided = _decided(bank, review, "reject", None)
    _print_decided(decided, as_json=as_json)


@reviews.command("delete")
def erase_review(review: GivenId, tenant: OfTenant = FIRST_TENANT) -> None:
    """Delete an address with its pin: nothing is left of it."""
    with opened_bank(tenant) as bank:
        bank.delete(f"{_REVIEWS}/{review}")
    typer.echo("The address is erased.")


@pins.command("list")
def list_pins(area: OfArea = None, limit: Limit = 50, tenant: OfTenant = FIRST_TENANT, as_json: AsJson = False) -> None:
    """List the pins, the latest change first."""
    with opened_bank(tenant) as bank:
        found = bank.listed(_PINS, "pins", limit=limit, area=area)
    print_rows(found, ("id", "area", "address", "location", "source", "changed_at"), as_json=as_json)


@pins.command("show")
def show_pin(pin: GivenId, tenant: OfTenant = FIRST_TENANT, as_json: AsJson = False) -> None:
    """Show a pin."""
    with opened_bank(tenant) as bank:
        found = bank.get(f"{_PINS}/{pin}")
    print_one(found, as_json=as_json)


@pins.command("add")
def pin_address(
    address: Annotated[str, typer.Argument(help="As cases have it.", show_default=False)],
    place: Place,
    area: OfArea = None,
    accuracy_m: Annotated[
        int | None,
        typer.Option("--gps", metavar="METRES", min=0, help="It is the GPS of a visit, so accurate: it is judged."),
    ] = None,
    tenant: OfTenant = FIRST_TENANT,
    as_json: AsJson = False,
) -> None:
    """Pin an address by a planner's word, or with --gps by a fix, which is reviewed when it does not fit."""
    body: dict[str, Any] = {"area": area, "address": address, "source": "planner"}
    if accuracy_m is not None:
        body |= {"source": "gps", "accuracy_m": accuracy_m}
    with opened_bank(tenant) as bank:
        result = bank.post(_PINS, {**body, "location": location_of(place)})
    shown = result["pin"] or result["review"]
    print_one(result if as_json else {"outcome": result["outcome"], "id": shown["id"]}, as_json=as_json)


@pins.command("delete")
def delete_pin(pin: GivenId, tenant: OfTenant = FIRST_TENANT) -> None:
    """Take a pin away: the map answers its address again."""
    with opened_bank(tenant) as bank:
        bank.change("DELETE", f"{_PINS}/{pin}")
    typer.echo("The pin is taken away.")


def _decided(bank: Bank, review: object, decision: str, body: object) -> dict[str, Any]:
    path = f"{_REVIEWS}/{review}"
    decided: dict[str, Any] = bank.change("POST", f"{path}/{decision}", body, version_of=path)
    return decided


def _print_decided(review: dict[str, Any], *, as_json: bool) -> None:
    told = review if as_json else {name: review[name] for name in ("id", "status", "pin")}
    print_one(told, as_json=as_json)
