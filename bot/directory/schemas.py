"""Validates HSDS JSON against the HSDS 3.0 JSON Schemas, where a folder with them is given."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, RefResolver


@lru_cache(maxsize=32)
def _validator(name: str, folder: Path) -> Draft202012Validator:
    store: dict[str, Any] = {}
    for file in folder.glob("*.json"):
        schema = json.loads(file.read_text(encoding="utf-8"))
        # The schemas name each other by bare file name; nothing is fetched.
        store[file.name] = schema
        store[schema.get("$id") or file.name] = schema
    schema = store[f"{name}.json"]
    resolver = RefResolver(base_uri="", referrer=schema, store=store)
    return Draft202012Validator(schema, resolver=resolver, format_checker=FormatChecker())


def schema_problems(name: str, data: dict[str, Any], folder: Path) -> Iterator[tuple[str, str]]:
    """(field, sentence) of everything in `data` that the schema `name` (service, organization) refuses."""
    for error in _validator(name, folder).iter_errors(data):
        yield ".".join(str(part) for part in error.absolute_path) or "(all)", f"does not fit HSDS: {error.message[:200]}"
