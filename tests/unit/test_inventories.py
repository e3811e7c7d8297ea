"""Readers of principals: what is read, what is refused, and that no key is ever shown."""

from __future__ import annotations

from pathlib import Path

import pytest

import odkit
from build_inventories import KEY, R, keytab_entry, record
from conftest import each_in_turn
from odkit.errors import InputError
from odkit.kerberos.inventory import Listed, all_formats, formats

OWN = record("K/M") + record(f"krbtgt/{R}")


def mit_dump(*records: str) -> bytes:
    return ("kdb5_util load_dump version 7\n" + OWN + "".join(records)).encode()


class TestAliasesOfMit:
    """MIT 1.22: an entry whose tl-data of type 12 names another one."""

    def plan(self, *records: str, names: tuple[str, ...] = (), retire: tuple[str, ...] = ("old.example.com",)) -> odkit.PurgePlan:
        lists = [odkit.read_principals("".join(f"{n}@{R}\n" for n in (f"krbtgt/{R}", *names)).encode())] if names else []
        export = odkit.open(b"dn: dc=example,dc=com\ndc: example\n\ndn: cn=config,dc=example,dc=com\ncn: config\n\n")
        inventories = [*lists, odkit.read_principals(mit_dump(*records))]
        return odkit.plan_purge(export, inventories, retire=retire, keep=["keep.example.com"], realm=R)

    def told(self, plan: odkit.PurgePlan) -> dict[str, list[str]]:
        lists = {"delete": [d.text for d in plan.delete], "review": [d.principal or b"" for d in plan.review]}
        return {name: [text.decode().removesuffix(f"@{R}") for text in texts] for name, texts in lists.items()}

    KEEP = record("host/keep.example.com")

    def test_an_alias_is_read_with_its_target(self) -> None:
        rows = odkit.read_principals(mit_dump(record("host/new.example.com", alias_of="host/old.example.com"))).listed
        assert [(row.alias, row.target and str(row.target)) for row in rows] == [
            (False, None), (False, None), (True, f"host/old.example.com@{R}")]  # fmt: skip

    @pytest.mark.parametrize("alias", ["host/new.example.com", "host/keep.example.com.au", "jdoe", "cifs/new.example.com/x"])
    def test_the_target_of_an_alias_that_stays_is_left_to_a_person(self, alias: str) -> None:
        plan = self.plan(
            self.KEEP, record("host/old.example.com"), record("ldap/old.example.com"), record(alias, alias_of="host/old.example.com")
        )
        assert self.told(plan) == {"delete": ["ldap/old.example.com"], "review": ["host/old.example.com"]}
        assert f"{alias}@{R} is an alias of it" in plan.review[0].reason

    def test_a_stale_alias_goes_alone(self) -> None:
        plan = self.plan(self.KEEP, record("host/old.example.com", alias_of="host/keep.example.com"))
        assert self.told(plan) == {"delete": ["host/old.example.com"], "review": []}

    def test_an_alias_goes_before_its_target(self) -> None:
        plan = self.plan(self.KEEP, record("host/old.example.com"), record("ldap/old.example.com", alias_of="host/old.example.com"))
        assert self.told(plan) == {"delete": ["ldap/old.example.com", "host/old.example.com"], "review": []}

    def test_an_alias_of_an_alias_holds_back_both(self) -> None:
        plan = self.plan(
            self.KEEP,
            record("host/old.example.com"),
            record("ldap/old.example.com", alias_of="host/old.example.com"),
            record("ldap/new.example.com", alias_of="ldap/old.example.com"),
        )
        assert self.told(plan) == {"delete": [], "review": ["host/old.example.com", "ldap/old.example.com"]}

    def test_a_list_of_names_beside_the_dump_does_not_hide_it(self) -> None:
        """listprincs prints an alias like any other name."""
        names = ("K/M", "host/keep.example.com", "host/old.example.com", "host/new.example.com")
        alias = record("host/new.example.com", alias_of="host/old.example.com")
        plan = self.plan(self.KEEP, record("host/old.example.com"), alias, names=names)
        assert self.told(plan) == {"delete": [], "review": ["host/old.example.com"]}

    @each_in_turn("value", ["zz", "6", "61", "6140", "614062", "ff" * 16, ""])
    def test_a_damaged_target(self, value: str) -> None:
        target = f"a@{R}".encode() + b"\0"
        line = record("host/new.example.com", alias_of="a")
        assert f"\t{target.hex()}\t" in line
        with pytest.raises(InputError):
            odkit.read_principals(mit_dump(line.replace(target.hex(), value)))


HEIMDAL_GET = f"""            Principal: host/od.example.com@{R}
                 Kvno: 2
             Keytypes: aes256-cts-hmac-sha1-96(pw-salt)[2], arcfour-hmac-md5(pw-salt(O(D, des-cbc-crc(x)[9)ann))[2], unknown(99)(unknown(7)())[2]
              Aliases: cifs/od.example.com@{R} we\\ ird@{R}

"""

