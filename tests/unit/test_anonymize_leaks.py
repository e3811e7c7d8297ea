"""No word of the source stands in a copy, in whatever form, attribute or list it was planted."""

from __future__ import annotations

import base64
import plistlib
import unicodedata
from pathlib import Path

import pytest

from build_copies import copied
from build_inventories import R, keytab_entry, record
from leaks import found_in
from odkit.anonymizing.words import ATTRIBUTES
from odkit.kerberos.inventory import all_formats

NAME, HOST, NUMBER, GUID, ADDRESS, ADDRESS6, MAC = (
    "Quetzalova", "grimaldi7.quellmark.example", "48151623", "5D0C77F6-93A1-4B3E-8F52-7E6A01B9C3D4", "172.29.87.143",
    "2001:db8:77ab:19c4::5a7e", "00:1e:c2:b7:93:5d",
)  # fmt: skip
ACCENTED = "Zoë-Ångström"
SECRET = "Tr0ub4dor&Zephyrine"
CANARIES = [
    NAME,
    "grimaldi7",
    "quellmark",
    NUMBER,
    GUID,
    GUID.replace("-", ""),
    ADDRESS,
    "77ab:19c4",
    MAC,
    "001ec2b7935d",
    "Zoë",
    "Ångström",
    "Tr0ub4dor",
    "Zephyrine",
]
TEXT = f"{NAME} {ACCENTED} of {HOST}, {NUMBER}, {GUID}, {ADDRESS}, {ADDRESS6}, {MAC}"
CONTROL_WORDS = {"dn", "changetype", "control", "newrdn", "deleteoldrdn", "newsuperior", "version", "add", "delete", "replace", "increment", "search",
                 "result", "ref", "text", "matcheddn"}  # fmt: skip

_JUDGED = {"description", "uid", "cn", "authauthority", "userpassword", "jpegphoto", "owner", "objectclass", "uidnumber", "apple-user-passwordpolicy",
           "draft-krbkeyset", "usercertificate", "mountoption", NAME}  # fmt: skip


def plists() -> list[bytes]:
    """The canaries in property lists: as keys, strings, data, numbers; in XML, escaped XML, binary form, UTF-16, and each in the other."""
    inner = {NAME: TEXT, "Password": SECRET, "raw": TEXT.encode(), "number": int(NUMBER), "list": [HOST, {"UserName": NAME}]}
    binary = plistlib.dumps(inner, fmt=plistlib.FMT_BINARY)
    xml = plistlib.dumps(inner)
    nested = {"mcx_application_data": {f"com.apple.{NAME}": {"Forced": [{"mcx_preference_settings": {"a": xml.decode(), "b": binary, "c": base64.b64encode(binary).decode(),
              "d": base64.b64encode(xml).decode()}}]}}}  # fmt: skip
    return [xml, binary, plistlib.dumps(nested), plistlib.dumps(nested, fmt=plistlib.FMT_BINARY), b"\xff\xfe" + xml.decode().encode("utf-16-le"),
            xml.replace(b"<", b"&lt;").replace(b">", b"&gt;"), f"<dict><key>{NAME}</key><{NAME}>{TEXT}</dict><!-- {TEXT} --><![CDATA[{TEXT}]]>".encode(),
            f'{{ {NAME} = "{HOST}"; Password = "{SECRET}"; }}'.encode(), binary[:-20], xml[:-30]]  # fmt: skip


