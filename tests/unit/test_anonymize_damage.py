"""Copies of damaged exports: what is damaged stays damaged in the same line, and the same is found there."""

from __future__ import annotations

import base64
import plistlib
from pathlib import Path

import pytest

import odkit
from build_copies import copied

FLAGS = plistlib.dumps({"has_mcx_settings": True, "isDisabled": 0})


@pytest.mark.parametrize("line", [
    b"cn: J\xf6hn Doe", b"userPassword: \x80\x81\x82secret-of-jdoe" * 3, b"description: " + b"caf\xe9 of xserve1 " * 8, b"cn:: !!!notbase64", b"no colon here",
    b"description: one\0two three", b"authAuthority: ;ApplePasswordServer;0x12\0ab", b"PWSPublicKey: 1024 35 \xff" + b"7" * 90, b" cn: joined",
    b"dn", b"authAuthority: ;KerbErosv5;;jdoe@(null);(null);\r4", b"apple-mcxflags:: " + base64.b64encode(FLAGS.replace(b"DTD", b"\0TD")), b"quellmark: one\0two", b"apple-mcxflags:: " + base64.b64encode(FLAGS.replace(b"DTD", b"\xe9TD")),
    b"apple-password-server-list:: " + base64.b64encode(FLAGS.replace(b"DTD", b"\xe9TD")),
    b"apple-user-passwordpolicy:: " + base64.b64encode(FLAGS.replace(b"utf", b"ut\xe6")), b"apple-mcxflags: " + b"<dict><key>a\x01</key></dict>",
])  # fmt: skip
def test_a_damaged_line_stays_one_line_with_the_same_damage(tmp_path: Path, line: bytes) -> None:
    data = b"dn: dc=x\ndc: x\n\ndn: uid=jdoe,cn=users,dc=x\nuid: jdoe\n" + line + b"\nsn: Doe\n"
    _, (copy,) = copied(tmp_path, {"a": data})
    assert [len(each) for each in copy.split(b"\n")] == [len(each) for each in data.split(b"\n")]
    found = [[(each.code, each.line) for each in odkit.inspect(odkit.open(each), check_values=True).findings] for each in (data, copy)]
    assert found[0] == found[1]
    assert b"secret" not in copy
    assert b"caf" not in copy
    assert b"xserve1" not in copy
