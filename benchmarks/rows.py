"""What is measured: one declaration for each row.  In `words`, names in braces are inputs (`benchmarks.domain`)."""

from __future__ import annotations

from benchmarks.measure import Row

__all__ = ["COMPANY", "KDC", "LISTS", "OVER_VERSION", "PURGE_OF_TWO", "READING", "REPORTS", "SMALL_DOMAIN", "VERIFY", "VERSUS_BASE"]

READ = "import odkit.ldif, sys\nfor entry in odkit.ldif.read(sys.argv[1]): entry.attributes"
LAZY = "import odkit.ldif, sys\nfor entry in odkit.ldif.read(sys.argv[1], lazy=True): pass"
FIND = """
import odkit.ldif, sys
found = [e for e in odkit.ldif.read(sys.argv[1], lazy=True, holding=b'apple-computer') if b'apple-computer' in e.attributes['objectClass']]
"""
WRITE = """
import io, sys, time, odkit.ldif
entries = [odkit.ldif.Entry(e.dn, e.attributes) for e in odkit.ldif.read(sys.argv[1])]
start = time.process_time()
odkit.ldif.write(entries, io.BytesIO())
print(time.process_time() - start)
"""
COPY = """
import odkit.ldif, sys
with open(sys.argv[2], 'wb') as file: odkit.ldif.write(odkit.ldif.read(sys.argv[1], lazy=True), file)
"""

# the library reads and writes
READING = (
    Row("every value", "{export}", READ),
    Row("entries, attributes untouched", "{export}", LAZY),
    Row("find objectClass apple-computer", "{export}", FIND),
    Row("write from memory", "{export}", WRITE, printed=True),
    Row("copy unmodified", "{export} {out}", COPY),
    Row("odkit inspect", "inspect {export}"),
)

# goals: the share of the base's time that is left
VERSUS_BASE = (
    Row("odkit verify BEFORE AFTER", "verify {export} {changed}", goal=1 / 8, memory=256),
    Row("odkit verify-passwords EXPORT", "verify-passwords {export}", goal=1 / 5),
    Row("odkit verify-passwords BEFORE AFTER", "verify-passwords {export} {changed}", goal=1 / 5, memory=256),
    Row("odkit verify-mcx EXPORT", "verify-mcx {export}", goal=1 / 3),
    Row("odkit verify-mcx BEFORE AFTER", "verify-mcx {export} {changed}", goal=1 / 3, memory=512),
    Row("odkit references EXPORT HOST", "references {export} {host}", goal=1 / 15),
    Row("odkit mcx effective EXPORT --user U", "mcx effective {export} --user {user}", goal=1 / 5),
)

# goals: times what reading every entry and value takes beside it
LISTS = (
    Row("odkit list users EXPORT --format csv", "list users {export} --format csv", goal=4, memory=256),
    Row("odkit list users EXPORT --columns name,uid", "list users {export} --columns name,uid --format csv", goal=4, memory=256),
)

# pages; a plan's principals and retired hosts are those of a listing; the goal: times `verify` and `purge-principals` of the same
_PLAN = "--principals {principals} --retire-from {retired} --allow-large"
VERIFY = Row("odkit verify BEFORE AFTER", "verify {export} {changed}")
PURGE_OF_TWO = Row("odkit purge-principals", f"purge-principals {{changed}} --before {{export}} {_PLAN}")
REPORTS = (
    Row("odkit report EXPORT", "report {export} -o {out}", memory=256),
    Row("odkit report BEFORE --after AFTER, a plan", f"report {{export}} --after {{changed}} {_PLAN} -o {{out}}", goal=4, memory=512),
)

# what else a domain of any size is asked; no goal but that of the base itself
SMALL_DOMAIN = (
    *VERSUS_BASE,
    Row("odkit diff BEFORE AFTER", "diff {export} {changed}"),
    Row("odkit purge-principals", "purge-principals {export} --principals {principals} --retire-from {retired} --allow-large"),
)

# the old and the new KDC of a domain
KDC = "--kdc-dump {kdc}/old.dump --stash {kdc}/old.stash --target-dump {kdc}/new.dump --target-stash {kdc}/new.stash"

# every command that starts no server, on a company of 120 users: wall time over that of --version
OVER_VERSION = 4
COMPANY = (
    Row("odkit inspect", "inspect {after}"),
    Row("odkit inspect --check-values", "inspect --check-values {after}"),
    Row("odkit verify, one export", "verify {after}"),
    Row("odkit verify, two exports", "verify {before} {after}"),
    Row("odkit verify-passwords, one export", "verify-passwords {after}"),
    Row("odkit verify-passwords, two exports", "verify-passwords {before} {after}"),
    Row("odkit verify-mcx, one export", "verify-mcx {after}"),
    Row("odkit verify-mcx, two exports", "verify-mcx {before} {after}"),
    Row("odkit diff", "diff {before} {after}"),
    Row("odkit references HOST", "references {leftover} {server}"),
    Row("odkit references --all", "references {leftover} --all"),
    Row("odkit references --rewrite-to", "references {leftover} {server} --rewrite-to {master} --target 10.5 -o {out}"),
    Row("odkit principals", "principals {kdb_dump}"),
    Row("odkit purge-principals", "purge-principals {leftover} --principals {listprincs} --retire-from {gone} -o {out} --target 10.5"),
    Row("odkit mcx show", "mcx show {after} Groups/office-store"),
    Row("odkit mcx effective", "mcx effective {after} --user {person}"),
    Row("odkit mcx effective --after", "mcx effective {before} --after {after}"),
    Row("odkit mcx profiles", "mcx profiles {after} -o {out}"),
    Row("odkit list users", "list users {after}"),
    Row("odkit show", "show {after} Users/{person}"),
    Row("odkit report", "report {after} -o {out}"),
    Row("odkit explain", "explain OD353"),
    Row("odkit mounts", "mounts {after}"),
    Row("odkit topology", "topology {after}"),
    Row("odkit init", "init {after} -o {out}"),
    Row("odkit lkdc check", "lkdc check {after}"),
    Row("odkit lkdc realm", "lkdc realm --hash 1A:9F:C4:9F:1E:49:9B:FD:1A:F6:80:01:C4:54:97:7B:1A:8F:0B:D2"),
    Row("odkit collect", "collect -o {out}"),
    Row("odkit runbook", "runbook -o {out}", goal=6),
    Row("odkit carry --to openldap", "carry {after} --to openldap -o {out}"),
    Row("odkit carry --to mit", f"carry {{after}} --to mit {KDC} -o {{out}}"),
)
