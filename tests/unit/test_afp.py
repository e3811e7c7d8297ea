"""`odkit afp`: every place that needs a client for AFP is found, and nothing else; homes by URL and by the mount they lie on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from build import SUFFIX, mount, od, plist
from commandline import odkit
from conftest import MART, each_in_turn
from odkit.afp import HomeFate, PlaceKind, afp, check_afp
from odkit.errors import UsageError
from odkit.ldif import Entry, dump

OLD = "files.example.com"
SHARE = f"afp://;AUTH=NO%20USER%20AUTHENT@{OLD}/Homes"


def record(dn: str, kind: str, **values: bytes | list[bytes]) -> Entry:
    named = {key.replace("_", "-"): each if isinstance(each, list) else [each] for key, each in values.items()}
    return Entry(f"{dn},{SUFFIX}", {"objectClass": [kind.encode()], **named})


def user(name: str, path: bytes = b"", url: str = "") -> Entry:
    values = {"homeDirectory": path} if path else {}
    if url:
        values["apple_user_homeurl"] = f"<home_dir><url>{url}</url><path>{name}</path></home_dir>".encode()
    return record(f"uid={name},cn=users", "apple-user", uid=name.encode(), **values)


def share(name: str, url: str, directory: bytes = b"/Network/Servers/", *options: bytes, kind: bytes = b"url") -> Entry:
    urls = [f"url=={url}".encode()] if url else []
    return record(
        f"cn={name},cn=mounts", "mount", cn=name.encode(), mountDirectory=directory, mountType=kind, mountOption=[*options, *urls]
    )


SETTINGS = {
    "dock": ({"com.apple.dock": {"Forced": [{"mcx_preference_settings": {"persistent-others": [{"tile-data": {"file-data": {"_CFURLString": SHARE}}}]}}]}}, PlaceKind.DOCK_ITEM),
    "login": ({"loginwindow": {"Forced": [{"mcx_preference_settings": {"AutoLaunchedApplicationDictionary-managed": [{"URL": SHARE}]}}]}}, PlaceKind.LOGIN_ITEM),
    "mounts": ({"com.apple.mcxloginscripts": {"Forced": [{"mcx_preference_settings": {"mounts": [SHARE]}}]}}, PlaceKind.MANAGED_MOUNT),
    "other": ({"com.example.app": {"Forced": [{"mcx_preference_settings": {"archive": SHARE}}]}}, PlaceKind.OTHER),
}  # fmt: skip


class TestPlaces:
    @pytest.mark.parametrize("name", SETTINGS)
    def test_a_setting_is_told_by_its_domain_and_key(self, name: str) -> None:
        value, kind = SETTINGS[name]
        settings = plist({"mcx_application_data": value})
        found = afp(od(record("cn=staff,cn=groups", "apple-group", cn=b"staff", apple_mcxsettings=settings)))
        [place] = found.places
        assert (place.kind, place.host, place.type) == (kind, OLD, "Groups")
        assert name == "other" or place.inside

    def test_homes_folders_mounts_and_maps(self) -> None:
        found = afp(od(
            user("ann", url=SHARE), share(f"{OLD}:/Homes", SHARE, b"/Network/Servers/", b"net"),
            record("cn=staff,cn=groups", "apple-group", cn=b"staff", apple_group_homeurl=f"<home_dir><url>{SHARE}</url></home_dir>".encode()),
            record("cn=auto,cn=automounts", "automount", cn=b"auto", automountInformation=f"-fstype=afp {SHARE}".encode()),
            record("uid=bob,cn=users", "apple-user", uid=b"bob", labeledURI=b"AFP:/at/Zone/Share"),
            share("plain:/x", "", b"/x", kind=b"afp"),
        ))  # fmt: skip
        kinds = [PlaceKind.HOME, PlaceKind.MOUNT, PlaceKind.GROUP_FOLDER, PlaceKind.AUTOMOUNT, PlaceKind.OTHER, PlaceKind.MOUNT]
        assert [each.kind for each in found.places] == kinds
        assert found.by_server()[OLD].total() == 4
        assert [each.host for each in found.places[4:]] == [None, None]

    @each_in_turn(
        "value",
        [b"http://afp548.com/", b"afpserver/files.example.com@R", b"_afpovertcp._tcp", b"myafp://files.example.com/x", b"x-afp:/y", b"afp", b"smb://afp/Homes"],
    )  # fmt: skip
    def test_a_near_miss_is_none(self, value: bytes) -> None:
        assert afp(od(record("uid=ann,cn=users", "apple-user", uid=b"ann", labeledURI=value))).places == ()

    def test_a_password_in_a_url_is_hidden(self) -> None:
        found = afp(od(record("uid=ann,cn=users", "apple-user", uid=b"ann", labeledURI=b"afp://ann:s3cret@files.example.com/x")))
        assert "s3cret" not in json.dumps(found.as_json()) + repr(found)


class TestHomes:
    @each_in_turn(
        "home, fate",
        [
            (user("ann", url=SHARE), HomeFate.STOPS),
            (user("ann", url=f"smb://{OLD}/Homes"), HomeFate.STAYS),
            (user("ann", b"/Users/ann"), HomeFate.STAYS),
            (user("ann", b"99"), HomeFate.STAYS),
            (user("ann", b"/Network/Servers/FILES.example.com/Homes/ann"), HomeFate.STOPS),
            (user("ann", b"/Network/Servers/files.example.com/Other/ann"), HomeFate.UNKNOWN),
            (user("ann", b"/Network/Servers/nfs.example.com/Homes/ann"), HomeFate.STAYS),
            (user("ann", b"/Volumes/Static/ann"), HomeFate.STOPS),
        ],
    )
    def test_by_the_url_else_by_the_nearest_mount(self, home: Entry, fate: HomeFate) -> None:
        mounts = [share(f"{OLD}:/Homes", SHARE, b"/Network/Servers/", b"net"), mount("nfs.example.com"),
                  share(f"{OLD}:/Static", SHARE, b"/Volumes/Static")]  # fmt: skip
        found = afp(od(home, *mounts))
        assert [each for _, each in found.homes] == [fate]
        assert [each.code for each in found.findings if each.code == "OD741"] == (["OD741"] if fate is HomeFate.UNKNOWN else [])

    def test_a_home_that_was_not_asked_for_is_unknown_and_counted(self) -> None:
        text = "# extended LDIF\n#\n# LDAPv3\n# base <dc=x> with scope subtree\n# filter: (objectclass=*)\n# requesting: uid objectClass\n#\n\n"
        body = dump([Entry("uid=ann,cn=users,dc=x", {"objectClass": [b"apple-user"], "uid": [b"ann"]})]).decode()
        import odkit as library

        found = afp(
            library.open((text + body + "# search result\nsearch: 2\nresult: 0 Success\n\n# numResponses: 2\n# numEntries: 1\n").encode())
        )
        assert [each for _, each in found.homes] == [HomeFate.UNKNOWN]
        assert "OD013" in {each.code for each in found.findings}
        assert "OD741" not in {each.code for each in found.findings}


class TestCommand:
    BEFORE = str(MART / "before" / "export.ldif")

    def test_the_company(self) -> None:
        done = odkit("afp", self.BEFORE)
        assert done.returncode == 1
        assert "Homes: 120 users cannot log in with the home without a client for AFP, 4 can." in done.stdout
        body = json.loads(odkit("afp", self.BEFORE, "--json").stdout)
        assert (body["schema"], body["summary"]) == ("odkit/afp/1", {"places": 135, "users": {"stops": 120, "stays": 4, "unknown": 0}})
        assert len(odkit("afp", self.BEFORE, "--places").stdout.splitlines()) == 135

    def test_clients_that_have_one_are_fine(self) -> None:
        assert odkit("afp", self.BEFORE, "--clients", "15.5").returncode == 0
        assert odkit("afp", self.BEFORE, "--clients", "27.1").returncode == 1
        assert odkit("afp", self.BEFORE, "--clients", "Tahoe").returncode == 2

    def test_a_directory_without_it_is_fine(self, tmp_path: object) -> None:
        done = odkit("afp", data=dump([Entry("dc=x", {"objectClass": [b"domain"], "dc": [b"x"]})]))
        assert (done.returncode, done.stdout.splitlines()[0]) == (0, "Nothing is reached by AFP.")


class TestNeeded:
    """OD742 beside other checks: a note, unless somebody says what his Macs run."""

    HOMES = (user("ann", url=SHARE), user("bob", url=f"afp://other.example.com/H&amp;{'x' * 3}"), user("cid", url=f"smb://{OLD}/Homes"))
    MOUNT = share(f"{OLD}:/Homes", SHARE, b"/Network/Servers/", b"net")

    def test_homes_and_mounts_are_counted_in_one_note(self) -> None:
        [found] = check_afp(od(*self.HOMES, self.MOUNT, share("plain.example.com:/x", "", b"/x", kind=b"afp")))
        assert (found.code, found.severity, found.what) == ("OD742", "info", "2 homes and 2 mounts on 3 servers are reached by AFP")
        assert found.line is not None

    @pytest.mark.parametrize(
        ("release", "severity"), [("27", "warning"), ("27.1", "warning"), ("26.4", None), ("15.5", None), ("10.13", None)]
    )
    def test_the_release_of_the_clients_decides(self, release: str, severity: str | None) -> None:
        assert [each.severity for each in check_afp(od(*self.HOMES), clients=release)] == ([severity] if severity else [])

    @pytest.mark.parametrize("release", ["", "Tahoe", "-1", "1000", "२७"])
    def test_what_is_no_release_is_refused(self, release: str) -> None:
        with pytest.raises(UsageError, match="no release of macOS"):
            check_afp(od(), clients=release)

    def test_a_domain_without_it_gets_no_note(self) -> None:
        assert check_afp(od(user("cid", url=f"smb://{OLD}/Homes"), mount("nfs.example.com"))) == []

    @pytest.mark.whole
    def test_two_equal_exports_full_of_it_came_through(self) -> None:
        before, after = (str(MART / name / "export.ldif") for name in ("before", "after"))
        done = odkit("verify", before, after)
        assert "[OD742]" in done.stderr
        assert done.returncode == odkit("verify", before, after, "--ignore", "OD742").returncode == 0
        assert odkit("verify", before, after, "--clients", "27").returncode == 1
        assert "OD742" not in odkit("verify", before, after, "--clients", "15.5").stderr

    @pytest.mark.parametrize("command", [["mounts", "EXPORT"], ["verify", "EXPORT"]])
    def test_commands_that_look_at_one_export(self, command: list[str]) -> None:
        words = [TestCommand.BEFORE if each == "EXPORT" else each for each in command]
        assert (odkit(*words).returncode, odkit(*words, "--clients", "27").returncode) == (0, 1)
        assert odkit(*words, "--clients", "x").returncode == 2

    def test_the_runbook_says_it_of_its_newest_export(self, tmp_path: Path) -> None:
        plan = str(MART / "odkit.toml")
        done = odkit("runbook", plan, "-o", str(tmp_path / "a"))
        assert done.returncode == 0
        assert "120 homes and 10 mounts on 5 servers are reached by AFP" in done.stderr
        assert "odkit afp after.ldif" in (tmp_path / "a" / "RUNBOOK.md").read_text()
        assert odkit("runbook", plan, "-o", str(tmp_path / "b"), "--clients", "27").returncode == 1
        assert odkit("runbook", plan, "-o", str(tmp_path / "c"), "--clients", "x").returncode == 2
        assert not (tmp_path / "c").exists()
