"""Brakes of a plan: what stops it, and what releases it."""

from __future__ import annotations

import pytest

import odkit
from build import REALM as R
from build import SUFFIX, computer, config, inventory, od, tree, user
from conftest import each_in_turn
from odkit.errors import BrakeError, InputError, RefusedError, UsageError
from odkit.ldif import Entry, dump


class TestBrakes:
    def test_no_krbtgt(self) -> None:
        names = odkit.read_principals(f"K/M@{R}\nhost/old.example.com@{R}\n".encode())
        with pytest.raises(BrakeError, match="no krbtgt"):
            odkit.plan_purge(od(), names, retire=["old.example.com"])

    def test_no_live_host_left(self) -> None:
        with pytest.raises(BrakeError, match="leaves none of a host that is known to be live"):
            odkit.plan_purge(od(), inventory("host/old.example.com", "host/other.example.com"), retire=["old.example.com"])
        assert odkit.plan_purge(
            od(), inventory("host/old.example.com"), retire=["old.example.com"], options=odkit.PurgeOptions(allow_large=True)
        ).delete

    def test_a_fifth_on_inference_alone(self) -> None:
        directory = od(tree(gone=["x.example.com"]))
        names = [f"{s}/od.example.com" for s in ("host", "ldap", "cifs")]
        with pytest.raises(BrakeError, match="1 of 4 host principals"):
            odkit.plan_purge(directory, inventory("host/x.example.com", *names))
        assert odkit.plan_purge(directory, inventory("host/x.example.com", *names, "afpserver/od.example.com")).delete
        assert odkit.plan_purge(directory, inventory("host/x.example.com", *names), retire=["x.example.com"]).delete

    def test_incomplete(self) -> None:
        data = dump([user("ann", "live.example.com")])[:-5]
        with pytest.raises(InputError, match="incomplete"):
            odkit.plan_purge(odkit.open(data), retire=["x.example.com"])
        assert odkit.plan_purge(
            odkit.open(data), retire=["x.example.com"], realm=R, options=odkit.PurgeOptions(accept_incomplete=True)
        ).candidates

    def test_only_the_planned_realm_counts(self) -> None:
        text = f"krbtgt/FOO@FOO\nhost/live.example.com@FOO\nhost/old.example.com@{R}\n"
        with pytest.raises(BrakeError, match="no krbtgt principal of its realm"):
            odkit.plan_purge(od(user("a", "live.example.com")), odkit.read_principals(text.encode()), retire=["old.example.com"])
        names = odkit.read_principals((text + f"krbtgt/{R}@{R}\n").encode())
        with pytest.raises(BrakeError, match="leaves none"):
            odkit.plan_purge(od(user("a", "live.example.com")), names, retire=["old.example.com"])

    @pytest.mark.parametrize("line", [b"homeDirectory: ", b"description: ", b"mail: ", b"loginShell: "])
    def test_a_line_that_a_blank_joined_to_another_may_have_been_a_home(self, line: bytes) -> None:
        """Its server would look as if nobody lived there."""
        more = {"loginShell": [b"/bin/sh"], "mail": [b"ann@example.com"], "description": [b"here since 2004"]}
        users = [
            Entry(
                f"uid={name},cn=users,{SUFFIX}",
                {"uid": [name.encode()], **more, "homeDirectory": [f"/Network/Servers/{host}/Homes".encode()]},
            )
            for name, host in (("ann", "old.example.com"), ("bob", "new.example.com"))
        ]
        data = dump([*users, tree()])
        whole = odkit.plan_purge(odkit.open(data), retire=["old.example.com"], realm=R)
        assert whole.hosts["old.example.com"].verdict == "review"
        damaged = data.replace(b"\n" + line, b"\n " + line, 1)
        assert damaged != data
        with pytest.raises(InputError, match="the export is damaged: a line with a blank in front is read as a part of"):
            odkit.plan_purge(odkit.open(damaged), retire=["old.example.com"], realm=R)
        accepted = odkit.PurgeOptions(accept_incomplete=True)
        assert odkit.plan_purge(odkit.open(damaged), retire=["old.example.com"], realm=R, options=accepted).findings

    @pytest.mark.parametrize(
        "damage", ["apple-password-server-list: <plist>", "apple-password-server-list:< file:///x", "no colon", "cn:: !"]
    )
    def test_a_damaged_export(self, damage: str) -> None:
        data = dump([user("ann", "live.example.com")])
        data += f"dn: cn=passwordserver,cn=config,{SUFFIX}\ncn: passwordserver\n{damage}\n\n".encode()
        with pytest.raises(InputError, match="the export is damaged"):
            odkit.plan_purge(odkit.open(data), before=[od(tree("old.example.com"))], realm=R)
        assert odkit.plan_purge(odkit.open(data), realm=R, options=odkit.PurgeOptions(accept_incomplete=True)).empty

    @pytest.mark.parametrize(
        "dn",
        [
            "cn=passwordserver,cn=config,dc=example,dc=com",
            "cn=passwordserver, cn=config, dc=example, dc=com",
            "cn=passwordserver ,CN = Config,dc=example,dc=com",
            "cn=passwordserver;cn=config;dc=example;dc=com",
            "cn=passwordserver,cn=\\63onfig,dc=example,dc=com",
            'cn="passwordserver",cn="config",dc=example,dc=com',
        ],
    )
    @pytest.mark.parametrize("damage", ["apple-password-server-list:< file:///x", "apple-password-server-list: <plist><dict></plist>"])
    def test_an_unreadable_list_of_servers_is_damage_in_every_spelling_of_its_name(self, dn: str, damage: str) -> None:
        data = dump([user("ann", "live.example.com")]) + f"dn: {dn}\ncn: passwordserver\n{damage}\n\n".encode()
        with pytest.raises(InputError, match="the export is damaged"):
            odkit.plan_purge(odkit.open(data), retire=["m1.example.com"], realm=R)

    def test_an_unread_value_of_a_record_whose_name_is_no_dn_may_be_a_list_of_servers(self) -> None:
        data = dump([user("ann", "live.example.com")]) + b"dn: cn=passwordserver,cn=config,dc\napple-password-server-list:< file:///x\n\n"
        with pytest.raises(InputError, match="the export is damaged"):
            odkit.plan_purge(odkit.open(data), retire=["m1.example.com"], realm=R)

    @pytest.mark.parametrize("blank", ["", " "])
    def test_a_blank_in_a_name_does_not_let_a_live_master_go(self, blank: str) -> None:
        members = tree("m1.example.com", "192.0.2.1", m2_example_com="192.0.2.2")
        machines = [computer(f"{name}$", f"{name}.example.com$") for name in ("m1", "m2")]
        replicas = config("ldapreplicas", apple_ldap_replica=b"ldap://m2.example.com")
        after = dump([Entry(SUFFIX, {"dc": [b"example"]}), replicas, *machines])
        after += f"dn: cn=passwordserver,{blank}cn=config,{SUFFIX}\napple-password-server-list: <plist><dict></plist>\n\n".encode()
        names = inventory(*(f"{service}/m{n}.example.com" for service in ("host", "ldap") for n in range(1, 7)))
        with pytest.raises(InputError, match="the export is damaged"):
            odkit.plan_purge(odkit.open(after), names, realm=R, before=[od(members, *machines)])

    @each_in_turn(
        "line, damaged",
        [
            ("jpegPhoto:< file:///tmp/photo", False),
            ("jpegPhoto:< file:///tmp/homeDirectory/photo", False),
            ("jpegPhoto:< file:///tmp/apple-user-homeurl", False),
            ("homeDirectory:< file:///tmp/photo", True),
            ("HOMEDIRECTORY;lang-en:< file:///tmp/photo", True),
            ("apple-user-homeurl:< file:///tmp/x", True),
            ("draft-krbPrincipalName:< file:///tmp/x", True),
            ("draft-krbPrincipalAliases:< file:///tmp/x", True),
        ],
    )
    def test_only_the_attribute_says_whether_an_unread_value_names_a_server(self, line: str, damaged: bool) -> None:
        data = (
            dump([config("KerberosKDC"), user("ann", "live.example.com")]) + f"dn: uid=bob,cn=users,{SUFFIX}\nuid: bob\n{line}\n\n".encode()
        )
        export = odkit.open(data)
        if damaged:
            with pytest.raises(InputError, match="the export is damaged"):
                odkit.plan_purge(export, retire=["x.example.com"], realm=R)
        else:
            assert odkit.plan_purge(export, retire=["x.example.com"], realm=R).hosts

    def test_values_that_cannot_be_meant(self) -> None:
        with pytest.raises(UsageError):
            odkit.plan_purge(od(), realm="\ud800")
        with pytest.raises(UsageError):
            odkit.PurgeOptions(services=["\ud800"])
        with pytest.raises(UsageError):
            odkit.PurgeOptions(addresses={"x": "nonsense"})
        with pytest.raises(RefusedError):
            odkit.plan_purge(od(), realm="")
        for bad in ("a\0b", "a\ud800"):
            with pytest.raises(InputError):
                odkit.open(bad)
            with pytest.raises(InputError):
                odkit.read_principals(bad)
            with pytest.raises(RefusedError):
                odkit.write_plan(odkit.plan_purge(od()), bad, target="10.5")

    def test_realms(self) -> None:
        with pytest.raises(UsageError, match="names no Kerberos realm"):
            odkit.plan_purge(odkit.open(dump([user("ann", "x.example.com")])), inventory())
        with pytest.raises(UsageError, match="Local KDC"):
            odkit.plan_purge(od(), realm="LKDC:SHA1.00")
        for realm in ("a b", "a@b", "a/b", "a\\b", "a\nb", "a'\x07"):
            with pytest.raises(RefusedError):
                odkit.plan_purge(od(), realm=realm)
        for name in ("", "a/b", "a@b"):
            with pytest.raises(UsageError):
                odkit.PurgeOptions(services=[name])


