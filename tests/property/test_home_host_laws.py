"""Laws of the hosts of homes that are remembered: they are those that each home names by itself."""

from __future__ import annotations

from hypothesis import given

from conftest import effort
from odkit.tables.homehosts import HomeHosts
from odkit.values.home import home_of
from property.strategies import drawn

_OWN = ["ann", "users", "home", "files", "net", "a", "", "Ann.Lee", "x:", "..", "host:", "a b"]
_PARENTS = [
    "/Network/Servers/files.example.com/Homes/", "/Network/Servers/", "/Network/Servers//", "/Network/Servers/./", "/Network/Servers/../",
     "/Network/Servers/h/afp:/", "/Network/Servers/h/x:/", "/Network/Servers/h/../net/", "/net/", "//", "/home/", "files.example.com:/", "\\\\files\\",
]  # fmt: skip
_SHARES = [
    "afp://files.example.com/Homes",
    "",
    "afp://",
    "/Network/Servers/files/x",
    "afp://h&amp;x/y",
    "smb://a:b@files/x",
    "files:/x",
    "afp://%66/x",
]
_FORMS = [
    "<home_dir><url>{}</url><path>{}</path></home_dir>",
    "<home_dir><url>{}</url>{}</home_dir>",
    "{}{}",
    " <home_dir>\n<url>{}{}</url>",
]


@given(drawn(lambda rng: [(rng.choice(_PARENTS), rng.choice(_OWN)) for _ in range(rng.randrange(9))]))
@effort(500)
def test_hosts_of_a_path_are_those_that_it_names_by_itself(homes: list[tuple[str, str]]) -> None:
    hosts = HomeHosts()
    for parent, own in homes:
        assert hosts.of_path(parent + own) == home_of(None, parent + own).hosts


@given(drawn(lambda rng: [(rng.choice(_FORMS), rng.choice(_SHARES), rng.choice(_OWN)) for _ in range(rng.randrange(9))]))
@effort(500)
def test_hosts_of_a_url_are_those_that_it_names_by_itself(homes: list[tuple[str, str, str]]) -> None:
    hosts = HomeHosts()
    for form, share, own in homes:
        assert hosts.of_url(form.format(share, own)) == home_of(form.format(share, own), None).hosts
