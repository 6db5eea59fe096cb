"""Packages: from files, from the index, over a broken line; bad ones refused with the reason; checksums pinned and kept."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.main import program
from bot.container import Container, use
from bot.errors import WaymarkError
from bot.settings import ROOT, Settings
from bot.translation.archive import describe
from bot.translation.engine import LocalEngine
from bot.translation.hypotheses import Hypothesis
from bot.translation.index import download, fetch_index, wanted
from bot.translation.packages import Packages
from bot.translation.smoke import PROBES, examine, probes
from tests.translation.fixture_packages import FOLDER, package_file
from tests.translation.index_server import IndexServer, index_server


@pytest.fixture
def packages(tmp_path: Path) -> Packages:
    return Packages(tmp_path / "packages", tmp_path / "state", tmp_path / "translation_packages.lock")


@pytest.fixture
def server() -> Iterator[IndexServer]:
    with index_server() as made:
        yield made


@pytest.fixture
def command(tmp_path: Path, server: IndexServer) -> Iterator[Callable[..., tuple[int, str]]]:
    """`waymark ...` in a house of its own, with the stand-in as its index."""
    given = {"WAYMARK_STATE": str(tmp_path / "state"), "WAYMARK_TRANSLATION_LOCK": str(tmp_path / "translation_packages.lock"),
             "WAYMARK_TRANSLATION_INDEX": f"{server.address}/index.json"}
    use(Container(Settings(given, file=tmp_path / "none.env")))

    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(program, list(words))
        return done.exit_code, done.output + (str(done.exception) if done.exception else "")

    yield run


def rewritten(tmp_path: Path, change: Callable[[dict[str, bytes]], None], name: str = "bad.argosmodel") -> Path:
    """A copy of the German package with its files changed."""
    with zipfile.ZipFile(package_file("de-en")) as archive:
        files = {member: archive.read(member) for member in archive.namelist()}
    change(files)
    with zipfile.ZipFile(tmp_path / name, "w") as archive:
        for member, data in files.items():
            archive.writestr(member, data)
    return tmp_path / name


def test_install_use_list_remove(packages: Packages, tmp_path: Path) -> None:
    done = packages.install(package_file("de-en"))
    assert (done.package.pair, done.package.version, done.pinned, done.unchanged) == ("de-en", "0.1-fixture", True, False)
    assert LocalEngine(packages.folder, tmp_path / "argos").translate("Ich brauche Hilfe.", "de", "en").text == "I need help."
    assert [package.pair for package in packages.all()] == ["de-en"]
    again = packages.install(package_file("de-en"))
    assert (again.pinned, again.unchanged) == (False, True)
    assert len(list(packages.folder.iterdir())) == 1
    packages.remove("de", "en")
    assert packages.all() == [] and list(packages.folder.iterdir()) == []
    with pytest.raises(WaymarkError, match="not installed"):
        packages.remove("de", "en")


@pytest.mark.parametrize(("change", "words"), [
    (lambda files: files.pop("translate-de_en/model/model.bin"), "model or its tokenizer is missing"),
    (lambda files: files.pop("translate-de_en/sentencepiece.model"), "model or its tokenizer is missing"),
    (lambda files: files.pop("translate-de_en/metadata.json"), "no metadata.json"),
    (lambda files: files.update({"translate-de_en/metadata.json": b"[1, 2"}), "damaged"),
    (lambda files: files.update({"translate-de_en/metadata.json": b'{"from_code": "../x", "to_code": "en"}'}),
     "not a language code"),
    (lambda files: files.update({"translate-de_en/metadata.json": b'{"type": "sbd", "from_code": "de", "to_code": "en"}'}),
     "does not translate"),
    (lambda files: files.update({"../evil.txt": b"x"}), "outside its own folder"),
    (lambda files: files.update({"/etc/evil": b"x"}), "outside its own folder"),
])
def test_what_is_no_package_is_refused_and_leaves_nothing(
    packages: Packages, tmp_path: Path, change: Callable[[dict[str, bytes]], None], words: str
) -> None:
    with pytest.raises(WaymarkError, match=words):
        packages.install(rewritten(tmp_path, change))
    assert packages.all() == [] and not list(packages.folder.glob("*"))


@pytest.mark.parametrize("data", [b"", b"hello", b"PK\x03\x04broken"])
def test_damaged_files_are_refused(packages: Packages, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.argosmodel").write_bytes(data)
    with pytest.raises(WaymarkError, match="damaged"):
        packages.install(tmp_path / "x.argosmodel")
    with pytest.raises(WaymarkError, match="no such file"):
        packages.install(tmp_path / "absent.argosmodel")


def test_a_cut_file_is_refused(packages: Packages, tmp_path: Path) -> None:
    (tmp_path / "x.argosmodel").write_bytes(package_file("de-en").read_bytes()[:-500])
    with pytest.raises(WaymarkError, match="damaged"):
        packages.install(tmp_path / "x.argosmodel")


def test_a_package_of_garbage_is_refused_with_the_reason_and_the_good_one_stays(packages: Packages, tmp_path: Path) -> None:
    """As some published packages are: a model that has nothing to do with its languages."""
    packages.install(package_file("de-en"))
    with zipfile.ZipFile(package_file("es-en")) as archive:
        spanish = {member: archive.read(member) for member in archive.namelist()}

    def swap(files: dict[str, bytes]) -> None:
        for name in files:
            if not name.endswith("metadata.json"):
                files[name] = spanish.get(name.replace("de_en", "es_en"), files[name])
        files["translate-de_en/metadata.json"] = files["translate-de_en/metadata.json"].replace(b"0.1-fixture", b"0.2-fixture", 1)

    with pytest.raises(WaymarkError) as caught:
        packages.install(rewritten(tmp_path, swap))
    assert caught.value.code == "translation.smoke" and "nearly right" in str(caught.value)
    assert [package.version for package in packages.all()] == ["0.1-fixture"]
    assert LocalEngine(packages.folder, tmp_path / "argos").translate("Ich brauche Hilfe.", "de", "en").text == "I need help."


def test_a_package_in_the_wrong_script_is_refused(packages: Packages, tmp_path: Path) -> None:
    def arabic(files: dict[str, bytes]) -> None:
        name = "translate-de_en/metadata.json"
        files[name] = files[name].replace(b'"to_code": "en"', b'"to_code": "ar"')

    with pytest.raises(WaymarkError, match="not in the script of 'ar'"):
        packages.install(rewritten(tmp_path, arabic))


def test_a_model_that_crashes_the_engine_is_refused(packages: Packages, tmp_path: Path) -> None:
    with pytest.raises(WaymarkError, match="the engine cannot run it"):
        packages.install(rewritten(tmp_path, lambda files: files.update({"translate-de_en/model/model.bin": b"\0" * 5000})))
    assert packages.all() == []


@pytest.mark.parametrize(("texts", "words"), [
    (["", "b", "c", "d", "e", "f"], "gives nothing"),
    (["help help help help help help help help"] * 6, "repeats itself"),
    (["always the same"] * 6, "the same for different"),
    (PROBES["de"], "untranslated"),
    (["a ⁇ b", "c ⁇", "d ⁇", "⁇ e", "f", "g"], "does not know itself"),
    (["x1", "x2", "x3", "x4", "x5", "x6"], "too short"),
    (["green apples fall slowly", "two ships met at sea", "blue is my colour", "we sang all night", "seven dogs", "cold tea"],
     "nearly right"),
])
def test_each_kind_of_garbage_has_its_reason(texts: list[str], words: str) -> None:
    answers = dict(zip(PROBES["de"], texts, strict=True))
    assert words in examine(lambda text: Hypothesis(answers[text], -0.5, False), "de", "en")


def test_a_good_package_passes_even_if_it_is_not_perfect() -> None:
    answers = dict(zip(PROBES["de"], ["I need help.", "Where's the hospital?", "My kid is sick.", "Many thanks.",
                                      "I don't understand that letter.", "Tomorrow we have a date."], strict=True))
    assert examine(lambda text: Hypothesis(answers[text], -0.5, False), "de", "en") == ""
    assert "sure of nothing" in examine(lambda text: Hypothesis(answers[text], -9.0, False), "de", "en")


def test_languages_without_sentences_of_ours_are_tested_with_days_and_months() -> None:
    assert len(probes("hu")) == 6 and "hétfő" in probes("hu")[0]
    assert probes("xx") == []


def test_checksums_are_pinned_at_first_and_kept_to(packages: Packages, tmp_path: Path) -> None:
    packages.install(package_file("de-en"))
    line = f"translate-de_en 0.1-fixture {describe(package_file('de-en')).sha256}"
    assert line in packages.pins.file.read_text()
    other = rewritten(tmp_path, lambda files: files.update({"translate-de_en/README.md": b"changed"}))
    with pytest.raises(WaymarkError) as caught:
        packages.install(other)
    assert caught.value.code == "translation.checksum"
    packages.pins.file.write_text("")
    assert packages.install(other).pinned


def test_installing_changes_nothing_in_the_repository(tmp_path: Path) -> None:
    house = Container(Settings({"WAYMARK_STATE": str(tmp_path / "state")}, file=tmp_path / "none.env"))
    before = (ROOT / "translation_packages.lock").read_bytes()
    assert house.translation_packages.install(package_file("de-en")).pinned
    assert (ROOT / "translation_packages.lock").read_bytes() == before
    assert house.translation_packages.pins.file == tmp_path / "state" / "translation_packages.lock"
    assert describe(package_file("de-en")).sha256 in house.translation_packages.pins.file.read_text()
    assert house.translation_packages.pins.trusted == ROOT / "translation_packages.lock"


def test_what_the_repository_trusts_wins(tmp_path: Path) -> None:
    trusted, own = tmp_path / "repository.lock", tmp_path / "state" / "own.lock"
    checksum = describe(package_file("de-en")).sha256
    trusted.write_text(f"translate-de_en 0.1-fixture {'0' * 64}\n")
    packages = Packages(tmp_path / "packages", tmp_path / "state", own, trusted)
    with pytest.raises(WaymarkError, match=r"repository\.lock"):
        packages.install(package_file("de-en"))
    trusted.write_text(f"translate-de_en 0.1-fixture {checksum}\n")
    assert not packages.install(package_file("de-en")).pinned
    assert not own.exists()


def test_a_broken_lock_file_is_told(packages: Packages) -> None:
    packages.pins.file.write_text("# fine\ntranslate-de_en 0.1-fixture nonsense\n")
    with pytest.raises(WaymarkError, match="line 2"):
        packages.install(package_file("de-en"))
    assert packages.all() == []


def test_what_a_killed_installation_left_is_no_package_and_goes_away(packages: Packages) -> None:
    packages.install(package_file("de-en"))
    left = packages.folder / ".incoming-dead"
    shutil.copytree(next(packages.folder.iterdir()), left)
    os.utime(left, (0, 0))
    assert [package.pair for package in packages.all()] == ["de-en"]
    packages.install(package_file("en-de"))
    assert not left.exists()


# --- the index -----------------------------------------------------------------------------------------------------


def test_the_newest_of_each_pair_is_taken_and_bad_entries_left_out(server: IndexServer) -> None:
    server.offer("de-en", version="1.9")
    server.offer("de-en", version="1.10")
    assert isinstance(server.index, list)
    server.index += [None, 5, {}, {"from_code": "x"}, {"from_code": "fr", "to_code": "en", "package_version": "1", "links": []},
                     {"from_code": "fr", "to_code": "en", "package_version": "1", "links": ["file:///etc/passwd"]},
                     {"from_code": "de", "to_code": "en", "package_version": "9", "links": ["http://x/"], "type": "sbd"}]
    index = fetch_index(f"{server.address}/index.json")
    assert {pair: package.version for pair, package in index.items()} == {"de-en": "1.10"}


def test_the_way_over_english_is_found(server: IndexServer) -> None:
    server.offer("de-en", "en-ar", "ar-en")
    index = fetch_index(f"{server.address}/index.json")
    assert [package.pair for package in wanted(index, "de", "ar")] == ["de-en", "en-ar"]
    assert [package.pair for package in wanted(index, "ar", "en")] == ["ar-en"]
    with pytest.raises(WaymarkError) as caught:
        wanted(index, "de", "fa")
    assert caught.value.code == "translation.unlisted" and "de-en" in str(caught.value)


@pytest.mark.parametrize("index", [{}, [], "text", [{"from_code": "de"}]])
def test_a_list_that_is_none_is_told(server: IndexServer, index: object) -> None:
    server.index = index
    with pytest.raises(WaymarkError, match="lists no package"):
        fetch_index(f"{server.address}/index.json")


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/index.json", "file:///etc/passwd", "nonsense"])
def test_an_index_out_of_reach_is_told(address: str) -> None:
    with pytest.raises(WaymarkError, match="from-folder"):
        fetch_index(address)


def test_a_broken_transfer_goes_on_where_it_stopped(server: IndexServer, tmp_path: Path) -> None:
    server.offer("de-en")
    package = fetch_index(f"{server.address}/index.json")["de-en"]
    path = package.links[-1].removeprefix(server.address)
    server.breaks[path] = [400_000, 300_000]
    told: list[tuple[int, int]] = []
    file = download(package, tmp_path, lambda done, whole: told.append((done, whole)))
    assert file.read_bytes() == package_file("de-en").read_bytes()
    asked = [wanted_range for name, wanted_range in server.asked if name == path]
    assert asked == [None, "bytes=400000-", "bytes=700000-"]
    assert told[-1][0] == told[-1][1] == len(server.files[path]) and told == sorted(told)
    assert [entry.name for entry in tmp_path.iterdir()] == [file.name]


def test_what_was_loaded_stays_for_the_next_try(server: IndexServer, tmp_path: Path) -> None:
    server.offer("de-en")
    package = fetch_index(f"{server.address}/index.json")["de-en"]
    path = package.links[-1].removeprefix(server.address)
    server.breaks[path] = [500_000, 0, 0, 0]
    with pytest.raises(WaymarkError) as caught:
        download(package, tmp_path, lambda *_: None)
    assert caught.value.code == "translation.download"
    server.breaks[path] = []
    assert download(package, tmp_path, lambda *_: None).read_bytes() == server.files[path]
    assert server.asked[-1] == (path, "bytes=500000-")


def test_a_file_that_changed_meanwhile_begins_anew(server: IndexServer, tmp_path: Path) -> None:
    server.offer("de-en")
    package = fetch_index(f"{server.address}/index.json")["de-en"]
    path = package.links[-1].removeprefix(server.address)
    server.breaks[path] = [500_000, 0]
    with pytest.raises(WaymarkError):
        download(package, tmp_path, lambda *_: None)
    server.files[path] = package_file("ar-en").read_bytes()
    server.breaks[path] = []
    assert download(package, tmp_path, lambda *_: None).read_bytes() == server.files[path]


def test_a_server_without_ranges_is_loaded_from_whole(server: IndexServer, tmp_path: Path) -> None:
    server.offer("de-en")
    server.ranges = False
    package = fetch_index(f"{server.address}/index.json")["de-en"]
    server.breaks[package.links[-1].removeprefix(server.address)] = [500_000]
    assert download(package, tmp_path, lambda *_: None).read_bytes() == package_file("de-en").read_bytes()


# --- the command ---------------------------------------------------------------------------------------------------


def test_install_from_the_index_by_command(command: Callable[..., tuple[int, str]], server: IndexServer, tmp_path: Path) -> None:
    server.offer("de-en", "en-ar")
    status, said = command("translation", "install", "de", "ar")
    assert status == 0 and "de-en 0.1-fixture installed" in said and "written to" in said
    assert len([line for line in (tmp_path / "translation_packages.lock").read_text().splitlines() if line[0] != "#"]) == 2
    status, said = command("translation", "list", "--json")
    assert [row["pair"] for row in json.loads(said)] == ["de-en", "en-ar"]
    assert not list((tmp_path / "state" / "translation" / "downloads").iterdir())
    status, said = command("translation", "test")
    assert status == 0 and said.count("passes") == 2
    status, said = command("translation", "remove", "de", "en")
    assert status == 0
    status, said = command("translation", "remove", "de", "en")
    assert status == 1 and "not installed" in said


def test_install_from_a_folder_by_command(command: Callable[..., tuple[int, str]], server: IndexServer, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    shutil.copy(FOLDER / "translate-de_en.argosmodel", folder)
    (folder / "a-broken.argosmodel").write_bytes(b"no zip")
    status, said = command("translation", "install", "--from-folder", str(folder))
    assert status == 1 and "a-broken.argosmodel is not a translation package" in said and "de-en 0.1-fixture installed" in said
    assert server.asked == []
    status, said = command("translation", "install", "--from-folder", str(tmp_path / "absent"))
    assert status == 1 and "no .argosmodel file" in said


def test_a_folder_gives_a_pivot_like_the_network(command: Callable[..., tuple[int, str]], tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for pair in ("de-en", "en-ar", "ar-en"):
        # By hand they may have any name; what they say inside counts.
        shutil.copy(package_file(pair), folder / f"stick-{pair}.argosmodel")
    (folder / "a-broken.argosmodel").write_bytes(b"no zip")
    status, said = command("translation", "install", "de", "fa", "--from-folder", str(folder))
    assert status == 1 and "holds none from 'de' to 'fa'" in said and "ar-en, de-en, en-ar" in said and "a-broken" in said
    status, said = command("translation", "install", "DE", "AR", "--from-folder", str(folder))
    assert status == 0, said
    status, said = command("translation", "list", "--json")
    assert [row["pair"] for row in json.loads(said)] == ["de-en", "en-ar"]


@pytest.mark.parametrize("words", [("de",), ("", "ar")])
def test_one_language_alone_installs_nothing(
    command: Callable[..., tuple[int, str]], tmp_path: Path, words: tuple[str, ...]
) -> None:
    status, said = command("translation", "install", *words, "--from-folder", str(FOLDER))
    assert status == 2 and "two languages" in said
    assert not list((tmp_path / "state" / "translation").glob("packages/*"))


def test_without_packages_the_commands_say_so(command: Callable[..., tuple[int, str]]) -> None:
    status, said = command("translation", "list")
    assert status == 0 and "says what it cannot translate" in said
    assert command("translation", "test")[0] == 0
    assert command("translation", "install")[0] == 2
    status, said = command("translation", "install", "de", "en")
    assert status == 1 and "lists no package" in said


def test_a_package_that_fails_later_is_named_by_test(command: Callable[..., tuple[int, str]], tmp_path: Path) -> None:
    command("translation", "install", "--from-folder", str(package_file("de-en")))
    model = next((tmp_path / "state" / "translation" / "packages").glob("*/model/model.bin"))
    model.write_bytes(b"\0" * 100)
    status, said = command("translation", "test")
    assert status == 1 and "FAILS: the engine cannot run it" in said
