"""A domain arrives at a real Samba domain controller: every user logs in with the old password, and nobody who could not before."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import mart_lion
import pytest

import odkit
from conftest import MART
from live.old_realm import EXPORT, LIVE, OldRealm, make_old_realm, password
from odkit.carrying import CarryOptions, CarryPlan, Verdict, Why
from odkit.carrying.inputs import gather_source
from odkit.carrying.samba.names import why_not_name
from odkit.carrying.source import CarrySource
from odkit.kerberos import Principal
from odkit.kerberos.keytab import KeytabKey, read_keytab, write_keytab
from odkit.ldif import Entry, Reader
from odkit.rehearsal.samba import ScratchDomain
from odkit.values.attributes import text_of, texts_of

pytestmark = pytest.mark.targets

LION = MART / "lion"
BASE = "DC=ad,DC=example,DC=com"
REALM = "AD.EXAMPLE.COM"
LION_PASSWORDS = dict(line.split("\t") for line in (LION / "passwords.txt").read_text().splitlines())


@pytest.fixture(scope="session")
def old(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> OldRealm:
    base = tmp_path_factory.getbasetemp()
    return make_old_realm((base if worker_id == "master" else base.parent) / "old-realm")


@dataclass
class Move:
    """A written plan, and the domain that it is loaded into."""

    plan: CarryPlan
    od: odkit.Directory
    passwords: Mapping[str, str]
    domain: ScratchDomain
    folder: Path

    def sh(self, script: str, *words: str, shell: str = "dash", path: str = "") -> subprocess.CompletedProcess[str]:
        line = [shell, str(self.folder / script), "--rehearsal", "--config", str(self.domain.config), *words]
        env = self.domain.env | ({"PATH": f"{path}:{self.domain.env['PATH']}"} if path else {})
        return subprocess.run(line, env=env, capture_output=True, text=True, check=False, timeout=300)

    def objects(self) -> dict[str, Entry]:
        """Everything with a name in the domain, as it is stored."""
        found = self.domain.search("(sAMAccountName=*)", "*", "unicodePwd", "supplementalCredentials")
        return {text_of(e.attributes, "sAMAccountName") or "": e for e in Reader(found) if isinstance(e, Entry)}

    def everything(self) -> set[tuple[str, tuple[str, ...]]]:
        """Every object, also the remains of deleted ones."""
        found = self.domain.search("(objectClass=*)", "--show-deleted", "--show-recycled", "objectGUID", "uSNChanged")
        return {(e.dn, tuple(texts_of(e.attributes, "uSNChanged"))) for e in Reader(found) if isinstance(e, Entry)}

    def free(self) -> list[str]:
        """Users who log in without any condition."""
        return [
            user.name
            for user in self.plan.users
            if user.verdict in {Verdict.CARRIED, Verdict.WARNED} and all(reason.why is not Why.MUST_CHANGE for reason in user.reasons)
        ]

    def having(self, verdict: Verdict) -> list[str]:
        return [user.name for user in self.plan.users if user.verdict is verdict]

    def by_form(self, target: str) -> list[str]:
        forms = {user.name: {form.target for form in user.forms} for user in self.plan.users}
        return [name for name in self.free() if target in forms[name]]


def nested(export: Path, folder: Path) -> Path:
    """The export with three groups more: one in which another one is nested, and two that are nested in one another."""
    guids = dict(zip(("inner", "left", "right"), (f"0E57ED00-0000-4000-8000-00000000000{n}" for n in range(3)), strict=True))
    office = odkit.open(export).groups["office-edmonton"].guid or ""
    inside: dict[str, list[str]] = {"inner": [office], "left": [guids["right"]], "right": [guids["left"], guids["inner"]]}
    text = "".join(
        f"\ndn: cn={name},cn=groups,{odkit.open(export).suffix}\nobjectClass: posixGroup\nobjectClass: apple-group\ncn: {name}\n"
        f"gidNumber: {2000 + number}\napple-generateduid: {guids[name]}\n"
        + "".join(f"apple-group-nestedgroup: {guid}\n" for guid in inside[name])
        for number, name in enumerate(guids)
    )
    folder.mkdir(parents=True, exist_ok=True)
    before, _, last = export.read_text().rstrip("\n").rpartition("\n\n")  # the last record is left as slapcat ends
    (folder / "export.ldif").write_text(f"{before}\n{text}\n{last}\n\n")
    return folder / "export.ldif"


def source_of(move: Move, old: OldRealm) -> CarrySource:
    """The source again, with every key."""
    options = CarryOptions(target_realm=REALM, m_key=LION / "m-key")
    return gather_source(move.od, options if move.od.authdata else CarryOptions(target_realm=REALM, kdc_dump=old.dump, stash=old.stash))


def lion(folder: Path, domain: ScratchDomain, **options: Any) -> Move:
    od = odkit.open(nested(LION / "export.ldif", folder), LION / "authdata.ldif")
    plan = odkit.carry(od, to="samba", m_key=LION / "m-key", base_dn=BASE, target_realm=REALM, **options)
    odkit.write_carry(plan, folder / "carry")
    return Move(plan, od, LION_PASSWORDS, domain, folder / "carry")


def tiger(folder: Path, domain: ScratchDomain, old: OldRealm) -> Move:
    od = odkit.open(nested(EXPORT, folder))
    plan = odkit.carry(od, to="samba", kdc_dump=old.dump, stash=old.stash, base_dn=BASE, target_realm=REALM)
    odkit.write_carry(plan, folder / "carry")
    return Move(plan, od, {user.name: password(user.name) for user in plan.users}, domain, folder / "carry")


@pytest.fixture(scope="module", params=["10.6", "10.8"])
def moved(
    request: pytest.FixtureRequest, fresh_domain: ScratchDomain, old: OldRealm, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Move]:
    folder = tmp_path_factory.mktemp("samba")
    domain = ScratchDomain.copy_of(fresh_domain, folder / "domain")
    move = tiger(folder, domain, old) if request.param == "10.6" else lion(folder, domain)
    done = move.sh("load.sh", "--apply")
    assert (done.returncode, done.stderr) == (0, "")
    with domain:
        domain.start()
        yield move


_KINIT = """
import json, sys
from odkit.live.kerberos import initial
json.dump([initial(principal, secret).code for principal, secret in json.load(sys.stdin)], sys.stdout)
"""
_BIND = """
import json, ssl, sys
import ldap3
server = ldap3.Server("ldaps://127.0.0.1", tls=ldap3.Tls(validate=ssl.CERT_NONE))
json.dump([ldap3.Connection(server, name, secret).bind() if secret else False for name, secret in json.load(sys.stdin)], sys.stdout)
"""


def kinit(move: Move, secrets: Mapping[str, str]) -> dict[str, int]:
    """Typed passwords: the code of each, 0 for a ticket."""
    pairs = [(f"{name}@{REALM}", secret) for name, secret in secrets.items()]
    done = move.domain.run(sys.executable, "-c", _KINIT, data=json.dumps(pairs).encode())
    return dict(zip(secrets, json.loads(done.stdout), strict=True))


def bind(move: Move, secrets: Mapping[str, str]) -> dict[str, bool]:
    """Simple binds by LDAPS."""
    pairs = [(f"{name}@{REALM.lower()}", secret) for name, secret in secrets.items()]
    done = move.domain.run(sys.executable, "-W", "ignore", "-c", _BIND, data=json.dumps(pairs).encode())
    return dict(zip(secrets, json.loads(done.stdout), strict=True))


def smb(move: Move, name: str, secret: str) -> str:
    """What smbclient says with NTLM; the list of shares where it is let in."""
    file = move.folder.parent / "smb"
    file.write_text(f"username = {name}\npassword = {secret}\ndomain = AD\n")
    words = ["smbclient", "-L", f"//{move.domain.host}", "-A", str(file), "--use-kerberos=off"]
    return move.domain.run(*words, check=False).stdout.decode()


class TestLogins:
    def test_every_user_who_is_carried_gets_a_ticket_with_the_old_password(self, moved: Move) -> None:
        free = moved.free()
        assert len(free) >= 58
        codes = kinit(moved, {name: moved.passwords[name] for name in free})
        assert {name for name, code in codes.items() if code} == set()
        assert {"arcfour-hmac", "NT hash"} & {form.target for user in moved.plan.users for form in user.forms}

    def test_ntlm_takes_the_old_password_where_there_is_an_nt_hash_and_only_there(self, moved: Move) -> None:
        with_hash = moved.by_form("NT hash")
        for name in with_hash[:4]:
            assert "sysvol" in smb(moved, name, moved.passwords[name])
        assert "LOGON_FAILURE" in smb(moved, with_hash[0], moved.passwords[with_hash[0]] + "x")
        for name in sorted(set(moved.free()) - set(with_hash))[:2]:
            assert "LOGON_FAILURE" in smb(moved, name, moved.passwords[name])

    def test_ldaps_takes_the_old_password(self, moved: Move) -> None:
        assert all(bind(moved, {name: moved.passwords[name] for name in moved.free()}).values())

    def test_wrong_passwords_placeholders_and_the_hash_itself_are_refused(self, moved: Move) -> None:
        [name] = moved.by_form("NT hash")[:1]
        stored = moved.objects()[name].attributes["unicodePwd"][0]
        for wrong in (moved.passwords[name] + "x", "********", stored.hex(), stored.hex().upper()):
            assert kinit(moved, {name: wrong})[name] != 0
            assert not bind(moved, {name: wrong})[name]

    def test_who_could_not_log_in_cannot_now(self, moved: Move) -> None:
        names = moved.having(Verdict.DISABLED)
        assert len(names) >= 2
        assert all(kinit(moved, {name: moved.passwords[name] for name in names}).values())
        assert not any(bind(moved, {name: moved.passwords[name] for name in names}).values())
        assert "sysvol" not in smb(moved, names[0], moved.passwords[names[0]])

    def test_who_had_to_change_his_password_has_to_now(self, moved: Move) -> None:
        names = [user.name for user in moved.plan.users if any(reason.why is Why.MUST_CHANGE for reason in user.reasons)]
        assert names
        for name in names:
            done = moved.domain.run("kinit", "-c", "MEMORY:x", name, data=f"{moved.passwords[name]}\n".encode(), check=False)
            assert done.returncode != 0
            assert b"Password expired" in done.stdout + done.stderr

    def test_who_is_to_be_reset_is_there_disabled_until_he_gets_a_password(self, moved: Move) -> None:
        names = moved.having(Verdict.RESET)
        assert names
        stored = moved.objects()
        for name in names:
            assert texts_of(stored[name].attributes, "userAccountControl") == ["514"]
            assert "unicodePwd" not in stored[name].attributes
        name = names[0]
        assert kinit(moved, {name: moved.passwords[name]})[name] != 0
        moved.domain.run("samba-tool", "user", "setpassword", name, "-H", str(moved.domain.sam), "--newpassword=Fr0m-now-on!")
        moved.domain.run("samba-tool", "user", "enable", name, "-H", str(moved.domain.sam))
        assert kinit(moved, {name: "Fr0m-now-on!"})[name] == 0


class TestObjects:
    def test_the_guid_of_every_user_and_group_is_the_old_one(self, moved: Move) -> None:
        stored = moved.objects()
        carried = [user.name for user in moved.plan.users if user.verdict is not Verdict.LEFT_OUT]
        for name in carried:
            guid = moved.od.users[name].guid
            assert guid is not None
            assert text_of(stored[name].attributes, "objectGUID") == guid.lower()
        groups = {group.name for group in moved.plan.groups if group.carried}
        assert len(groups) >= 8
        for kind in ("Groups", "ComputerGroups"):
            for record in moved.od.of_type(kind).records():
                if record.name in groups:
                    assert text_of(stored[record.name].attributes, "objectGUID") == (record.guid or "").lower()

    def test_numbers_and_names_arrive_and_no_account_may_do_without_a_password(self, moved: Move) -> None:
        stored = moved.objects()
        user = stored["aabbott0"].attributes
        assert (text_of(user, "uidNumber"), text_of(user, "displayName"), text_of(user, "sn")) == ("1025", "Ada Abbott", "Abbott")
        assert text_of(stored["office-edmonton"].attributes, "gidNumber") is not None
        planned = {user.name for user in moved.plan.users if user.verdict is not Verdict.LEFT_OUT}
        assert not any(int(text_of(stored[name].attributes, "userAccountControl") or 0) & 0x20 for name in planned)

    def test_groups_have_their_members_also_those_that_are_groups(self, moved: Move) -> None:
        stored = moved.objects()
        dns = {entry.dn: name for name, entry in stored.items()}
        group = moved.od.groups["office-edmonton"]
        assert {dns[dn] for dn in texts_of(stored["office-edmonton"].attributes, "member")} >= set(group.member_names) & stored.keys()
        assert "office-edmonton" in {dns[dn] for dn in texts_of(stored["inner"].attributes, "member")}
        assert "inner" in {dns[dn] for dn in texts_of(stored["right"].attributes, "member")}

    def test_of_groups_that_are_nested_in_one_another_one_is_no_member_and_that_is_said(self, moved: Move) -> None:
        stored = moved.objects()
        names = {entry.dn: name for name, entry in stored.items()}
        members = {name: {names[dn] for dn in texts_of(stored[name].attributes, "member")} for name in ("left", "right")}
        assert ("right" in members["left"]) != ("left" in members["right"])
        assert [found for found in moved.plan.findings if "nested in one another" in found.message]

    def test_who_is_left_out_is_not_there(self, moved: Move) -> None:
        assert not {name for name in moved.having(Verdict.LEFT_OUT) if name in moved.objects()}
        assert "root" in moved.having(Verdict.LEFT_OUT)

    def test_the_counts_add_up_to_the_users_of_the_directory(self, moved: Move) -> None:
        counts = moved.plan.counts
        assert counts.pop("users") == len(moved.od.users) == sum(counts.values())

    def test_the_database_is_whole(self, moved: Move) -> None:
        done = moved.domain.run("samba-tool", "dbcheck", "-H", str(moved.domain.sam), "--cross-ncs", check=False)
        assert b"(0 errors)" in done.stdout
        assert done.returncode == 0


class TestKeys:
    def test_the_keys_that_samba_gives_out_are_those_of_the_source(self, moved: Move, old: OldRealm) -> None:
        """The oracle: samba-tool writes every key of the domain into a keytab, in clear."""
        file = moved.folder.parent / "all.keytab"
        file.unlink(missing_ok=True)
        moved.domain.run("samba-tool", "domain", "exportkeytab", str(file), "-s", str(moved.domain.config))
        found: dict[str, dict[int, bytes]] = {}
        for given in read_keytab(file.read_bytes(), "all"):
            found.setdefault(b"/".join(given.principal.components).decode().lower(), {})[given.enctype] = given.key
        source = source_of(moved, old)
        compared = 0
        for user in source.users():
            verdict = next(each.verdict for each in moved.plan.users if each.name == user.name)
            if user.entry is None or verdict in {Verdict.LEFT_OUT, Verdict.RESET}:
                continue
            own = {key.enctype: key for key in user.entry.keys if key.enctype in {18, 17, 23}}
            for enctype, key in own.items():
                if enctype != 17 or (18 in own and own[18].salt == key.salt):
                    assert found[user.name.lower()][enctype] == key.value, (user.name, enctype)
                    compared += 1
        assert compared >= 80

    def test_members_go_on_with_the_keytabs_that_they_have(self, moved: Move, old: OldRealm) -> None:

        source = source_of(moved, old)
        name = LIVE if not moved.od.authdata else mart_lion.SEALED_SERVICE
        entry = next(e for p, e in (source.principals or {}).items() if b"/".join(p.components).decode() == name)
        keytab = moved.folder.parent / "member.keytab"
        member = Principal(entry.principal.components, REALM.encode())
        keytab.write_bytes(write_keytab([KeytabKey(member, version, key.enctype, key.value) for key in entry.keys for version in (1, 2)]))
        user = moved.free()[0]
        cache = f"FILE:{moved.folder.parent}/cache"
        moved.domain.run("kinit", "-c", cache, user, data=f"{moved.passwords[user]}\n".encode())
        moved.domain.run("kvno", "-c", cache, "-k", str(keytab), name)


@pytest.fixture
def loading(fresh_domain: ScratchDomain, tmp_path: Path) -> Move:
    return lion(tmp_path, ScratchDomain.copy_of(fresh_domain, tmp_path / "domain"))


class TestLoadScript:
    def test_without_apply_nothing_changes_and_a_second_run_changes_nothing(self, loading: Move) -> None:
        before = loading.everything()
        done = loading.sh("load.sh")
        assert (done.returncode, done.stderr) == (0, "")
        assert "a dry run; --apply would make these 81 objects" in done.stdout
        assert loading.everything() == before
        assert loading.sh("load.sh", "--apply").returncode == 0
        sam = str(loading.domain.sam)
        loading.domain.run("samba-tool", "user", "setpassword", "aabbott0", "-H", sam, "--newpassword=Fr0m-now-on!")
        loading.domain.run("samba-tool", "user", "delete", "diradmin", "-H", sam)
        after = loading.everything()
        done = loading.sh("load.sh", "--apply")
        assert (done.returncode, done.stderr) == (0, "")
        assert "nothing to load: 80 of 81 objects are there" in done.stdout
        assert loading.everything() == after
        done = loading.sh("unload.sh", "--apply")
        assert done.returncode == 0
        assert "79 deleted, 1 absent, 0 failed" in done.stdout
        assert {name for name in loading.objects() if name in loading.passwords} == {"aabbott0"}

    def test_what_somebody_has_made_in_the_meantime_stops_it_and_is_named(self, loading: Move) -> None:
        sam = str(loading.domain.sam)
        loading.domain.run("samba-tool", "user", "create", "AABBOTT0", "S0mebody-else!", "-H", sam, "--uid-number=1026")
        before = loading.everything()
        done = loading.sh("load.sh", "--apply")
        assert done.returncode == 3
        assert "CN=AABBOTT0,CN=Users" in done.stderr
        assert loading.everything() == before
        export = loading.folder.parent / "domain.ldif"
        export.write_bytes(loading.domain.search("(objectClass=*)"))
        again = lion(loading.folder.parent / "again", loading.domain, target_export=export)
        assert {collision.name for collision in again.plan.collisions} == {"aabbott0", "ahebert1"}
        assert again.plan.counts["left_out"] == loading.plan.counts["left_out"] + 2
        assert again.sh("load.sh", "--apply").returncode == 0

    def test_when_the_second_file_fails_nothing_of_the_first_stays(self, loading: Move, tmp_path: Path) -> None:
        """The real tool refuses, after a copy of the database has taken both files."""
        before = {dn for dn, _ in loading.everything()}
        standin = tmp_path / "bin" / "ldbmodify"
        standin.parent.mkdir()
        standin.write_text(f'#!/bin/sh\ncase "$*" in *{loading.domain.sam}*) exit 1 ;; esac\nexec /usr/bin/ldbmodify "$@"\n')
        standin.chmod(0o755)
        done = loading.sh("load.sh", "--apply", path=str(standin.parent))
        assert done.returncode == 1
        assert "all objects of the plan were taken back" in done.stderr
        assert {dn for dn, _ in loading.everything()} == before
        assert loading.sh("load.sh", "--apply").returncode == 0

    def test_a_run_that_was_ended_between_the_two_files_is_taken_back_by_the_next_one(self, loading: Move) -> None:
        loading.domain.run("ldbadd", "-H", str(loading.domain.sam), "--relax", str(loading.folder / "add.ldif"))
        done = loading.sh("load.sh")
        assert done.returncode == 1
        assert "was ended between the two files" in done.stdout
        done = loading.sh("load.sh", "--apply")
        assert (done.returncode, done.stderr) == (0, "")
        assert "81 loaded and compared, 0 failed" in done.stdout

    @pytest.mark.parametrize("name", ["add.ldif", "secrets.ldif"])
    @pytest.mark.parametrize("size", [0, 2000, -30])
    def test_a_file_that_is_cut_stops_it(self, loading: Move, name: str, size: int) -> None:
        path = loading.folder / name
        path.write_bytes(path.read_bytes()[:size])
        before = loading.everything()
        assert loading.sh("load.sh", "--apply").returncode == 3
        assert loading.everything() == before

    def test_another_domain_stops_it(self, loading: Move, tmp_path: Path) -> None:
        shutil.rmtree(loading.folder)
        od = odkit.open(LION / "export.ldif", LION / "authdata.ldif")
        plan = odkit.carry(od, to="samba", m_key=LION / "m-key", base_dn="DC=other,DC=example", target_realm="OTHER.EXAMPLE")
        odkit.write_carry(plan, loading.folder)
        done = loading.sh("load.sh", "--apply")
        assert done.returncode in {2, 3}

    def test_a_plan_that_is_older_than_a_password_may_be_stops_it(self, fresh_domain: ScratchDomain, tmp_path: Path) -> None:
        move = lion(tmp_path, ScratchDomain.copy_of(fresh_domain, tmp_path / "domain"), today=date(2026, 1, 1))
        done = move.sh("load.sh", "--apply")
        assert done.returncode == 3
        assert "maxPwdAge" in done.stderr

    @pytest.mark.parametrize("shell", ["bash", "zsh"])
    def test_other_shells_do_the_same(self, loading: Move, shell: str) -> None:
        before = {dn for dn, _ in loading.everything()}
        done = loading.sh("load.sh", "--apply", shell=shell)
        assert (done.returncode, done.stderr) == (0, "")
        done = loading.sh("unload.sh", "--apply", shell=shell)
        assert (done.returncode, done.stderr) == (0, "")
        assert {dn for dn, _ in loading.everything()} == before


def test_every_name_of_a_fresh_domain_is_known_as_its_own(fresh_domain: ScratchDomain) -> None:

    found = [e for e in Reader(fresh_domain.search("(sAMAccountName=*)", "sAMAccountName", "cn")) if isinstance(e, Entry)]
    names = {name for entry in found for kind in ("sAMAccountName", "cn") for name in texts_of(entry.attributes, kind)}
    assert {name for name in names if why_not_name(name) is None} <= {"DC1", "DC1$"}
