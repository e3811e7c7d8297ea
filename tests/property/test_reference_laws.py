"""Laws of searching for servers: what is found fast is what is found the plain way, and the map is what the search gives for each host."""

from __future__ import annotations

import base64
import contextlib
import plistlib
import random
from collections import Counter
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

import odkit
from conftest import FIXTURES, effort, in_turn
from odkit.directory import Stretch
from odkit.hostrefs import Matcher, host_map
from odkit.hostrefs._search import Naming, Search
from odkit.hostrefs._tally import tally
from odkit.text import escape
from property import plain_references as plain
from property.drawn_exports import HOSTS, OTHERS, Draw
from property.strategies import TOGETHER, a_seed, seeds, together


def places(od: odkit.Directory, host: str) -> list[tuple[str, str, str, int, str, str, str]]:
    return [(e.dn, e.type, e.attribute, e.index, e.inside, e.kind.value, e.hit.lower()) for e in odkit.references(od, [host])]


def by_plain_search(od: odkit.Directory, host: str) -> list[tuple[str, str, str, int, str, str, str]]:
    out = []
    kinds = od.kinds()
    for record_id, kind, attribute, index, inside, text, hit in plain.references(od, host):
        assert kinds[record_id] in {None, kind}
        shown = escape(text[hit.start : hit.end]).lower()
        out.append((od.entry(record_id).dn, kind, attribute, index, escape(inside), hit.kind.value, shown))
    return out


class TestSearch:
    @given(together(lambda rng: (a_seed(rng), rng.choice(HOSTS))))
    @effort(200, TOGETHER)
    def test_what_is_found_fast_is_what_is_found_the_plain_way(self, cases: list[tuple[int, str]]) -> None:
        """Records that name none are not parsed; and damage is reported as if they were."""
        for seed, host in in_turn(cases):
            data = Draw(seed).export()
            one, other = odkit.open(data), odkit.open(data)
            assert places(one, host) == by_plain_search(other, host)
            assert {(f.code, f.line) for f in one.findings} == {(f.code, f.line) for f in other.findings}

    @given(seeds)
    @effort(80)
    def test_several_hosts_are_found_as_each_of_them_alone(self, seed: int) -> None:
        draw = Draw(seed)
        hosts, od = draw.hosts(), odkit.open(draw.export())
        together = Counter((e.host, e.dn, e.attribute, e.index, e.inside, e.before, e.hit) for e in odkit.references(od, hosts))
        alone = Counter(
            (e.host, e.dn, e.attribute, e.index, e.inside, e.before, e.hit)
            for host in hosts
            if host not in OTHERS[1:]  # which nothing names: one of them is sought alone for all
            for e in odkit.references(od, [host])
        )
        assert together == alone

    @given(together(a_seed))
    @effort(400, TOGETHER)
    def test_in_a_text(self, cases: list[int]) -> None:
        addresses = {"srv.example.com": ["10.1.2.3", "2001:db8::10"]}
        for seed in in_turn(cases):
            draw = Draw(seed)
            hosts, text = draw.hosts(), draw.text() + draw.text()
            found = [*Matcher(hosts, {host: addresses.get(host, ()) for host in hosts}).find(text)]
            for host in hosts[:9]:
                assert [hit for hit in found if hit.host == host] == plain.find(host, addresses.get(host, ()), text)


OWN = ["ann", "bob", "x", "y", "xxx", "basic", "magic", "mail", "tail", "srv", "srv2", "token", "u1", "ann-b", "Ann", "0x1", "\u00e9va"]
KEY = "1024 35 1234567890 root@{host}"
USERS_FORMS = [
    "homeDirectory: /Network/Servers/{host}/Homes/{own}", "homedirectory: /Network/Servers/{own}", "homeDirectory: /Homes/{own}",
    "apple-user-homeurl: <home_dir><url>afp://{host}/H</url><path>{own}</path></home_dir>",
    "apple-user-homeurl:: <home_dir><url>afp://{host}/H</url><path>{own}</path></home_dir>",
    "apple-user-homeurl:: <home_dir><url>afp://{own}:pw@{host}/H</url><path>x/{own}</path></home_dir>",
    "authAuthority: ;ApplePasswordServer;0x{slot},{key}:10.1.2.3", "authAuthority: ;Kerberosv5;0x{slot};{own}@SRV.EXAMPLE.COM;{key}",
    "authAuthority: ;basic;{own}@{host}", "authAuthority: ;{own};{own}@{host}", "authAuthority: 1.0;ShadowHash;{own}@{host}",
    "smbHome: \\\\{host}\\{own}", "mail: {own}@{host}", "labeledURI: afp://{own}@{host}/{own}", "mail: {own}@example.com",
    "description: {host}", "description: x", "apple-mcxflags: <plist><string>{host}</string></plist>", "cn: {own}",
]  # fmt: skip


