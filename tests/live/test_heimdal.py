"""The scripts for a Heimdal KDC and for keytabs, run by sh against the real programs."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import odkit
from conftest import needs
from live.conftest import REALM, SHELLS, Kdc, fresh_heimdal
from live.hostile import domain, heimdal_text, random_names, sh
from odkit.kerberos import Principal
from odkit.names import is_host_name
from odkit.rehearsal.heimdal import ScratchHeimdal
from odkit.rehearsal.kdc import ScratchRealm
from property.strategies import HOSTILE

pytestmark = pytest.mark.live

R = REALM.encode()


@pytest.mark.parametrize(("shell", "seed"), [("dash", 11), ("bash", 12), ("zsh", 13)])
def test_hostile_names(heimdal_prefix: None, tmp_path: Path, shell: str, seed: int) -> None:
    """Before minus after is the plan; no glob ever matches another name; the way back brings all of them."""
    needs(SHELLS[shell][0])
    hosts = [h for h in dict.fromkeys([*HOSTILE, *random_names(seed, 30)]) if b"\0" not in h]
    whole = shell == "dash"  # adding one name takes as long as all scripts together; the other shells get a third of them
    hosts = hosts if whole else hosts[seed % 3 :: 3]
    names = [Principal((b"host", h), R) for h in hosts] + [Principal((h, b"gone.example.com"), R) for h in hosts]
    names += [
        Principal((b"host", n), R) for n in (b"a", b"b", b"lead", b"trail", b"aa", b"ab", b"x", b"live.example.com", b"gone.example.com")
    ]
    with fresh_heimdal() as realm:
        # what kadmin cannot name cannot be in its database
        realm.add_those_it_can(heimdal_text(name) for name in dict.fromkeys(names) if len(bytes(name)) < 900)
        (tmp_path / "list").write_bytes(realm.listing())
        inventory = odkit.read_principals(tmp_path / "list", realm=REALM)
        assert len(inventory) > (150 if whole else 50)
        texts = [h.decode("utf-8", "surrogateescape") for h in hosts]
        retire = [*filter(is_host_name, texts), "gone.example.com"]  # a caller who gives another one is told so
        services = [h.decode("utf-8", "surrogateescape") for h in hosts if h and b"/" not in h and b"@" not in h]
        plan = odkit.plan_purge(
            odkit.open(domain()), inventory, retire=retire, realm=REALM, options=odkit.PurgeOptions(services=services, allow_large=True)
        )
        assert len(plan.delete) > (30 if whole else 10)
        assert plan.refused
        odkit.write_plan(plan, tmp_path / "purge", target="heimdal")
        script = tmp_path / "purge" / "purge-principals.sh"
        assert script.read_bytes().isascii()
        before = set((tmp_path / "list").read_bytes().split(b"\n"))
        dry = sh(realm, shell, str(script), "--rehearsal")
        assert (dry.returncode, dry.stderr) == (0, "")
        assert set(realm.listing().split(b"\n")) == before
        done = sh(realm, shell, str(script), "--apply", "--rehearsal")
        assert done.returncode == 0, (done.stdout[-500:], done.stderr[-500:])
        assert before - set(realm.listing().split(b"\n")) == {d.text for d in plan.delete}
        again = sh(realm, shell, str(script), "--apply", "--rehearsal")
        assert again.returncode == 0
        assert "nothing to delete: 0 deleted" in again.stdout
        back = sh(
            realm, shell, str(tmp_path / "purge/restore/restore-principals.sh"), "--apply", "--rehearsal", str(tmp_path / "purge/backup-1")
        )
        assert back.returncode == 0, (back.stdout[-500:], back.stderr[-500:])
        assert set(realm.listing().split(b"\n")) == before


def test_a_changed_kdc_stops_it(heimdal_prefix: None, tmp_path: Path) -> None:
    with fresh_heimdal() as realm:
        realm.add([b"host/gone.example.com", b"host/live.example.com"])
        plan = odkit.plan_purge(odkit.open(domain()), odkit.read_principals(realm.dump()), retire=["gone.example.com"], realm=REALM)
        odkit.write_plan(plan, tmp_path / "purge", target="heimdal")
        realm.add([b"host/new.example.com"])
        done = sh(realm, "dash", str(tmp_path / "purge/purge-principals.sh"), "--apply", "--rehearsal")
        assert done.returncode == 3
        assert "host/new.example.com@MEDICALMART.EXAMPLE.COM" in done.stderr
        assert b"host/gone.example.com" in realm.listing()


def test_a_list_without_krbtgt_is_not_the_whole_list(heimdal_prefix: None, tmp_path: Path) -> None:
    with fresh_heimdal() as realm:
        realm.add([b"host/gone.example.com", b"host/live.example.com"])
        plan = odkit.plan_purge(odkit.open(domain()), odkit.read_principals(realm.dump()), retire=["gone.example.com"], realm=REALM)
        odkit.write_plan(plan, tmp_path / "purge", target="heimdal")
        realm.kadmin("delete", f"krbtgt/{REALM}@{REALM}")
        done = sh(realm, "dash", str(tmp_path / "purge/purge-principals.sh"), "--apply", "--rehearsal")
        assert done.returncode == 3
        assert "the list has no krbtgt principal" in done.stderr
        assert b"host/gone.example.com" in realm.listing()


KEYTAB = [
    Principal((service, host), R)
    for service in (b"host", b"cifs", b"afpserver")
    for host in (b"gone.example.com", b"live.example.com", b"verygone.example.com")
]


def test_a_keytab_of_mit(kdc: Kdc, tmp_path: Path) -> None:
    kdc.realm.add(map(bytes, KEYTAB))
    keytab = tmp_path / "krb5.keytab"
    kdc.realm.kadmin([b'ktadd -k %s -norandkey "%s"' % (bytes(keytab), bytes(p)) for p in KEYTAB])
    plan = odkit.plan_purge(
        odkit.open(domain()),
        [odkit.read_principals(kdc.realm.dump()), odkit.read_principals(keytab)],
        retire=["gone.example.com"],
        realm=REALM,
    )
    assert [p.host for p in plan.keytabs[0].remove] == ["gone.example.com"] * 3
    assert len(plan.delete) == 3
    odkit.write_plan(plan, tmp_path / "purge", target="10.5")
    script = str(tmp_path / "purge" / "clean-keytab-1.sh")
    before = keytab.read_bytes()
    dry = kdc.sh(script, "--rehearsal", "--keytab", str(keytab))
    assert (dry.returncode, dry.stderr, keytab.read_bytes()) == (0, "", before)
    assert "would be: 3 removed, 0 absent" in dry.stdout
    for shell in ("dash", "bash", "zsh"):
        keytab.write_bytes(before)
        done = kdc.sh(script, "--apply", "--rehearsal", "--keytab", str(keytab), shell=SHELLS[shell])
        assert done.returncode == 0, (done.stdout, done.stderr)
        left = {row.principal for row in odkit.read_principals(keytab).listed}
        assert left == {p for p in KEYTAB if p.host != "gone.example.com"}
        again = kdc.sh(script, "--apply", "--rehearsal", "--keytab", str(keytab), shell=SHELLS[shell])
        assert "nothing to remove: 0 removed, 3 absent" in again.stdout
    assert (tmp_path / "krb5.keytab.odkit-1").read_bytes() == before
    # the keytab of another machine, and one that has got a further name since
    kdc.realm.add([b"host/late.example.com"])
    (tmp_path / "more").write_bytes(before)
    for name, key in (("other", b"host/live.example.com"), ("more", b"host/late.example.com")):
        kdc.realm.kadmin([b'ktadd -k %s -norandkey "%s"' % (bytes(tmp_path / name), key)])
        was = (tmp_path / name).read_bytes()
        other = kdc.sh(script, "--apply", "--rehearsal", "--keytab", str(tmp_path / name))
        assert other.returncode == 3
        assert "is not the keytab that the plan was made from" in other.stderr
        assert (tmp_path / name).read_bytes() == was


def test_a_keytab_of_heimdal(heimdal_prefix: None, tmp_path: Path) -> None:
    with fresh_heimdal() as realm:
        realm.add(map(bytes, KEYTAB))
        keytab = tmp_path / "krb5.keytab"
        realm.kadmin("ext_keytab", "-k", f"FILE:{keytab}", "--", *map(bytes, KEYTAB))
        plan = odkit.plan_purge(
            odkit.open(domain()),
            [odkit.read_principals(realm.dump()), odkit.read_principals(keytab)],
            retire=["gone.example.com"],
            realm=REALM,
        )
        odkit.write_plan(plan, tmp_path / "purge", target="heimdal")
        script = str(tmp_path / "purge" / "clean-keytab-1.sh")
        done = sh(realm, "dash", script, "--apply", "--rehearsal", "--keytab", str(keytab))
        assert done.returncode == 0, (done.stdout, done.stderr)
        assert {row.principal for row in odkit.read_principals(keytab).listed} == {p for p in KEYTAB if p.host != "gone.example.com"}


def test_a_name_with_aliases_is_not_deleted(heimdal_prefix: None, tmp_path: Path) -> None:
    """A principal goes with its aliases, which no plain list shows: the script asks before it deletes."""
    with fresh_heimdal() as realm:
        realm.add([b"host/gone.example.com", b"host/live.example.com"])
        realm.kadmin("modify", f"--alias=host/other.example.com@{REALM}", "host/gone.example.com")
        inventory = odkit.read_principals(realm.listing(), realm=REALM)
        plan = odkit.plan_purge(odkit.open(domain()), inventory, retire=["gone.example.com"], realm=REALM)
        assert len(plan.delete) == 1
        odkit.write_plan(plan, tmp_path / "purge", target="heimdal")
        done = sh(realm, "dash", str(tmp_path / "purge/purge-principals.sh"), "--apply", "--rehearsal")
        assert done.returncode == 3
        assert "host/other.example.com" in done.stderr
        assert b"host/gone.example.com" in realm.listing()


def test_a_member_has_no_database_of_the_realm(kdc: Kdc, tmp_path: Path) -> None:
    """kadmin.local edits a keytab only where it can open a database: of the machine's Local KDC, when it is told."""
    kdc.realm.add(map(bytes, KEYTAB))
    keytab = tmp_path / "krb5.keytab"
    kdc.realm.kadmin([b'ktadd -k %s -norandkey "%s"' % (bytes(keytab), bytes(p)) for p in KEYTAB])
    inventories = [odkit.read_principals(kdc.realm.dump()), odkit.read_principals(keytab)]
    plan = odkit.plan_purge(odkit.open(domain()), inventories, retire=["gone.example.com"], realm=REALM)
    odkit.write_plan(plan, tmp_path / "purge", target="10.5")
    script, local = str(tmp_path / "purge" / "clean-keytab-1.sh"), "LKDC:SHA1." + "A" * 40
    with ScratchRealm(local) as member:
        env = {name: value for name, value in member.env.items() if name.startswith("KRB5")}
        alone = kdc.sh(script, "--apply", "--rehearsal", "--keytab", str(keytab), env=env)
        assert alone.returncode == 2
        assert "give the realm of this machine's Local KDC with --realm" in alone.stderr
        done = kdc.sh(script, "--apply", "--rehearsal", "--keytab", str(keytab), "--realm", local, env=env)
        assert done.returncode == 0, (done.stdout, done.stderr)
    assert {row.principal for row in odkit.read_principals(keytab).listed} == {p for p in KEYTAB if p.host != "gone.example.com"}


