"""The built file: committed, small, the same bytes from every build, and complete in eight languages."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

WIDGET = Path(__file__).parents[2] / "bot/channels/web/widget"
LANGUAGES = {"en", "de", "ar", "fa", "uk", "ru", "tr", "fr"}


def test_at_most_40_kilobytes_gzipped_with_the_socket_io_client() -> None:
    built = (WIDGET / "dist/waymark-widget.js").read_bytes()
    assert b"session_request" in built
    assert len(gzip.compress(built, 9)) <= 40 * 1024


def test_plain_ascii_so_that_a_page_in_another_encoding_does_not_garble_it() -> None:
    assert (WIDGET / "dist/waymark-widget.js").read_bytes().isascii()


def test_every_phrase_in_every_language() -> None:
    strings = {path.stem: json.loads(path.read_text("utf-8")) for path in (WIDGET / "src/strings").glob("*.json")}
    assert set(strings) == LANGUAGES
    for language, phrases in strings.items():
        assert list(phrases) == list(strings["en"]), language
        assert all(phrase.strip() for phrase in phrases.values()), language
        same = [key for key in phrases if language != "en" and phrases[key] == strings["en"][key]]
        # The French words happen to be the English ones.
        assert set(same) <= ({"conversation", "source"} if language == "fr" else set()), language


def test_the_lock_file_names_no_host() -> None:
    lock = json.loads((WIDGET / "package-lock.json").read_text())
    assert lock["packages"]
    assert [name for name, entry in lock["packages"].items() if "resolved" in entry] == []
    assert all("integrity" in entry for name, entry in lock["packages"].items() if name)


@pytest.mark.timeout(300)
def test_building_gives_the_same_bytes(tmp_path: Path) -> None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        pytest.skip("building the widget needs Node; running Waymark does not")
    source = tmp_path / "widget"
    shutil.copytree(WIDGET, source, ignore=shutil.ignore_patterns("dist", "node_modules"))
    if (WIDGET / "node_modules/esbuild").exists():
        (source / "node_modules").symlink_to(WIDGET / "node_modules")
    else:
        installed = subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=source, capture_output=True, timeout=200)
        if installed.returncode:
            if os.environ.get("CI"):
                pytest.fail(installed.stderr.decode())
            pytest.skip("the packages for building cannot be fetched here")
    subprocess.run([node, "build.mjs"], cwd=source, check=True, timeout=60)
    for name in ("waymark-widget.js", "THIRD-PARTY.txt"):
        same = (source / "dist" / name).read_bytes() == (WIDGET / "dist" / name).read_bytes()
        assert same, f"{name} is not what the sources build: run `npm run build` in the widget's folder"
