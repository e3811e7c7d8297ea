"""Requests in the logs of a KDC."""

from __future__ import annotations

from odkit.kerberos import read_kdc_log


def test_requests_that_failed_with_odd_sentences() -> None:
    line = (
        b"Nov 19 08:12:31 kdc krb5kdc[9](info): TGS_REQ (1 etypes {18}) 10.0.1.5: %s: authtime 1,  ann@R for host/old.example.com@R, %s\n"
    )
    for what, said in (
        (b"BAD_OPTION", b"KDC can't fulfill requested option"),
        (b"NEEDED_PREAUTH", b"Additional pre-authentication required"),
    ):
        assert list(read_kdc_log(line % (what, said)).requests) == [b"host/old.example.com@R"]