def forms() -> list[bytes]:
    """The canaries in every form that a value can have."""
    odd = "".join(f"%{byte:02x}" for byte in NAME.encode())
    entity = "".join(f"&#{ord(each)};" for each in NAME)
    return [
        TEXT.encode(), unicodedata.normalize("NFD", TEXT).encode(), NUMBER.encode(), GUID.encode(), GUID.lower().encode(), ADDRESS.encode(), MAC.encode(),
        NAME.upper().encode(), f"afp://{NAME}:{SECRET}@{HOST}/{odd}".encode(), f"<home_dir><url>afp://{HOST}/{NAME}</url><path>{entity}</path></home_dir>".encode(),
        NAME.encode().hex().encode(), TEXT.encode("utf-16-le"), b"\xff\xfe" + TEXT.encode("utf-16-le"), TEXT.encode("latin-1"), base64.b64encode(TEXT.encode()),
        f";ApplePasswordServer;0x{GUID.replace('-', '').lower()},1024 35 {NUMBER * 20} root@{HOST}:{ADDRESS}".encode(), f";Kerberosv5;;{NAME}@{HOST.upper()};{HOST.upper()};".encode(),
        f";basic;{SECRET}".encode(), f";DisabledUser;;ShadowHash;{SECRET}".encode(), f"host/{HOST}@{HOST.upper()}".encode(), f"cn={NAME}\\, {odd},ou={HOST}".encode(),
        f"uid=\\{NAME[0].encode().hex()}{NAME[1:]},cn=users,dc=quellmark".encode(), f"LKDC:SHA1.{NAME.encode().hex().upper():0<40}".encode(), f"{{SSHA}}{SECRET}".encode(), *plists(),
    ]  # fmt: skip


def domain() -> bytes:
    """A domain in which every attribute of the schema, and unknown ones, have every form as a value."""
    out = [f"# {TEXT}", "version: 1", f"# base <dc=quellmark> with scope subtree\n# filter: (uid={NAME})\n# requesting: cn {NAME}", "", "dn: dc=quellmark", "objectClass: domain", "dc: quellmark", ""]  # fmt: skip
    every = forms()
    names = [*sorted(ATTRIBUTES - CONTROL_WORDS), NAME, "wifiPassword", f"cn;{NAME}", "2.5.4.4"]
    for index, name in enumerate(names):
        out.append(f"dn: uid={NAME}{index},cn=users,dc=quellmark")
        # values that are judged by their attribute have all forms, the others some of them
        for value in every if name in _JUDGED or "apple-mcx" in name else every[index % 7 :: 7]:
            text = value.decode("utf-8", "replace")
            plain = value.isascii() and value[:1].isalnum() and "\n" not in text and "\0" not in text
            line = f"{name}: {text}" if plain else f"{name}:: {base64.b64encode(value).decode()}"
            out.append("\n ".join(line[at : at + 76] for at in range(0, len(line), 76)))
        out.append("")
    out += [f"dn:: {base64.b64encode(f'uid={NAME},dc=quellmark'.encode()).decode()}", "changetype: modify", f"replace: {NAME}", f"{NAME}: {TEXT}", "-", "",
            f"{NAME} without a colon", f"cn:: {base64.b64encode(TEXT.encode()).decode()[:-3]}", f"description: {NAME}\0{HOST}", f"cn:< file:///Users/{NAME}/x", "",
            "# search result", "search: 2", f"result: 0 Success {NAME}", f"# {NAME}, users, quellmark", ""]  # fmt: skip
    return "\n".join(out).encode() + f"dn: uid={NAME}".encode()