# one row a format: an example, its name in the JSON, what is read
EXAMPLES: dict[str, tuple[bytes, str, list[str]]] = {
    "authdata": (
        f"dn: authGUID=1,cn=users,cn=authdata\ndraft-krbPrincipalName: a@{R}\ndraft-krbPrincipalAliases: host/b@{R}\n\n".encode(),
        "authdata", [f"a@{R}", f"host/b@{R} alias"]),
    "heimdal_dump": (f"\nann@{R} 2::23:{KEY}:- 20200101000000:- - - - - - 126 20200101000000:1:0 -\n".encode(), "heimdal dump", [f"ann@{R} 2 arcfour-hmac"]),
    "heimdal_long": (HEIMDAL_GET.encode(), "heimdal list", [
        f"host/od.example.com@{R} 2 aes256-cts-hmac-sha1-96 arcfour-hmac enctype 99",
        f"cifs/od.example.com@{R} alias of host/od.example.com@{R}", f"we ird@{R} alias of host/od.example.com@{R}"]),
    "heimdal_plain": (f"ann\nkrbtgt/{R}\n".encode(), "heimdal list", [f"ann@{R}", f"krbtgt/{R}@{R}"]),
    "heimdal_short": (f"Principal    Expiration  PW-exp \nann@{R[:2]}       never       never  \n".encode(), "heimdal list", ["ann@OD"]),
    "kdb5_dump": (mit_dump(record("ann")), "kdb5_util dump", [
        f"K/M@{R} 3 aes256-cts-hmac-sha1-96", f"krbtgt/{R}@{R} 3 aes256-cts-hmac-sha1-96", f"ann@{R} 3 aes256-cts-hmac-sha1-96"]),
    "keytab": (b"\5\2" + keytab_entry("host/a", 23) + keytab_entry("host/a", 99), "keytab", [f"host/a@{R} 3 arcfour-hmac enctype 99"]),
    "klist": (
        f"Keytab name: FILE:x\nKVNO Principal\n---- ---\n   3 host/a@{R} (DEPRECATED:arcfour-hmac) (0x{KEY})\n   3 host/a@{R} (etype 99) (0x{KEY})\n".encode(),
        "klist", [f"host/a@{R} 3 arcfour-hmac enctype 99"]),
    "ktutil": (
        f"FILE:x:\n\nVno  Type              Principal                Aliases\n  3  arcfour-hmac-md5  host/a@{R}    \n".encode(),
        "ktutil", [f"host/a@{R} 3 arcfour-hmac"]),
    "listprincs": (f"Authenticating as principal root/admin@{R} with password.\nann@{R}\n".encode(), "listprincs", [f"ann@{R}"]),
    "mit_ktutil": (
        f"slot KVNO Timestamp         Principal\n---- ---- ----------------- ---\n   1    3 07/14/17 02:40:00     host/a@{R} (rc4-hmac)  (0x{KEY})\n".encode(),
        "mit ktutil", [f"host/a@{R} 3 arcfour-hmac"]),
    "one_per_line": (f"ann@{R}\n".encode(), "names", [f"ann@{R}"]),
    "tabdump": (
        f"name\tmodby\tmodtime\tlastpwd\tpolicy\tmkvno\thist_kvno\nann@{R}\tx@{R}\t2026-11-28T06:43:53Z\t1970-01-01T00:00:00Z\t\t1\t0\n".encode(),
        "kdb5_util tabdump", [f"ann@{R}"]),
}  # fmt: skip


def shown(row: Listed) -> str:
    of = f" alias of {row.target}" if row.target else " alias" if row.alias else ""
    return " ".join([str(row.principal) + of, *([str(row.kvno)] if row.kvno is not None else []), *row.enctypes])


class TestFormats:
    def test_every_format_has_an_example(self) -> None:
        there = {path.stem for path in Path(formats.__file__).parent.glob("*.py")} - {"__init__"}
        assert not there - set(EXAMPLES), "a module of the folder of formats has no row in EXAMPLES, which is named after it"
        assert not set(EXAMPLES) - there, "a row of EXAMPLES is named after no module of the folder of formats"

    @each_in_turn("module", EXAMPLES)
    def test_an_example_is_read(self, module: str) -> None:
        data, name, rows = EXAMPLES[module]
        found = odkit.read_principals(data)
        assert (found.format, [shown(row) for row in found.listed]) == (name, rows)
        assert not found.findings

    @each_in_turn("module", EXAMPLES)
    def test_no_key_stands_in_what_is_read(self, module: str) -> None:
        found = odkit.read_principals(EXAMPLES[module][0])
        assert KEY[:8] not in repr(found)
        assert "KKKK" not in repr(found)

    @each_in_turn("module", [m for m in EXAMPLES if m != "keytab"])
    def test_a_list_that_ends_in_the_middle_of_a_line_is_cut(self, module: str) -> None:
        data = EXAMPLES[module][0].rstrip(b"\n")
        with pytest.raises(InputError, match="cut"):
            odkit.read_principals(data[:-1])

    def test_a_format_is_proved_before_one_is_guessed(self) -> None:
        assert [form.guess for form in all_formats()] == sorted(form.guess for form in all_formats())


