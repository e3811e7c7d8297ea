"""Requests in the logs of a KDC."""

from __future__ import annotations

import pytest

from odkit.errors import InputError
from odkit.kerberos import read_kdc_log

REQUEST = "TGS-REQ ann@R from IPv4:10.0.1.5 for host/old.example.com@R"
# the forms that Heimdal's lines have where they end up
FORMS = {
    "its own file": ("2026-11-19T08:12:31 ", "2026-11-19T08:12:31"),
    "syslog": ("Jul  6 10:45:38 od kdc[123]: ", "Jul  6 10:45:38"),
    "syslog of macOS": ("Nov 16 10:45:38 od.example.com kdc[123]: (Heimdal) ", "Nov 16 10:45:38"),
    "log show": ("2016-07-06 15:02:49.248358+0000 0x31850    Default     0x8000000000013f61   96     kdc: (Heimdal) ", "2016-07-06 15:02:49.248358+0000"),
    "log show with subsystem": ("2016-07-06 15:02:49.2+0000 0x31850 Default 0x0 96 0 kdc: (Heimdal) [com.apple.Heimdal:kdc] ", "2016-07-06 15:02:49.2+0000"),
    "log show --style syslog": ("2016-07-06 15:02:49.248358+0000  localhost kdc[96]: (Heimdal) ", "2016-07-06 15:02:49.248358+0000"),
    "log show, columns": ("10:45:38.111021+0300\tkdc\t", "10:45:38.111021+0300"),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
class TestHeimdal:
    def test_a_request_is_read_wherever_the_line_was_kept(self, form: str) -> None:
        before, time = FORMS[form]
        log = read_kdc_log(f"{before}something else\n{before}{REQUEST} [canonicalize]\n{before}{REQUEST}\n".encode())
        request = log.requests[b"host/old.example.com@R"]
        assert (request.count, request.client, request.address, request.last, request.line) == (2, "ann@R", "IPv4:10.0.1.5", time, 3)
        assert len(log.requests) == 1

    def test_a_look_alike_stands_for_itself(self, form: str) -> None:
        before, _ = FORMS[form]
        names = [b"host/old.example.com.evil.example.org@R", b"host/veryold.example.com@R", b"host/OLD@R"]
        lines = [REQUEST.encode().replace(b"host/old.example.com@R", name) for name in names]
        assert set(read_kdc_log(b"".join(before.encode() + line + b"\n" for line in lines)).requests) == set(names)

    def test_names_that_the_unified_log_hides_are_not_known(self, form: str) -> None:
        hidden = "TGS-REQ <private> from <private> for <private>"
        with pytest.raises(InputError, match="2: the unified log hides the names"):
            read_kdc_log(f"{FORMS[form][0]}{REQUEST}\n{FORMS[form][0]}{hidden}\n".encode())


def test_what_only_looks_like_a_request_is_none() -> None:
    for line in (
        b"x y TGS-REQ ann@R from a for b@R",
        b"10:45:38\tother\tTGS-REQ ann@R from a for b@R",
        b"Jul  6 10:45:38 od cron[1]: TGS-REQ a from b for c",
    ):
        with pytest.raises(InputError, match="no line is a request"):
            read_kdc_log(line + b"\n")


def test_the_line_that_sums_up_a_request_counts_where_there_is_no_other() -> None:
    """Heimdal after 7.8 writes both at its usual level."""
    audit = "2026-11-19T08:12:32 TGS-REQ {} IPv4:10.0.1.5 ann@R host/{}.example.com@R elapsed=0.000631 pa=x\n"
    text = f"2026-11-19T08:12:31 {REQUEST}\n" + audit.format("SUCCESS", "old") + audit.format("S_PRINCIPAL_UNKNOWN", r"we\ ird")
    log = read_kdc_log(text.encode())
    assert {name: (each.count, each.line) for name, each in log.requests.items()} == {
        b"host/old.example.com@R": (1, 1),
        b"host/we\\ ird.example.com@R": (1, 3),
    }


def test_mit_of_today_names_the_types_of_keys() -> None:
    types = "aes256-cts-hmac-sha1-96(18), aes128-cts-hmac-sha1-96(17)"
    line = f"Nov 19 08:12:31 kdc krb5kdc[9](info): TGS_REQ (2 etypes {{{types}}}) 10.0.1.5: ISSUE: authtime 1, etypes {{rep=aes256-cts-hmac-sha1-96(18), tkt=aes256-cts-hmac-sha1-96(18), ses=aes256-cts-hmac-sha1-96(18)}}, ann@R for host/old.example.com@R\n"
    assert list(read_kdc_log(line.encode()).requests) == [b"host/old.example.com@R"]


def test_requests_that_failed_with_odd_sentences() -> None:
    line = (
        b"Nov 19 08:12:31 kdc krb5kdc[9](info): TGS_REQ (1 etypes {18}) 10.0.1.5: %s: authtime 1,  ann@R for host/old.example.com@R, %s\n"
    )
    for what, said in (
        (b"BAD_OPTION", b"KDC can't fulfill requested option"),
        (b"NEEDED_PREAUTH", b"Additional pre-authentication required"),
    ):
        assert list(read_kdc_log(line % (what, said)).requests) == [b"host/old.example.com@R"]
