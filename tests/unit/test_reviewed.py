"""Defects that attacks on the code have found; each stays mended."""

from __future__ import annotations

import dataclasses
import re
import time
import tomllib
from pathlib import Path

import pytest

import odkit
from conftest import MART, ROOT
from odkit import ldif
from odkit.comparison import changes, diff, diff_ldif
from odkit.directory import home_of
from odkit.errors import InputError, OdkitError, UsageError
from odkit.files import OutputFolder, write_file
from odkit.hostrefs import plan_rewrite
from odkit.hostrefs._match import Matcher
from odkit.hostrefs.rewrite_scripts import rewrite_files
from odkit.kerberos import read_kdc_log
from odkit.live.check import check_live
from odkit.lkdc.realm import read_certificates
from odkit.project import Project, Server, first_plan
from odkit.redaction import is_private, is_secret, mask_urls
from odkit.servers import check_tree, tree_of_project
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
    stays = ["live.example.com"]
    plan = odkit.plan_purge(both, odkit.read_principals(names), retire=["old.example.com"], keep=stays, realm=R)
    assert not plan.slots
    assert any("which stays; the slot must stay" in d.reason and d.command is None for d in plan.review)
    one = odkit.open((HEAD + computer("old.example.com")).encode())
    alone = odkit.plan_purge(one, odkit.read_principals(names), retire=["old.example.com"], keep=stays, realm=R)
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
    plan = odkit.plan_purge(
        odkit.open(entry.encode()),
        retire=["old.example.com"],
        keep=["live.example.com"],
        realm=R,
        options=odkit.PurgeOptions(allow_large=True),
    )
    assert (plan.delete, plan.authdata) == ((), ())
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
        found = diff(f"{self.USER}userPassword: secret\n\n".encode(), f"{other}userPassword: secret\n\n".encode())
        assert [c.changetype for c in changes(found)] == ["delete", "add"]
        made = diff_ldif(found)
        assert (b"changetype" in made.data, made.secrets) == (False, 1)

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

    @pytest.mark.parametrize("text", ["a." * 6_000, "a" * 12_000, "a://b:" * 2_000, "a://b:" * 2_000 + "@", "@" + "x://" * 3_000])
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


GROUP = "dn: cn=staff,cn=groups,dc=od,dc=example,dc=com\nobjectClass: apple-group\ncn: staff\n"
WIFI = (
    "<?xml version='1.0'?><plist version='1.0'><dict><key>mcx_application_data</key><dict><key>com.example.wifi</key><dict><key>Forced</key>"
    "<array><dict><key>mcx_preference_settings</key><dict><key>Password</key><string>hunter2</string></dict></dict></array></dict></dict></dict></plist>"
)


def test_inspect_counts_domains_and_shows_no_policy() -> None:
    od = odkit.open(f"{HEAD}{GROUP}apple-mcxsettings: junk\napple-mcxsettings: {WIFI}\n\n".encode())
    report = odkit.inspect(od)
    assert report.summary["mcx"]["domains"] == {"com.example.wifi": 1}
    assert "hunter2" not in str(report.as_json())


@pytest.mark.parametrize(
    ("value", "private"),
    [
        (b"<!DOCTYPE plist><plist><dict><key>Password</key><string>x</string></dict></plist>", True),
        (b"\xef\xbb\xbf<plist><dict><key>WPAKey</key><string>x</string></dict></plist>", True),
        (b"&lt;plist&gt;&lt;dict&gt;&lt;key&gt;Password&lt;/key&gt;&lt;string&gt;x&lt;/string&gt;", True),
        (b"<dict><key>kPassword</key><string>x</string></dict>", True), (b"bplist00", True),
        (b"<key>Pass&#119;ord</key>", True), (b"<key><![CDATA[Password]]></key>", True), (b"&amp;lt;key&amp;gt;Password&amp;lt;/key&amp;gt;", True), (b"\xff\xfe<\0", True),
        (b"<plist><dict><key>Dock</key><string>x</string></dict></plist>", False), (b"host.example.com", False),
    ],
)  # fmt: skip
def test_a_secret_in_any_form_of_a_plist(value: bytes, private: bool) -> None:
    assert is_private("apple-xmlplist", value) is private


