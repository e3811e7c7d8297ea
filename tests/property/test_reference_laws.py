"""Laws of searching for servers: what is found fast is what is found the plain way, and the map is what the search gives for each host."""

from __future__ import annotations

import base64
import contextlib
import plistlib
from collections import Counter

import pytest
from hypothesis import example, given

import odkit
from conftest import FIXTURES, effort, in_turn
from odkit.hostrefs import Matcher, host_map
from odkit.hostrefs._search import Search
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
    @example([(19231173596615, "2001:db8::10")])  # a line that a blank joined to another, and nothing that is found
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
