"""The list of published packages, and package files loaded from it: only when somebody runs `waymark translation install`.

A file is loaded in pieces that stay: after a broken line, or the next day, loading goes on where it stopped.
"""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from bot.errors import WaymarkError
from bot.translation.installed import PIVOT, language_code

_AGENT = {"User-Agent": "waymark"}
_SECONDS = 30
_BLOCK = 1 << 17
_MOST_INDEX_BYTES = 20 * 2**20
# Of a published package; the largest are some 250 MB.
_MOST_BYTES = 2 * 1024**3
_TRIES = 4

# Called with bytes loaded so far and the whole, 0 when unknown.
Progress = Callable[[int, int], None]


class Published(NamedTuple):
    """One package of the list."""

    source: str
    target: str
    version: str
    links: tuple[str, ...]

    @property
    def pair(self) -> str:
        """Such as "ar-en"."""
        return f"{self.source}-{self.target}"


def _open(address: str, headers: dict[str, str]) -> Any:
    if not address.lower().startswith(("https://", "http://")):
        raise ValueError("not a web address")
    return urllib.request.urlopen(urllib.request.Request(address, headers=_AGENT | headers), timeout=_SECONDS)  # noqa: S310  checked above


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdigit())


def fetch_index(address: str) -> dict[str, Published]:
    """The newest package of each pair. Raises WaymarkError "translation.index"; entries it cannot read are left out."""
    try:
        with _open(address, {}) as response:
            entries = json.loads(response.read(_MOST_INDEX_BYTES))
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise WaymarkError("translation.index", address=address, detail=_said(error)) from None
    found: dict[str, Published] = {}
    for entry in entries if isinstance(entries, list) else []:
        try:
            links = tuple(str(link) for link in entry["links"] if str(link).lower().startswith(("https://", "http://")))
            package = Published(language_code(entry["from_code"]), language_code(entry["to_code"]),
                                str(entry["package_version"]), links)
            usable = entry.get("type", "translate") == "translate" and links
        except (KeyError, TypeError, AttributeError, WaymarkError):
            continue
        if usable and (package.pair not in found or _version(found[package.pair].version) < _version(package.version)):
            found[package.pair] = package
    if not found:
        raise WaymarkError("translation.index", address=address, detail="it lists no package")
    return found


def wanted(index: dict[str, Published], source: str, target: str) -> list[Published]:
    """The packages that lead from one language to the other: the direct one, or two over English.

    Raises WaymarkError "translation.unlisted".
    """
    source, target = language_code(source), language_code(target)
    for way in ((f"{source}-{target}",), (f"{source}-{PIVOT}", f"{PIVOT}-{target}")):
        if all(pair in index for pair in way):
            return [index[pair] for pair in way]
    near = sorted(pair for pair in index if source in pair.split("-") or target in pair.split("-"))
    raise WaymarkError("translation.unlisted", source=source, target=target, known=", ".join(near[:12]) or "nothing")


def _said(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"the server answers {error.code}"
    reason = getattr(error, "reason", None)
    return str(reason) if reason else str(error) or type(error).__name__


def download(package: Published, folder: Path, progress: Progress) -> Path:
    """Loads a package file; the finished file's place. Raises WaymarkError "translation.download".

    Each link is tried; a broken transfer goes on from where it stopped, also in a later call.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name = f"translate-{package.source}_{package.target}-{''.join(c for c in package.version if c.isalnum() or c == '.')}"
    done = folder / f"{name}.argosmodel"
    detail = "there is no link"
    for link in package.links:
        part = folder / f"{name}.part"
        for _ in range(_TRIES):
            before = part.stat().st_size if part.exists() else 0
            try:
                _transfer(link, part, progress)
                part.replace(done)
                (folder / f"{name}.tag").unlink(missing_ok=True)
                return done
            except (OSError, ValueError, http.client.HTTPException) as error:
                detail = _said(error)
                if not part.exists() or part.stat().st_size <= before:
                    break  # nothing came: another link, or another day
    raise WaymarkError("translation.download", address=package.links[0] if package.links else package.pair, detail=detail)


def _transfer(link: str, part: Path, progress: Progress) -> None:
    """Loads what `part` does not hold yet. A file that changed on the server since then begins anew (If-Range)."""
    tag_file = part.with_suffix(".tag")
    have = part.stat().st_size if part.exists() else 0
    tag = tag_file.read_text(encoding="utf-8") if tag_file.exists() else ""
    headers = {"Range": f"bytes={have}-"} | ({"If-Range": tag} if tag else {}) if have and tag else {}
    try:
        response = _open(link, headers)
    except urllib.error.HTTPError as error:
        if error.code == 416:  # no such range: what lies here is not a beginning of that file
            part.unlink(missing_ok=True)
        raise
    with response:
        resumed = response.status == 206
        if not resumed:
            have = 0
        given = response.headers.get("ETag") or response.headers.get("Last-Modified") or ""
        tag_file.write_text("" if given.startswith("W/") else given, encoding="utf-8")
        length = int(response.headers.get("Content-Length") or 0)
        whole = have + length if length else 0
        if whole > _MOST_BYTES:
            raise ValueError("it is larger than any package")
        with part.open("ab" if resumed else "wb") as out:
            while block := response.read(_BLOCK):
                out.write(block)
                have += len(block)
                if have > _MOST_BYTES:
                    raise ValueError("it is larger than any package")
                progress(have, whole)
        if whole and have < whole:
            raise OSError("the line broke")
