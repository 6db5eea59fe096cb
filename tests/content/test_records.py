"""Rules over the whole directory: what a wrong record would do to a person is tested here, record by record."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import polib
import pytest
from pydantic import BaseModel

from bot.cli.directory import NEAR_SCHEMAS
from bot.container import Container
from bot.directory.checks import check
from bot.directory.loader import Directory, load, translatable
from bot.directory.records import Guide, Service
from bot.directory.translations import directory_sources
from bot.languages import CODES, SOURCE_LANGUAGE
from bot.settings import ROOT

FOLDER = ROOT / "services_directory"
TRANSLATED = [code for code in CODES if code != SOURCE_LANGUAGE]
# Numbers that anybody in Germany may dial, whatever record they stand in.
EVERYBODYS = {"110", "112", "115", "116016", "116117", "116111", "116116", "19222"}
PHONE = re.compile(r"(?<![\d.,/:-])(?:\+|0|11)[\d /-]{2,}\d")
NUMBER = re.compile(r"\d+")
AFTERNOON = re.compile(r"(\d{1,2})(?: (to|and) (\d{1,2}))? ?p\.?m\b")
LINK = re.compile(r"\b(?:[\w-]+\.)+(?:de|org|com|eu|info|net|app|bayern)\b")
PLACEHOLDER = re.compile(r"\{[^}]*\}")
OTHER_DIGITS = re.compile(r"[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f]")
STREET = re.compile(r"\w(straße|strasse|str\.|weg|gasse|platz|allee)\b", re.IGNORECASE)
# Numbers that a language says as a word: an Arabic dual.
SAID_AS_WORDS = {("ar", "Rotavirus causes strong diarrhoea in babies. The first vaccination is between 6 weeks and 2 months.")}


@pytest.fixture(scope="module")
def directory() -> Directory:
    return load(FOLDER)


@pytest.fixture(scope="module", params=TRANSLATED)
def catalog(request: pytest.FixtureRequest) -> tuple[str, polib.POFile]:
    """A language and its PO file."""
    return request.param, polib.pofile(str(FOLDER / "locales" / request.param / "directory.po"), wrapwidth=0)


def texts(record: BaseModel) -> str:
    return "\n".join(text for _, text in translatable(record))


def test_there_are_enough_records(directory: Directory) -> None:
    assert len(directory.services) >= 80 and len(directory.guides) >= 60


def test_every_topic_has_a_record(directory: Directory) -> None:
    used = {term for record in (*directory.services.values(), *directory.guides.values()) for term in record.taxonomy_terms}
    assert not {term.id for term in directory.terms.values() if term.parent_id} - used
    assert {directory.topic_of(term) for term in used} == {term.id for term in directory.terms.values() if not term.parent_id}


def test_every_body_that_takes_reports_says_who_runs_it_and_what_happens_next(directory: Directory) -> None:
    complaint_topics = {"complaint-police", "complaint-discrimination", "labour-inspection", "data-protection", "reporting"}
    for service in directory.services.values():
        if service.reporting:
            assert service.reporting.run_by and service.reporting.what_happens_next, service.id
        else:
            # Counselling beside them takes no reports itself and must not look as if it did.
            assert not complaint_topics & set(service.taxonomy_terms) or "advice-centres" in service.taxonomy_terms, service.id


def test_nobody_calls_the_police_independent_of_themselves(directory: Directory) -> None:
    bodies = {name: body for name, service in directory.services.items() if (body := service.reporting)}
    assert len(bodies) >= 20
    for name, body in bodies.items():
        if directory.services[name].organization_id == "polizei-bayern":
            assert body.independent_of_police is False, name
    assert sum(body.independent_of_police is True for body in bodies.values()) >= 10


def test_every_guide_leads_to_a_service(directory: Directory) -> None:
    assert not [guide.id for guide in directory.guides.values() if not guide.services]


def test_every_guide_has_steps_that_are_short(directory: Directory) -> None:
    for guide in directory.guides.values():
        assert 2 <= len(guide.steps) <= 12, guide.id
        assert all(len(step.split()) <= 60 for step in guide.steps), guide.id


def allowed_numbers(directory: Directory, record: Service | Guide) -> set[str]:
    """Digits of every number that may stand in a record's text: its own, its organization's, of services a guide links."""
    services = [record] if isinstance(record, Service) else [directory.services[name] for name in record.services]
    phones = [phone for service in services for phone in service.phones]
    for service in services:
        phones += directory.organizations[service.organization_id].phones
        phones += [phone for place in service.locations for phone in directory.locations[place].phones]
    digits = {re.sub(r"\D", "", phone.number) for phone in phones}
    return EVERYBODYS | digits | {"0" + number[2:] for number in digits if number.startswith("49")}


def test_no_text_holds_a_phone_number_of_its_own(directory: Directory) -> None:
    wrong = []
    for record in (*directory.services.values(), *directory.guides.values()):
        allowed = allowed_numbers(directory, record)
        for found in PHONE.findall(texts(record)):
            if re.sub(r"\D", "", found) not in allowed:
                wrong.append((record.id, found))
    assert not wrong


def test_shelters_have_no_address(directory: Directory) -> None:
    shelters = [service for service in directory.services.values() if "shelter" in service.id]
    assert len(shelters) >= 2
    for service in shelters:
        assert not service.locations and not STREET.search(texts(service)), service.id
    for place in directory.locations.values():
        assert "frauenhaus" not in (place.id + place.name).lower()


def test_every_text_is_translated(directory: Directory, catalog: tuple[str, polib.POFile]) -> None:
    code, file = catalog
    done = {entry.msgid for entry in file if not entry.obsolete and entry.msgstr}
    missing = [source.places[0] for source in directory_sources(directory) if source.text not in done]
    assert not missing, f"{code}: {len(missing)} texts are not translated: {missing[:10]}"


def test_nothing_counts_as_reviewed_that_nobody_reviewed(catalog: tuple[str, polib.POFile]) -> None:
    # No native speaker has reviewed any language yet. Who reviews one takes the flag away, and names the language here.
    reviewed_languages: set[str] = set()
    code, file = catalog
    unflagged = [entry.msgid for entry in file if not entry.obsolete and entry.msgstr and not entry.fuzzy]
    assert code in reviewed_languages or not unflagged


def on_the_clock(source: str) -> list[str]:
    """The numbers of a text with its afternoon hours on the 24-hour clock."""

    def later(match: re.Match[str]) -> str:
        first, word, second = match.groups()
        shift = [str(int(hour) % 12 + 12) for hour in (first, second) if hour]
        return f" {word} ".join(shift)

    return sorted(NUMBER.findall(AFTERNOON.sub(later, source)))


def test_a_translation_has_the_numbers_of_its_source(catalog: tuple[str, polib.POFile]) -> None:
    code, file = catalog
    wrong = []
    for entry in file:
        if entry.obsolete or not entry.msgstr or (code, entry.msgid) in SAID_AS_WORDS:
            continue
        numbers = sorted(NUMBER.findall(entry.msgstr))
        if numbers not in (sorted(NUMBER.findall(entry.msgid)), on_the_clock(entry.msgid)):
            wrong.append((entry.msgid, entry.msgstr))
    assert not wrong, code


def test_afternoon_hours_are_known() -> None:
    assert on_the_clock("It is open from 6 to 8 pm.") == ["18", "20"]
    assert on_the_clock("From 10 pm to 6 am.") == ["22", "6"]


def test_no_translation_uses_other_digits(catalog: tuple[str, polib.POFile]) -> None:
    _, file = catalog
    assert not [entry.msgstr for entry in file if OTHER_DIGITS.search(entry.msgstr)]


def test_no_translation_loses_a_link_or_placeholder(catalog: tuple[str, polib.POFile]) -> None:
    code, file = catalog
    for entry in file:
        if not entry.obsolete and entry.msgstr:
            for form in (LINK, PLACEHOLDER):
                assert sorted(form.findall(entry.msgid)) == sorted(form.findall(entry.msgstr)), (code, entry.msgid)


def test_no_translation_is_its_source(catalog: tuple[str, polib.POFile]) -> None:
    code, file = catalog
    same = [entry.msgid for entry in file if entry.msgid == entry.msgstr and len(entry.msgid.split()) > 6]
    assert not same, code


def test_the_check_finds_no_error(shared_house: Container) -> None:
    schemas: Path | None = NEAR_SCHEMAS if NEAR_SCHEMAS.is_dir() else None
    problems = check(shared_house.directory, dt.date.today(), schemas)
    assert not [str(problem) for problem in problems if problem.level == "error"]
    if schemas is None:
        pytest.skip("no errors; the HSDS 3.0 schemas do not lie beside the checkout, so the records were not held against them")
