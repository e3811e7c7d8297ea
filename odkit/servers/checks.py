"""Checks of a tree of servers: errors and weak points (Apple's Open Directory Administration for 10.6, pages 60 to 62, 87 to 89, 192)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from odkit.directory import Directory
from odkit.directory.absence import Absences
from odkit.findings import About, Finding, Rule, Severity, finding
from odkit.identities import check_servers
from odkit.names import is_fqdn
from odkit.releases import RELEASES
from odkit.servers.tree import Node, Tree
from odkit.text import escape, plural

__all__ = ["check_export", "check_tree"]

NOT_ONE_MASTER = Rule("OD701", "not-one-master", Severity.ERROR, "Give exactly one server the role master.", about=About(whole=True))
WRONG_PLACE = Rule(
    "OD702",
    "wrong-place",
    Severity.ERROR,
    "Give the server another place: replicas and relays below the master, replicas below relays, nothing below members.",
)
TOO_MANY_CHILDREN = Rule("OD703", "too-many-children", Severity.ERROR, "Put some of the servers below a relay.")
TOO_MANY_REPLICAS = Rule("OD704", "too-many-replicas", Severity.ERROR, "Split the domain.")
REPLICA_WITH_REPLICAS = Rule("OD705", "replica-with-replicas", Severity.ERROR, "Give the server the role relay.")
CASCADE_BEFORE_10_5 = Rule("OD706", "cascade-before-10.5", Severity.ERROR, "Put the replicas below the master, or upgrade first.")
RELEASES_DIFFER = Rule(
    "OD707",
    "releases-differ",
    Severity.ERROR,
    "Upgrade the master first, then one replica after the other. All of them must run one release.",
)
NAME_TWICE = Rule("OD708", "name-twice", Severity.ERROR, "Give each server a name and addresses of its own.")
NO_FULL_NAME = Rule("OD709", "no-full-name", Severity.ERROR, "Give the server a full name that DNS knows both ways.")
NO_REALM = Rule("OD710", "no-realm", Severity.WARNING, "Write the realm into odkit.toml, so that no script runs against another one.")
RELAY_WITHOUT_REPLICAS = Rule(
    "OD711", "relay-without-replicas", Severity.INFO, "Give the server the role replica. It carries no others.", about=About(whole=True)
)
MEMBER_OF_A_REPLICA = Rule(
    "OD712",
    "member-of-a-replica",
    Severity.WARNING,
    "Bind the member to the master. A replica lets it read, and the master changes passwords.",
)
ONE_RELAY = Rule(
    "OD713",
    "one-relay",
    Severity.INFO,
    "Plan a second relay for some of the sites, or put replicas directly below the master.",
    about=About(whole=True),
)
NOTHING_TO_PROMOTE = Rule(
    "OD714",
    "nothing-to-promote",
    Severity.INFO,
    "Put one replica directly below the master. Only such a one is promoted without touching the others.",
    about=About(whole=True),
)
SITE_WITHOUT_REPLICA = Rule(
    "OD715",
    "site-without-replica",
    Severity.INFO,
    "Plan a replica for the site. Its people log in over the wide area network.",
    about=About(whole=True),
)
NAME_SERVERS = Rule("OD716", "name-servers", Severity.WARNING, "Name one primary name server, and secondary ones at the sites.")
NO_TIME_SERVER = Rule("OD717", "no-time-server", Severity.WARNING, "Name the server that gives all others the time.")
LISTS_DIFFER = Rule(
    "OD718",
    "lists-differ",
    Severity.WARNING,
    "Run slapconfig -getmasterconfig on the master, and remove old servers with slapconfig -removereplica.",
)


_CHILDREN = 32  # of a master, and of a relay
_REPLICAS = 32 + 32 * 32
_SERVERS = ("master", "relay", "replica")


def check_tree(tree: Tree) -> list[Finding]:
    """Check a tree.

    Returns:
        Findings OD701 to OD718, in the order of the checks.
    """
    return list(_Check(tree).run())


def check_export(od: Directory, tree: Tree) -> list[Finding]:
    """Check the tree that an export holds, and the lists that it comes from.

    Args:
        od: the export.
        tree: of it (`odkit.servers.tree_of_export`).

    Returns:
        Findings; those that would follow from servers that the export does not show are withheld and counted.
    """
    absences = Absences(od)
    kept = list(absences.kept([*check_tree(tree), *check_servers(od)]))
    return [*absences.findings(), *kept]


class _Check:
    """The checks of one tree."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.below: dict[str, list[Node]] = defaultdict(list)
        for node in tree.nodes:
            self.below[node.parent].append(node)
        self.by_name = {node.name: node for node in tree.nodes}

    def say(self, rule: Rule, node: Node | None, message: str) -> Finding:
        """Return a finding about a server, or about the whole tree."""
        line = node.line if node is not None and node.line else None
        return finding(rule, node.name if node is not None else "", message, path=self.tree.path, line=line)

    def run(self) -> Iterator[Finding]:
        """Yield the findings of all checks, in order."""
        nodes = self.tree.nodes
        if not nodes:
            yield self.say(NOT_ONE_MASTER, None, "the tree has no server at all")
            return
        yield from self.masters()
        yield from self.names()
        yield from self.releases()
        for node in nodes:
            yield from self.place(node)
        count = sum(node.role in {"relay", "replica"} for node in nodes)
        if count > _REPLICAS:
            yield self.say(TOO_MANY_REPLICAS, None, f"{count:,} relays and replicas; a domain takes {_REPLICAS:,}")
        yield from self.weaknesses()
        yield from self.listing()

    def masters(self) -> Iterator[Finding]:
        """Check that the tree has one master, without a parent, and that a planned tree names its realm."""
        masters = [node for node in self.tree.nodes if node.role == "master"]
        if not masters:
            yield self.say(NOT_ONE_MASTER, None, "no server is the master")
        for node in masters[1:]:
            yield self.say(NOT_ONE_MASTER, node, f"{escape(node.name)} is a second master beside {escape(masters[0].name)}")
        for node in masters:
            if node.parent:
                yield self.say(WRONG_PLACE, node, f"the master {escape(node.name)} has a parent, {escape(node.parent)}")
        if self.tree.planned and not self.tree.realm:
            yield self.say(NO_REALM, None, "the plan names no realm: [domain] realm")

    def names(self) -> Iterator[Finding]:
        """Check that names and addresses belong to one server each, and that each name is a full host name."""
        for what, values in (("name", [n.name for n in self.tree.nodes]), ("address", [n.address for n in self.tree.nodes if n.address])):
            for value, count in Counter(values).items():
                if count > 1:
                    node = next(n for n in self.tree.nodes if value in {n.name, n.address})
                    yield self.say(NAME_TWICE, node, f"{count} servers have the {what} {escape(value)}")
        for node in self.tree.nodes:
            if not is_fqdn(node.name) or node.name.endswith(".local"):
                yield self.say(NO_FULL_NAME, node, f"{escape(node.name)} is no full host name that DNS can hold")

    def releases(self) -> Iterator[Finding]:
        """Check that all directory servers run one release, and that it has cascades where there are any."""
        known = [node for node in self.tree.nodes if node.role in _SERVERS and node.release]
        releases = sorted({node.release for node in known})
        if len(releases) > 1:
            names = "; ".join(f"{r}: {', '.join(escape(n.name) for n in known if n.release == r)[:120]}" for r in releases)
            yield self.say(RELEASES_DIFFER, known[0], f"{' and '.join(releases)} do not replicate with each other ({names})")
        for node in known:
            deep = node.role == "relay" or (node.role == "replica" and self.tree.depth(node) > 1)
            if deep and node.release in RELEASES and not RELEASES[node.release].has_cascades:
                yield self.say(
                    CASCADE_BEFORE_10_5,
                    node,
                    f"{escape(node.name)} is a {node.role} of a cascade, which came with 10.5; it is to run {node.release}",
                )

    def place(self, node: Node) -> Iterator[Finding]:
        """Check a server's place: its parent, and what is below it."""
        own = [each for each in self.below[node.name] if each.role != "member"]
        above = self.by_name.get(node.parent)
        if node.role != "master" and above is None:
            yield self.say(WRONG_PLACE, node, f"the {node.role} {escape(node.name)} has no parent")
        if len(own) > _CHILDREN:
            yield self.say(TOO_MANY_CHILDREN, node, f"{escape(node.name)} has {len(own)} relays and replicas; a server takes {_CHILDREN}")
        if node.role == "relay":
            yield from self.relay(node, above, own)
        elif node.role == "replica":
            yield from self.replica(node, above, own)
        elif node.role == "member":
            if above is not None and above.role in {"replica", "relay"}:
                what = f"is bound to the {above.role} {escape(above.name)}, not to the master"
                yield self.say(MEMBER_OF_A_REPLICA, node, f"the member {escape(node.name)} {what}")
            for other in self.below[node.name]:
                message = f"{escape(other.name)} is below the member {escape(node.name)}, which holds no directory"
                yield self.say(WRONG_PLACE, other, message)

    def relay(self, node: Node, above: Node | None, own: list[Node]) -> Iterator[Finding]:
        """Check a relay: it is below the master, and has replicas."""
        if above is not None and above.role != "master":
            yield self.say(
                WRONG_PLACE, node, f"the relay {escape(node.name)} is below the {above.role} {escape(above.name)}, not below the master"
            )
        if not own:
            yield self.say(RELAY_WITHOUT_REPLICAS, node, f"the relay {escape(node.name)} has no replica: it is an ordinary replica")

    def replica(self, node: Node, above: Node | None, own: list[Node]) -> Iterator[Finding]:
        """Check a replica: it has no replicas, and is below the master or a relay."""
        if own:
            yield self.say(REPLICA_WITH_REPLICAS, node, f"the replica {escape(node.name)} has replicas of its own: it is a relay")
        if above is not None and above.role in {"replica", "member"}:
            yield self.say(WRONG_PLACE, node, f"the replica {escape(node.name)} is below the {above.role} {escape(above.name)}")
        if self.tree.depth(node) > 2:
            yield self.say(WRONG_PLACE, node, f"{escape(node.name)} is in tier {self.tree.depth(node)}; there are two below the master")

    def weaknesses(self) -> Iterator[Finding]:
        """Check that no server is a single point of failure, and that something can be promoted."""
        relays = [node for node in self.tree.nodes if node.role == "relay"]
        replicas = [node for node in self.tree.nodes if node.role == "replica"]
        for relay in relays:
            own = [each for each in self.below[relay.name] if each.role == "replica"]
            if own and len(relays) == 1:
                sites = sorted({each.site for each in own if each.site})
                where = f" ({', '.join(map(escape, sites[:6]))})" if sites else ""
                carried = f"{plural(len(own), 'replica')}{where}: without it they get no change"
                message = f"the one relay {escape(relay.name)} carries {carried}"
                yield self.say(ONE_RELAY, relay, message)
        first = [node for node in (*relays, *replicas) if (p := self.by_name.get(node.parent)) is not None and p.role == "master"]
        master = next((node for node in self.tree.nodes if node.role == "master"), None)
        if master is not None and len(first) == 1 and first[0].role == "relay":
            yield self.say(
                NOTHING_TO_PROMOTE,
                first[0],
                f"nothing but the relay {escape(first[0].name)} is directly below the master to be promoted",
            )
        if master is not None and not first:
            yield self.say(NOTHING_TO_PROMOTE, master, "no replica is below the master: there is nothing to promote")
        yield from self.sites(master)

    def sites(self, master: Node | None) -> Iterator[Finding]:
        """Check that every site has a directory server, and which servers give names and time."""
        served = {node.site for node in self.tree.nodes if node.role in _SERVERS and node.site}
        for site in dict.fromkeys(node.site for node in self.tree.nodes if node.site):
            if site not in served:
                node = next(n for n in self.tree.nodes if n.site == site)
                yield self.say(SITE_WITHOUT_REPLICA, node, f"the site {escape(site)} has servers, but no master, relay or replica")
        if self.tree.planned and master is not None:
            given = [node for node in self.tree.nodes if node.dns]
            if given and not any(node.dns == "primary" for node in given):
                yield self.say(NAME_SERVERS, given[0], "no server is the primary name server")
            if given and sum(node.dns == "primary" for node in given) > 1:
                yield self.say(NAME_SERVERS, given[0], "more than one server is the primary name server")
            if not any(node.ntp for node in self.tree.nodes):
                yield self.say(
                    NO_TIME_SERVER, master, "no server is a time server (ntp = true): Kerberos refuses clocks that differ by five minutes"
                )
        for node in self.tree.looped():
            yield self.say(WRONG_PLACE, node, f"{escape(node.name)} is its own ancestor")

    def listing(self) -> Iterator[Finding]:
        """Compare an export's list of the password server with its cn=ldapreplicas."""
        if self.tree.planned or not self.tree.listed:
            return
        for node in self.tree.nodes:
            if node.role != "member" and not {node.name, node.address} & self.tree.listed:
                yield self.say(LISTS_DIFFER, node, f"{escape(node.name)} is in the password server's list and not in cn=ldapreplicas")
        own = {name for node in self.tree.nodes for name in (node.name, node.address)}
        for host in sorted(self.tree.listed - own):
            yield self.say(LISTS_DIFFER, None, f"{escape(host)} is in cn=ldapreplicas and not in the password server's list")
