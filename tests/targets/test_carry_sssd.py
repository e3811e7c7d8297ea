"""A Linux client of a carried directory: sssd in a mount namespace of its own, which nothing else on this machine sees."""

from __future__ import annotations

from pathlib import Path

import pytest

import odkit
from conftest import MART, needs, needs_root
from live.carry_server import Server, run
from odkit.carrying import CarryPlan, carry, write_carry

pytestmark = pytest.mark.targets

CONF = """\
[sssd]
config_file_version = 2
services = nss
domains = od

[domain/od]
id_provider = ldap
auth_provider = none
access_provider = permit
ldap_uri = {url}
ldap_schema = {schema}
ldap_search_base = {base}
ldap_id_use_start_tls = false
enumerate = false
"""
# everything that sssd writes goes to copies below the folder; its user may be another one
PLAY = """\
set -e
cd "$1"
mount -t tmpfs none /run  # its pid file: another one may run
mount -t tmpfs none /etc/sssd
cp sssd.conf /etc/sssd/sssd.conf
chmod 600 /etc/sssd/sssd.conf
mkdir -p /etc/sssd/conf.d /etc/sssd/pki log
rm -rf lib
cp -a /var/lib/sss lib
rm -f lib/db/* lib/mc/* lib/pipes/nss
mount --bind lib /var/lib/sss
mount --bind log /var/log/sssd
printf 'passwd: files sss\\ngroup: files sss\\ninitgroups: files sss\\n' > nsswitch.conf
mount --bind nsswitch.conf /etc/nsswitch.conf
sssd -i -c /etc/sssd/sssd.conf > sssd.out 2>&1 &
pid=$!
tries=0
until getent -s sss passwd "$2" > /dev/null 2>&1; do
    tries=$((tries + 1))
    if [ "$tries" -gt 600 ]; then break; fi
    sleep 0.1
done
set +e
while read -r line; do echo "== $line"; eval "$line"; done < questions
kill "$pid"
wait "$pid" 2> /dev/null
exit 0
"""


def answers(server: Server, folder: Path, schema: str, base: str, questions: list[str]) -> dict[str, list[str]]:
    """What a client says, question by question."""
    folder.mkdir()
    (folder / "sssd.conf").write_text(CONF.format(url=server.url, schema=schema, base=base))
    (folder / "questions").write_text("".join(f"{question}\n" for question in questions))
    (folder / "play.sh").write_text(PLAY)
    done = run("unshare", "-m", "bash", folder / "play.sh", folder, "aabbott0")
    assert done.returncode == 0, done.stderr
    parts = done.stdout.split("== ")[1:]
    return {part.split("\n")[0]: part.split("\n")[1:-1] for part in parts}


def served(plan: CarryPlan, folder: Path) -> Server:
    needs("sssd", "slapd", "unshare", "getent")
    needs_root()
    write_carry(plan, folder / "plan")
    listing = folder / "listprincs.txt"
    listing.write_bytes(b"".join(user.principal + b"\n" for user in plan.users if user.principal is not None))
    server = Server(folder / "server", folder / "plan")
    done = server.load("--apply", "--principals", listing)
    assert done.returncode == 0, done.stdout + done.stderr
    server.start()
    return server


def test_users_and_groups_of_the_kept_tree(tmp_path: Path) -> None:
    server = served(carry(odkit.open(MART / "after" / "export.ldif"), to="openldap"), tmp_path)
    try:
        said = answers(server, tmp_path / "client", "rfc2307", "dc=medicalmart,dc=example,dc=com", [
            "getent -s sss passwd aabbott0", "getent -s sss passwd 1025", "getent -s sss group office-edmonton",
            "getent -s sss passwd root", "getent -s sss group admin", "id -nG ahebert1",
        ])  # fmt: skip
    finally:
        server.stop()
    [account] = said["getent -s sss passwd aabbott0"]
    assert account.split(":")[0:4] == ["aabbott0", "*", "1025", "20"]
    assert said["getent -s sss passwd 1025"] == [account]
    [group] = said["getent -s sss group office-edmonton"]
    assert len(group.split(":")[3].split(",")) == 20
    assert said["getent -s sss passwd root"] == []
    assert said["getent -s sss group admin"] == []
    assert "office-edmonton" in said["id -nG ahebert1"][0].split()


def test_users_and_groups_by_rfc_2307bis(tmp_path: Path) -> None:
    base = "dc=new,dc=example,dc=com"
    server = served(carry(odkit.open(MART / "after" / "export.ldif"), to="openldap-2307bis", base_dn=base), tmp_path)
    try:
        said = answers(server, tmp_path / "client", "rfc2307bis", base, [
            "getent -s sss passwd aabbott0", "getent -s sss group office-edmonton", "getent -s sss group backup-hosts",
            "getent -s sss group od-group-20", "id -nG ahebert1",
        ])  # fmt: skip
    finally:
        server.stop()
    assert said["getent -s sss passwd aabbott0"][0].split(":")[2:4] == ["1025", "61000"]
    assert len(said["getent -s sss group office-edmonton"][0].split(":")[3].split(",")) == 20
    assert said["getent -s sss group backup-hosts"] == ["backup-hosts:*:1040:"]
    assert set(said["id -nG ahebert1"][0].split()) == {"od-group-20", "office-edmonton"}