class TestACutExport:
    """A file of slapcat that is cut at the end of a record looks like a whole one; what else is known tells."""

    def test_an_inventory_of_users_against_an_export_with_none(self) -> None:
        people = [f"user{n}" for n in range(5)]
        listed = inventory("host/od.example.com", "host/old.example.com", *people)
        with pytest.raises(
            BrakeError, match=r"holds no user, and .* lists 5: it may be cut behind its last record \(3 records, the last one cn=password"
        ):
            odkit.plan_purge(od(tree()), listed, retire=["old.example.com"])
        accepted = odkit.PurgeOptions(accept_incomplete=True)
        assert odkit.plan_purge(od(tree()), listed, retire=["old.example.com"], options=accepted).delete
        assert odkit.plan_purge(od(tree(), user("user1", "od.example.com")), listed, retire=["old.example.com"]).delete
        few = inventory("host/od.example.com", "host/old.example.com", *people[1:])
        assert odkit.plan_purge(od(tree()), few, retire=["old.example.com"]).delete

    def test_users_and_no_servers(self) -> None:
        export = odkit.open(dump([Entry(SUFFIX, {"dc": [b"example"]}), user("ann", "od.example.com")]))
        with pytest.raises(BrakeError, match="holds 1 user and nothing below cn=config"):
            odkit.plan_purge(export, realm=R, retire=["old.example.com"])