def users(seed: int) -> bytes:
    """An export of users who differ in little but their names, folded as one writer folds."""
    rng = random.Random(seed)
    forms, names, width = rng.sample(USERS_FORMS, 6), [*rng.sample(OWN, 5)], rng.choice([20, 76, 78, 1000])
    records = [b"dn: cn=KerberosKDC,cn=config,dc=x\ncn: KerberosKDC\napple-config-realname: SRV.EXAMPLE.COM"]
    for own in names * rng.randrange(1, 3):
        said = {
            "host": rng.choice(["srv.example.com", "SRV.example.com", "srv", "a.example.com"]),
            "own": own,
            "slot": rng.choice("0a") * 32,
        }
        lines = [f"dn: uid={own},cn=users,dc=x" if own.isascii() else f"dn: uid=e,cn=x{own},cn=users,dc=x", "uid: u"]
        for form in rng.sample(forms, rng.randrange(1, 6)) * rng.choice([1, 1, 2]):
            line = form.format(**said, key=KEY.format(**said))
            name, coded, value = line.partition(":: ")
            lines.append(f"{name}:: {base64.b64encode(value.encode()).decode()}" if coded else line)
        folded = [
            b"\n ".join([line[:width], *(line[at : at + width - 1] for at in range(width, len(line), width - 1))])
            for line in map(str.encode, lines)
        ]
        records.append(b"\n".join(folded))
    return b"".join(record + b"\n\n" for record in records)


ODD_LINES = [
    "description: {host}", "AUTHAUTHORITY: ;basic;", "authAuthority: ;basic;", "authAuthority: ;basic;{own}@{host}", "authAuthority;x-a: ;basic;{host}",
    "description: authAuthority: {host}", "mail: {own}@{host}", "description:: {host}", "description:: x", "description: a\\b", "description: SRV.Example.COM",
    "apple-mcxflags: <plist><string>s&#114;v.example.com</string></plist>", "cn: \u00e9va", "# {host}", "authAuthority:< file:///{host}",
]  # fmt: skip
SAME = "postalAddress: " + "12345 " * 4 + "67890 " * 56  # a large block that all have


def crowd(seed: int, odd: float) -> bytes:
    """An export of many users whose authorities differ in name and slot alone, but for some with odd lines, and of some computers."""
    rng = random.Random(seed)
    width, records = rng.choice([20, 76, 78, 1000]), [b"dn: dc=x\ndc: x"]
    for number in range(64):  # twice as many as what the others repeat is learned from
        own = rng.choice("abc") + "x" * rng.randrange(3) + f"{number:03}"
        if rng.random() < odd:
            own = rng.choice([*OWN, "x,y", "x\\2cy"])
        slot = "".join(rng.choices("0123456789abcdef", k=32)) if rng.random() >= odd else rng.choice(["A" * 32, "0" * 31, "x"])
        said = {
            "host": rng.choice(["srv.example.com", "srv"]),
            "own": own,
            "slot": slot,
            "key": KEY.format(host="srv.example.com").replace("5 ", "5 " + "1234567890" * 9),
        }
        lines = [
            form.format(**said).replace("@SRV.", rng.choice(["@OD."] * 9 + ["@SRV."] * (odd > 0)))
            for form in ["uid: {own}", SAME, *USERS_FORMS[6:8], "entryUUID: " + slot]
        ]
        while rng.random() < odd:
            lines.insert(rng.randrange(len(lines) + 1), rng.choice(ODD_LINES).format(**said))
        if rng.random() < odd:
            rng.shuffle(lines)
        kind = "computers" if rng.random() < odd else "users"
        for place, line in enumerate(lines):
            name, coded, value = line.partition(":: ")
            lines[place] = f"{name}:: {base64.b64encode(value.encode()).decode()}" if coded else line
        folded = [
            b"\n ".join([line[:width], *(line[at : at + width - 1] for at in range(width, len(line), width - 1))])
            for line in map(str.encode, [f"dn: uid={own},cn={kind},dc=x", *lines])
        ]
        records.append(b"\n".join(folded))
    return b"".join(record + b"\n\n" for record in records)


ASKED = [["srv.example.com"], ["srv"], ["srv.example.com", "mail"], ["srv.example.com", "basic", "x"], ["10.1.2.3"]]


