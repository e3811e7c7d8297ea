"""The JSON schemas of docs/schemas: every object with ``"schema": "odkit/…"`` that odkit writes is one of them."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from typing import Any

from jsonschema import Draft202012Validator

from conftest import ROOT

__all__ = ["FOLDER", "loaded", "validate", "validator"]

FOLDER = ROOT / "docs" / "schemas"


@cache
def validator(name: str) -> Draft202012Validator:
    """That of a schema by its name, such as ``odkit/report/1``."""
    path = FOLDER / f"{name.removeprefix('odkit/').replace('/', '-')}.json"
    assert path.is_file(), f"{name} has no schema: {path.relative_to(ROOT)}"
    return Draft202012Validator(
        json.loads(path.read_text())
    )  # each is itself held against the schema of schemas by tests/cli/test_schemas.py


def validate(value: Any) -> str:
    """Hold an object against its schema.  Returns the schema's name."""
    name: str = value["schema"]
    wrong = next(validator(name).iter_errors(value), None)
    assert wrong is None, f"{name}, {wrong.json_path}: {wrong.message[:400]}"
    return name


def loaded(text: str) -> Any:
    """What a command wrote with ``--json``, held against its schema."""
    _validate_text(text)
    return json.loads(text)


@lru_cache(maxsize=8)  # `commandline.odkit` has held most answers against their schemas already
def _validate_text(text: str) -> None:
    validate(json.loads(text))
