"""The loader refuses a bad record naming file, field and mend, and never half-loads."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.directory.loader import DirectoryError, load
from bot.settings import ROOT

SOURCE = "source_url: https://example.org/\nassured_date: 2024-01-23\n"
FILES = {
    "services/a-service.yml": "id: a-service\norganization_id: an-organization\nname: A service\n"
    "description: It helps.\ntaxonomy_terms: [health]\n",
    "organizations/an-organization.yml": "id: an-organization\nname: An organization\ndescription: It runs services.\n",
    "locations/a-place.yml": "id: a-place\nname: A place\n"
    'addresses: [{address_1: Street 1, city: Augsburg, postal_code: "86150"}]\n',
    "guides/a-guide.yml": "id: a-guide\ntitle: How?\nsummary: So.\nsteps: [First this.]\nservices: [a-service]\n"
    "taxonomy_terms: [health]\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A directory of one record of each kind."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text + SOURCE)
    shutil.copytree(ROOT / "services_directory" / "taxonomies", tmp_path / "taxonomies")
    return tmp_path


def test_a_good_directory_loads(folder: Path) -> None:
    directory = load(folder)
    assert list(directory.services) == ["a-service"]
    assert directory.guides["a-guide"].services == ("a-service",)


S = "services/a-service.yml"
BAD = [
    # (what is changed, in which file, into what, what the sentence must name)
    ("name: A service\n", S, "", [S, "name", "is missing"]),
    ("name: A service\n", S, "nmae: A service\n", ["nmae", "check its spelling"]),
    ("organization_id: an-organization", S, "organization_id: nobody", ["organization_id", "'nobody'"]),
    ("[health]", S, "[helth]", ["taxonomy_terms", "'helth'"]),
    ("assured_date: 2024-01-23", S, "assured_date: yesterday", ["assured_date", "date"]),
    ("id: a-service", S, "id: A Service", ["'A Service'", "small letters"]),
    ("id: a-service", S, "id: another", ["another.yml"]),
    ("description: It helps.", S, "description: [", ["a-service.yml", "line"]),
    ("description: It helps.", S, "schedules: [{opens_at: 9:30}]\ndescription: x", ["schedules.0.opens_at", "in quotes"]),
    ("description: It helps.", S, "schedules: [{byday: 'Monday'}]\ndescription: x", ["byday", "MO"]),
    ("description: It helps.", S, "languages: [{code: Arabic}]\ndescription: x", ["languages.0.code", "ISO 639"]),
    ('postal_code: "86150"', "locations/a-place.yml", "region: x", ["addresses", "postal_code", "is missing"]),
    ("services: [a-service]", "guides/a-guide.yml", "services: [gone]", ["guides/a-guide.yml", "'gone'"]),
    ("steps: [First this.]", "guides/a-guide.yml", "steps:", ["steps", "is empty"]),
]


@pytest.mark.parametrize(("old", "file", "new", "named"), BAD)
def test_a_bad_record_is_refused_by_file_field_and_mend(folder: Path, old: str, file: str, new: str, named: list[str]) -> None:
    path = folder / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(DirectoryError) as refused:
        load(folder)
    for part in named:
        assert part in str(refused.value)


@pytest.mark.parametrize(("text", "named"), [
    ("gone: lost; away\n", ["words/en.yml", "'gone'"]),
    ("a-guide: [lost, away]\n", ["words/en.yml", "a-guide", "with ; between"]),
    ("a-guide: [\n", ["en.yml", "line"]),
])
def test_bad_words_for_a_record_are_refused(folder: Path, text: str, named: list[str]) -> None:
    (folder / "words").mkdir()
    (folder / "words" / "en.yml").write_text(text)
    with pytest.raises(DirectoryError) as refused:
        load(folder)
    assert all(part in str(refused.value) for part in named)


def test_words_for_a_record_are_several_ways_to_say_it(folder: Path) -> None:
    (folder / "words").mkdir()
    (folder / "words" / "en.yml").write_text("a-guide: lost my way; where now?\n")
    assert load(folder).words == {"en": {"a-guide": ("lost my way", "where now?")}}


def test_all_problems_are_named_at_once(folder: Path) -> None:
    (folder / S).write_text("id: a-service\n")
    (folder / "guides" / "a-guide.yml").write_text("id: a-guide\n")
    with pytest.raises(DirectoryError) as refused:
        load(folder)
    assert S in str(refused.value) and "guides/a-guide.yml" in str(refused.value)


def test_an_empty_folder_is_refused(folder: Path) -> None:
    (folder / S).unlink()
    with pytest.raises(DirectoryError, match="no records"):
        load(folder)