class TestOlderExports:
    """An export of another company says nothing about this one's servers."""

    @staticmethod
    def older(suffix: str = SUFFIX, realm: str = R) -> odkit.Directory:
        kdc = {"objectClass": [b"apple-configuration"], "cn": [b"KerberosKDC"], "apple-config-realname": [realm.encode()]}
        return odkit.open(dump([Entry(suffix, {"dc": [b"x"]}), Entry(f"cn=KerberosKDC,cn=config,{suffix}", kdc)]))

    @pytest.mark.parametrize(
        ("suffix", "realm", "what"),
        [("dc=other,dc=com", R, "suffix"), (SUFFIX, "OTHER.EXAMPLE.COM", "realm"), (SUFFIX, R.lower(), "realm")],
    )
    def test_one_of_another_domain_is_an_error(self, suffix: str, realm: str, what: str) -> None:
        older = self.older(suffix, realm)
        with pytest.raises(UsageError, match=f"of another domain: its {what} is .*--former-realm"):
            odkit.plan_purge(od(tree()), before=[older])
        if realm != R:
            odkit.plan_purge(od(tree()), before=[older], options=odkit.PurgeOptions(former_realms=(realm,)))

    def test_one_that_was_changed_later_is_no_older_export(self) -> None:
        def state(changed: str, *servers: str) -> odkit.Directory:
            return od(*(user(name, name) for name in servers), computer("mac1", modifyTimestamp=changed))

        then, now = state("20080101000000Z", "od.example.com"), state("20080301000000Z", "od.example.com", "new.example.com")
        with pytest.raises(UsageError, match=r"is no older export: its newest change is of 20080301000000Z.* of 20080101000000Z"):
            odkit.plan_purge(then, before=[now], realm=R)  # new.example.com, which is live, would have been stale
        assert not odkit.plan_purge(now, before=[then], realm=R).delete

    def test_the_same_export_twice_is_an_error(self) -> None:
        now = od(tree())
        with pytest.raises(UsageError, match="is the export itself"):
            odkit.plan_purge(now, before=[od(tree())])
        data = dump([Entry(SUFFIX, {"dc": [b"x"]}), config("KerberosKDC", apple_config_realname=R.encode())])
        with pytest.raises(InputError, match="all that it holds is in what was given before it, too"):
            odkit.plan_purge(odkit.open(data, data))
