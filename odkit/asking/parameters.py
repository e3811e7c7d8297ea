"""What questions are asked about: each is checked here, and given to the engine as a value, never as a part of the SQL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from odkit.asking.model import Parameter
from odkit.dn import dn_key
from odkit.errors import UsageError
from odkit.hostrefs import host_of
from odkit.tables.rows import plain
from odkit.text import moment

__all__ = ["AT", "HOST", "RECORD"]


_NO_RECORD: Final = "record is not a text: give the DN, the short name or the GUID of a record"


def _host(value: object) -> Mapping[str, object]:
    if not isinstance(value, str):
        raise UsageError("host is not a text: give the name of a host, such as xserve1.example.com")
    host = host_of(value)
    dot = "" if "." in host else "."
    whole = rf"(?i)(?:^|[^a-z0-9._-]){re.escape(host)}(?:\.?[^a-z0-9._-]|\.?$)"
    return {"host": host, "above": f"{host}{dot}" if dot else host, "whole": whole}


def _record(value: object) -> Mapping[str, object]:
    if not isinstance(value, str) or not value:
        raise UsageError(_NO_RECORD)
    try:
        return {"record": (plain(value) or "").lower(), "key": plain(dn_key(value)) if "=" in value else None}
    except UnicodeEncodeError as error:
        raise UsageError(_NO_RECORD) from error


def _at(value: object) -> Mapping[str, object]:
    if isinstance(value, str):
        found = moment(value)
        if found is None:
            raise UsageError(f"at is not YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ: {value!r}")
        value = found
    if value is not None and (not isinstance(value, datetime) or value.tzinfo is None):
        raise UsageError("at is no time with its zone: give a datetime in UTC, or a text such as 2011-03-09")
    return {"at": value.astimezone(UTC) if value is not None else None}


HOST: Final = Parameter("host", "the name of a host; a short one stands for every full name that begins with it, too", _host)
RECORD: Final = Parameter("record", "DN, short name or GUID of a record", _record)
AT: Final = Parameter("at", "the date at which accounts are judged; that of each export without it", _at, needed=False)
