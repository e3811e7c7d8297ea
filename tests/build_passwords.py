"""The folder of damaged exports of passwords, and the date at which they are judged."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

FOLDER = Path("fixtures/medical-mart/damaged/passwords")

AT = datetime(2026, 1, 15, 12, tzinfo=UTC)
