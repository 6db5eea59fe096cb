"""The network is never used: through import, installation, translation and pivot, seen by an audit hook of the interpreter."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.settings import ROOT
from bot.translation.worker import refuse_network
from tests.translation.fixture_packages import FOLDER, SENTENCES

Run = Callable[..., subprocess.CompletedProcess[str]]
# Any event of the interpreter that looks a name up, connects or sends ends the program with status 77: nothing can catch it.
HOOK = """
import os, sys
FORBIDDEN = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.sendto",
             "socket.sendmsg", "urllib.Request", "http.client.connect", "ftplib.connect")
def hook(event, arguments):
    if event in FORBIDDEN:
        os.write(2, f"NETWORK: {event}\\n".encode())
        os._exit(77)
sys.addaudithook(hook)
sys.hooked = True
"""
WHOLE_WAY = """
import os, sys
from pathlib import Path
assert sys.hooked
state = Path(sys.argv[1])
from bot.translation.packages import Packages
packages = Packages(state / "packages", state, state / "lock")
for pair in ("de_en", "en_ar"):
    packages.install(Path(sys.argv[2]) / f"translate-{pair}.argosmodel")
from bot.translation.engine import LocalEngine
engine = LocalEngine(packages.folder, state / "argos")
assert engine.translate("Ich brauche Hilfe.", "de", "en").text == "I need help."
print(engine.translate("Ich brauche Hilfe. Vielen Dank.", "de", "ar").text)
assert {"argostranslate.translate", "ctranslate2", "spacy"} <= set(sys.modules)
assert "torch" not in sys.modules
"""


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs a program with the hook in it, and in every Python process it starts (the smoke test runs in one of its own)."""
    (tmp_path / "hook").mkdir()
    (tmp_path / "hook" / "sitecustomize.py").write_text(HOOK)

    def running(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        surroundings = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        surroundings |= {"PYTHONUTF8": "1", "PYTHONPATH": str(tmp_path / "hook")}
        return subprocess.run([sys.executable, "-c", program, *arguments], cwd=ROOT, capture_output=True, text=True, check=False,
                              env=surroundings, timeout=200)

    return running


def test_import_install_translate_and_pivot_use_no_network(run: Run, tmp_path: Path) -> None:
    done = run(WHOLE_WAY, str(tmp_path), str(FOLDER))
    assert done.returncode == 0, done.stderr
    known = SENTENCES["de-en-ar"]
    assert done.stdout.strip() == f"{known['Ich brauche Hilfe.']} {known['Vielen Dank.']}"


@pytest.mark.parametrize("attempt", [
    "import urllib.request; urllib.request.urlopen('http://example.org')",
    "import socket; socket.getaddrinfo('example.org', 80)",
    "import socket; socket.create_connection(('127.0.0.1', 9))",
    "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 53))",
    "from argostranslate_stand_in import x",
])
def test_the_hook_would_see_it(run: Run, attempt: str) -> None:
    """The test above can fail: each way out trips the hook (the last line is none, and only fails to import)."""
    done = run(f"try:\n    {attempt}\nexcept Exception as error:\n    print(type(error).__name__)")
    assert done.returncode == (0 if "stand_in" in attempt else 77), done.stderr


@pytest.mark.parametrize("event", ["socket.connect", "socket.getaddrinfo", "urllib.Request"])
def test_a_worker_refuses_the_network_in_service_too(event: str) -> None:
    with pytest.raises(PermissionError, match="never uses the network"):
        refuse_network(event, ())
    refuse_network("open", ("file",))


def test_the_smoke_test_and_the_worker_carry_the_hook() -> None:
    """A library that tried to load something inside them would be stopped, not served."""
    for module in ("worker", "smoke"):
        source = (ROOT / "bot" / "translation" / f"{module}.py").read_text(encoding="utf-8")
        assert "sys.addaudithook(refuse_network)" in source


def test_argostranslates_own_splitter_would_have_called_the_network(run: Run, tmp_path: Path) -> None:
    """Why ours is set: without it the first sentence asks GitHub for a model."""
    program = WHOLE_WAY.split("from bot.translation.engine import LocalEngine")[0] + """
os.environ.update({"XDG_DATA_HOME": str(state), "XDG_CONFIG_HOME": str(state), "XDG_CACHE_HOME": str(state), "HOME": str(state)})
import types
sys.modules["stanza"] = types.ModuleType("stanza")
from argostranslate import translate, package
installed = package.Package(next(packages.folder.glob("de-en-*")))
language = translate.Language("de", "German")
print(translate.PackageTranslation(language, language, installed).translate("Ich brauche Hilfe."))
"""
    done = run(program, str(tmp_path), str(FOLDER))
    assert done.returncode == 77 and "NETWORK" in done.stderr