def test_secret_attributes_are_secret_by_their_oids() -> None:
    schema = (ROOT / "odkit" / "carrying" / "openldap" / "apple.schema").read_text()
    found = {name: oid for oid, name in re.findall(r"attributetype\s*\(\s*([0-9.]+)\s+NAME\s+\(?\s*'([^']+)'", schema)}
    secret = [name for name in found if is_secret(name)]
    assert len(secret) > 5
    assert [name for name in secret if not is_secret(found[name])] == []


class TestDamageIsNeverSilent:
    def test_a_line_that_is_none(self, tmp_path: Path) -> None:
        good = f"{HEAD}{GROUP}description: a\n\n"
        bad = good.replace("description: a", "JUNK LINE\ndescription: a")
        for one, other in [(good, bad), (bad, good), (bad, bad)]:
            found = diff([one.encode()], [other.encode()])
            assert "OD001" in {f.code for f in found.findings}, (one, other)
            assert found.operational == 0

    def test_base64_that_is_none(self) -> None:
        good = f"{HEAD}{GROUP}userPassword: a\n\n"
        found = diff([good.encode()], [good.replace("userPassword: a", "userPassword:: !!!!").encode()])
        assert "OD002" in {f.code for f in found.findings}

    def test_the_manifest_of_a_folder(self, tmp_path: Path) -> None:
        data = f"{HEAD}{GROUP}\n".encode()
        (tmp_path / "export.ldif").write_bytes(data)
        line = f"file export.ldif status 1 entries 2 bytes {len(data)} sha1 -"
        (tmp_path / "MANIFEST").write_text(f"odkit-collect 1\n{line}\nend\n")
        found = diff([tmp_path], [tmp_path])
        assert {f.code for f in found.findings} == {"OD011"}

    def test_operational_alone_is_what_it_says(self) -> None:
        plain = f"{HEAD}{GROUP}description: ann\n\n"
        assert diff([plain.encode()], [plain.replace("description: ann", "description:: YW5u").encode()]).operational == 0
        assert diff([f"{HEAD}{GROUP}entryCSN: 1\n\n".encode()], [f"{HEAD}{GROUP}entryCSN: 2\n\n".encode()]).operational == 1

    def test_glued_records_are_not_merged(self) -> None:
        od = odkit.open(f"{HEAD}{GROUP}dn: cn=b,cn=groups,dc=od,dc=example,dc=com\ncn: b\n\n".encode())
        assert od.groups["staff"].names == ("staff",)
        assert "b" not in od.groups
        assert "OD001" in {f.code for f in od.findings}

    def test_a_record_that_stands_twice_is_in_records(self) -> None:
        od = odkit.open(f"{HEAD}{GROUP}\n{GROUP}description: second\n\n".encode())
        assert [r.text("description") for r in od.records()] == [None, None, "second"]

    def test_a_file_that_changes_while_it_is_read(self, tmp_path: Path) -> None:
        path = tmp_path / "e.ldif"
        path.write_text(HEAD + "".join(GROUP.replace("staff", f"g{i:05}") + "\n" for i in range(3000)))

        def change(_name: str, _done: int, _total: int | None) -> None:
            with path.open("r+b") as file:
                file.seek(5)
                file.write(b"EVIL")

        with pytest.raises(InputError, match="changed while"):
            odkit.open(path, progress=change)


def test_a_rename_needs_a_guid_of_its_own() -> None:
    def group(name: str) -> str:
        return f"dn: cn={name},cn=groups,dc=x\ncn: {name}\napple-generateduid: G\n\n"

    found = diff([f"dn: dc=x\ndc: x\n\n{group('a')}{group('b')}".encode()], [f"dn: dc=x\ndc: x\n\n{group('a')}{group('c')}".encode()])
    assert sorted(str(each.kind) for each in found.records) == ["added", "removed"]


