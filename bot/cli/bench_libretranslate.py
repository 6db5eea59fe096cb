"""A LibreTranslate server on loopback for `waymark bench translation`, in an environment of its own under the state folder."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path

import aiohttp

from bot.translation.worker import NICENESS

# Pinned, so that two runs compare with the same thing. Its argos-translate-lt needs neither stanza nor torch.
RELEASE = "libretranslate==1.9.6"
_INSTALL_SECONDS = 900
_READY_SECONDS = 120
# LibreTranslate fetches its sentence splitter from GitHub at run time. The comparison must not hang on that, so its server gets a
# regular expression instead: far less work than its own neural splitter, so the comparison favours LibreTranslate.
_LAUNCHER = """
import os, re, sys, threading
os.nice(int(sys.argv[2]))
# Ends with the bench, also when that is killed.
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
import argostranslate.sbd as sbd
sbd.MiniSBDSentencizer.__init__ = lambda self, pkg: setattr(self, "pkg", pkg)
sbd.MiniSBDSentencizer.split_sentences = lambda self, text: re.split(r"(?<=[.!?\\u061f])\\s+", text)
from libretranslate.main import main
sys.argv = ["libretranslate", "--host", "127.0.0.1", "--port", sys.argv[1], "--disable-web-ui"]
main()
"""


class Unavailable(Exception):
    """There is no LibreTranslate to compare with; the text says why."""


def environment(folder: Path) -> Path:
    """The Python of an environment with LibreTranslate in it, made on first use. Raises Unavailable."""
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    marker = folder / RELEASE
    if marker.exists() and python.exists():
        return python
    # The interpreter below our own environment: the new one must see none of our packages.
    base = Path(getattr(sys, "_base_executable", sys.executable))
    try:
        subprocess.run([base, "-m", "venv", "--clear", folder], check=True, capture_output=True, timeout=_INSTALL_SECONDS)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", RELEASE], check=True,
                       capture_output=True, timeout=_INSTALL_SECONDS)
    except (OSError, subprocess.SubprocessError) as error:
        said = getattr(error, "stderr", b"") or b""
        last = said.decode(errors="replace").strip().splitlines()[-1:] or [type(error).__name__]
        raise Unavailable(f"{RELEASE} could not be installed: {last[0][:200]}") from None
    marker.touch()
    return python


class LibreTranslate:
    """A running server over the given package files; `one_thread` sets what we found to be its best."""

    def __init__(self, python: Path, files: Sequence[Path], one_thread: bool) -> None:
        self._folder = tempfile.TemporaryDirectory()
        packages = Path(self._folder.name) / "packages"
        packages.mkdir()
        for file in files:
            with zipfile.ZipFile(file) as archive:
                archive.extractall(packages)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        home = self._folder.name
        given = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        given |= {"HOME": home, "XDG_DATA_HOME": home, "XDG_CONFIG_HOME": home, "XDG_CACHE_HOME": home, "PYTHONUTF8": "1",
                  "ARGOS_PACKAGES_DIR": str(packages)} | ({"ARGOS_INTRA_THREADS": "1"} if one_thread else {})
        self._log = tempfile.TemporaryFile()
        # The same priority as our workers have: whatever else the machine does hits both alike.
        command = [str(python), "-c", _LAUNCHER, str(port), str(NICENESS)]
        self._process = subprocess.Popen(
            command, cwd=home, env=given, stdin=subprocess.PIPE, stdout=self._log, stderr=self._log
        )

    async def ready(self, session: aiohttp.ClientSession, text: str, source: str, target: str) -> None:
        """Waits for the first translation. Raises Unavailable."""
        began = time.monotonic()
        while time.monotonic() - began < _READY_SECONDS:
            if self._process.poll() is not None:
                self._log.seek(0)
                last = self._log.read()[-2000:].decode(errors="replace").strip().splitlines()[-1:]
                raise Unavailable(f"the LibreTranslate server ended: {(last or ['without a word'])[0][:200]}")
            try:
                if await self.translate(session, source, target, text):
                    return
            except (aiohttp.ClientError, asyncio.TimeoutError, KeyError, ValueError):
                pass
            await asyncio.sleep(0.3)
        raise Unavailable(f"the LibreTranslate server was not ready after {_READY_SECONDS} seconds")

    async def translate(self, session: aiohttp.ClientSession, source: str, target: str, text: str) -> str:
        """One text, as its clients send it."""
        body = {"q": text, "source": source, "target": target, "format": "text"}
        async with session.post(f"{self.address}/translate", json=body, timeout=aiohttp.ClientTimeout(total=60)) as answer:
            return str((await answer.json())["translatedText"])

    def pids(self) -> list[int]:
        """The numbers of its processes."""
        return [self._process.pid]

    def stop(self) -> None:
        """Ends the server and removes what it wrote."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._folder.cleanup()
