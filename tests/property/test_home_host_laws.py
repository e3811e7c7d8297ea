"""Laws of the hosts of homes that are remembered: they are those that each home names by itself."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from conftest import effort
from odkit.tables.homehosts import HomeHosts
from odkit.values.home import home_of

_OWN = st.sampled_from(["ann", "users", "home", "files", "net", "a", "", "Ann.Lee", "x:", "..", "host:", "a b"])
_PARENTS = st.sampled_from(
    ["/Network/Servers/files.example.com/Homes/", "/Network/Servers/", "/Network/Servers//", "/Network/Servers/./", "/Network/Servers/../",
     "/Network/Servers/h/afp:/", "/Network/Servers/h/x:/", "/Network/Servers/h/../net/", "/net/", "//", "/home/", "files.example.com:/", "\\\\files\\"]
)  # fmt: skip
_SHARES = st.sampled_from(
    [
        "afp://files.example.com/Homes",
        "",
        "afp://",
        "/Network/Servers/files/x",
        "afp://h&amp;x/y",
        "smb://a:b@files/x",
        "files:/x",
        "afp://%66/x",
    ]
)
_FORMS = st.sampled_from(
    ["<home_dir><url>{}</url><path>{}</path></home_dir>", "<home_dir><url>{}</url>{}</home_dir>", "{}{}", " <home_dir>\n<url>{}{}</url>"]
)


@given(st.lists(st.tuples(_PARENTS, _OWN), max_size=8))
@effort(500)
def test_hosts_of_a_path_are_those_that_it_names_by_itself(drawn: list[tuple[str, str]]) -> None:
    hosts = HomeHosts()
    for parent, own in drawn:
        assert hosts.of_path(parent + own) == home_of(None, parent + own).hosts


@given(st.lists(st.tuples(_FORMS, _SHARES, _OWN), max_size=8))
@effort(500)
def test_hosts_of_a_url_are_those_that_it_names_by_itself(drawn: list[tuple[str, str, str]]) -> None:
    hosts = HomeHosts()
    for form, share, own in drawn:
        assert hosts.of_url(form.format(share, own)) == home_of(form.format(share, own), None).hosts