def test_a_change_record_that_was_changed_is_written_as_it_is_now() -> None:
    [record] = ldif.read(b"dn: cn=a,dc=x\nchangetype: add\ncn: a\n\n")
    assert isinstance(record, ldif.ChangeRecord)
    assert ldif.dump([record]) == b"dn: cn=a,dc=x\nchangetype: add\ncn: a\n\n"
    assert b"dn: cn=b,dc=x" in ldif.dump([dataclasses.replace(record, dn="cn=b,dc=x")])
    assert record.attributes is not None
    record.attributes["cn"].append(b"zzz")
    assert b"cn: zzz" in ldif.dump([record])
    bad = ldif.ChangeRecord("cn=a", "modify", changes=(ldif.Modification("add\ndelete", "cn", (b"x",)),))
    with pytest.raises(UsageError, match="not an operation"):
        ldif.dump([bad])
    with pytest.raises(InputError):
        list(ldif.read(b"dn: cn=a\nchangetype: modify\ndelete: foo bar:x\n-\n"))


class TestNoOtherException:
    def test_paths(self, tmp_path: Path) -> None:
        for name in ["x" * 300, str(tmp_path / "no" / "such"), f"{__file__}/x", "a\0b"]:
            with pytest.raises(InputError):
                odkit.open(name)
            with pytest.raises(OdkitError):
                write_file(Path(name) / "x", b"")
        folder = OutputFolder(tmp_path / "out")
        assert folder.write("a/b/c", b"x").read_bytes() == b"x"

    def test_force_clears_what_is_odkits(self, tmp_path: Path) -> None:
        folder = OutputFolder(tmp_path / "out")
        folder.write("a\u2028b", b"x")
        (tmp_path / "out" / ".a.0123abcd.odkit-tmp").write_bytes(b"left over by a run that was killed")
        OutputFolder(tmp_path / "out", force=True)
        assert list((tmp_path / "out").iterdir()) == []

    def test_an_object_that_can_only_read(self) -> None:
        class Stream:
            def __init__(self) -> None:
                self.parts = [b"d", b"n: dc=x\n", b"dc: x\n"]

            def read(self, size: int = -1) -> bytes:
                return self.parts.pop(0) if self.parts else b""

        assert [e.dn for e in ldif.read(Stream())] == ["dc=x"]  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["a://b:1 ", "a://b:1/", "a://b:x\n", "<url>", "a://"])
def test_hostile_texts_cost_no_more_than_linear(text: str) -> None:
    def cost(count: int) -> float:
        data = text * count + " @"
        start = time.process_time()
        mask_urls(data)
        home_of(data, None)
        return time.process_time() - start

    assert min(cost(8_000) for _ in range(2)) < 12 * max(min(cost(2_000) for _ in range(3)), 0.005)


