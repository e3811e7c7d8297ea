"""A domain arrives at a real Samba domain controller: every user logs in with the old password, and nobody who could not before."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import mart_lion
import pytest

import odkit
from live.old_realm import EXPORT, LIVE, OldRealm, make_old_realm, password
from odkit.carrying import CarryOptions, Verdict, Why
from odkit.carrying.inputs import gather_source
from odkit.carrying.source import CarrySource
from odkit.kerberos import Principal
from odkit.kerberos.keytab import KeytabKey, read_keytab, write_keytab
from odkit.rehearsal.samba import ScratchDomain
from odkit.values.attributes import text_of, texts_of
from targets.samba_moves import BASE, LION, REALM, Move, lion, nested

pytestmark = pytest.mark.targets


@pytest.fixture(scope="session")
def old(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> OldRealm:
    base = tmp_path_factory.getbasetemp()
    return make_old_realm((base if worker_id == "master" else base.parent) / "old-realm")


def source_of(move: Move, old: OldRealm) -> CarrySource:
    """The source again, with every key."""
    options = CarryOptions(target_realm=REALM, m_key=LION / "m-key")
    return gather_source(move.od, options if move.od.authdata else CarryOptions(target_realm=REALM, kdc_dump=old.dump, stash=old.stash))


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
