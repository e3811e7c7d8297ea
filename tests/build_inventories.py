"""Inventories in every format, as programs write them."""

from __future__ import annotations

KEY = "4b" * 32

R = "OD.EXAMPLE.COM"


def record(name: str, *, alias_of: str | None = None) -> str:
    """A line of ``kdb5_util dump``, version 7; an alias as MIT 1.22 dumps one."""
    name = f"{name}@{R}"
    tls, keys = "2\t4\t00000000", f"1\t3\t18\t34\t2000{KEY}"
    if alias_of is not None:
        target = f"{alias_of}@{R}".encode() + b"\0"
        tls, keys = f"12\t{len(target)}\t{target.hex()}", ""
    fields = [f"princ\t38\t{len(name)}\t1\t{1 if keys else 0}\t0\t{name}\t" + "\t".join(["0"] * 8), tls, *([keys] if keys else []), "-1;"]
    return "\t".join(fields) + "\n"


def keytab_entry(name: str, enctype: int, kvno: int = 3) -> bytes:
    parts = [part.encode() for part in name.split("/")]
    body = len(parts).to_bytes(2, "big") + b"".join(len(p).to_bytes(2, "big") + p for p in (R.encode(), *parts))
    body += bytes(8) + bytes([kvno]) + enctype.to_bytes(2, "big") + (16).to_bytes(2, "big") + b"K" * 16
    return len(body).to_bytes(4, "big") + body
