"""Providers behind the whole service: named in the settings, asked over HTTP, and nothing personal told to anyone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from geodata.area.catalog import AreaCatalog
from service.app import create_app
from service.bootstrap import opened
from service.jobs.run_batch import BatchRunner
from service.logs import configure_logging
from service.schemas.batch import BatchResult, StoredBatch, StoredRow
from service.settings import Settings
from service.tenant_deps import provider_assistance
from tests.geodata.area.village import build_village, write_village
from tests.geodata.geocoding.providers.local_server import Answer, LocalServer, serving
from tests.service.api.client import ApiClient

ADDRESS = "Hans Muster, Hill Road 3, Farhamlet 9, Tel. +423 232 11 11"
SENT = "Hill Road 3, Farhamlet 9"
PLACE = {
    "lat": "30.002",
    "lon": "100.002",
    "place_rank": 30,
    "addresstype": "place",
    "category": "place",
    "address": {"house_number": "3"},
    "display_name": "3, Hill Road, Hans-Muster-Platz, Farhamlet 9",
}


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with serving(lambda _asked: Answer(body=[PLACE])) as local:
        yield local


@pytest.fixture
def settings(tmp_path: Path, database_url: str, server: LocalServer) -> Settings:
    build_village(write_village(tmp_path), tmp_path / "state" / "areas")
    return Settings(
        state_dir=tmp_path / "state",
        database_url=database_url,
        area="willowbrook",
        allowed_hosts="*",
        geocode_providers="nominatim",
        nominatim_url=server.url,
        log_level="debug",
        log_format="json",
    )


def ask(settings: Settings, *addresses: str) -> Any:
    with opened(settings) as deps:
        client = ApiClient(create_app(deps))
        answer = client.post("/v1/geocode", json={"queries": [{"address": address} for address in addresses]})
    assert answer.status_code == 200, answer.text
    return answer.json()["results"]


def test_an_address_that_the_map_lacks_is_asked_for_once_and_without_the_person(
    settings: Settings, server: LocalServer
) -> None:
    (first,) = ask(settings, ADDRESS)
    (again,) = ask(settings, ADDRESS)

    assert (first["provider"], first["location"]) == ("nominatim", {"lat": 30.002, "lon": 100.002})
    assert again["location"] == first["location"]
    assert [asked.params["q"] for asked in server.asked] == [SENT]


def test_what_the_map_knows_is_not_asked_for(settings: Settings, server: LocalServer) -> None:
    (known,) = ask(settings, "Mill Lane 7, Willowbrook")

    assert (known["status"], known["provider"]) == ("accepted", "gazetteer")
    assert server.asked == []


def test_without_the_setting_nobody_is_asked(settings: Settings, server: LocalServer) -> None:
    ask(settings.model_copy(update={"geocode_providers": ""}), ADDRESS)

    assert server.asked == []


def test_a_provider_that_is_down_degrades_answers_and_fails_nothing(settings: Settings, server: LocalServer) -> None:
    server.reply = lambda _asked: Answer(status=403, body=b"")

    known, unknown = ask(settings, "Mill Lane 7, Willowbrook", ADDRESS)

    assert known["status"] == "accepted"
    assert unknown["status"] != "accepted"
    assert "degraded" in unknown["reasons"]


def test_a_batch_asks_too(settings: Settings, server: LocalServer, engine: Engine) -> None:
    areas = AreaCatalog(settings.areas_dir, assist=provider_assistance(settings, engine, tenant="main"))
    batch = StoredBatch(area="willowbrook", rows=[StoredRow(row=1, address=ADDRESS)]).model_dump(mode="json")

    result = BatchRunner(areas=areas)(batch, lambda _progress: None, lambda: False)

    (answer,) = BatchResult.model_validate(result, strict=False).answers
    assert (answer.provider, len(server.asked)) == ("nominatim", 1)


@pytest.mark.parametrize("answer", [Answer(body=[PLACE]), Answer(status=500, body=b""), Answer(status=403, body=b"")])
def test_no_address_is_in_the_logs(
    settings: Settings, server: LocalServer, answer: Answer, capfd: pytest.CaptureFixture[str]
) -> None:
    configure_logging(level="debug", style="json")
    server.reply = lambda _asked: answer

    ask(settings, ADDRESS)

    logged = "".join(capfd.readouterr())
    assert '"route": "/v1/geocode"' in logged
    assert not any(word in logged for word in ("Muster", "Hill", "Farhamlet", "232 11 11", "30.002"))
