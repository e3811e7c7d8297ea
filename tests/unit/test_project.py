"""odkit.toml: read whole, and every way in which it can be wrong said with its line."""

from __future__ import annotations

import contextlib
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import odkit
from build import HEAD
from conftest import each_in_turn
from odkit import project
from odkit.errors import InputError, OdkitError
from odkit.project import first_plan

GOOD = """[domain]
realm = "OD.EXAMPLE.COM"
suffix = "dc=od,dc=example,dc=com"
target = "10.5"

[retired]
hosts = ["Old.example.com."]

[[server]]
name = "master.example.com"
role = "master"
address = "10.0.0.1"

[[server]]
name = "relay.example.com"
role = "relay"
parent = "master.example.com"
address = "10.0.0.2"
shares = [{type = "afp", path = "/Volumes/Data/Homes"}]
backups = [{source = "/Volumes/Data", to = "store.example.com:/backup", when = "weekly"}]
"""


def load(tmp_path: Path, text: str) -> project.Project:
    path = tmp_path / "odkit.toml"
    path.write_text(text)
    return project.load(path)


def test_found_above(tmp_path: Path) -> None:
    (tmp_path / "odkit.toml").write_text('[exports]\nbefore = "b.ldif"\nafter = ["a.ldif", "authdata.ldif"]\nkeytabs = "k"\n')
    (tmp_path / "in" / "side").mkdir(parents=True)
    found = project.find(tmp_path / "in" / "side")
    assert found == tmp_path / "odkit.toml"
    plan = project.load(found)
    assert (plan.before, plan.after) == ((tmp_path / "b.ldif",), (tmp_path / "a.ldif", tmp_path / "authdata.ldif"))
    assert plan.keytabs == (tmp_path / "k",)


def test_a_whole_one(tmp_path: Path) -> None:
    plan = load(tmp_path, GOOD)
    assert (plan.realm, plan.suffix, plan.target, plan.administrator) == ("OD.EXAMPLE.COM", "dc=od,dc=example,dc=com", "10.5", "diradmin")
    assert plan.retired == ("old.example.com",)
    master, relay = plan.servers
    assert (master.role, master.line, relay.parent, relay.line) == ("master", 9, "master.example.com", 14)
    assert relay.shares == (project.Export("afp", "/Volumes/Data/Homes"),)
    assert relay.backups == (project.Backup("/Volumes/Data", "store.example.com:/backup", "weekly"),)


def test_another_domain(tmp_path: Path) -> None:
    plan = load(tmp_path, GOOD)
    plan.check_export("OD.EXAMPLE.COM", "DC=od, dc=example,dc=com", "x.ldif")
    plan.check_export(None, None, "x.ldif")
    with pytest.raises(InputError, match=r"its realm is OTHER, and .* is for OD\.EXAMPLE\.COM"):
        plan.check_export("OTHER", None, "x.ldif")
    with pytest.raises(InputError, match="its suffix is dc=x"):
        plan.check_export(None, "dc=x", "x.ldif")


SERVER = '[[server]]\nname = "a.example.com"\nrole = "master"\n'
LEAVE = "[leave]\ncarry = 'samba'\nserver = 'dc1.example.org'\nclients = 'unbind'\nhomes = 'local'\n"
TWO = f'{SERVER}[[server]]\nname = "b.example.com"\nrole = "replica"\n'


