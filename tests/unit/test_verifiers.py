"""Verifiers in an export that no other server may get."""

from __future__ import annotations

import odkit
from build import HEAD, SLOT
from conftest import each_in_turn

OTHER_SLOT = SLOT.replace("5", "6")


class TestVerifiers:
    """What would be a password elsewhere is found whether or not the record of an ordinary user is read by itself."""

    SERVER = "1024 35 15613 root@a.example.com:10.0.0.1"

    @staticmethod
    def found(export: bytes) -> list[tuple[str, str, int | None]]:
        return [(f.severity.value, f.message, f.line) for f in odkit.verify_passwords(odkit.open(export)).findings if f.code == "OD327"]

    @each_in_turn(
        "lines, what",
        [
            ("userPassword:: KioqKioqKio=", "1 account has a placeholder"),
            ("userPassword: ********", "1 account has a placeholder"),
            ("userPassword:: e0NSWVBUfSo=", "1 account has a placeholder"),
            ("USERPASSWORD:: Kg==", "1 account has a placeholder"),
            ("userPassword: {CRYPT}*", "1 account has a placeholder"),
            ("userPassword:: KioqKioqKio=\nuserPassword:: KioqKioqKio=", "1 account has a placeholder"),
            ("userPassword: abJnggxhB/yWI", "a crypt value without its scheme"),
            ("userPassword: $1$abcdefgh$0123456789abcdefghijkl", "a crypt value without its scheme"),
            ("userPassword: {CRYPT}odd", "a crypt value of a form that is not known"),
            ("userPassword: {SSHA512}QUJD", "a scheme that the other server does not know"),
            ("userPassword: swordfish", "a value without a scheme"),
            ("userPassword;x-old: swordfish", "a value without a scheme"),
            ("userPassword:", "an empty password"),
            ("sambaNTPassword: 0123456789ABCDEF0123456789ABCDE", "a verifier of 31 bytes"),
            ("userPassword: {CRYPT}abJnggxhB/yWI", None),
            ("sambaNTPassword: 0123456789ABCDEF0123456789ABCDEF", None),
            ("userPassword:< file:///etc/passwd", None),
        ],
    )
    def test_every_form(self, lines: str, what: str | None) -> None:
        ann = f"dn: uid=ann,cn=users,dc=od,dc=example,dc=com\nuid: ann\nauthAuthority: ;ApplePasswordServer;{SLOT},{self.SERVER}\n"
        export = f"{HEAD}{ann}{lines}\n\n{ann.replace('ann', 'bea').replace(SLOT, OTHER_SLOT)}\n".encode()
        found = self.found(export)
        assert found == self.found(export.replace(b"\n", b"\r\n"))  # no record of it is a regular one
        assert len(found) == (what is not None)
        if what is not None:
            severity, message, line = found[0]
            assert what in message
            assert "swordfish" not in message
            assert severity == ("info" if "placeholder" in what or "without its scheme" in what else "warning")
            assert line is not None
            assert export.split(b"\n")[line - 1].decode() in lines
