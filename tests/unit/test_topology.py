"""The tree of servers: its checks and its pictures."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import odkit
from build import planned_tree
from conftest import MART, each_in_turn
from odkit import project
from odkit.project import Project, Server
from odkit.servers import Node, Tree, check_export, check_tree, tree_dot, tree_mermaid, tree_of_export, tree_of_project, tree_svg, tree_text


def codes(found: Tree) -> list[str]:
    return [f.code for f in check_tree(found)]


FINE = ["m master -", "a relay m", "b relay m", "a1 replica a", "b1 replica b", "x member m"]


def test_a_sound_one() -> None:
    assert codes(planned_tree(*FINE)) == []


@each_in_turn(
    "rows, wanted",
    [
        ([], ["OD701"]),
        (["a replica -"], ["OD701", "OD702"]),
        ([*FINE, "m2 master -"], ["OD701"]),
        (["m master nobody", *FINE[1:]], ["OD702"]),
        ([*FINE, "c relay a", "c1 replica c"], ["OD702", "OD702"]),
        ([*FINE, "c replica a1"], ["OD705", "OD702", "OD702"]),
        ([*FINE, "c replica x"], ["OD702", "OD702"]),
        ([*FINE, "c replica nobody"], ["OD702"]),
        ([*FINE, *(f"r{i} replica m" for i in range(31))], ["OD703"]),
        ([*FINE, "y member b1"], ["OD712"]),
        ([*FINE, "c relay m"], ["OD711"]),
        ([*FINE, "a1 member m"], ["OD708"]),
        ([*FINE, "short member m"], ["OD709"]),
        (["m master -", "a relay m", "a1 replica a"], ["OD713", "OD714"]),
        (["m master -", "x member m"], ["OD714"]),
        (["m master - 10.5", "a replica m 10.4", "b replica m 10.5"], ["OD707"]),
        (["m master - 10.4", "a relay m 10.4", "b replica m 10.4", "a1 replica a 10.4"], ["OD706", "OD706", "OD713"]),
        ([*FINE, "p replica q", "q replica p"], ["OD705", "OD702", "OD705", "OD702", "OD702", "OD702"]),
    ],
)
def test_each_rule(rows: list[str], wanted: list[str]) -> None:
    assert codes(planned_tree(*rows)) == wanted


def test_sites_name_servers_and_time() -> None:
    found = planned_tree(*FINE)
    master, second, *others = found.nodes
    changed = [replace(master, dns="primary", ntp=False), replace(second, dns="primary"), *others]
    changed[5] = replace(changed[5], site="Far")
    assert codes(replace(found, nodes=tuple(changed))) == ["OD715", "OD716", "OD717"]
    assert codes(planned_tree(*FINE, realm="")) == ["OD710"]


def test_the_company() -> None:
    """No error, and the two weaknesses of its tree; the plan and the export show one tree."""
    planned, there = tree_of_project(project.load(MART / "odkit.toml")), tree_of_export(odkit.open(MART / "after" / "export.ldif"))
    for each in (planned, there):
        found = check_tree(each)
        assert [(f.code, f.severity.value) for f in found] == [("OD713", "info"), ("OD714", "info")]
        assert "the one relay odrelay.medicalmart.example.com carries 4 replicas" in found[0].message
    servers = {(n.name, n.role, n.parent, n.address) for n in planned.nodes if n.role != "member"}
    assert servers == {(n.name, n.role, n.parent, n.address) for n in there.nodes}
    other = replace(there, listed=frozenset({"10.1.0.20", "gone.example.com"}))
    assert [f.code for f in check_tree(other)].count("OD718") == 6


def test_the_text_is_a_tree() -> None:
    assert tree_text(planned_tree("m master -", "a relay m", "a1 replica a", "a2 replica a", "x member m")) == (
        "m.example.com (master)\n├─ a.example.com (relay)\n│  ├─ a1.example.com (replica)\n│  └─ a2.example.com (replica)\n└─ x.example.com (member)\n"
    )


def test_nothing_in_a_name_becomes_markup() -> None:
    odd = Tree("x", "R", (Node('a"]; <script>&x;\x1b[2J', "master", site='"]\n--> b'),))
    assert ET.fromstring(tree_svg(odd)).tag.endswith("svg")
    for text in (tree_svg(odd), tree_dot(odd), tree_mermaid(odd), tree_text(odd)):
        assert "\x1b" not in text
        assert "<script>" not in tree_svg(odd)
    assert tree_mermaid(odd).count('"]') == 1
    assert tree_dot(odd).count('", fillcolor') == 1


def test_the_largest_tree(tmp_path: Path) -> None:
    """1 master, 32 relays, 1,024 replicas: no finding but that of a small tree, every form; cost grows with the size, not its square."""
    rows = ["m master -"]
    for relay in range(32):
        rows += [f"r{relay} relay m", *(f"r{relay}x{i} replica r{relay}" for i in range(32))]
    largest = planned_tree(*rows)
    assert codes(largest) == []
    assert ET.fromstring(tree_svg(largest)).tag.endswith("svg")
    assert len(tree_text(largest).splitlines()) == 1057
    assert codes(planned_tree(*rows, "extra replica m")) == ["OD703", "OD704"]
    small = planned_tree(*rows[:133])

    def cost(each: Tree) -> float:
        start = time.process_time()
        check_tree(each)
        tree_svg(each)
        return time.process_time() - start

    least = min(cost(small) for _ in range(3))
    assert any(cost(largest) / least < 8 * 4 for _ in range(5))


def test_servers_of_the_property_list_in_ldapreplicas() -> None:
    """Without a list of the password server the tree is that of cn=ldapreplicas; a server there is known by its name."""
    import plistlib

    from odkit.ldif import Entry, dump

    value = {"PrimaryMaster": "od.example.com", "IPaddresses": ["192.0.2.1"], "ReplicaName": "Master",
             "Replicas": [{"ReplicaName": "x.example.com", "IPaddresses": ["192.0.2.2"]}]}  # fmt: skip
    record = {"cn": [b"ldapreplicas"], "apple-ldap-replica": [b"192.0.2.1", b"192.0.2.2"], "apple-xmlplist": [plistlib.dumps(value)]}
    top = [Entry("dc=x", {"dc": [b"x"]}), Entry("cn=users,dc=x", {"cn": [b"users"]}), Entry("cn=ldapreplicas,cn=config,dc=x", record)]
    tree = tree_of_export(odkit.open(dump(top)))
    assert [(n.name, n.role, n.address, n.parent) for n in tree.nodes] == [
        ("od.example.com", "master", "192.0.2.1", ""), ("x.example.com", "replica", "192.0.2.2", "od.example.com"),
    ]  # fmt: skip
    assert "OD718" not in {f.code for f in check_tree(tree)}
    listed = {"Parent": {"DNS": "od.example.com", "IP": "192.0.2.1"}}
    server = Entry("cn=passwordserver,cn=config,dc=x", {"cn": [b"passwordserver"], "apple-password-server-list": [plistlib.dumps(listed)]})
    missing = [f.message for f in check_tree(tree_of_export(odkit.open(dump([*top, server])))) if f.code == "OD718"]
    assert [message.split(" is in ")[0] for message in missing] == ["x.example.com"]


def test_a_deep_plan_is_checked_in_linear_time() -> None:
    def cost(count: int) -> float:
        servers = [
            Server("m.example.com", "master"),
            *(Server(f"r{n}.example.com", "replica", parent="m.example.com") for n in range(count)),
        ]
        tree = tree_of_project(Project(Path("x"), "R", servers=tuple(servers)))
        start = time.process_time()
        check_tree(tree)
        return time.process_time() - start

    small = max(min(cost(1000) for _ in range(3)), 1e-4)
    assert any(cost(8000) / small < 8 * 5 for _ in range(5))  # the machine may be busy with something else, too


def test_servers_that_a_narrow_export_does_not_show_are_not_missing() -> None:
    narrow = (
        b"# extended LDIF\n#\n# LDAPv3\n# base <cn=config,dc=x> with scope subtree\n# filter: (cn=ldapreplicas)\n# requesting: ALL\n#\n\n"
        b"dn: cn=ldapreplicas,cn=config,dc=x\ncn: ldapreplicas\n\n# search result\nsearch: 2\nresult: 0 Success\n\n"
    )
    whole = b"dn: dc=x\ndc: x\n\ndn: cn=config,dc=x\ncn: config\n\n"
    seen, known = ({each.rule.name for each in check_export(od, tree_of_export(od))} for od in map(odkit.open, (narrow, whole)))
    assert "not-judged" in seen
    assert "not-one-master" not in seen
    assert "not-one-master" in known