@each_in_turn(
    "text, line, message",
    [
        ("[export]\n", 1, "export is not known; did you mean exports?"),
        ("[exports]\nbefor = 'x'\n", 2, "befor is not known in [exports]; did you mean before?"),
        ("[exports]\nsideways = 'x'\n", 2, "sideways is not known in [exports]; there are before, after"),
        ("[exports]\nbefore = 1\n", 2, "before is a path, or a list of paths"),
        ("[exports]\nafter = []\n", 2, "after is a path, or a list of paths"),
        ("[exports]\nkeytabs = ['']\n", 2, "keytabs is a path, or a list of paths"),
        ("[exports]\nprincipals = {a = 1}\n", 2, "principals is a path, or a list of paths"),
        ("exports = 3\n", 1, "exports is a table: [exports]"),
        ("domain = 'x'\n", 1, "domain is a table: [domain]"),
        ("retired = ['a']\n", 1, "retired is a table: [retired]"),
        ("[exports\n", 1, "is no TOML"),
        ("\x00", 1, "is no TOML"),
        ("[domain]\nrealm = 'a'\nrealm = 'b'\n", 3, "is no TOML"),
        ("[domain]\nrelam = 'X'\n", 2, "relam is not known in [domain]; did you mean realm?"),
        ("[domain]\nrealm = 1\n", 2, "realm is a text on one line"),
        ('[domain]\nrealm = "A\\nB"\n', 2, "realm is a text on one line"),
        ("[domain]\nrealm = 'lower'\n", 2, "realm is in upper case"),
        ("[domain]\nrealm = 'A@B'\n", 2, "realm is in upper case, without blanks, slashes and '@'"),
        ("[domain]\nsuffix = 'example.com'\n", 2, "suffix is a distinguished name, and 'example.com' is none"),
        ("[domain]\nadministrator = 'a b'\n", 2, "administrator is a short name"),
        ("[domain]\nadministrator = '-p'\n", 2, "administrator is a short name"),
        ("[domain]\ntarget = '10.55'\n", 2, "target is one of 10.4, 10.5, 10.6, 10.7+, heimdal, not 10.55; did you mean 10.5?"),
        ("[retired]\nhost = ['a.example.com']\n", 2, "host is not known in [retired]; did you mean hosts?"),
        ("[retired]\nhosts = [1]\n", 2, "hosts is a text, or a list of texts"),
        ("[retired]\nhosts = ['old']\n", 2, "a retired host is a full host name, and 'old' is none"),
        ("[retired]\nhosts = ['a.example.com', 'A.EXAMPLE.COM']\n", 2, "a.example.com is there twice"),
        ("server = 1\n", 1, "server is a list of tables: [[server]]"),
        ("[server]\nname = 'a.example.com'\n", 1, "server is a list of tables: [[server]]"),
        (SERVER + "rol = 'x'\n", 4, "rol is not known in [server]; did you mean role?"),
        ("[[server]]\nrole = 'master'\n", 1, "server 1 has no name"),
        ("[[server]]\nname = 'a.example.com'\n", 1, "server 1 has no role"),
        ("[[server]]\nname = 'a'\nrole = 'master'\n", 2, "name is a full host name, and 'a' is none"),
        ("[[server]]\nname = 'a.example.com; rm -rf /'\nrole = 'master'\n", 2, "name is a full host name"),
        (
            "[[server]]\nname = 'a.example.com'\nrole = 'mastre'\n",
            3,
            "role is one of master, relay, replica, member, not mastre; did you mean master?",
        ),
        (SERVER + "address = '10.0.0'\n", 4, "address is an IP address, and '10.0.0' is none"),
        (SERVER + "ntp = 'yes'\n", 4, "ntp is true or false"),
        (SERVER + "dns = 'both'\n", 4, "dns is one of primary, secondary, not both"),
        (SERVER + "release = '10.45'\n", 4, "release is one of 10.4, 10.5, 10.6, 10.7+, not 10.45"),
        (SERVER + "disk = '/dev/disk1'\n", 4, "disk is a whole disk such as disk1, and '/dev/disk1' is none"),
        (SERVER + "backup = '/Volumes/x'\n", 4, "backup is the name of a volume, without slashes and colons"),
        (SERVER + "serial = '$(id)'\n", 4, "serial is a hardware serial number"),
        (SERVER + "services = 'afp\\n'\nsite = \"a\\u001bb\"\n", 5, "site is a text on one line"),
        (SERVER + "aliases = ['short']\n", 4, "an alias is a full host name, and 'short' is none"),
        (SERVER + "shares = ['x']\n", 4, "shares is a list of tables { type, path, mount }"),
        (SERVER + "shares = [{type = 'smb', path = '/x'}]\n", 4, 'a share has type = "afp" or "nfs" and a whole path'),
        (SERVER + "backups = [{source = '/x', to = 'h:/y', when = 'daily'}]\n", 4, "a backup has a whole path as source"),
        (TWO.replace("b.example", "a.example"), 5, "a.example.com is server 1 already"),
        (TWO + "aliases = ['a.example.com']\n", 7, "a.example.com is server 1 already"),
        (
            TWO.replace('[[server]]\nname = "b', "address = '10.0.0.1'\n[[server]]\naddress = '10.0.0.1'\nname = \"b"),
            6,
            "10.0.0.1 is the address of a.example.com already",
        ),
        (TWO + "parent = 'aa.example.com'\n", 7, "the parent aa.example.com is no server of this file; did you mean a.example.com?"),
        (TWO + "parent = 'b.example.com'\n", 7, "b.example.com is its own parent"),
        ("[retired]\nhosts = ['a.example.com']\n" + SERVER, 4, "a.example.com is retired, by [retired], and a server here"),
        ("leave = 1\n", 1, "leave is a table: [leave]"),
        (LEAVE + "to = 'x'\n", 6, "to is not known in [leave]; there are carry, server, clients, homes, realm, base, shares"),
        (LEAVE.replace("homes", "home"), 5, "home is not known in [leave]; did you mean homes?"),
        ("[leave]\ncarry = 'samba'\n", 1, "[leave] has no server"),
        (LEAVE.replace("'samba'", "'-x'"), 2, "carry is a target of odkit carry, such as samba, and '-x' is none"),
        (LEAVE.replace("dc1.example.org", "dc1"), 3, "server is a full host name, and 'dc1' is none"),
        (LEAVE.replace("'unbind'", "'keep'"), 4, "clients is one of unbind, rebind, not keep"),
        (LEAVE.replace("'local'", "'afp'"), 5, "homes is one of local, smb, not afp"),
        (LEAVE + "realm = 'a'\n", 6, "realm is in upper case"),
        (LEAVE + "base = 'a'\n", 6, "base is a distinguished name, and 'a' is none"),
        (LEAVE + "shares = 'x'\n", 6, 'shares is for homes = "smb"'),
        (LEAVE.replace("dc1.example.org", "a.example.com") + SERVER, 3, "server is the one that takes over, and a.example.com is one of"),
    ],
)
def test_each_fault_has_its_message_and_line(text: str, line: int, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        load(tmp_path, text)
    assert (error.value.line, error.value.message[: len(message)]) == (line, message)


@given(
    st.text(max_size=120)
    | st.lists(st.sampled_from([*GOOD.splitlines(), "[domain]", "[[server]]", "name = 1", "x"]), max_size=14).map("\n".join)
)
def test_any_text(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(text.encode())
    with contextlib.suppress(OdkitError):
        project.load(path)


def test_a_first_plan_carries_any_text(tmp_path: Path) -> None:
    share = "/Volumes/\U0001f4be \x7f \u2028"
    data = f"dn: cn=h.example.com:{share},cn=mounts,dc=od,dc=example,dc=com\ncn: h.example.com:{share}\nmountType: url\n\n"
    text = first_plan(odkit.open((HEAD + data).encode("utf-8", "surrogateescape")), ["e.ldif"])
    tomllib.loads(text)
