"""Readers of principals: what is read, what is refused, and that no key is ever shown."""

from __future__ import annotations

import pytest

import odkit
from odkit.errors import InputError

KEY = "4b" * 32
R = "OD.EXAMPLE.COM"


class TestNothingButNames:
    """A line with a raw blank, a tab or two '@' becomes no principal: it may hold a key."""

    LINES = (
        f"host/od.example.com@{R} (aes256-cts-hmac-sha1-96)  (0x{KEY})",
        f"   1    3 host/od.example.com@{R}",
        f"host/od.example.com {KEY}",
        f"host/od.example.com\t{KEY}",
        f"host/od.example.com@{R}@{KEY}",
        f"host/od.example.com@{R} ",
        f" host/od.example.com@{R}",
        f"ann:{KEY} x",
    )

    @pytest.mark.parametrize("realm", [None, R])
    @pytest.mark.parametrize("line", LINES)
    @pytest.mark.parametrize("first", [True, False])
    @pytest.mark.parametrize("head", ["", f"krbtgt/{R}\n", f"krbtgt/{R}@{R}\n"])
    def test_in_a_list_of_unknown_origin(self, head: str, line: str, realm: str | None, first: bool) -> None:
        data = f"{line}\n{head}" if first else f"{head}{line}\n"
        with pytest.raises(InputError) as caught:
            odkit.read_principals(data.encode(), realm=realm)
        assert KEY[:8] not in str(caught.value)
        assert "kadmin.local -q listprincs" in str(caught.value)

    @pytest.mark.parametrize(
        "line", [f"host/a@{R} (aes256-cts-hmac-sha1-96) (0x{KEY})", f"host/a@{R}\t{KEY}", f"host/a@{R}@{KEY}", f"a{KEY}"]
    )
    def test_in_what_kadmin_printed(self, line: str) -> None:
        with pytest.raises(InputError) as caught:
            odkit.read_principals(f"Authenticating as principal root/admin@{R} with password.\nK/M@{R}\n{line}\n".encode())
        assert KEY[:8] not in str(caught.value)

    def test_blanks_that_kadmin_leaves_raw_are_part_of_a_name(self) -> None:
        listing = f"Authenticating as principal root/admin@{R} with password.\nwe ird@{R}\n"
        assert [str(row.principal) for row in odkit.read_principals(listing.encode()).listed] == [f"we ird@{R}"]

    def test_a_blank_that_is_escaped_is_part_of_a_name(self) -> None:
        assert [row.principal.components for row in odkit.read_principals(f"we\\ ird@{R}\n".encode()).listed] == [(b"we ird",)]

    def test_a_dump_whose_lengths_are_wrong_shows_no_key(self) -> None:
        record = "princ\t38\t20\t0\t0\t0\t" + KEY[:20] + "\t" + "\t".join(["0"] * 8) + "\t-1;\n"
        with pytest.raises(InputError) as caught:
            odkit.read_principals(f"kdb5_util load_dump version 5\n{record}".encode())
        assert KEY[:8] not in str(caught.value)


def record(name: str, *, alias_of: str | None = None) -> str:
    """A line of ``kdb5_util dump``, version 7; an alias as MIT 1.22 dumps one."""
    name = f"{name}@{R}"
    tls, keys = "2\t4\t00000000", f"1\t3\t18\t34\t2000{KEY}"
    if alias_of is not None:
        target = f"{alias_of}@{R}".encode() + b"\0"
        tls, keys = f"12\t{len(target)}\t{target.hex()}", ""
    fields = [f"princ\t38\t{len(name)}\t1\t{1 if keys else 0}\t0\t{name}\t" + "\t".join(["0"] * 8), tls, *([keys] if keys else []), "-1;"]
    return "\t".join(fields) + "\n"


OWN = record("K/M") + record(f"krbtgt/{R}")


def mit_dump(*records: str) -> bytes:
    return ("kdb5_util load_dump version 7\n" + OWN + "".join(records)).encode()


class TestAliasesOfMit:
    """MIT 1.22: an entry whose tl-data of type 12 names another one."""

    def plan(self, *records: str, names: tuple[str, ...] = (), retire: tuple[str, ...] = ("old.example.com",)) -> odkit.Plan:
        lists = [odkit.read_principals("".join(f"{n}@{R}\n" for n in (f"krbtgt/{R}", *names)).encode())] if names else []
        export = odkit.open(b"dn: dc=example,dc=com\ndc: example\n\ndn: cn=config,dc=example,dc=com\ncn: config\n\n")
        inventories = [*lists, odkit.read_principals(mit_dump(*records))]
        return odkit.plan_purge(export, inventories, retire=retire, keep=["keep.example.com"], realm=R)

    def told(self, plan: odkit.Plan) -> dict[str, list[str]]:
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

    @pytest.mark.parametrize("value", ["zz", "6", "61", "6140", "614062", "ff" * 16, ""])
    def test_a_damaged_target(self, value: str) -> None:
        target = f"a@{R}".encode() + b"\0"
        line = record("host/new.example.com", alias_of="a")
        assert f"\t{target.hex()}\t" in line
        with pytest.raises(InputError):
            odkit.read_principals(mit_dump(line.replace(target.hex(), value)))