class TestAlike:
    """Places of users who differ in little are found without parsing them; a file with CR LF is always parsed."""

    @given(together(lambda rng: (a_seed(rng), rng.choice(ASKED))))
    @effort(200, TOGETHER)
    def test_what_is_found_in_lines_is_what_is_found_in_records(self, cases: list[tuple[int, list[str]]]) -> None:
        for seed, hosts in in_turn(cases):
            data = users(seed)
            one, other = (odkit.references(odkit.open(each), hosts).as_json() for each in (data, data.replace(b"\n", b"\r\n")))
            assert one == other

    @given(seeds, st.sampled_from([0, 0.01, 0.05]), st.sampled_from([["srv.example.com"], ["srv"], ["srv.example.com", "mail"], ["12345"]]))
    @effort(60)
    def test_what_many_records_repeat_is_what_is_found_in_each(self, seed: int, odd: float, hosts: list[str]) -> None:
        data = crowd(seed, odd)
        one, other = (odkit.references(odkit.open(each), hosts).as_json() for each in (data, data.replace(b"\n", b"\r\n")))
        assert one == other

    def test_what_many_records_repeat_is_searched_in_the_first_of_them_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        searched: list[int] = []
        named = Search.named

        def noted(search: Search, stretch: Stretch, kinds: Sequence[str | None]) -> Iterator[Naming]:
            searched.extend(stretch.numbers)
            yield from named(search, stretch, kinds)

        monkeypatch.setattr(Search, "named", noted)
        found = odkit.references(odkit.open(crowd(1, 0)), "srv.example.com")
        assert len(found) == 128
        assert len(searched) < 40

    @given(seeds, st.sampled_from(HOSTS))
    @effort(100)
    def test_odd_records(self, seed: int, host: str) -> None:
        data = Draw(seed).export().replace(b"\r", b"")
        one, other = (odkit.references(odkit.open(each), [host]).as_json() for each in (data, data.replace(b"\n", b"\r\n")))
        assert one["references"] == other["references"]


class TestMap:
    """`--all` and `references HOST` agree on every place."""

    @staticmethod
    def check(od: odkit.Directory, some: int = 1000) -> None:
        found = host_map(od)
        for host in found.known[:some]:
            alone = Counter((e.type, e.attribute, e.host) for e in odkit.references(od, [host]))
            assert alone == {edge: count for edge, count in found.edges.items() if edge[2] == host}
            assert alone, "a host that is known is named somewhere"
        assert {edge[2] for edge in found.edges} == set(found.known)

    @given(seeds)
    @effort(60)
    def test_generated_exports(self, seed: int) -> None:
        self.check(odkit.open(Draw(seed).export()), 4)

    @given(together(a_seed))
    @effort(120, TOGETHER)
    def test_counting_is_searching(self, cases: list[int]) -> None:
        for seed in in_turn(cases):
            draw = Draw(seed)
            data, hosts = draw.export(), draw.hosts()
            one, other = odkit.open(data), odkit.open(data)
            assert tally(one, Search(one, hosts)) == Counter((e.type, e.attribute, e.host) for e in odkit.references(other, hosts))

    @pytest.mark.whole
    @pytest.mark.parametrize("folder", FIXTURES)
    def test_fixtures(self, folder: str) -> None:
        for path in in_turn(FIXTURES[folder]):
            with contextlib.suppress(odkit.InputError):
                self.check(odkit.open(path), 6)


def record(container: str, *lines: bytes) -> bytes:
    return b"\n".join([b"dn: cn=u,cn=%s,dc=x" % container.encode(), b"cn: u", *lines]) + b"\n\n"


def coded(name: bytes, value: bytes) -> bytes:
    return name + b":: " + base64.b64encode(value)


FORMS_OF_LDIF = {
    "two colons in a plain value": record("users", b"description: x::srv1"),
    "a fold between two colons": record("users", b"description:\n : c3J2MS5leGFtcGxlLmNvbQ=="),
    "a fold in a name": record("users", b"descr\n iption: srv\n 1.example\n .com"),
    "a property list on one line": record("users", b'description: <plist version="1.0"><string>s&#114;v1.example.com</string></plist>'),
    "an end of a sentence": record("users", b"description: at srv1.example.com. And at srv1."),
    "one attribute in two spellings": record("users", b"description: srv1", b"DESCRIPTION: srv1"),
    "a line without a colon": record("users", b"srv1: x") + record("groups", b"srv1", b"description: srv1"),
    "letters of two bytes": record(
        "users", coded(b"description", b'<?xml version="1.0" encoding="shift_jis"?><plist version="1.0"><string>\x83Asrv1.example.com</string></plist>')
    ),
    "a policy of many": b"".join(
        record(kind, *[coded(b"apple-mcxsettings", plistlib.dumps({"u": "http://srv1.example.com/"}))] * 2) for kind in ("users", "groups", "users")
    ),
    "a name with an escape": record("users").replace(b"cn=u,", b"cn=s\\72v1.example.com,"),
    "a name of letters": record("users", coded(b"description", "afp://bücher.example.com/ and bu\u0308cher".encode())),
    "an address of IPv6": record("users", b"description: [2001:db8::10]:548"),
}  # fmt: skip


@pytest.mark.parametrize("many", [False, True])
@pytest.mark.parametrize("form", FORMS_OF_LDIF)
def test_forms_of_ldif(form: str, many: bool) -> None:
    hosts = ["srv1.example.com", "xn--bcher-kva.example.com", "2001:db8::10", *(OTHERS if many else ())]
    one, other = odkit.open(b"dn: dc=x\ndc: x\n\n" + FORMS_OF_LDIF[form]), odkit.open(FORMS_OF_LDIF[form])
    found = odkit.references(one, hosts)
    assert found.found
    assert Counter((e.type, e.attribute, e.host) for e in found) == tally(one, Search(one, hosts))
    for host in hosts:
        assert places(other, host) == by_plain_search(other, host)
