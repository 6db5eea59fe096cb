"""The real path, package file to pivot: what comes out exactly, and every sharp edge of what lies below."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import WaymarkError
from bot.settings import ROOT
from bot.translation.engine import LONGEST, LocalEngine, load_argos
from tests.translation.fixture_packages import SENTENCES, lay_out

TWO = "Ich brauche Hilfe. Mein Kind ist krank."


@pytest.mark.parametrize("way", SENTENCES)
def test_known_sentences_come_out_exactly(engine: LocalEngine, way: str) -> None:
    """All of them, directly and over English."""
    source, target = way.split("-")[0], way.split("-")[-1]
    assert len(SENTENCES[way]) > 150
    wrong = {text for text, wanted in SENTENCES[way].items() if engine.translate(text, source, target).text != wanted}
    assert not wrong


@pytest.mark.parametrize("instructions", ["GENERIC", "AVX2", "AVX512"])
def test_they_are_exact_on_every_kind_of_processor(installed_packages: Path, instructions: str) -> None:
    program = (
        "import json, sys; from pathlib import Path; from bot.translation.engine import LocalEngine\n"
        "engine = LocalEngine(Path(sys.argv[1]), Path(sys.argv[2]))\n"
        "print(json.dumps([engine.translate(text, 'de', 'ar').text for text in json.load(sys.stdin)]))"
    )
    known = dict(list(SENTENCES["de-en-ar"].items())[::4])
    done = subprocess.run(
        [sys.executable, "-c", program, str(installed_packages), str(installed_packages.parent / "argos")], cwd=ROOT, check=True,
        capture_output=True, text=True, input=json.dumps(list(known)), env=os.environ | {"CT2_FORCE_CPU_ISA": instructions},
    )
    assert json.loads(done.stdout) == list(known.values())


def test_a_whole_text_keeps_its_lines_and_blanks(engine: LocalEngine) -> None:
    text = "\n\n  Ich brauche einen Anwalt.  Mein Kind ist krank.\n\n\tVielen Dank.\n"
    assert engine.translate(text, "de", "en").text == "\n\n  I need a lawyer.  My child is ill.\n\n\tThank you very much.\n"


def test_the_score_is_kept_and_tells_known_from_unknown(engine: LocalEngine) -> None:
    known = engine.translate("Ich brauche einen Anwalt.", "de", "en")
    unknown = engine.translate("Quantenphysik bezaubert manche Eichhörnchen ungemein.", "de", "en")
    both = engine.translate("Ich brauche einen Anwalt. Quantenphysik bezaubert manche Eichhörnchen ungemein.", "de", "en")
    assert -0.3 < known.score <= 0
    assert unknown.score < known.score - 0.3
    assert both.score == pytest.approx(unknown.score, abs=0.05)


def test_the_score_over_a_pivot_is_the_worse_of_both_steps(engine: LocalEngine) -> None:
    there = engine.translate("Ich brauche einen Anwalt.", "de", "en")
    on = engine.translate("I need a lawyer.", "en", "ar")
    both = engine.translate("Ich brauche einen Anwalt.", "de", "ar")
    assert (there.pivot, on.pivot, both.pivot) == (False, False, True)
    assert both.score == pytest.approx(min(there.score, on.score), abs=0.01)


@pytest.mark.parametrize(("source", "target", "code"), [
    ("de", "xx", "translation.pair"), ("xx", "en", "translation.pair"), ("de", "de", "translation.pair"),
    ("german", "en", "translation.language"), ("", "en", "translation.language"), ("de", "../..", "translation.language"),
    ("d", "en", "translation.language"), (None, "en", "translation.language"),
])
def test_bad_codes_get_a_sentence(engine: LocalEngine, source: str, target: str, code: str) -> None:
    with pytest.raises(WaymarkError) as caught:
        engine.translate("Ich brauche Hilfe.", source, target)
    assert caught.value.code == code
    assert not engine.can(source, target)


def test_codes_may_be_written_in_capitals(engine: LocalEngine) -> None:
    assert engine.translate("Ich brauche Hilfe.", " DE", "En ").text == "I need help."


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "a\0b", "x" * (LONGEST + 1), "ab\ud800c"])
def test_texts_no_engine_can_translate_get_a_sentence(engine: LocalEngine, text: str) -> None:
    with pytest.raises(WaymarkError) as caught:
        engine.translate(text, "de", "en")
    assert caught.value.code == "translation.text"


@pytest.mark.parametrize("text", ["110", "+49 821 / 1234-5", "...", "🙂🙂", "— 12:30 —", "§ 60a"])
def test_texts_without_letters_stay_as_they_are(engine: LocalEngine, text: str) -> None:
    if not any(sign.isalpha() for sign in text):
        assert engine.translate(text, "de", "en").text == text


@pytest.mark.parametrize("held", ["max_mustermann", "info_stelle@example.org", "50 m²", "½", "№7", "①", "５０", "a__b"])
def test_underscores_and_signs_that_nfkc_rewrites_come_back_as_they_were(engine: LocalEngine, held: str) -> None:
    found = engine.translate(f"Ich brauche einen Anwalt {held} vielen Dank.", "de", "ar").text
    assert held.split()[-1] in found


def test_several_texts_in_one_batch_each_have_their_own_answer_or_error(engine: LocalEngine) -> None:
    found = engine.translate_all([TWO, "", "110", "Vielen Dank.\n", "a\0b"], "de", "en")
    assert [getattr(one, "text", getattr(one, "code", "")) for one in found] == [
        "I need help. My child is ill.", "translation.text", "110", "Thank you very much.\n", "translation.text"]


def test_a_stray_folder_or_file_among_the_packages_harms_nothing(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "packages", "de-en")
    (folder / "holiday pictures").mkdir()
    (folder / "notes.txt").write_text("x")
    (folder / "en-ar-000000000000-test").mkdir()
    (folder / "en-ar-000000000000-test" / "waymark.json").write_text("{broken")
    (folder / ".incoming-1").mkdir()
    engine = LocalEngine(folder, tmp_path / "argos")
    assert engine.translate("Ich brauche Hilfe.", "de", "en").text == "I need help."
    assert not engine.can("en", "ar")


def test_an_absent_folder_holds_no_package(tmp_path: Path) -> None:
    assert not LocalEngine(tmp_path / "none", tmp_path / "argos").can("de", "en")


def test_a_package_installed_anew_is_used_at_once_and_the_old_one_is_not(tmp_path: Path) -> None:
    """argostranslate goes on with the translator it loaded first."""
    folder = lay_out(tmp_path / "packages", "de-en")
    engine = LocalEngine(folder, tmp_path / "argos")
    assert engine.translate("Ich brauche Hilfe.", "de", "en").text == "I need help."
    old = next(folder.iterdir())
    # Another model under the same pair: the Spanish one, which makes nothing sensible of German.
    new = next(lay_out(tmp_path / "spanish", "es-en").iterdir())
    record = json.loads((new / "waymark.json").read_text())
    (new / "waymark.json").write_text(json.dumps(record | {"source": "de", "installed_at": 2.0}))
    new.rename(folder / "de-en-new")
    shutil.rmtree(old)
    assert engine.translate("Necesito ayuda.", "de", "en").text == "I need help."
    assert engine.translate("Ich brauche Hilfe.", "de", "en").text != "I need help."


def test_a_broken_model_gets_a_sentence(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "packages", "de-en")
    model = next(folder.iterdir()) / "model" / "model.bin"
    model.write_bytes(model.read_bytes()[:1000])
    with pytest.raises(WaymarkError) as caught:
        LocalEngine(folder, tmp_path / "argos").translate("Ich brauche Hilfe.", "de", "en")
    assert caught.value.code == "translation.package"


def test_our_splitter_is_argostranslates_splitter(tmp_path: Path) -> None:
    upstream = load_argos(tmp_path / "argos")
    folder = next(lay_out(tmp_path / "packages", "de-en").iterdir())
    package = upstream.package.Package(folder)
    language = upstream.translate.Language("de", "German")
    translation = upstream.translate.PackageTranslation(language, language, package)
    assert translation.sentencizer.split_sentences("Am 3. Mai z. B. kommt Dr. Meier. Gut!") == [
        "Am 3. Mai z. B. kommt Dr. Meier.", "Gut!"]


def test_the_import_leaves_no_stanza_behind(tmp_path: Path) -> None:
    """A module left in sys.modules without a spec makes find_spec raise ValueError for everybody else."""
    load_argos(tmp_path / "argos")
    assert "stanza" not in sys.modules
    assert importlib.util.find_spec("stanza") is None


def run_alone(program: str, *arguments: str, **environment: str) -> str:
    """Runs a program in a fresh interpreter, gives what it printed."""
    done = subprocess.run([sys.executable, "-c", program, *arguments], cwd=ROOT, env=os.environ | environment, check=False,
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_an_installed_stanza_is_left_alone(tmp_path: Path, installed_packages: Path) -> None:
    """With stanza on the path it is that one which argostranslate gets, and it stays importable."""
    (tmp_path / "site" / "stanza").mkdir(parents=True)
    (tmp_path / "site" / "stanza" / "__init__.py").write_text("HERE = 'the real one'\n")
    program = (
        "import sys, importlib.util; from pathlib import Path; from bot.translation.engine import LocalEngine\n"
        "engine = LocalEngine(Path(sys.argv[1]), Path(sys.argv[2]))\n"
        "text = engine.translate('Ich brauche Hilfe.', 'de', 'ar').text\n"
        "import stanza, argostranslate.sbd\n"
        "assert argostranslate.sbd.stanza is stanza and stanza.HERE == 'the real one'\n"
        "assert importlib.util.find_spec('stanza') is not None\n"
        "print(text)"
    )
    path = os.pathsep.join([str(tmp_path / "site"), os.environ.get("PYTHONPATH", "")])
    found = run_alone(program, str(installed_packages), str(tmp_path / "argos"), PYTHONPATH=path, PYTHONIOENCODING="utf-8")
    assert found == SENTENCES["de-en-ar"]["Ich brauche Hilfe."]


def test_settings_of_the_surroundings_change_nothing(tmp_path: Path, installed_packages: Path) -> None:
    """ARGOS_CHUNK_TYPE=NONE drops packages, a provider setting sends texts to a server, HOME may not be writable."""
    program = (
        "import os, sys; from pathlib import Path; from bot.translation.engine import LocalEngine\n"
        "engine = LocalEngine(Path(sys.argv[1]), Path(sys.argv[2]))\n"
        "print(engine.translate('Ich brauche Hilfe.', 'de', 'en').text, os.environ['ARGOS_CHUNK_TYPE'])\n"
        "assert 'torch' not in sys.modules"
    )
    found = run_alone(program, str(installed_packages), str(tmp_path / "argos"), ARGOS_CHUNK_TYPE="NONE", ARGOS_INTRA_THREADS="0",
                      ARGOS_MODEL_PROVIDER="LIBRETRANSLATE", ARGOS_PACKAGES_DIR="/proc/none", HOME="/proc/none")
    assert found == "I need help. NONE"