class TestPasswordRecords:
    SLOTS = ("0x48a1b2c3d4e5f60718293a4b5c6d7e01", "0x48a1b2c3d4e5f60718293a4b5c6d7e02")
    POLICY = (
        "<plist><dict><key>policyCategoryAuthentication</key><array><dict><key>policyIdentifier</key><string>p</string>"
        "<key>policyContent</key><string>policyAttributeFailedAuthentications &lt; policyAttributeMaximumFailedAuthentications</string>"
        "<key>policyParameters</key><dict><key>policyAttributeMaximumFailedAuthentications</key><integer>5</integer></dict></dict></array></dict></plist>"
    )

    def domain(self, *authorities: str, own: str = "", access: str = "") -> odkit.Directory:
        guid = "48a1b2c3-d4e5-f607-1829-3a4b5c6d7e01"
        lines = "".join(f"authAuthority: {each}\n" for each in authorities)
        user = f"dn: uid=ann,cn=users,dc=od,dc=example,dc=com\nobjectClass: inetOrgPerson\nuid: ann\nuidNumber: 1\n{lines}\n"
        auth = f"dn: authGUID={guid},cn=users,cn=authdata\nauthGUID: {guid}\ncmusaslsecretCRAM-MD5: x\nuid: ann\n{own}\n"
        auth += f"dn: cn=access,cn=authdata\ncn: access\n{access}\n"
        return odkit.open((HEAD + user + auth).encode())

    def pointer(self, number: int = 0) -> str:
        return f";ApplePasswordServer;{self.SLOTS[number]},1024 35 1 root@h:10.0.0.1"

    def codes(self, before: odkit.Directory, after: odkit.Directory) -> list[str]:
        found = odkit.verify_passwords(before, after)
        return sorted({f.code for f in found.findings if f.code >= "OD350"})

    def test_account_policies_of_a_user_and_of_all(self) -> None:
        value = f"apple-accountpolicy: {self.POLICY}\n"
        looser = value.replace("<integer>5<", "<integer>500<")
        one = self.pointer()
        assert self.codes(self.domain(one, own=value), self.domain(one, own=value)) == []
        assert self.codes(self.domain(one, own=value), self.domain(one)) == ["OD360"]
        assert self.codes(self.domain(one, own=value), self.domain(one, own=looser)) == ["OD372"]
        assert self.codes(self.domain(one, access=value), self.domain(one, access=looser)) == ["OD372"]
        broken = value.replace("<array>", "").replace("</array>", "")
        assert (
            self.codes(
                self.domain(one, access=value),
                self.domain(
                    one, access=broken.replace("<dict><key>policyIdentifier", "<string>x</string><key>y</key><dict><key>policyIdentifier")
                ),
            )
            != []
        )

    def test_slots_and_authorities(self) -> None:
        a, b = self.pointer(0), self.pointer(1)
        kerberos, shadow = ";Kerberosv5;;ann@R;R;", ";ShadowHash;HASHLIST:<SALTED-SHA1,SMB-NT>"
        assert self.codes(self.domain(a, b), self.domain(a, b)) == []
        assert self.codes(self.domain(a, b), self.domain(b)) == ["OD354", "OD357"]
        assert "OD353" in self.codes(self.domain(a, b), self.domain(b, a))
        assert self.codes(self.domain(a, kerberos, shadow), self.domain(shadow, kerberos, a)) == ["OD368"]
        assert self.codes(self.domain(a, shadow), self.domain(a, ";ShadowHash;BetterHashOnly")) == ["OD368"]
        assert self.codes(self.domain(a, own="historyData: x\n"), self.domain(a)) == ["OD360"]

    def test_a_certificate_is_no_principal(self) -> None:
        cert = f";Kerberosv5Cert;;{'A' * 40}@R;R;"
        od = self.domain(self.pointer(), cert, ";Kerberosv5;;ann@R;R;")
        assert "OD308" not in {f.code for f in odkit.verify_passwords(od).findings}

    def test_a_second_slot_is_claimed(self) -> None:
        od = self.domain(self.pointer(1), self.pointer(0))
        assert "OD312" not in {f.code for f in odkit.verify_passwords(od).findings}


class TestNamesInText:
    @pytest.mark.parametrize(
        ("host", "text", "hits"),
        [
            ("xserve1.example.com", "afp://xserve1.example.com/S and x\u017ferve1.example.com", 1),
            ("k.example.com", "\u212a.example.com k.EXAMPLE.com", 1),
            ("2001:db8::10", "2001:db8::10:5 fe80:2001:db8::10 [2001:db8::10] 2001:db8::10", 2),
            ("10.0.0.1", "10.0.0.11 110.0.0.1 10.0.0.1.5 10.0.0.1", 1),
        ],
    )  # fmt: skip
    def test_whole(self, host: str, text: str, hits: int) -> None:
        assert len(list(Matcher([host]).find(text))) == hits


class TestCertificates:
    def test_odd_input(self) -> None:
        with pytest.raises(InputError):
            read_certificates(b"\x30\x00")
        with pytest.raises(InputError, match="no end"):
            read_certificates(b"-----BEGIN CERTIFICATE-----\n" * 3)

    def test_cost(self) -> None:
        def cost(count: int) -> float:
            start = time.process_time()
            with pytest.raises(InputError):
                read_certificates(b"-----BEGIN X-----\n-----END X-----\n" * count + b"-----BEGIN X-----")
            return time.process_time() - start

        assert min(cost(2_000) for _ in range(2)) < 12 * max(min(cost(500) for _ in range(2)), 0.005)


def test_a_first_plan_carries_any_text(tmp_path: Path) -> None:
    share = "/Volumes/\U0001f4be \x7f \u2028"
    data = f"dn: cn=h.example.com:{share},cn=mounts,dc=od,dc=example,dc=com\ncn: h.example.com:{share}\nmountType: url\n\n"
    text = first_plan(odkit.open((HEAD + data).encode("utf-8", "surrogateescape")), ["e.ldif"])
    tomllib.loads(text)


