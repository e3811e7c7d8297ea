"""Defects that attacks on the code have found; each stays mended."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

import odkit
from conftest import MART
from odkit.difference import changes, diff, diff_ldif
from odkit.errors import InputError
from odkit.kerberos import read_kdc_log
from odkit.project import Project, Server
from odkit.reference import plan_rewrite
from odkit.scripts.rewrite import rewrite_files
from odkit.secrets import is_private, mask_urls
from odkit.topology import check_tree, tree_of_project
from property.ldap_model import apply, state

R = "OD.EXAMPLE.COM"
HEAD = "dn: dc=od,dc=example,dc=com\nobjectClass: domain\ndc: od\n\n"
SLOT = "0x4d2c1f0a4d2c1f0a0000000500000005"


def computer(name: str) -> str:
    authority = f"authAuthority: ;ApplePasswordServer;{SLOT},1024 35 1 root@h:10.0.0.1\n"
    return f"dn: cn={name}$,cn=computers,dc=od,dc=example,dc=com\nobjectClass: apple-computer\ncn: {name}$\n{authority}apple-generateduid: {name}\n\n"


def test_a_slot_that_a_live_record_carries_too_stays() -> None:
    names = f"krbtgt/{R}@{R}\nhost/old.example.com@{R}\nhost/live.example.com@{R}\n".encode()
    both = odkit.open((HEAD + computer("old.example.com") + computer("live.example.com")).encode())
    words = {"retire": ["old.example.com"], "keep": ["live.example.com"], "realm": R}
    plan = odkit.plan_purge(both, odkit.read_principals(names), **words)  # type: ignore[arg-type]
    assert plan.slots == []
    assert any("which stays; the slot must stay" in d.reason and d.command is None for d in plan.review)
    alone = odkit.plan_purge(odkit.open((HEAD + computer("old.example.com")).encode()), odkit.read_principals(names), **words)  # type: ignore[arg-type]
    assert [each.slot for each in alone.slots] == [SLOT]


class TestInventories:
    def test_klist_of_old_releases(self) -> None:
        head = "Keytab name: FILE:/etc/krb5.keytab\nKVNO Principal\n---- ---\n"
        rows = "".join(
            f"   3 host/h.example.com@R ({name}) \n"
            for name in ("DES cbc mode with CRC-32", "ArcFour with HMAC/md5", "Triple DES cbc mode with HMAC/sha1")
        )
        [row] = odkit.read_principals((head + rows).encode()).listed
        assert (bytes(row.principal), row.enctypes) == (b"host/h.example.com@R", ("des-cbc-crc", "arcfour-hmac", "des3-cbc-sha1"))
        with pytest.raises(InputError, match="a blank in the realm"):
            odkit.read_principals(f"{head}   3 host/h@R (some new thing?)\n".encode())

    @pytest.mark.parametrize(
        "data",
        [
            "kdb5_util load_dump version 5\nprinc\t38\t3\t0\t99999999999\t0\ta@R\t"
            + "\t".join(["0"] * 7 + ["-1", "-1", "1", "5"])
            + "\t;\n",
            "kdb5_util load_dump version 5\nprinc\t38\t3\t0\t9999\t0\ta@R\t" + "\t".join(["0"] * 8 + ["-1", "1"]) + "\t-1;\n",
            f"host/a@R {'1' * 5000}:18:AB:- 20200101000000:x@R - - - - - 126\n",
            f"Keytab name: FILE:x\nKVNO Principal\n---- ---\n{'1' * 5000} host/h@R\n",
            "dn: authGUID=1,cn=users,cn=authdata\nobjectClass: pwsAuthdata\ndraft-krbPrincipalName: host/b.example.com@OD.EXAM",
        ],
    )
    def test_damaged_ones(self, data: str) -> None:
        with pytest.raises(InputError):
            odkit.read_principals(data.encode())

    def test_a_huge_version_is_none(self) -> None:
        [row] = odkit.read_principals(f"   Principal: host/a@R\n        Kvno: {'1' * 5000}\n".encode()).listed
        assert row.kvno is None

    def test_no_key_is_shown(self) -> None:
        key = "DEADBEEF00112233445566778899AABBCCDDEEFF"
        data = f"\nhost/a@R 1::18:{key}:- 20200101000000:- - - - - - 126 - -\n"
        assert [bytes(row.principal) for row in odkit.read_principals(data.encode()).listed] == [b"host/a@R"]
        with pytest.raises(InputError) as caught:
            odkit.read_principals(f"\n\nhost/a@R 1::18:{key}:- x@y@z\n".encode())
        assert key not in str(caught.value)


def test_a_canonical_name_that_repeats_among_its_aliases() -> None:
    names = "".join(f"draft-krbPrincipalAliases: host/{host}.example.com@{R}\n" for host in ("old", "live"))
    entry = f"{HEAD}dn: authGUID=1,cn=users,cn=authdata\nobjectClass: pwsAuthdata\nauthGUID: 1\ndraft-krbPrincipalName: host/old.example.com@{R}\n{names}"
    plan = odkit.plan_purge(odkit.open(entry.encode()), retire=["old.example.com"], keep=["live.example.com"], realm=R, allow_large=True)
    assert (plan.delete, plan.authdata) == ([], [])
    assert "also bears host/live.example.com" in plan.review[0].reason


class TestDiff:
    USER = "dn: uid=foo,cn=users,dc=x\nobjectClass: inetOrgPerson\nobjectClass: organizationalPerson\nobjectClass: person\nuid: foo\ncn: J\nsn: J\n"

    def test_a_user_is_not_deleted_to_change_a_line(self) -> None:
        """One side by slapcat, the other by ldapsearch, which does not show the structural class."""
        found = diff(
            f"{self.USER}userPassword: secret\nstructuralObjectClass: inetOrgPerson\n".encode(),
            f"{self.USER}userPassword: secret\ndescription: x\n".encode(),
        )
        assert [c.changetype for c in changes(found)] == ["modify"]

    def test_nothing_is_deleted_whose_secrets_are_not_added(self) -> None:
        other = self.USER.replace("inetOrgPerson", "account").replace("objectClass: organizationalPerson\nobjectClass: person\n", "")
        found = diff(f"{self.USER}userPassword: secret\n".encode(), f"{other}userPassword: secret\n".encode())
        assert [c.changetype for c in changes(found)] == ["delete", "add"]
        data, left = diff_ldif(found)
        assert (b"changetype" in data, left) == (False, 1)

    def test_the_order_of_authorities(self) -> None:
        lines = ["authAuthority: ;basic;\n", "authAuthority: ;Kerberosv5;;j@R;R;\n"]
        found = diff((self.USER + "".join(lines)).encode(), (self.USER + "".join(reversed(lines))).encode())
        assert [a.name for each in found for a in each.attributes] == ["authAuthority"]

    def test_a_rename_keeps_a_name_of_another_case(self) -> None:
        more = "objectClass: inetOrgPerson\ncn: J\nsn: J\napple-generateduid: 11111111-1111-1111-1111-111111111111\n"
        tops = "dn: dc=x\ndc: x\n\ndn: cn=users,dc=x\ncn: users\n\n"
        before = f"{tops}dn: uid=Foo,cn=users,dc=x\n{more}uid: Foo\n".encode()
        after = f"{tops}dn: uid=bar,cn=users,dc=x\n{more}uid: bar\nuid: foo\n".encode()
        found = diff(before, after)
        rename = next(iter(changes(found)))
        assert (rename.changetype, rename.deleteoldrdn) == ("modrdn", False)
        sides = [[e for e in odkit.ldif.read(data) if isinstance(e, odkit.ldif.Entry)] for data in (before, after)]
        assert apply(changes(found), state(sides[0])) == state(sides[1])


class TestSecrets:
    def test_blanks_in_a_password(self) -> None:
        assert mask_urls("url==afp://joe:my pass@h/S") == "url==afp://joe:(secret, 7 bytes)@h/S"
        assert mask_urls("afp://h:548 and ann@example.com") == "afp://h:548 and ann@example.com"
        assert mask_urls("a://u:p@h, b://v:q/@w@i") == f"a://u:(secret, {len('p@h, b://v:q/@w')} bytes)@i"
        assert mask_urls("a://u:p@h\nb://v:q@i") == "a://u:(secret, 1 byte)@h\nb://v:(secret, 1 byte)@i"

    def test_passwords_in_any_property_list(self) -> None:
        value = b"<plist><dict><key>Password</key><string>new</string></dict></plist>"
        assert is_private("apple-xmlplist", value)
        assert not is_private("apple-xmlplist", b"<plist><dict><key>Name</key><string>x</string></dict></plist>")

    @pytest.mark.parametrize("text", ["a." * 60_000, "a" * 120_000, "a://b:" * 20_000, "a://b:" * 20_000 + "@", "@" + "x://" * 30_000])
    def test_cost(self, text: str) -> None:
        def cost(each: str) -> float:
            start = time.process_time()
            mask_urls(each)
            return time.process_time() - start

        small = max(min(cost(text[: len(text) // 8]) for _ in range(3)), 1e-4)
        assert cost(text) / small < 8 * 6


class TestVerify:
    @pytest.mark.parametrize(
        ("was", "now", "code"),
        [
            (b"@files.medicalmart.example.com/Homes\n", b"@nowhere.example.com/No\n", "OD615"),
            (b"dn: cn=office-store,cn=groups", None, "OD616"),
        ],
    )
    def test_what_was_not_seen(self, was: bytes, now: bytes | None, code: str) -> None:
        data = (MART / "after" / "export.ldif").read_bytes().replace(b"\n ", b"")
        assert was in data
        if now is None:
            at = data.index(was)
            other = data[:at] + data[at:].replace(b"gidNumber: ", b"gidNumber: 9", 1)
        else:
            other = data.replace(was, now, 1)
        found = odkit.verify(odkit.open(data), odkit.open(other))
        assert code in {f.code for f in found.findings}
        assert found.summary["answer"] != "everything came through"

    def test_a_login_name_that_is_gone(self) -> None:
        data = (MART / "after" / "export.ldif").read_bytes()
        more = data.replace(b"uid: aabbott0\n", b"uid: aabbott0\nuid: ann\n", 1)
        found = odkit.verify(odkit.open(more), odkit.open(data))
        assert any("does not answer to ann any more" in f.message for f in found.findings)


def test_rewriting_two_values_into_one_and_further_names_of_a_mount() -> None:
    entries = (
        "dn: dc=x\nobjectClass: domain\ndc: x\n\n"
        "dn: cn=old.x.com:/A,cn=mounts,dc=x\nobjectClass: mount\ncn: old.x.com:/A\ncn: old.x.com:/B\n\n"
        "dn: uid=u,cn=users,dc=x\nobjectClass: inetOrgPerson\nuid: u\nlabeledURI: afp://old.x.com/S\nlabeledURI: afp://new.x.com/S\n"
    )
    plan = plan_rewrite(odkit.open(entries.encode()), "old.x.com", "new.x.com")
    user = next(c for c in plan.changes if c.dn.startswith("uid="))
    assert [(m.op, m.values) for m in user.changes] == [("delete", (b"afp://old.x.com/S",))]
    assert any("a further name of the mount, old.x.com:/B" in line for line in plan.left)


def test_requests_that_failed_with_odd_sentences() -> None:
    line = (
        b"Nov 19 08:12:31 kdc krb5kdc[9](info): TGS_REQ (1 etypes {18}) 10.0.1.5: %s: authtime 1,  ann@R for host/old.example.com@R, %s\n"
    )
    for what, said in (
        (b"BAD_OPTION", b"KDC can't fulfill requested option"),
        (b"NEEDED_PREAUTH", b"Additional pre-authentication required"),
    ):
        assert list(read_kdc_log(line % (what, said)).requests) == [b"host/old.example.com@R"]


def test_a_deep_plan_is_checked_in_linear_time() -> None:
    def cost(count: int) -> float:
        servers = [
            Server("m.example.com", "master"),
            *(Server(f"r{n}.example.com", "replica", parent="m.example.com") for n in range(count)),
        ]
        tree = tree_of_project(Project(Path("x"), "R", servers=tuple(servers)))
        start = time.process_time()
        check_tree(tree)
        return time.process_time() - start

    assert cost(8000) / max(min(cost(1000) for _ in range(3)), 1e-4) < 8 * 5


def test_a_rewrite_of_a_cut_export_must_be_asked_for() -> None:
    data = (MART / "before" / "export.ldif").read_bytes()
    cut = odkit.open(data[: len(data) // 2])
    with pytest.raises(odkit.InputError, match="records that are missing would keep"):
        plan_rewrite(cut, "xserve-hq2.medicalmart.example.com", "files.medicalmart.example.com")
    assert plan_rewrite(cut, "xserve-hq2.medicalmart.example.com", "files.medicalmart.example.com", accept_incomplete=True).records


def test_names_of_mounts_that_are_there_before_a_rewrite() -> None:
    """A further name is not lost on the way back; a name of another mount is not given twice."""
    one = b"dn: cn=old.x.com:/H,cn=mounts,dc=x\nobjectClass: mount\ncn: old.x.com:/H\n"
    own = odkit.open(b"dn: dc=x\ndc: x\n\n" + one + b"cn: new.x.com:/H\n\n")
    assert plan_rewrite(own, "old.x.com", "new.x.com").undo[0].deleteoldrdn is False
    other = odkit.open(
        b"dn: dc=x\ndc: x\n\n"
        + one
        + b"\ndn: cn=third.x.com:/H,cn=mounts,dc=x\nobjectClass: mount\ncn: third.x.com:/H\ncn: new.x.com:/H\n\n"
    )
    plan = plan_rewrite(other, "old.x.com", "new.x.com")
    assert not any(each.renamed for each in plan.records)
    assert any("is there already" in line for line in plan.left)


@pytest.mark.parametrize(
    "value",
    ["//bob:pw4@old.x.com/H", "username=bob,password=pw8,//old.x.com/x", "x <key >wifi</key><string>hidden</string> afp://old.x.com/S"],
)
def test_what_may_be_a_secret_stands_in_no_rewriting_script(value: str) -> None:
    data = f"dn: dc=x\ndc: x\n\ndn: uid=u,cn=users,dc=x\nobjectClass: inetOrgPerson\nuid: u\nlabeledURI: {value}\n\n"
    od = odkit.open(data.encode())
    found = rewrite_files(od, plan_rewrite(od, "old.x.com", "new.x.com"), "10.5")
    assert (found.files, len(found.left)) == ([], 1)
