"""Plans from several inventories, and from a directory that holds the principals itself."""

from __future__ import annotations

from pathlib import Path

import pytest

import build_authdata as lion
import odkit
from build import HEAD, od, with_slot
from build import REALM as R
from conftest import MART
from odkit.errors import UsageError
from odkit.kerberos.kdclog import read_kdc_log


class TestSeveralInventories:
    LISTED = MART / "leftover" / "listprincs.txt"

    def keytab(self, *hosts: str) -> odkit.Inventory:
        lines = [f"   1 host/{host}@MEDICALMART.EXAMPLE.COM\n" for host in hosts]
        return odkit.read_principals(f"Keytab name: FILE:/etc/krb5.keytab\nKVNO Principal\n----\n{''.join(lines)}".encode())

    def test_inference_alone_leaves_what_a_live_host_holds(self, retired: list[str]) -> None:
        """A name whose key stands in a live host's keytab is deleted only when somebody names that host."""
        od, before = (odkit.open(MART / stage / "export.ldif") for stage in ("leftover", "before"))
        listed = odkit.read_principals(self.LISTED)
        inferred = odkit.plan_purge(od, listed, before=[before], options=odkit.PurgeOptions(allow_large=True))
        host = inferred.delete[0].host
        live = next(v.host for v in inferred.hosts.values() if v.verdict == "live")
        keytab = self.keytab(host, live)
        held = odkit.plan_purge(od, [listed, keytab], before=[before], options=odkit.PurgeOptions(allow_large=True))
        name = f"host/{host}@MEDICALMART.EXAMPLE.COM".encode()
        assert {d.text for d in inferred.delete} - {d.text for d in held.delete} == {name}
        [decision] = [d for d in held.review if d.principal == name]
        assert f"keytab of the live host {live}" in decision.reason
        named = odkit.plan_purge(od, [listed, keytab], retire=retired)
        assert name in {d.text for d in named.delete}
        assert [bytes(p) for p in named.keytabs[0].remove] == [name]
        assert named.as_json()["keytabs"] == [{"path": "<bytes>", "remove": [name.decode()], "refused": []}]
        # a stale keytab alone proves nothing
        assert len(
            odkit.plan_purge(od, [listed, self.keytab(host)], before=[before], options=odkit.PurgeOptions(allow_large=True)).delete
        ) == len(inferred.delete)

    def test_lists_that_differ(self, retired: list[str]) -> None:
        od = odkit.open(MART / "leftover" / "export.ldif")
        data = self.LISTED.read_bytes()
        lines = data.split(b"\n")
        one, other = (
            odkit.read_principals(data),
            odkit.read_principals(b"\n".join([*lines[:-2], b"host/new.example.com@MEDICALMART.EXAMPLE.COM", b""])),
        )
        plan = odkit.plan_purge(od, [one, other], retire=retired)
        found = [f.message for f in plan.findings if f.code == "OD208"]
        assert len(found) == 2
        assert any(f.startswith(f"1 principal in <bytes> and not in <bytes>: {lines[-2].decode()}.") for f in found)
        assert plan.inventory_size == len(one) + 1
        lists = [*plan.keep, *plan.review, *plan.refused]
        assert len(plan.delete) + sum(d.principal is not None for d in lists) == plan.inventory_size

    def test_a_keytab_beside_the_kdc(self, retired: list[str]) -> None:
        od = odkit.open(MART / "leftover" / "export.ldif")
        plan = odkit.plan_purge(od, [odkit.read_principals(self.LISTED), self.keytab("nowhere.example.com")], retire=retired)
        [found] = [f.message for f in plan.findings if f.code == "OD209"]
        assert found.startswith(f"1 principal in the keytab and not in {self.LISTED}: host/nowhere.example.com@MEDICALMART.EXAMPLE.COM.")

    def test_a_name_that_is_still_asked_for(self, retired: list[str]) -> None:
        od, listed = odkit.open(MART / "leftover" / "export.ldif"), odkit.read_principals(self.LISTED)
        plan = odkit.plan_purge(od, listed, retire=retired)
        name = plan.delete[0].text.decode()
        line = "Nov 19 08:12:31 kdc krb5kdc[9](info): TGS_REQ (4 etypes {18 17}) 10.0.1.5: {}: authtime 1, {}ann@R for {}{}\n"
        log = line.replace("{}", "ISSUE", 1).replace("{}", "etypes {rep=18}, ", 1).replace("{}", name, 1).replace("{}", "")
        log += (
            line.replace("{}", "LOOKING_UP_SERVER", 1)
            .replace("{}", "", 1)
            .replace("{}", name, 1)
            .replace("{}", ", Server not found in Kerberos database")
        )
        asked = odkit.plan_purge(od, listed, retire=retired, options=odkit.PurgeOptions(kdc_logs=[read_kdc_log(log.encode())]))
        assert {d.text for d in plan.delete} - {d.text for d in asked.delete} == {name.encode()}
        [decision] = [d for d in asked.review if d.principal == name.encode()]
        assert decision.reason.startswith("still asked for 2 times, last on Nov 19 08:12:31 by ann@R from 10.0.1.5 (<bytes>:2)")