def test_logins_that_can_be_tried_nowhere() -> None:
    with pytest.raises(UsageError, match="nowhere"):
        check_live([], users=[("ann", "x")])


def test_a_url_in_a_change_record_is_said() -> None:
    reader = ldif.Reader(b"dn: cn=a\nchangetype: add\ncn:< file:///etc/passwd\n", strict=False)
    [record] = list(reader)
    assert isinstance(record, ldif.ChangeRecord)
    assert [f.code for f in reader.findings] == ["OD006"]


def test_homes_on_no_mount_are_said_once_and_alike() -> None:
    home = "homeDirectory: /Network/Servers/gone.example.com/Homes/ann\n"
    data = f"{HEAD}dn: uid=ann,cn=users,dc=od,dc=example,dc=com\nobjectClass: inetOrgPerson\nuid: ann\nuidNumber: 1\n{home}\n".encode()
    alone, pair = (odkit.verify(*[odkit.open(data)] * count).findings for count in (1, 2))
    assert (
        [f.code for f in alone if "gone.example.com" in f.message] == ["OD730"] == [f.code for f in pair if "gone.example.com" in f.message]
    )


@pytest.mark.parametrize(("exponent", "generation"), [("35", 1), ("65537", 2), ("3", None)])
def test_generation_by_the_exponent_that_is_known(exponent: str, generation: int | None) -> None:
    pointer = f"authAuthority: ;ApplePasswordServer;{SLOT},1024 {exponent} 1 root@h:10.0.0.1\n"
    user = f"dn: uid=ann,cn=users,dc=od,dc=example,dc=com\nobjectClass: inetOrgPerson\nuid: ann\n{pointer}\n"
    assert odkit.open((HEAD + user).encode()).generation == generation


class TestAliases:
    def test_what_would_go_as_an_alias_of_a_live_server_is_for_a_person(self) -> None:
        names = f"krbtgt/{R}@{R}\nhost/mail.example.com@{R}\nhost/old.example.com@{R}\nhost/live.example.com@{R}\n".encode()
        od = odkit.open((HEAD + computer("live.example.com")).encode())
        plan = odkit.plan_purge(
            od,
            odkit.read_principals(names),
            retire=["mail.example.com", "old.example.com"],
            keep=["live.example.com"],
            realm=R,
            options=odkit.PurgeOptions(aliases={"mail.example.com": "live.example.com"}),
        )
        assert [str(d.principal) for d in plan.delete] == [f"host/old.example.com@{R}"]
        assert any("mail.example.com" in d.subject for d in plan.review)

    def test_keys_that_the_plan_leaves_to_a_person_stay_in_the_keytab(self) -> None:
        klist = "Keytab name: FILE:/etc/krb5.keytab\nKVNO Principal\n---- ---\n"
        rows = "".join(f"   3 host/{host}@{R}\n" for host in ("live.example.com", "gone.example.com"))
        names = f"krbtgt/{R}@{R}\nhost/gone.example.com@{R}\nhost/live.example.com@{R}\n".encode()
        log = f"Nov 1 10:00:00 kdc krb5kdc[1](info): TGS_REQ (1 etypes {{18}}) 10.0.0.9: ISSUE: authtime 1, etypes {{rep=18}}, ann@{R} for host/gone.example.com@{R}\n"
        od = odkit.open((HEAD + computer("live.example.com")).encode())
        inventories = [odkit.read_principals(names), odkit.read_principals((klist + rows).encode())]
        logs = odkit.PurgeOptions(kdc_logs=[read_kdc_log(log.encode())])
        asked = odkit.plan_purge(od, inventories, retire=["gone.example.com"], keep=["live.example.com"], realm=R, options=logs)
        assert (asked.delete, [keytab.remove for keytab in asked.keytabs]) == ((), [()])
        assert "still asked for" in asked.keytabs[0].refused[0].reason
        free = odkit.plan_purge(od, inventories, retire=["gone.example.com"], keep=["live.example.com"], realm=R)
        assert [len(keytab.remove) for keytab in free.keytabs] == [1]