# those of the formats of lines are named after their modules
LISTS = {
    "listprincs": f"Authenticating as principal {NAME}/admin@{R} with password.\n{NAME}@{R}\nhost/{HOST}@{R}\n{NAME}/{NUMBER}@{R}\n",
    "one_per_line": f"{NAME}@{R}\nafpserver/{HOST}@{R}\n",
    "heimdal_plain": f"{NAME}\nkrbtgt/{HOST}\nhost/{HOST}\n",
    "heimdal_long": f"Principal: host/{HOST}@{R}\nKvno: 2\nKeytypes: aes256-cts-hmac-sha1-96(pw-salt({R}{NAME}))[2]\nAliases: cifs/{HOST}@{R} {NAME}@{R}\nModifier: {NAME}/admin@{R}\n",
    "heimdal_short": f"Principal           Expiration  PW-exp \n{NAME}@{R[:6]}  never       never  \n",
    "heimdal_dump": f"{NAME}@{R} 2::23:{NAME.encode().hex()}:3/\"{R}{NAME}\" 20200101000000:{NAME}/admin@{R} - - - - - - 126 20200101000000:1:0 -\n",
    "klist": f"Keytab name: FILE:/etc/{NAME}.keytab\nKVNO Principal\n---- ---\n   3 host/{HOST}@{R} (aes256-cts-hmac-sha1-96) (0x{NAME.encode().hex()})\n",
    "ktutil": f"FILE:/etc/{NAME}.keytab:\n\nVno  Type              Principal                Aliases\n  3  arcfour-hmac-md5  host/{HOST}@{R}    \n",
    "mit_ktutil": f"slot KVNO Principal\n---- ---- ---\n   1    3 host/{HOST}@{R} (rc4-hmac)  (0x{NAME.encode().hex()})\n",
    "tabdump": f"name\tmodby\tmodtime\tlastpwd\tpolicy\tmkvno\thist_kvno\n{NAME}@{R}\t{NAME}/admin@{R}\t2026-11-28T06:43:53Z\t1970-01-01T00:00:00Z\t{NAME}\t1\t0\n",
    "kdb5_dump": "kdb5_util load_dump version 7\n" + record(NAME) + record(f"host/{HOST}") + record("x", alias_of=NAME) + f"policy\t{NAME}\t1\t2\t3\nprinc\t38\t9\t{NAME}\t{NAME.encode().hex()}\n",
    "log": f"Nov 19 08:12:31 {HOST} krb5kdc[9](info): TGS_REQ (4 etypes {{18 17}}) {ADDRESS}: ISSUE: authtime 1, etypes {{rep=18}}, {NAME}@{R} for host/{HOST}@{R}\n"
           f"2026-11-19T08:12:31 TGS-REQ {NAME}@{R} from IPv4:{ADDRESS} for host/{HOST}@{R}\nNov 19 08:12:31 {HOST} sshd[{NUMBER}]: {TEXT}\n",
    "slots": f"signature: {NAME}\n0001: 0x{GUID.replace('-', '').lower()}    {NAME}   03/04/2008 10:11:12 AM\n",
    "hosts": f"# {TEXT}\n{HOST}\n{ADDRESS}\n",
}  # fmt: skip


@pytest.mark.whole
def test_no_canary_stands_in_the_copy_of_an_export_in_any_attribute_or_form(tmp_path: Path) -> None:
    data = domain()
    assert set(found_in(data, CANARIES)) == {*CANARIES} - {"001ec2b7935d"}  # the search finds what is there
    made, (copy,) = copied(tmp_path, {"quellmark.ldif": data})
    assert found_in(copy, CANARIES) == []
    assert found_in(" ".join(path.name for path in made.folder.iterdir()).encode(), CANARIES) == []
    assert copy.count(b"\n") == data.count(b"\n")


@pytest.mark.parametrize("kind", LISTS)
def test_no_canary_stands_in_the_copy_of_a_list(tmp_path: Path, kind: str) -> None:
    data = LISTS[kind].encode()
    assert found_in(data, [NAME, "quellmark"])
    _, (copy,) = copied(tmp_path, {f"{NAME}.txt": data})
    assert found_in(copy, CANARIES) == []
    assert len(copy) == len(data)


def test_every_format_of_which_copies_are_made_has_a_list_with_canaries() -> None:
    copied_ones = {form.looks_like.__module__.rpartition(".")[2] for form in all_formats() if form.copied}
    lacking = copied_ones - set(LISTS) - {"authdata", "keytab"}  # these have tests of their own
    assert not lacking, "LISTS has no row named after the module of this format"


def test_no_name_and_no_key_stands_in_the_copy_of_a_keytab(tmp_path: Path) -> None:
    data = b"\5\2" + keytab_entry(f"host/{HOST}", 23) + keytab_entry(NAME, 18)
    hole = keytab_entry(f"host/{HOST}", 23)
    data += (-(len(hole) - 4)).to_bytes(4, "big", signed=True) + hole[4:] + keytab_entry(NAME, 18)[:-5]
    _, (copy,) = copied(tmp_path, {"a": data})
    assert found_in(copy, [*CANARIES, "K" * 8]) == []
    assert len(copy) == len(data)