class TestTablesOfTabdump:
    def test_a_table_that_leaves_principals_out_is_refused_with_the_way_out(self) -> None:
        for heading in ("name\tkeyindex\tkvno\tenctype\tsalttype\tsalt", "name,key,value", "aliasname\ttargetname"):
            with pytest.raises(InputError, match=r"does not name every principal.*tabdump princ_meta"):
                odkit.read_principals(f"{heading}\n".encode())

    def test_a_row_that_does_not_fit_its_heading_is_damage(self) -> None:
        with pytest.raises(InputError, match="2: 3 columns, and the heading has 4"):
            odkit.read_principals(f"name,last_success,last_failed,fail_count\nann@{R},0,0\n".encode())

    def test_what_has_never_changed_has_no_date_and_who_never_logged_in_has_not(self) -> None:
        never, then = "1970-01-01T00:00:00Z", "2026-11-28T06:43:53Z"
        meta = "name\tmodby\tmodtime\tlastpwd\tpolicy\tmkvno\thist_kvno\n"
        rows = f"ann@{R}\tx\t{never}\t{never}\t\t1\t0\nbob@{R}\tx\t{then}\t{never}\t\t1\t0\n"
        assert [row.modified for row in odkit.read_principals((meta + rows).encode()).listed] == [None, 1795848233]
        lockout = f'name,last_success,last_failed,fail_count\nann@{R},{never},{never},0\n"b""x,y@{R}",{then},{never},0\n'
        found = odkit.read_principals(lockout.encode()).listed
        assert [(str(row.principal), row.used) for row in found] == [(f"ann@{R}", 0), (f'b"x,y@{R}', 1795848233)]


class TestSessionsOfKtutil:
    def test_a_session_with_prompts_and_several_lists(self) -> None:
        rows = f"   1    3                     host/a@{R}\n   2    4           afpserver/b@{R}\n"
        data = (
            "ktutil:  rkt /etc/krb5.keytab\nktutil:  list\nslot KVNO Principal\n---- ---- ------\n" + rows
            + f"ktutil:  list -k\nslot KVNO Principal\n---- ---- ------\n   1    3    host/a@{R} (0x{KEY})\nktutil:  quit\n"
        )  # fmt: skip
        assert [shown(row) for row in odkit.read_principals(data.encode()).listed] == [f"host/a@{R} 3", f"afpserver/b@{R} 4"]

    @pytest.mark.parametrize(
        "row", [f"   1  host/a@{R} (0x{KEY})", f"   1    3 host/a@{R} (a new kind) (0x{KEY})", f"(0x{KEY})", f"   1    3 {KEY}"]
    )
    def test_a_row_that_is_none_shows_no_key(self, row: str) -> None:
        with pytest.raises(InputError) as caught:
            odkit.read_principals(f"slot KVNO Principal\n---- ---- ------\n{row}\n".encode())
        assert KEY[:8] not in str(caught.value)


class TestHeimdalsLongList:
    def test_a_salt_is_never_taken_for_an_enctype(self) -> None:
        """After a renaming the old name's salt stands in the column; a name may hold anything."""
        for salt in ("aes128-cts-hmac-sha1-96(x)", "des-cbc-crc(pw-salt", "OD.EXAMPLE.COMann", ")[1], x", "null("):
            data = HEIMDAL_GET.replace("O(D, des-cbc-crc(x)[9)ann", salt)
            row = odkit.read_principals(data.encode()).listed[0]
            assert row.enctypes == ("aes256-cts-hmac-sha1-96", "arcfour-hmac", "enctype 99"), salt

    def test_more_aliases_than_kadmin_prints(self) -> None:
        """It cuts a value at 1,023 bytes: the last name may be a part of one."""
        value = " ".join(f"host/server{n:03}.example.com@{R}" for n in range(40))[:1023]
        found = odkit.read_principals(f"  Principal: host/a@{R}\n    Aliases: {value}\n\n".encode())
        assert [f.code for f in found.findings] == ["OD214"]
        assert str(found.listed[-1].principal) in value
        assert not value.endswith(str(found.listed[-1].principal))

    def test_an_alias_that_is_no_name_is_said(self) -> None:
        found = odkit.read_principals(f"  Principal: host/a@{R}\n    Aliases: a@b@c host/b@{R}\n\n".encode())
        assert ([f.code for f in found.findings], len(found)) == (["OD210"], 2)
