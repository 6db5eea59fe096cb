"""Documentation pages that are made from the code are up to date; links in the docs lead somewhere."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from bot.settings import ROOT

_spec = importlib.util.spec_from_file_location("write_docs", ROOT / "tools" / "write_docs.py")
assert _spec is not None and _spec.loader is not None
write_docs = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(write_docs)


@pytest.mark.parametrize("path", write_docs.PAGES, ids=str)
def test_generated_pages_are_up_to_date(path: Path) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == write_docs.PAGES[path](), "run .venv/bin/python tools/write_docs.py"


@pytest.mark.parametrize("page", [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))], ids=lambda path: path.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target
