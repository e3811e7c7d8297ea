"""Names that want to be something else, and what tests of several servers need to try them."""

from __future__ import annotations

import random
import subprocess

from build import SUFFIX, config, home_url
from live.conftest import REALM, SHELLS
from odkit.kerberos import Principal
from odkit.ldif import Entry, dump
from odkit.rehearsal.heimdal import ScratchHeimdal

__all__ = ["domain", "heimdal_text", "hostile_names", "random_names", "sh"]


def domain() -> bytes:
    """A domain whose one home server is live."""
    home = home_url("live.example.com", "ann", "Homes")
    return dump(
        [
            Entry(SUFFIX, {"objectClass": [b"domain"], "dc": [b"example"]}),
            config("KerberosKDC"),
            Entry(f"cn=users,{SUFFIX}", {"objectClass": [b"container"], "cn": [b"users"]}),
            Entry(f"uid=ann,cn=users,{SUFFIX}", {"objectClass": [b"apple-user"], "uid": [b"ann"], "apple-user-homeurl": [home]}),
        ]
    )


def random_names(seed: int, count: int) -> list[bytes]:
    """Names of pieces that shells, kadmin, dscl or LDIF could take for something of their own."""
    rng = random.Random(seed)
    pieces = [b" ", b'"', b"\\", b"/", b"@", b"'", b"*", b"?", b"[", b"]", b"$", b"`", b"!", b"#", b"-", b";", b"&", b"%s", b"\xc3\xa9", b"\xff",
              b"~", b"{", b"|", b"<", b">", b"(", b")", b"a", b"B", b".", b"\n", b"\t", b"\x08", b"%41", b"$(id)", b"\xe2\x80\xae"]  # fmt: skip
    return [b"".join(rng.choices(pieces, k=rng.randrange(1, 9))) for _ in range(count)]


def heimdal_text(principal: Principal) -> bytes:
    """A principal as Heimdal writes it: blanks escaped, too."""
    return bytes(principal).replace(b" ", b"\\ ")


def sh(realm: ScratchHeimdal, shell: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a script in a shell, with a Heimdal realm in its environment."""
    return subprocess.run([*SHELLS[shell], *words], env=realm.env, capture_output=True, text=True, check=False, timeout=120)


PIECES = [b" ", b'"', b"'", b"*", b"?", b"[", b"]", b"$", b"`", b"!", b"#", b"-", b";", b"%s", b"\xc3\xa9", b"~", b"a", b"B", b".", b":", b"(", b")",
          b"\\", b"/", b"@", b"1:18:AA", b"never", b"host", b"(0x00)"]  # fmt: skip


def hostile_names(seed: int, count: int) -> list[Principal]:
    """Names that every KDC can hold: no control characters, no blank or backslash at an end."""
    rng = random.Random(seed)
    out: dict[Principal, None] = {}
    while len(out) < count:
        parts = tuple(b"".join(rng.choices(PIECES, k=rng.randrange(1, 7))).strip(b" \\") for _ in range(rng.randrange(1, 4)))
        if all(parts):
            out[Principal(parts, REALM.encode())] = None
    return list(out)
