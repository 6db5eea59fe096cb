"""PO files stay in step with the records: what changed is doubtful again, nothing is lost, no crash leaves half a file."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import polib
import pytest

from bot.catalogs import Catalog
from bot.directory.translations import PLURALS, Source, fill, update_file
from bot.languages import CODES, SOURCE_LANGUAGE
from bot.settings import ROOT

WATER = Source("Drink water.", ("guides/heat:steps.0",))
REST = Source("Rest.", ("guides/heat:steps.1", "guides/fever:steps.0"))
MSGFMT = shutil.which("msgfmt")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A German file with one reviewed translation and one that is not."""
    path = tmp_path / "de" / "directory.po"
    update_file(path, "de", [WATER, REST])
    fill(path, "de", {WATER.text: "Trinken Sie Wasser."}, reviewed=True)
    fill(path, "de", {REST.text: "Ruhen Sie sich aus."})
    return path


def entry(path: Path, text: str) -> polib.POEntry:
    found = polib.pofile(str(path)).find(text, include_obsolete_entries=True)
    assert found is not None
    return found


def test_a_new_file_has_every_source_untranslated(tmp_path: Path) -> None:
    update = update_file(tmp_path / "tr" / "directory.po", "tr", [WATER, REST])
    assert update == ("tr", 2, 0, 0, 0)
    assert Catalog("tr", tmp_path / "tr" / "directory.po").get(WATER.text).missing


def test_what_is_filled_in_is_doubtful_unless_reviewed(file: Path) -> None:
    catalog = Catalog("de", file)
    assert catalog.get(WATER.text)[:3] == ("Trinken Sie Wasser.", True, False)
    assert catalog.get(REST.text)[:3] == ("Ruhen Sie sich aus.", False, False)


def test_without_a_change_nothing_changes(file: Path) -> None:
    before = file.read_bytes()
    assert update_file(file, "de", [WATER, REST]) == ("de", 0, 0, 0, 2)
    assert file.read_bytes() == before


def test_a_changed_source_makes_its_reviewed_translation_doubtful_again(file: Path) -> None:
    changed = Source("Drink much water.", WATER.places)
    assert update_file(file, "de", [changed, REST]) == ("de", 0, 1, 1, 1)
    now = entry(file, changed.text)
    assert now.msgstr == "Trinken Sie Wasser." and now.fuzzy and now.previous_msgid == WATER.text
    assert Catalog("de", file).get(changed.text)[:3] == ("Trinken Sie Wasser.", False, False)
    # The other language's work on the old text is kept aside.
    assert entry(file, WATER.text).obsolete


def test_a_text_changed_back_gets_its_reviewed_translation_back(file: Path) -> None:
    update_file(file, "de", [Source("Drink much water.", WATER.places), REST])
    update_file(file, "de", [WATER, REST])
    assert Catalog("de", file).get(WATER.text)[:3] == ("Trinken Sie Wasser.", True, False)


def test_a_removed_record_leaves_its_translation_aside(file: Path) -> None:
    assert update_file(file, "de", [REST]).dropped == 1
    assert entry(file, WATER.text).obsolete and entry(file, WATER.text).msgstr
    assert Catalog("de", file).get(WATER.text).missing


def test_a_text_that_moves_to_another_record_stays_translated(file: Path) -> None:
    update_file(file, "de", [Source(WATER.text, ("guides/elsewhere:steps.3",)), REST])
    assert Catalog("de", file).get(WATER.text).reviewed


def test_a_crash_while_writing_leaves_the_old_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = file.read_bytes()

    def crash(self: polib.POFile, path: str) -> None:
        Path(path).write_text("half a fi")
        raise OSError("no space left on device")

    monkeypatch.setattr(polib.POFile, "save", crash)
    with pytest.raises(OSError):
        update_file(file, "de", [Source("Drink much water.", WATER.places)])
    with pytest.raises(OSError):
        fill(file, "de", {REST.text: "Schlafen Sie."})
    assert file.read_bytes() == before


def test_quotes_newlines_and_right_to_left_survive_the_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "ar" / "directory.po"
    text = 'قل: "لا أوافق."\nثم \\ اتصل بالرقم 110.'
    update_file(path, "ar", [Source('Say: "no".\nThen \\ call 110.', ("guides/x:steps.0",))])
    fill(path, "ar", {'Say: "no".\nThen \\ call 110.': text})
    assert Catalog("ar", path).get('Say: "no".\nThen \\ call 110.').text == text
    update_file(path, "ar", [Source('Say: "no".\nThen \\ call 110.', ("guides/x:steps.0",))])
    assert Catalog("ar", path).get('Say: "no".\nThen \\ call 110.').text == text


@pytest.mark.skipif(MSGFMT is None, reason="msgfmt is not installed")
@pytest.mark.parametrize("code", [code for code in CODES if code != SOURCE_LANGUAGE])
def test_gettext_itself_accepts_every_file(code: str, tmp_path: Path) -> None:
    assert MSGFMT is not None
    for name in (f"services_directory/locales/{code}/directory.po", f"bot/wording/locales/{code}/responses.po"):
        command = [MSGFMT, "-c", "-o", str(tmp_path / "out.mo"), str(ROOT / name)]
        result = subprocess.run(command, capture_output=True, text=True)
        assert result.returncode == 0, result.stderr
    assert code in PLURALS
