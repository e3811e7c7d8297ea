"""Laws of searching for servers in records that differ in little: what is taken of one for others is what is found in each of them."""

from __future__ import annotations

import base64
import contextlib
import random
import re
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

import odkit
from conftest import effort, in_turn
from odkit.directory import Stretch
from odkit.hostrefs._search import Naming, Search
from property.drawn_exports import HOSTS, Draw
from property.strategies import TOGETHER, a_seed, seeds, together

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


def crowd(seed: int, odd: float, count: int = 64) -> bytes:  # twice as many as what the others repeat is learned from
    """An export of many users whose authorities differ in name and slot alone, but for some with odd lines, and of some computers."""
    rng = random.Random(seed)
    width, records = rng.choice([20, 76, 78, 1000]), [b"dn: dc=x\ndc: x"]
    for number in range(count):
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


ASKED_OF_MANY = [["srv.example.com"], ["srv"], ["srv.example.com", "mail"], ["12345"]]
ASKED = [["srv.example.com"], ["srv"], ["srv.example.com", "mail"], ["srv.example.com", "basic", "x"], ["10.1.2.3"]]


JOINT = re.compile(rb"(?<=\n)|(?=\n)|(?<=;)|(?=@)|(?<=0x)|(?=,)|(?<=:)|\Z")
PIECES = [b" ", b"\n ", b"\n", b";", b"A", b"0", b"@", b",", b"\xc3\xa9", b"srv", b"srv.example.com", b"\n srv", b" srv", b"#", b"\\41"]


def edited(rng: random.Random, record: bytes) -> bytes:
    """The record with one thing in it that the others do not have, mostly where lines, names and slots begin and end."""
    lines = re.split(rb"\n(?! )", record)
    place, other = rng.randrange(1, len(lines)), rng.randrange(1, len(lines))
    match rng.randrange(18):
        case 0:
            lines[place], lines[other] = lines[other], lines[place]
        case 1:
            lines.insert(place, lines[other])
        case 2:
            del lines[place]
        case 3:
            lines[place] = lines[place].swapcase()
        case 4:
            lines[place] = lines[place].replace(b";", b";" + rng.choice(PIECES), 1)
        case 5:  # the record ends there
            lines.insert(place, b"dn: uid=z,cn=users,dc=x")
        case 6:
            lines[0] = lines[0].replace(b",cn=users", ",cn=\u00e9,cn=users".encode())
        case 7:  # a name that is folded before what others have, too
            return record.replace(b"xy\n v.example", b"sr\n v.example")
        case 8:  # a name in the place of the slot
            return re.sub(rb"(?<=;0x)[0-9a-f]{32}", b",srv.example.com,012345678901234", record)
        case 9:  # a known line goes on
            return record.replace(b"\nentryUUID", rng.choice([b"\n x", b"x", b".au"]) + b"\nentryUUID")
        case 10 | 11:
            at = rng.choice([match.start() for match in re.finditer(rb"(?=,)|\Z", lines[0])])
            lines[0] = lines[0][:at] + b"\n " + lines[0][at:]
        case 12:  # a name at the end of what stands before the lines that many have
            return record.replace(b"\npostal", b"\ndescription: srv\npostal")
        case 13 | 14:
            return record + b"\ndescription: srv.example.com"
        case _:
            at = rng.choice([match.start() for match in JOINT.finditer(record)])
            return record[:at] + (rng.choice(PIECES) if rng.random() < 0.7 else b"") + record[at + rng.randrange(2) :]
    return b"\n".join(lines)


def nearly(seed: int) -> bytes:
    """An export of users whose lines are alike, but for one thing in some of them, behind those from which the others are known."""
    rng = random.Random(seed)
    records = crowd(seed, 0, 28).removesuffix(b"\n\n").split(b"\n\n")
    width = max(map(len, records[1].split(b"\n")))
    more: list[bytes] = [b""] * len(records)
    if rng.random() < 0.5 and width in {76, 78}:
        for place in range(len(records)):
            text = b"title: %03d%bxyv.example.com%b" % (place, b"," * (width - 12), b" 1" * 160)
            more[place] = b"\n" + b"\n ".join([text[:width], *(text[at : at + width - 1] for at in range(width, len(text), width - 1))])
    elif rng.random() < 0.3:  # a block that many have names one
        more[14:] = [b"\ntitle: srv.example.com"] * len(more[14:])
    elif rng.random() < 0.2:  # where many begin, the first have another value
        more[:10] = [b"\nauthAuthority: ;basic;"] * 10
    records = [re.sub(rb"(?=\nauthAuthority:)", line, record, count=1) for record, line in zip(records, more, strict=True)]
    for place in rng.sample(range(10, len(records)), 4):
        records[place] = edited(rng, records[place])
    return b"\n\n".join(records) + rng.choice([b"\n\n", b"\n", b""])


@contextlib.contextmanager
def read_in_pieces(size: int) -> Iterator[None]:
    """Few records are read at once, as of an export that is many times as large."""
    whole = odkit.Directory.stretches
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(odkit.Directory, "stretches", lambda od: whole(od, size))
        yield


class TestAlike:
    """Places of users who differ in little are found without parsing them; a file with CR LF is always parsed."""

    @given(together(lambda rng: (a_seed(rng), rng.choice(ASKED))))
    @effort(200, TOGETHER)
    def test_what_is_found_in_lines_is_what_is_found_in_records(self, cases: list[tuple[int, list[str]]]) -> None:
        for seed, hosts in in_turn(cases):
            data = users(seed)
            one, other = (odkit.references(odkit.open(each), hosts).as_json() for each in (data, data.replace(b"\n", b"\r\n")))
            assert one == other

    @given(seeds, st.sampled_from([0, 0.01, 0.05]), st.sampled_from(ASKED_OF_MANY))
    @effort(60)
    def test_what_many_records_repeat_is_what_is_found_in_each(self, seed: int, odd: float, hosts: list[str]) -> None:
        data = crowd(seed, odd)
        one, other = (odkit.references(odkit.open(each), hosts).as_json() for each in (data, data.replace(b"\n", b"\r\n")))
        assert one == other

    @given(together(lambda rng: (a_seed(rng), rng.choice(ASKED_OF_MANY))))
    @effort(200, TOGETHER)
    def test_a_record_that_nearly_repeats_others_is_found_as_it_is(self, cases: list[tuple[int, list[str]]]) -> None:
        """Read in pieces, because what is learned of a block is used from the next one on."""
        for seed, hosts in in_turn(cases):
            data = nearly(seed)
            with read_in_pieces(1 << 13):
                one = odkit.references(odkit.open(data), hosts).as_json()
            other = odkit.references(odkit.open(data.replace(b"\n", b"\r\n")), hosts).as_json()
            assert one["references"] == other["references"]

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
