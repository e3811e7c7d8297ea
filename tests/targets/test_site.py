"""script/docs builds the site: strict, and where there is no network."""

from __future__ import annotations

import re
import subprocess

from conftest import ROOT, needs, needs_root


def test_the_site_is_built_without_a_network_and_fetches_nothing() -> None:
    needs("unshare")
    needs_root()
    done = subprocess.run(["unshare", "-n", "script/docs"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    site = ROOT / "build" / "site"
    pages = list(site.rglob("*.html"))
    assert len(pages) > 30
    fetched = re.compile(r"""<(?:script|img|iframe)[^>]*\ssrc=["']?(?:https?:)?//|<link[^>]*\shref=["']?(?:https?:)?//""")
    assert [page.name for page in pages if fetched.search(page.read_text())] == []
    assert [each.name for each in site.rglob("*.css") if re.search(r"@import|url\(['\"]?(?:https?:)?//", each.read_text())] == []
    assert 'id="odkit.purge.plan_purge"' in (site / "reference.html").read_text()
