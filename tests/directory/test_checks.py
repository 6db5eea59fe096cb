"""`waymark directory check` names each mistake a curator can make, with its file, its field and the mend."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import pytest

from bot.cli.directory import NEAR_SCHEMAS
from bot.directory.checks import Problem, check
from bot.directory.loader import load
from bot.settings import ROOT
from tests.directory.test_loader import FILES, SOURCE

TODAY = dt.date(2024, 6, 1)
SERVICE, PLACE, GUIDE, BODY = (
    "services/a-service.yml", "locations/a-place.yml", "guides/a-guide.yml", "organizations/an-organization.yml",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small directory without a mistake of its own, apart from the emergency services and translations it has not."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text + SOURCE + ("url: https://example.com/\n" if name == SERVICE else ""))
    shutil.copytree(ROOT / "services_directory" / "taxonomies", tmp_path / "taxonomies")
    return tmp_path


def problems(folder: Path, schemas: Path | None = None, today: dt.date = TODAY) -> list[Problem]:
    """What is found beside the missing emergency services and translations."""
    found = check(load(folder), today, schemas)
    return [item for item in found if not item.file.startswith("locales/") and "in danger" not in item.sentence]


def test_a_good_directory_has_none(folder: Path) -> None:
    assert problems(folder) == []


BAD = [
    # (file, line added or (old, new), level, field, part of the sentence)
    (SERVICE, 'phones: [{number: "0821 12345"}]', "error", "phones", "Write +49"),
    (SERVICE, 'phones: [{number: "+49 821"}]', "error", "phones", "no telephone number|cannot exist"),
    (SERVICE, 'phones: [{number: "+49 821 12"}]', "error", "phones", "cannot exist"),
    (SERVICE, 'phones: [{number: "hello"}]', "error", "phones", "country code"),
    (PLACE, 'phones: [{number: "0821 12345"}]', "error", "phones", "Write +49"),
    (BODY, 'phones: [{number: "0821 12345"}]', "error", "phones", "Write +49"),
    (BODY, 'phones: [{number: "110"}]', "error", "phones", "for emergencies"),
    (BODY, 'phones: [{number: "+49 821 3240", description: Office}]', "error", "phones", "never translated"),
    (GUIDE, 'steps: ["Your child cannot be cured: call us."]', "error", "steps.0", "Begin it with 'If'"),
    (GUIDE, 'steps: ["You lost your job: ask us."]', "error", "steps.0", "Begin it with 'If'"),
    (SERVICE, 'schedules: [{byday: MO, closes_at: "12:00"}]', "error", "schedules", "closes_at without opens_at"),
    (SERVICE, 'schedules: [{opens_at: "09:00", closes_at: "12:00"}]', "error", "schedules", "no days"),
    (SERVICE, 'schedules: [{byday: MO, opens_at: "09:00", closes_at: "09:00"}]', "error", "schedules", "same time"),
    (SERVICE, 'schedules: [{byday: MO, opens_at: "09:00", closes_at: "10:00", valid_from: 2024-05-01, valid_to: 2024-04-01}]',
     "error", "schedules", "ends before it begins"),
    (SERVICE, ("https://example.org/\nassured", "www.example.org\nassured"), "error", "source_url", "https://"),
    (SERVICE, ("url: https://example.com/", "url: https://example"), "error", "url", "no web address"),
    (SERVICE, "email: someone(at)example.org", "error", "email", "no e-mail"),
    (SERVICE, ("2024-01-23", "2030-01-01"), "error", "assured_date", "future"),
    (SERVICE, ("2024-01-23", "2018-01-01"), "warning", "assured_date", "last checked"),
    (PLACE, ('"86150"', '"8615"'), "error", "addresses", "five digits"),
    (SERVICE, "minimum_age: 30\nmaximum_age: 20", "error", "minimum_age", "Swap"),
    (SERVICE, ("url: https://example.com/\n", ""), "warning", "phones", "nobody can reach"),
    (SERVICE, ("It helps.", "It helps " + "and helps " * 20 + "more."), "warning", "description", "Make two of it"),
    (GUIDE, ("[First this.]", "['First " + "this and " * 20 + "that.']"), "warning", "steps.0", "Make two of it"),
]


@pytest.mark.parametrize(("file", "change", "level", "field", "part"), BAD)
def test_each_mistake_is_named(
    folder: Path, file: str, change: str | tuple[str, str], level: str, field: str, part: str
) -> None:
    path = folder / file
    text = path.read_text()
    if isinstance(change, str):
        path.write_text(text + change + "\n")
    else:
        assert change[0] in text
        path.write_text(text.replace(change[0], change[1], 1))
    found = problems(folder)
    assert [(item.level, item.file, item.field) for item in found] == [(level, file, field)]
    assert any(word in found[0].sentence for word in part.split("|"))


def test_the_services_shown_in_danger_must_be_there_with_a_number(folder: Path) -> None:
    found = [item for item in check(load(folder), TODAY) if "in danger" in item.sentence]
    assert {item.file for item in found} >= {"services/police-emergency-call.yml", "services/fire-and-ambulance-call.yml"}
    assert all(item.level == "error" for item in found)


def test_a_language_that_lacks_texts_is_an_error(folder: Path) -> None:
    found = [item for item in check(load(folder), TODAY) if item.file.startswith("locales/")]
    assert len(found) == 7 and all(item.level == "error" and "not translated" in item.sentence for item in found)


@pytest.mark.skipif(not NEAR_SCHEMAS.is_dir(), reason="the HSDS 3.0 schemas do not lie beside the checkout")
def test_a_good_directory_fits_hsds(folder: Path) -> None:
    assert problems(folder, NEAR_SCHEMAS) == []


def test_what_hsds_refuses_is_named(folder: Path, tmp_path: Path) -> None:
    schemas = tmp_path / "schemas"
    schemas.mkdir()
    for name in ("service", "organization"):
        schema = {"$id": f"{name}.json", "type": "object", "required": ["colour" if name == "service" else "id"]}
        (schemas / f"{name}.json").write_text(json.dumps(schema))
    found = problems(folder, schemas)
    assert [(item.level, item.file) for item in found] == [("error", SERVICE)] and "colour" in found[0].sentence
