"""`waymark translations` and the glossary in `waymark directory check`, as somebody types them."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path

import polib
import pytest
from typer.testing import CliRunner, Result

import bot.cli.translations as module
from bot.cli.main import program
from bot.container import Container, use
from bot.settings import ROOT, Settings
from bot.store.translation_shown import text_hash
from tests.conftest import state_with_models

RUNNER = CliRunner()


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Container:
    """A house whose PO files are copies, so that a test may write them."""
    shutil.copytree(ROOT / "services_directory", tmp_path / "directory")
    shutil.copytree(ROOT / "bot" / "wording" / "locales", tmp_path / "wording" / "locales")
    monkeypatch.setattr(module, "WORDING", tmp_path / "wording")
    return again(tmp_path)


def again(folder: Path) -> Container:
    """The house as the next command finds it: each command closes its database."""
    settings = {"WAYMARK_STATE": str(state_with_models(folder / "state")), "WAYMARK_DIRECTORY": str(folder / "directory")}
    made = Container(Settings(settings, file=folder / "none.env"))
    use(made)
    return made


def run(*words: str) -> Result:
    return RUNNER.invoke(program, ["translations", *words])


def test_status_counts_both_books_and_the_memory(own: Container) -> None:
    result = run("status", "de")
    assert result.exit_code == 0, result.output
    assert "wording" in result.output and "directory" in result.output and "memory  corrected" in result.output


def test_next_shows_the_most_shown_and_accept_reviews_it(own: Container, tmp_path: Path) -> None:
    entries = polib.pofile(str(module.WORDING / "locales" / "ar" / "responses.po"))
    source = next(entry.msgid for entry in entries if entry.fuzzy and "{" not in entry.msgid)
    for _ in range(4):
        own.shown_counts.count(source, "ar")
    own.shown_counts.flush()
    asyncio.run(own.translation_memory.accept_correction(
        "Please wait here.", "انتظر هنا من فضلك.", "en", "ar", role="mediator", personal=False))
    result = run("next", "ar", "--count", "1")
    assert f"wording:{text_hash(source)}  (shown 4 times" in result.output
    assert "memory:1  (en -> ar, corrected by mediator)" in result.output
    again(tmp_path)
    assert run("accept", "ar", f"wording:{text_hash(source)}", "--role", "curator").exit_code == 0
    entry = polib.pofile(str(module.WORDING / "locales" / "ar" / "responses.po")).find(source)
    assert not entry.fuzzy and "reviewed by: curator" in entry.tcomment
    again(tmp_path)
    assert run("accept", "ar", "memory:1").exit_code == 0
    house = again(tmp_path)
    assert [one.state for one in asyncio.run(house.translation_memory.store.entries())] == ["reviewed"]
    assert text_hash(source) not in run("next", "ar").output


def test_accept_keeps_the_text_that_is_given(own: Container, tmp_path: Path) -> None:
    asyncio.run(own.translation_memory.accept_correction(
        "Please wait here.", "Hier warten.", "en", "de", role="mediator", personal=False))
    again(tmp_path)
    wrong = run("accept", "ar", "memory:1", "--text", "Bitte warten Sie hier.")
    assert wrong.exit_code == 1 and "'de', not 'ar'" in str(wrong.exception)
    house = again(tmp_path)
    assert [one.state for one in asyncio.run(house.translation_memory.store.entries())] == ["corrected"]
    again(tmp_path)
    assert run("accept", "de", "memory:1", "--text", "Bitte warten Sie hier.").exit_code == 0
    house = again(tmp_path)
    kept = asyncio.run(house.translation_memory.store.entries())
    assert [(one.state, one.text) for one in kept] == [("reviewed", "Bitte warten Sie hier.")]


def test_accept_takes_no_other_emergency_number_without_a_word(own: Container) -> None:
    path = module.WORDING / "locales" / "de" / "responses.po"
    source = next(entry.msgid for entry in polib.pofile(str(path)) if "112" in entry.msgid and "{" not in entry.msgid)
    before = path.read_bytes()
    result = run("accept", "de", f"wording:{text_hash(source)}", "--text", "Rufen Sie jetzt 110 an.")
    assert result.exit_code == 1 and "--numbers-checked" in str(result.exception) and path.read_bytes() == before
    result = run("accept", "de", f"wording:{text_hash(source)}", "--text", "Rufen Sie jetzt 110 an.", "--numbers-checked")
    assert result.exit_code == 0 and not polib.pofile(str(path)).find(source).fuzzy


def test_export_and_import_change_nothing_and_carry_corrections(own: Container, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in module._books(own, "uk").values()}
    asyncio.run(own.translation_memory.accept_correction(
        "Please wait here.", "Зачекайте тут, будь ласка.", "en", "uk", role="mediator", personal=False))
    out = tmp_path / "out"
    assert run("export", "uk", str(out)).exit_code == 0
    assert {file.name for file in out.iterdir()} == {"wording.uk.po", "directory.uk.po", "memory.en-uk.tmx", "memory.en-uk.po"}
    for name in ("wording.uk.po", "directory.uk.po"):
        again(tmp_path)
        result = run("import", "uk", str(out / name))
        assert "0 changed, 0 newly reviewed, 0 kept for later, 0 to look at." in result.output
    assert {path: path.read_bytes() for path in before} == before
    for name in ("memory.en-uk.tmx", "memory.en-uk.po"):
        again(tmp_path)
        assert "1 taken into the memory, 0 refused." in run("import", "uk", str(out / name)).output


def test_import_reviews_what_lost_its_flag(own: Container, tmp_path: Path) -> None:
    edited = tmp_path / "wording.de.po"
    shutil.copy(module.WORDING / "locales" / "de" / "responses.po", edited)
    file = polib.pofile(str(edited))
    entry = next(entry for entry in file if entry.fuzzy and "{" not in entry.msgid)
    entry.flags, entry.msgstr = [], entry.msgstr + " "
    file.save()
    assert "1 changed, 1 newly reviewed" in run("import", "de", str(edited), "--role", "curator").output


@pytest.mark.parametrize(("words", "sentence"), [
    (("next", "xx"), "'xx' is none of de, ar"), (("accept", "de", "wording:0"), "no entry 'wording:0'"),
    (("accept", "de", "memory:9"), "no corrected entry number 9"),
    (("accept", "de", "memory:²"), "no corrected entry number ²"), (("accept", "de", f"memory:{'9' * 30}"), "no corrected entry"),
    (("accept", "de", "rubbish"), "no entry 'rubbish'"),
    (("import", "de", "wording.de.po"), "wording.de.po cannot be read as PO: it does not exist"),
])  # fmt: skip
def test_mistakes_get_a_sentence(own: Container, words: tuple[str, ...], sentence: str) -> None:
    result = run(*words)
    assert result.exit_code == 1 and sentence in str(result.exception)


@pytest.mark.parametrize(("words", "sentence"), [
    (("quality", "de", "--count", "0"), "0 is not in the range"), (("quality", "de", "--count", "-5"), "-5 is not in the range"),
    (("next", "de", "--count", "-2780"), "-2780 is not in the range"),
])  # fmt: skip
def test_counts_below_the_least_are_refused(own: Container, words: tuple[str, ...], sentence: str) -> None:
    result = run(*words)
    assert result.exit_code == 2 and sentence in result.output and "wording:" not in result.output


def test_an_impossible_placeholder_is_refused_with_a_sentence(own: Container, tmp_path: Path) -> None:
    file = polib.POFile()
    file.append(polib.POEntry(msgid="Please call ⟦0⟧ now.", msgstr="Bitte ⟦0⟧ anrufen."))
    file.save(str(tmp_path / "z.po"))
    result = run("import", "de", str(tmp_path / "z.po"))
    assert result.exit_code == 1 and "0 taken into the memory, 1 refused." in result.output and "⟦1⟧" in result.output


def test_export_into_a_file_is_refused_with_a_sentence(own: Container, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine", encoding="utf-8")
    for folder in (tmp_path / "taken", tmp_path / "taken" / "below"):
        result = run("export", "de", str(folder))
        assert result.exit_code == 1 and "cannot be written" in str(result.exception)
    assert (tmp_path / "taken").read_text(encoding="utf-8") == "mine"


def test_the_figure_of_protection_is_all(own: Container, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HOSTILE", module.HOSTILE[:3])
    figures = json.loads(run("protection", "--json").output)
    assert figures["intact_share"] == 1.0 and figures["spans"] > 10_000


def test_directory_check_refuses_a_bad_glossary_entry(own: Container, tmp_path: Path) -> None:
    result = RUNNER.invoke(program, ["directory", "check", "--no-warnings"])
    assert "official terms in 8 languages, 0 entries reviewed" in result.output and result.exit_code == 0, result.output
    file = tmp_path / "directory" / "glossary" / "fr.yml"
    spoilt = file.read_text(encoding="utf-8").replace('equivalent: "séjour toléré"', 'equivalent: "séjour 3"')
    file.write_text(spoilt, encoding="utf-8")
    result = RUNNER.invoke(program, ["directory", "check", "--no-warnings"])
    assert result.exit_code == 1
    assert "glossary/fr.yml: terms.22.equivalent (Duldung): holds '3'; write it without digits" in result.output