class TestLion:
    """10.7 and later: principals are values of records."""

    def plan(self) -> odkit.PurgePlan:
        return odkit.plan_purge(odkit.open(lion.main(), lion.auth()), retire=["old.example.com", "gone.example.com"])

    def test_each_case(self) -> None:
        plan = self.plan()
        assert [(c.action, c.entry.dn[9:45], c.value) for c in plan.authdata] == [
            ("delete-value", f"{lion.guid(2)}", b"host/old.example.com@LION.EXAMPLE.COM"),
            ("delete", f"{lion.guid(5)}", b"cifs/old.example.com@LION.EXAMPLE.COM"),
        ]
        assert [d.text.split(b"@")[0] for d in plan.delete] == [b"host/old.example.com", b"host/gone.example.com", b"cifs/old.example.com"]
        reasons = {(d.principal or b"").split(b"@")[0]: d.reason for d in plan.review}
        assert "rename the record" in reasons[b"afpserver/old.example.com"]
        assert "mail.example.com$" in reasons[b"imap/old.example.com"]
        assert plan.authdata[0].dscl == (
            "/System/Library/PrivateFrameworks/Heimdal.framework/Helpers/hod-admin", "/LDAPv3/127.0.0.1", "alias-remove",
            "/Computers/od.example.com$", "host/old.example.com@LION.EXAMPLE.COM",
        )  # fmt: skip
        assert not any("kadmin" in (d.command or "") for d in plan.review)

    def test_targets(self, tmp_path: Path) -> None:
        plan = self.plan()
        for target in ("10.6", "heimdal"):
            with pytest.raises(UsageError, match="does not fit"):
                odkit.write_plan(plan, tmp_path / "out", target=target)
        names = [p.name for p in odkit.write_plan(plan, tmp_path / "out", target="10.7+")]
        assert names[:5] == ["plan.json", "PLAN.txt", "remove-aliases.sh", "remove-aliases.ldif", "restore-aliases.ldif"]
        assert not any("kadmin" in path.read_text() for path in (tmp_path / "out").glob("*.sh"))
        for path in (tmp_path / "out").iterdir():
            assert path.is_dir() or b"draft-krbKeySet" not in path.read_bytes()


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
    assert "also has host/live.example.com" in plan.review[0].reason


class TestAliases:
    def test_what_would_go_as_an_alias_of_a_live_server_is_for_a_person(self) -> None:
        names = f"krbtgt/{R}@{R}\nhost/mail.example.com@{R}\nhost/old.example.com@{R}\nhost/live.example.com@{R}\n".encode()
        domain = od(with_slot("live.example.com"))
        plan = odkit.plan_purge(
            domain,
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
        domain = od(with_slot("live.example.com"))
        inventories = [odkit.read_principals(names), odkit.read_principals((klist + rows).encode())]
        logs = odkit.PurgeOptions(kdc_logs=[read_kdc_log(log.encode())])
        asked = odkit.plan_purge(domain, inventories, retire=["gone.example.com"], keep=["live.example.com"], realm=R, options=logs)
        assert (asked.delete, [keytab.remove for keytab in asked.keytabs]) == ((), [()])
        assert "still asked for" in asked.keytabs[0].refused[0].reason
        free = odkit.plan_purge(domain, inventories, retire=["gone.example.com"], keep=["live.example.com"], realm=R)
        assert [len(keytab.remove) for keytab in free.keytabs] == [1]

    def test_a_name_with_a_blank_is_asked_for_in_the_spelling_of_either_kdc(self) -> None:
        head = f"Authenticating as principal root/admin@{R} with password.\n"
        names = odkit.read_principals(f"{head}krbtgt/{R}@{R}\nmy svc/gone.example.com@{R}\nhost/live.example.com@{R}\n".encode())
        mit = (
            "Nov 1 10:00:00 kdc krb5kdc[1](info): TGS_REQ (1 etypes {{18}}) 10.0.0.9: ISSUE: authtime 1, etypes {{rep=18}}, ann@{} for {}\n"
        )
        heimdal = "2016-07-06T15:02:49 TGS-REQ ann@{} from IPv4:10.0.0.9 for {} [canonicalize]\n"
        for line, name in ((mit, "my svc"), (heimdal, "my\\ svc")):
            log = read_kdc_log(line.format(R, f"{name}/gone.example.com@{R}").encode())
            for logs, left in (([], 1), ([log], 0)):
                options = odkit.PurgeOptions(services=["my svc"], kdc_logs=logs)
                plan = odkit.plan_purge(od(with_slot("live.example.com")), names, retire=["gone.example.com"], keep=["live.example.com"], realm=R, options=options)  # fmt: skip
                assert len(plan.delete) == left, line