def _binary_list() -> bytes:
    """A binary property list with numbers of every width, and with bytes that belong to no object."""
    numbers = {"a": 200, "b": int(NUMBER), "c": -int(NUMBER), "d": (1 << 63) + int(NUMBER), "e": float(NUMBER), "ID": int(NUMBER)}
    data = plistlib.dumps({**numbers, "Password": int(NUMBER)}, fmt=plistlib.FMT_BINARY)
    return data[:-32] + NAME.encode() + b"grima" + data[-27:]


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.mark.parametrize("line", [
    *(f"apple-mcxsettings: <dict><key>{key}</key><{kind}>{NUMBER}</{kind}></dict>"
      for key in ("Password", "ID", "IDRangeBegin", "UserName", "port") for kind in ("integer", "real")),
    f"apple-user-passwordpolicy: isDisabled=0 ID={NUMBER} maxChars=0",
    f"apple-accountPolicy: <dict><key>policyContent</key><string>policyAttributePassword matches '{NUMBER}' or \"Zo\u00eb\" or Q{NUMBER}</string></dict>",
    f"authAuthority: ;DisabledUser;{NAME}", f"authAuthority: ;DisabledUser;<{NAME}>", f"authAuthority: ;ShadowHash;HASHLIST:<{NAME.upper()},{NUMBER}>",
    f"authAuthority: {NUMBER};Kerberosv5;;x", f"userPassword: {{{NAME}}}xyxyxy", f"apple-mcxsettings:: {_base64(_binary_list())}",
    f"1.3.6.1.4.1.{NUMBER}.1: x", f"control: 1.3.6.1.4.1.{NUMBER}.1 true: x", f"# with {NAME} control: x",
    *(f"userCertificate:: {_base64(bytes([0x30, 2 + len(NAME), tag, len(NAME)]) + NAME.encode())}" for tag in (0x01, 0x05, 0x06, 0x0A)),
])  # fmt: skip
def test_no_canary_stays_where_something_is_kept(tmp_path: Path, line: str) -> None:
    data = f"dn: dc=x\ndc: x\n{line}\n".encode()
    assert found_in(data, CANARIES) or b"ID" in data
    _, (copy,) = copied(tmp_path, {"a": data})
    assert found_in(copy, [*CANARIES, "grima"]) == []
    assert copy.count(b"\n") == data.count(b"\n")


_REQUEST = f"Nov 19 08:12:31 h krb5kdc[9](info): TGS_REQ (4 etypes {{18 17}}) 10.1.2.3: ISSUE: authtime 1, etypes {{rep=18}}, a@{R} for host/h@{R}\n"
_DUMP = "kdb5_util load_dump version 7\n" + record("x")


@pytest.mark.parametrize("text", [
    f"{_REQUEST}Nov 19 08:12:31 h sshd[1]: login of [{NAME.lower()}]\n", f"{_REQUEST}Nov 19 08:12:31 h sudo: {NAME.upper()}: tty\n",
    f"{_REQUEST}Nov 19 08:12:31 h kdc[1]: AS-REQ {NAME.upper()} x y\n", f"{_REQUEST}x krb5kdc[9]({NAME.lower()}): hello\n",
    f"{_DUMP}policy\t{NUMBER}\t1\t2\t3\t4\t5\n", f"{_DUMP}princ\t38\t8\t0\t0\t0\t{NUMBER}\tx\n",
    f"Principal: x@{R}\nKvno: 2\nPolicy: {NUMBER}\n",
    f"name\tflag\tvalue\nx@{R}\tno_{NAME.lower()}\t1\n", f"name\tflag\tvalue\nx\tno_{NAME.lower()}\tx\n",
])  # fmt: skip
def test_no_canary_stays_where_a_list_has_words_of_its_own(tmp_path: Path, text: str) -> None:
    data = text.encode()
    assert found_in(data, CANARIES)
    _, (copy,) = copied(tmp_path, {"a": data})
    assert found_in(copy, CANARIES) == []
