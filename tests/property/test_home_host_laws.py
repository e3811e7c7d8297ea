"""Laws of the hosts of homes that are remembered: they are those that each home names by itself."""

from __future__ import annotations

from hypothesis import given

from conftest import effort, in_turn
from odkit.tables.homehosts import HomeHosts
from odkit.values.home import home_of
from property.strategies import TOGETHER, together

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


@given(together(lambda rng: [rng.choice(_PARENTS) + rng.choice(_OWN) for _ in range(rng.randrange(9))]))
@effort(500, TOGETHER)
def test_hosts_of_a_path_are_those_that_it_names_by_itself(cases: list[list[str]]) -> None:
    for paths in in_turn(cases):
        hosts = HomeHosts()
        assert [hosts.of_path(path) for path in paths] == [home_of(None, path).hosts for path in paths]


@given(together(lambda rng: [rng.choice(_FORMS).format(rng.choice(_SHARES), rng.choice(_OWN)) for _ in range(rng.randrange(9))]))
@effort(500, TOGETHER)
def test_hosts_of_a_url_are_those_that_it_names_by_itself(cases: list[list[str]]) -> None:
    for urls in in_turn(cases):
        hosts = HomeHosts()
        assert [hosts.of_url(url) for url in urls] == [home_of(url, None).hosts for url in urls]
