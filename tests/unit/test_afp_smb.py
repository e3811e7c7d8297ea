"""`odkit afp --rewrite-to smb`: what SMB can say is rewritten, everything else is left with its reason, and nothing is lost on the way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import odkit
from build_afp import OLD, SHARE_MAP, moving, near_misses, staying, tops
from commandline import odkit as command
from conftest import ROOT
from odkit.afp import PlaceKind, afp
from odkit.afp.shares import ShareMap, read_share_map
from odkit.afp.smb import plan_smb
from odkit.afp.urls import NoSmbFormError, Share, check_share, read_url, smb_url
from odkit.errors import InputError
from odkit.hostrefs import Rewrite
from odkit.hostrefs.rewrite_scripts import rewrite_files
from odkit.ldif import Entry, dump
from odkit.values.home import home_of


def mapped(tmp_path: Path, text: str = SHARE_MAP) -> ShareMap:
    path = tmp_path / "shares"
    path.write_text(text)
    return read_share_map(path)


def opened(*entries: Entry) -> odkit.Directory:
    return odkit.open(dump([*tops(), *entries]))


def after(od: odkit.Directory, plan: Rewrite) -> odkit.Directory:
    changed = {each.record.dn: Entry(each.record.dn, each.attributes) for each in plan.records}
    return odkit.open(dump([changed.get(record.dn, record.entry) for record in od.records()]))


@pytest.fixture(scope="module")
def whole() -> odkit.Directory:
    return opened(*moving(), *(entry for entry, _ in staying()), *near_misses())


class TestThePlaces:
    def test_every_kind_is_found_and_nothing_else(self, whole: odkit.Directory) -> None:
        found = afp(whole)
        wanted = {entry.dn for entry in moving()} | {entry.dn for entry, _ in staying()}
        assert {place.dn for place in found.places} == wanted
        assert {place.kind for place in found.places} == set(PlaceKind)

    def test_each_is_rewritten_or_left_with_its_reason(self, whole: odkit.Directory, tmp_path: Path) -> None:
        plan = plan_smb(whole, mapped(tmp_path))
        places = {(each.dn, each.attribute, each.index, each.inside) for each in afp(whole).places}
        beside = [line for line in plan.left if "the alias beside it" in line]
        assert len(plan.done) + len(plan.left) - len(beside) == len(places)
        for entry, reason in staying():
            assert any(line.startswith(f"{entry.dn} ") and reason in line for line in plan.left), entry.dn

    def test_what_is_left_is_what_stays(self, whole: odkit.Directory, tmp_path: Path) -> None:
        plan = plan_smb(whole, mapped(tmp_path))
        beside = {entry.dn for entry, reason in staying() if reason == "the alias beside it"}
        assert {place.dn for place in afp(after(whole, plan)).places} == {entry.dn for entry, _ in staying()} - beside

    def test_a_plan_of_the_rewritten_domain_changes_nothing(self, whole: odkit.Directory, tmp_path: Path) -> None:
        plan = plan_smb(whole, mapped(tmp_path))
        assert plan_smb(after(whole, plan)).records == ()

    def test_no_password_is_shown(self, whole: odkit.Directory, tmp_path: Path) -> None:
        plan = plan_smb(whole, mapped(tmp_path))
        files = rewrite_files(whole, plan, "10.6").files
        assert "s3cret" not in plan.report() + repr(plan)
        assert not any(b"s3cret" in data for _, data in files)


def values(od: odkit.Directory, dn: str, attribute: str) -> list[str]:
    record = od.get(dn)
    assert record is not None
    return record.texts(attribute)


class TestTheForms:
    @pytest.fixture
    def made(self, tmp_path: Path) -> odkit.Directory:
        od = opened(*moving())
        return after(od, plan_smb(od, mapped(tmp_path)))

    def test_a_mount_loses_what_belongs_to_afp(self, made: odkit.Directory) -> None:
        dn = f"cn={OLD}:/Volumes/Homes,cn=mounts,dc=example,dc=com"
        assert values(made, dn, "mountOption") == ["net", f"url==smb://{OLD}/homedirs"]

    def test_a_home_keeps_its_path_and_its_place(self, made: odkit.Directory) -> None:
        dn = "uid=dan,cn=users,dc=example,dc=com"
        assert values(made, dn, "apple-user-homeurl") == [
            f"<home_dir><url>smb://{OLD}/homedirs</url><path>staff/d&apos;arc</path></home_dir>"
        ]
        assert values(made, dn, "homeDirectory") == [f"/Network/Servers/{OLD}/Volumes/Homes/staff/d'arc"]

    def test_references_of_xml_and_percents_are_read_and_written_again(self, made: odkit.Directory) -> None:
        home = made.users["fay"].home
        assert (home.url, home.path) == (f"smb://{OLD}/data/R%26D%202012", "fay")

    def test_a_user_is_kept_and_a_label_too(self, made: odkit.Directory) -> None:
        found = values(made, "uid=gil,cn=users,dc=example,dc=com", "labeledURI")
        assert found == ["smb://nas.example.com/Archive/2009 the archive", "smb://gil@nas.example.com/Archive"]

    def test_automount_maps_have_the_form_of_auto_master(self, made: odkit.Directory) -> None:
        assert values(made, "cn=projects,cn=automountMap,dc=example,dc=com", "automountInformation") == [
            f"-fstype=smb,rw //{OLD}/Project%20A"
        ]
        assert values(made, "cn=buero,cn=automountMap,dc=example,dc=com", "automountInformation") == [f"smb://{OLD}/B%C3%BCro"]

    def test_mounts_and_homes_still_agree(self, made: odkit.Directory) -> None:
        from odkit.servers.mounts import check_mounts

        assert [each.code for each in check_mounts(made)] == []

    def test_what_no_source_confirms_stands_in_every_head(self, tmp_path: Path) -> None:
        od = opened(*moving())
        plan = plan_smb(od, mapped(tmp_path))
        files = rewrite_files(od, plan, "10.6").files
        assert [name for name, _ in files][:2] == ["rewrite.sh", "undo.sh"]
        for text in (plan.report(), plan.ldif().decode(), plan.ldif(undo=True).decode(), *(data.decode() for _, data in files)):
            head = text[:1500]
            assert "NOT CONFIRMED: no document of Apple shows url==smb:// in a mount." in head
            assert "NOT CONFIRMED: that the login window mounts a home of Open Directory by SMB." in head
        report = plan.report()
        assert ";AUTH=... is in 6 URLs and is dropped" in report
        assert "The user gil is in 1 URL and is kept" in report
        assert "An export does not show whether a volume tells capitals from small letters" in report

    def test_nothing_is_labelled_where_nothing_is_written(self) -> None:
        assert plan_smb(opened(*near_misses())).labels == ()


class TestTheShareMap:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("a/b\n", "1: not of the form"),
            ("# x\n\na/b = c/d = e\n", "3: not of the form"),
            ("a/b = c\n", "1: a share on one side alone"),
            ("a = b/c\n", "1: a share on one side alone"),
            ("a/b/c = d/e\n", "1: a folder on the left side"),
            ("a/b = d/e\nA/b = f/g\n", "2: A/b is in line 1, too"),
            ("a = b\nA. = c\n", "2: A. is in line 1, too"),
            ("a/b = d/\n", "1: a share or folder without a name"),
            ("a/b = d/%zz\n", "1: a percent sign encodes nothing"),
            ("a/b = d/%ff\n", "1: a name that is not UTF-8 when it is decoded"),
            ("a/b = d/x%3Ay\n", "1: 'd/x%3Ay': a share of SMB has none of"),
            ("a/b = d/IPC$\n", "1: 'd/IPC\\$': no name that a share of SMB can have"),
            ("a/b = d/e/..\n", "1: 'd/e/..': a folder . or .."),
            ("a b/c = d/e\n", "1: 'a b' is no host name or address"),
        ],
    )
    def test_a_line_that_is_none_is_named(self, text: str, said: str, tmp_path: Path) -> None:
        with pytest.raises(InputError, match=f"shares:{said}"):
            mapped(tmp_path, text)

    def test_the_one_of_the_documentation_is_read(self, tmp_path: Path) -> None:
        text = (ROOT / "docs" / "afp.md").read_text()
        found = mapped(tmp_path, text.partition("```\n")[2].partition("```")[0])
        assert found.of(Share(OLD, "Project A"))[0] == Share("nas.example.com", "data", ("Project A",))
        assert len(found.lines()) == 3

    def test_bytes_that_are_not_utf_8_and_no_file(self, tmp_path: Path) -> None:
        (tmp_path / "shares").write_bytes(b"# \xff\n")
        with pytest.raises(InputError, match="shares:1: not UTF-8"):
            read_share_map(tmp_path / "shares")
        with pytest.raises(InputError, match="cannot be read: No such file"):
            read_share_map(tmp_path / "none")

    def test_a_line_that_names_no_place_is_left_to_a_person(self, tmp_path: Path) -> None:
        plan = plan_smb(opened(*moving()), mapped(tmp_path, f"{OLD}/Home = {OLD}/homedirs\n"))
        assert any("shares:1: no place names files.example.com/Home" in line for line in plan.left)

    def test_a_share_has_precedence_over_its_server(self, tmp_path: Path) -> None:
        found = mapped(tmp_path, "a.example.com = b.example.com\nA.example.com/x = c.example.com/y/z\n")
        assert found.of(Share("a.EXAMPLE.com.", "x", ("f",))) == (Share("c.example.com", "y", ("z", "f")), 2)
        assert found.of(Share("a.example.com", "X")) == (Share("b.example.com", "X"), 1)
        assert found.of(Share("d.example.com", "x")) == (Share("d.example.com", "x"), None)

    def test_shares_that_differ_in_case_can_be_given_lines_of_their_own(self, tmp_path: Path) -> None:
        [entry] = [entry for entry, _ in staying() if entry.dn.startswith("uid=yan,")]
        plan = plan_smb(opened(entry), mapped(tmp_path, f"{OLD}/Twice = {OLD}/one\n{OLD}/TWICE = {OLD}/two\n"))
        assert plan.left == ()
        assert [line.rpartition(" ")[2] for line in plan.done] == [f"smb://{OLD}/one", f"smb://{OLD}/two"]

    def test_a_share_on_another_server_leaves_the_names_to_references(self, tmp_path: Path) -> None:
        od = opened(*moving())
        plan = plan_smb(od, mapped(tmp_path, f"{OLD} = nas.example.com\n"))
        named = [line for line in plan.left if "odkit references --rewrite-to renames them" in line]
        assert len(named) == len([each for each in plan.records if each.record.kind == "Mounts"])


def test_a_record_of_which_an_attribute_is_unknown_stays() -> None:
    text = (
        "# extended LDIF\n#\n# LDAPv3\n# base <dc=example,dc=com> with scope subtree\n# filter: (objectclass=*)\n# requesting: ALL\n#\n\n"
    )
    user = dump([entry for entry in moving() if entry.dn.startswith("uid=ann,")]).decode().rstrip("\n") + "\nlabeledURI:< file:///x\n\n"
    od = odkit.open((text + dump(tops()).decode() + user).encode())
    plan = plan_smb(od, accept_incomplete=True)
    assert plan.records == ()
    assert any(line.startswith("uid=ann,") for line in plan.left)


def test_a_cut_export_must_be_accepted() -> None:
    data = dump([*tops(), *moving()])
    with pytest.raises(InputError, match="records that are missing would keep AFP"):
        plan_smb(odkit.open(data[: len(data) // 2]))


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cf", "Co", "Cn"]), min_size=1, max_size=12)


@given(NAMES, st.lists(NAMES, max_size=2), st.sampled_from(["", ";AUTH=No%20User%20Authent@", "ann;AUTH=x@"]))
def test_what_is_written_says_the_same(name: str, folders: list[str], login: str) -> None:
    from urllib.parse import quote, unquote

    url = f"afp://{login}{OLD}/" + "/".join(quote(each, safe="") for each in (name, *folders))
    try:
        found = read_url(url)
        check_share(found.share.name)
    except NoSmbFormError:
        return
    made = smb_url(found.share, found.user)
    assert made.isascii()
    assert ";" not in made
    scheme, _, host, *names = made.split("/")
    assert (scheme, host.rpartition("@")[2]) == ("smb:", OLD)
    assert [unquote(each) for each in names] == [name, *folders]
    xml = f"<home_dir><url>{made}</url><path>x</path></home_dir>"
    assert home_of(xml, None).url == made


class TestCommand:
    @pytest.fixture
    def export(self, tmp_path: Path) -> str:
        path = tmp_path / "export.ldif"
        path.write_bytes(dump([*tops(), *moving(), *near_misses()]))
        (tmp_path / "shares").write_text(SHARE_MAP)
        return str(path)

    def test_it_writes_the_change_set_and_its_undo(self, export: str, tmp_path: Path) -> None:
        out = tmp_path / "smb"
        done = command("afp", export, "--rewrite-to", "smb", "--share-map", str(tmp_path / "shares"), "--target", "10.6", "-o", str(out))
        assert done.returncode == 0, done.stdout + done.stderr
        wanted = {"REWRITE.txt", "rewrite.ldif", "undo.ldif", "rewrite.sh", "undo.sh", "rewrite-rest.ldif", "undo-rest.ldif", "ODKIT-FILES"}
        assert {each.name for each in out.iterdir()} == wanted
        assert all(each.stat().st_mode & 0o077 == 0 for each in out.iterdir())
        again = command("afp", export, "--rewrite-to", "smb", "-o", str(out))
        assert again.returncode == 2

    def test_what_is_left_is_status_1(self, export: str, tmp_path: Path) -> None:
        done = command("afp", export, "--rewrite-to", "smb", "-o", str(tmp_path / "smb"))
        assert done.returncode == 1
        assert "Left to a person" in done.stdout
        assert "With --target there is a dscl form, too" in done.stdout

    @pytest.mark.parametrize(
        "words",
        [["--rewrite-to", "smb"], ["-o", "x"], ["--share-map", "x"], ["--target", "10.5"], ["--rewrite-to", "smb", "-o", "x", "--json"]],
    )
    def test_options_that_do_not_fit(self, words: list[str], export: str) -> None:
        assert command("afp", export, *words).returncode == 2

    def test_the_answer_as_json_is_as_before(self, export: str) -> None:
        assert json.loads(command("afp", export, "--json").stdout)["schema"] == "odkit/afp/1"
