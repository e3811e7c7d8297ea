r"""``listprincs`` of MIT's kadmin.local in its three forms.

* ``-q listprincs``: a header ``Authenticating as principal P with password.``, then one name per line;
* commands on standard input: the prompt ``kadmin.local:  `` directly in front of the first name;
* the same with readline: the command is echoed behind the prompt, on a line of its own.

Names are in krb5_unparse_name's form: LF, TAB, BS and NUL are escaped, so that a name is always one line; every other byte,
blanks and quotes among them, is written raw.  A listing that ends without a line end was cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from odkit.errors import InputError, InputReason
from odkit.kerberos.inventory.formats import Copied, Format
from odkit.kerberos.inventory.input import Input
from odkit.kerberos.inventory.model import InventoryKind, Listed, PrincipalStore
from odkit.kerberos.inventory.names import listed_name
from odkit.patterns import regex
from odkit.text import shorten
from odkit.values.principal import plain_principal

__all__ = ["FORMAT", "read_names"]

_HEADER = regex(rb"Authenticating as principal .* with (?:password|existing credentials|(?:default )?keytab(?: .*)?)\.\r?\Z", re.DOTALL)
_PROMPT = regex(rb"(?:kadmin(?:\.local)?: +)+")
_COMMAND = regex(rb"\s*(?:listprincs|list_principals|getprincs|get_principals|quit|exit|q)(?:\s.*)?\Z")
_OWN = (b"kadmin", b"get_principals", b"list_principals")
_COMPLAINT = regex(rb"(?:kadmin(?:\.local)?|get_principals|list_principals): .*(?:while|error|Permission)")
# what no name is in
_KEPT = regex(
    rb"^(?:kadmin(?:\.local)?: +)*(?:listprincs|list_principals|getprincs|get_principals|quit|exit|q)?(?=\s|\Z)|"
    rb"^(?:kadmin(?:\.local)?: +)+|^Authenticating as principal |"
    rb" with (?:password|existing credentials|(?:default )?keytab)(?=[ .])|^(?:kadmin(?:\.local)?|get_principals|"
    rb"list_principals): |(?<= )(?:while|error|Permission)(?= |\Z)"
)


def _looks_like(file: Input) -> bool:
    head = file.head[:4096].split(b"\n", 1)[0]
    return _HEADER.match(head) is not None or _PROMPT.match(head) is not None


def read_names(file: Input, *, raw_blanks: bool) -> Iterator[Listed]:
    """Read the names.

    Args:
        file: the list.
        raw_blanks: whether a blank can be part of a name: kadmin.local prints it raw.

    Raises:
        InputError: a line that is neither a name, the header, a prompt nor an echoed command; an error of kadmin; a cut end.
    """
    path, any_name = file.path, False
    for number, line in file.lines():
        ours = line.startswith(_OWN)  # nearly no name does
        plain = None if ours or file.cut else plain_principal(line)
        if plain is not None:  # nearly every name, and nothing else
            any_name = True
            yield Listed(line, plain, number)
            continue
        text = line.removesuffix(b"\r")
        if ours and _COMPLAINT.match(text):
            message = f"kadmin reports an error instead of a list: {shorten(text, 120)}"
            raise InputError(path, number, message, InputReason.TOOL_FAILED)
        prompt = _PROMPT.match(text) if ours else None
        if prompt:
            rest = text[prompt.end() :]
            if not rest or _COMMAND.match(rest):
                continue  # the last prompt has no line end: there the input ended
            if not any_name:  # later a prompt can only be part of a name
                text = rest
        if file.cut:
            raise InputError(path, number, "the list ends in the middle of a line: it is cut; make it again", InputReason.CUT)
        if not text or (number <= 3 and _HEADER.match(text)):
            continue
        any_name = True
        yield Listed(text, listed_name(text, file, number, raw_blanks=raw_blanks), number)


def _read(file: Input) -> Iterator[Listed]:
    return read_names(file, raw_blanks=True)


FORMAT = Format("listprincs", InventoryKind.KDC, PrincipalStore.MIT, _looks_like, _read, copied=Copied.LINES, own=_KEPT)
