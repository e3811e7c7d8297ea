"""Which spellings are one name: odkit and slapd must agree, or twins that slapd refuses would pass for two entries."""

from __future__ import annotations

import subprocess
import unicodedata
from pathlib import Path

import pytest

from conftest import needs
from odkit.dn import DN

pytestmark = pytest.mark.live

# Latin, Greek, Cyrillic and Armenian; their extensions, signs and forms; ligatures; full width
BLOCKS = (range(0x20, 0x600), range(0x1E00, 0x2500), range(0xFB00, 0xFB10), range(0xFF00, 0xFF70))


def name(text: str) -> DN:
    return DN(((("cn", f"aq{text}z"),), (("dc", "x"),)))


def pairs() -> list[tuple[str, str]]:
    """Each character with its other case, its compatible form, without it, and with a blank."""
    found = set()
    for char in (chr(code) for block in BLOCKS for code in block):
        kind = unicodedata.category(char)
        if kind == "Cn":
            continue
        others = {char.lower(), char.upper(), char.casefold(), *(unicodedata.normalize(form, char) for form in ("NFKC", "NFKD"))}
        others |= {"", " "} if kind in {"Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Me"} else set()
        found |= {(char, other) for other in others - {char}}
    return sorted(found)


def normal_forms(texts: list[str], folder: Path) -> dict[str, bytes]:
    """What ``slapdn -N`` makes of names, 2,000 at a time."""
    (folder / "db").mkdir()
    config = folder / "slapd.conf"
    config.write_text(
        "include /etc/ldap/schema/core.schema\nmodulepath /usr/lib/ldap\nmoduleload back_mdb\n"
        f'database mdb\nsuffix "dc=x"\ndirectory "{folder}/db"\n'
    )
    out: list[bytes] = []
    for at in range(0, len(texts), 2000):
        words = ["/usr/sbin/slapdn", "-N", "-f", str(config), *texts[at : at + 2000]]
        out += subprocess.run(words, capture_output=True, check=True).stdout.split(b"\n")[:-1]
    assert len(out) == len(texts)
    return dict(zip(texts, out, strict=True))


def test_what_is_one_entry_to_slapd_is_one_to_odkit_and_what_is_two_is_two(tmp_path: Path) -> None:
    needs("slapd")
    chosen = pairs()
    assert {("\ufb01", "fi"), ("\uff21", "A"), ("²", "2"), ("\u212a", "k"), ("ß", "ss"), ("ς", "Σ")} <= set(chosen)
    forms = normal_forms(sorted({str(name(text)) for pair in chosen for text in pair}), tmp_path)
    differ = []
    for one, other in chosen:
        to_slapd = forms[str(name(one))] == forms[str(name(other))]
        if to_slapd != (name(one).key == name(other).key):
            differ.append(
                (f"U+{ord(one):04X}", [f"U+{ord(c):04X}" for c in other], "one entry to slapd" if to_slapd else "two entries to slapd")
            )
    assert differ == []
