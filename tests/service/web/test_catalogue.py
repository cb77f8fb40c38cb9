"""The texts: the same keys in every language, all of them used, none of them missing; and who reads which."""

import re
from pathlib import Path

import pytest

import geodata.geocoding
import service.reviews
import service.web
from geodata.coords import LonLat
from geodata.geocoding.port import Level
from geodata.network.port import SnapFlag, Turn
from geodata.network.profiles import PROFILES
from service.auth.scope import Role
from service.cases.contact import SuppressionReason
from service.cases.refusal import TEXTS
from service.jobs.run_plan import unusable
from service.reviews.review import REVIEWED, Accept, Move, Reject, ReviewStatus, status_of
from service.store.jobs.records import PlanStatus
from service.store.jobs.rescue import WORKER_LOST
from service.store.jobs.work_kinds import PLANS
from service.web.catalogue import choose_language, load_catalogues

HERE = LonLat(9.5, 47.1)
WEB = Path(service.web.__file__).parent
#: Keys that are put together at run time, with where their second half comes from.
FAMILIES = ("role.", "plans.status.",
    "flag.", "problem.", "suppression.", "navigate.", "reason.", "stage.", "turn.", "vehicle.", "season.",
    "doubt.", "level.", "review.answer.", "review.done.", "review.empty.", "review.refused.", "review.status.",
)  # fmt: skip


def _sources() -> str:
    folders = ("", "map/", "reviews/", "plans/")
    scripts = [file for folder in folders for file in WEB.glob(f"static/{folder}*.js")]
    files = [*scripts, *WEB.glob("templates/*.html"), *WEB.glob("*.py")]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def test_every_language_has_the_same_keys_and_placeholders() -> None:
    english, *others = load_catalogues().values()

    for other in others:
        assert other.texts.keys() == english.texts.keys()
        for key, text in english.texts.items():
            assert set(re.findall(r"\{\w+\}", other.texts[key])) == set(re.findall(r"\{\w+\}", text)), key


def test_no_text_is_empty_or_left_in_english() -> None:
    chinese = load_catalogues()["zh"]

    for key, text in chinese.texts.items():
        assert re.search(r"[\u4e00-\u9fff]", text) or key in {"html_lang", "leg.text", "progress.elapsed_of"}, key


def test_every_text_is_used() -> None:
    sources = _sources()

    unused = [
        key
        for key in load_catalogues()["en"].texts
        if not key.startswith(FAMILIES) and not re.search(rf"[\"'`]{re.escape(key)}[\"'`]", sources)
    ]

    assert unused == []


def test_every_text_that_is_asked_for_exists() -> None:
    asked = set(re.findall(r"(?:\bt|sentence|fact|row|group)\(\"([a-z_]+\.[a-z_.]+)\"", _sources()))

    assert asked
    assert asked <= load_catalogues()["en"].texts.keys()


def test_every_reason_for_leaving_a_case_out_has_a_title_and_a_next_step() -> None:
    texts = load_catalogues()["en"].texts

    named = {key.split(".")[1] for key in texts if key.startswith("reason.")}

    assert named == TEXTS.keys()
    assert all(f"reason.{code}.title" in texts and f"reason.{code}.todo" in texts for code in TEXTS)


def test_every_problem_that_ends_a_plan_has_a_text() -> None:
    named = {key.split(".")[1] for key in load_catalogues()["en"].texts if key.startswith("problem.")}

    assert named == {WORKER_LOST, PLANS.broken, "invalid_request", str(unusable("x")["code"])}


def test_every_reason_why_nobody_may_come_has_a_text() -> None:
    named = {key.split(".")[1] for key in load_catalogues()["en"].texts if key.startswith("suppression.")}

    assert named == set(SuppressionReason)


def test_every_flag_of_a_door_that_is_a_doubt_has_a_text() -> None:
    texts = load_catalogues()["en"].texts

    assert {key for key in texts if key.startswith("flag.")} == {
        f"flag.{flag}" for flag in SnapFlag if flag is not SnapFlag.STREET
    }


def test_every_turn_has_a_text_with_a_road_and_one_without() -> None:
    texts = load_catalogues()["en"].texts

    assert {key for key in texts if key.startswith("turn.")} == {
        f"turn.{turn}{road}" for turn in Turn for road in ("", ".road")
    }
    assert {key for key, text in texts.items() if "{road}" in text} == {f"turn.{turn}.road" for turn in Turn}


def test_every_level_status_and_answer_of_a_review_has_a_name() -> None:
    texts = load_catalogues()["en"].texts

    def named(family: str) -> set[str]:
        return {key.removeprefix(family) for key in texts if key.startswith(family)}

    assert named("level.") == {*Level}
    assert named("review.status.") == {*ReviewStatus}
    assert named("review.answer.") == {*REVIEWED}
    assert named("review.done.") == {status_of(decision) for decision in (Accept(), Move(location=HERE), Reject())}


def test_every_doubt_that_has_a_text_is_one_that_answers_tell() -> None:
    folders = (Path(geodata.geocoding.__file__).parent, Path(service.reviews.__file__).parent)
    code = "\n".join(file.read_text(encoding="utf-8") for folder in folders for file in folder.rglob("*.py"))

    doubts = {key.removeprefix("doubt.") for key in load_catalogues()["en"].texts if key.startswith("doubt.")}

    assert {doubt for doubt in doubts if f'"{doubt}"' not in code} == set()


def test_every_state_of_a_plan_has_a_name() -> None:
    named = {key.removeprefix("plans.status.") for key in load_catalogues()["en"].texts if "plans.status." in key}

    assert named == {*PlanStatus}


def test_every_vehicle_and_stage_has_a_name() -> None:
    texts = load_catalogues()["en"].texts

    assert {key for key in texts if key.startswith("vehicle.")} == {f"vehicle.{name}" for name in PROFILES}
    assert {key for key in texts if key.startswith("stage.")} == {
        f"stage.{stage}" for stage in ("locating", "measuring", "solving", "tracing")
    }


@pytest.mark.parametrize(
    ("asked", "accept_language", "answered"),
    [
        ("zh", "en", "zh"),
        ("en", "zh-CN", "en"),
        ("fr", "zh-CN,zh;q=0.9", "zh"),
        (None, "zh-Hans-CN", "zh"),
        (None, "de, en;q=0.4, zh;q=0.6", "zh"),
        (None, "zh;q=0, en;q=0.1", "en"),
        (None, "zh;q=high", "en"),
        (None, "*", "en"),
        (None, "", "en"),
        (None, None, "en"),
    ],
)
def test_the_reader_gets_the_language_asked_for(asked: str | None, accept_language: str | None, answered: str) -> None:
    assert choose_language(asked, accept_language) == answered


def test_every_role_has_a_name() -> None:
    named = {key.split(".")[1] for key in load_catalogues()["en"].texts if key.startswith("role.")}

    assert named == set(Role)