ALIASED = (b"host/gone.example.com", b"ldap/gone.example.com", b"smb/gone.example.com", b"host/live.example.com", b"vnc/live.example.com")


@pytest.fixture(scope="module")
def aliased(heimdal_prefix: None) -> Iterator[ScratchHeimdal]:
    with fresh_heimdal() as realm:
        realm.add(ALIASED)
        realm.kadmin("modify", f"--alias=imap/live.example.com@{REALM}", f"--alias=pop/gone.example.com@{REALM}", "host/gone.example.com")
        realm.kadmin("modify", f"--alias=http/gone.example.com@{REALM}", "ldap/gone.example.com")
        realm.kadmin("modify", f"--alias=ftp/gone.example.com@{REALM}", f"--alias=we\\ ird@{REALM}", "host/live.example.com")
        realm.kadmin("modify", f"--alias=ipp/gone.example.com@{REALM}", "vnc/live.example.com")
        yield realm


class TestAliases:
    """`get` and `dump` show aliases, which no plain list does: they are no principals of their own."""

    @pytest.mark.parametrize("form", ["get", "dump"])
    def test_the_plan(self, aliased: ScratchHeimdal, form: str) -> None:
        listing = aliased.dump() if form == "dump" else aliased.kadmin("get", "*").stdout
        inventories = [odkit.read_principals(aliased.listing(), realm=REALM), odkit.read_principals(listing)]
        plan = odkit.plan_purge(odkit.open(domain()), inventories, retire=["gone.example.com"], keep=["live.example.com"], realm=REALM)
        assert "OD208" not in {f.code for f in plan.findings}
        assert [d.principal.service for d in plan.delete] == ["smb"]
        review = {(d.principal or b"").partition(b"/")[0].decode(): d for d in plan.review}
        assert {name: d.kind.value for name, d in review.items()} == {
            "host": "shared keys", "ldap": "shared keys", "pop": "stale alias", "http": "stale alias", "ftp": "stale alias", "ipp": "stale alias"}  # fmt: skip
        assert b"ftp/gone.example.com" not in b"\n".join(plan.names or [])

    def test_the_commands_for_a_person_do_what_they_say(self, aliased: ScratchHeimdal) -> None:
        def aliases() -> set[str]:
            rows = odkit.read_principals(aliased.kadmin("get", "*").stdout).listed
            return {str(row.principal).partition("@")[0] for row in rows if row.alias}

        before = aliases()
        plan = odkit.plan_purge(
            odkit.open(domain()), odkit.read_principals(aliased.dump()), retire=["gone.example.com"], keep=["live.example.com"], realm=REALM
        )
        for decision in plan.review:
            if decision.command is not None and b"host/gone" not in (decision.principal or b""):
                subprocess.run(["sh", "-c", decision.command], env=aliased.env, check=True)
        assert before - aliases() == {f"{service}/gone.example.com" for service in ("pop", "http", "ftp", "ipp")}
        assert b"ldap/gone" not in aliased.listing()
        assert b"host/gone" in aliased.listing()
