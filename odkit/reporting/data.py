"""Data in a page: JSON that stands in a block which no browser runs."""

from __future__ import annotations

import json

__all__ = ["as_json"]


def as_json(value: object) -> str:
    """Return JSON that no parser of HTML takes for a tag or a comment: without ``<``."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
